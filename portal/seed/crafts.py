"""More pictures of things that people do together; `CRAFTS` names them."""

from collections.abc import Callable

from .drawing import Sketch
from .figures import GREY, WHITE, hills, person, seated, tree
from .scenes import GOLD, INK, RED


def writing() -> Sketch:
    """Red paper, brushes and a fan."""
    on = Sketch("#f6ead0", "#ead2a4")
    for x in (120, 950):
        on.box(x, 60, 210, 300, "#fffaf0", 4)
        on.box(x - 12, 48, 234, 18, "#7a4f30", 6)
        on.box(x - 12, 354, 234, 18, "#7a4f30", 6)
    on.curve([(160, 290), (200, 170), (240, 220), (290, 120)], "#6f7f7a", 9)
    on.petals(1040, 170, 24, 5, "#d9534a")
    on.petals(1090, 240, 19, 5, "#e88a80")
    on.curve([(1000, 330), (1040, 250), (1060, 190)], "#6b4a33", 8)
    seated(on, 640, 430, 250, "#3f6f6b", GREY)
    on.box(0, 480, 1280, 240, "#a8703f")
    on.box(0, 470, 1280, 22, "#c58a54")
    for x in (180, 470):
        on.shape([(x, 520), (x + 190, 520), (x + 160, 690), (x - 30, 690)], RED)
        for k in range(3):
            y = 545 + k * 48
            on.line([(x + 50 - k * 6, y), (x + 120 - k * 6, y - 4)], INK, 11)
            on.line([(x + 84 - k * 6, y - 14), (x + 74 - k * 6, y + 20)], INK, 10)
    on.slice(890, 690, 190, 200, 340, "#fff7e8")
    on.slice(890, 690, 62, 200, 340, "#a8703f")
    on.curve([(790, 590), (850, 560), (900, 580), (980, 560)], "#3f8f6b", 8)
    on.line([(700, 560), (790, 500)], "#c58a54", 12)
    on.line([(690, 568), (674, 586)], INK, 14)
    on.oval(1130, 560, 74, 30, "#4a4a4a")
    on.oval(1130, 552, 52, 18, "#1d1d1d")
    return on


def singing() -> Sketch:
    """An afternoon of songs with an erhu."""
    on = Sketch("#f7dcd0", "#fbeedb")
    for x in (0, 1180):
        on.blob([(x - 40, -20), (x + 140, -20), (x + 110, 300), (x + 130, 600), (x - 40, 600)], "#a8322b")
        for dx in (20, 60, 96):
            on.line([(x + dx, 0), (x + dx - 8, 590)], "#8f2720", 5)
    on.box(0, 590, 1280, 130, "#b97a4a")
    on.glow(640, 260, 420, "#fff3c8", 0.8)
    for x, y in ((250, 150), (420, 90), (860, 100), (1020, 180)):
        on.oval(x, y + 60, 20, 15, INK)
        on.line([(x + 17, y + 56), (x + 17, y)], INK, 6)
        on.curve([(x + 17, y), (x + 40, y + 12), (x + 44, y + 36)], INK, 6)
    person(on, 640, 660, 400, "#c8322b", GREY, legs="#3a2f55", arms="out", bun=True)
    person(on, 420, 660, 370, "#5d9b7f", GREY, arms="front")
    person(on, 860, 660, 370, "#4d86b8", GREY, arms="front")
    on.line([(470, 400), (450, 590)], "#6b3a22", 9)
    on.box(425, 560, 60, 44, "#8a4a2a", 8)
    on.line([(390, 520), (520, 545)], "#d8b98a", 5)
    on.line([(905, 470), (965, 430)], "#8f9aa3", 10)
    on.circle(976, 424, 19, "#4a4a4a")
    return on


def sewing() -> Sketch:
    """Sewing machines and a line of clothes."""
    on = Sketch("#e4eef4", "#f7ecdc")
    on.curve([(60, 110), (640, 150), (1220, 110)], "#8a6a50", 5)
    for k, fill in enumerate(("#d96a4a", "#4d86b8", "#f0b63f", "#5d9b7f", "#b5578b", "#c8322b")):
        x, y = 150 + k * 190, 128 + (12 if k in (2, 3) else 4)
        on.shape([(x - 34, y), (x + 34, y), (x + 74, y + 40), (x + 50, y + 66), (x + 38, y + 54), (x + 38, y + 150),
                  (x - 38, y + 150), (x - 38, y + 54), (x - 50, y + 66), (x - 74, y + 40)], fill)
        for dx in (-24, 24):
            on.line([(x + dx, y - 8), (x + dx, y + 8)], "#c58a54", 7)
    for x, shirt, hair in ((340, "#8a5b87", GREY), (900, "#3f8f86", INK)):
        seated(on, x, 480, 240, shirt, hair, True)
    on.box(0, 520, 1280, 200, "#c58a54")
    on.box(0, 506, 1280, 24, "#d9a75f")
    for x in (420, 980):
        on.box(x, 480, 230, 34, "#2f4f5a", 8)
        on.box(x + 170, 370, 50, 120, "#2f4f5a", 10)
        on.box(x + 10, 360, 210, 48, "#2f4f5a", 20)
        on.line([(x + 40, 400), (x + 40, 480)], "#aab4bc", 8)
        on.circle(x + 226, 386, 30, "#c9a04a")
        on.line([(x + 110, 360), (x + 110, 320)], RED, 16)
    for x, fill in ((90, RED), (150, GOLD), (210, "#4d86b8"), (760, "#5d9b7f")):
        on.box(x, 468, 36, 44, fill, 6)
    return on


def lesson() -> Sketch:
    """Old and young talk over a telephone and a book."""
    on = Sketch("#dcebe0", "#f9efd6")
    on.box(150, 60, 980, 250, "#3f6f5f", 10)
    on.box(150, 300, 980, 16, "#a8743f", 6)
    for k, w in enumerate((300, 420, 260)):
        on.line([(220, 120 + k * 62), (220 + w, 120 + k * 62)], "#d9ead9", 8)
    on.circle(960, 180, 74, "#ffd76a")
    for x in (935, 985):
        on.circle(x, 170, 8, INK)
    on.arc(960, 182, 38, 25, 155, INK, 7)
    for x, shirt, hair, bun in ((260, "#d96a4a", GREY, True), (500, "#4d86b8", INK, False),
                                (780, "#f0b63f", GREY, False),
                                (1020, "#5d9b7f", INK, True)):
        seated(on, x, 500, 230, shirt, hair, bun)
    on.box(0, 540, 1280, 180, "#b97a4a")
    on.box(0, 526, 1280, 24, "#d6a06a")
    for x in (330, 850):
        on.box(x, 440, 84, 120, "#33404a", 14)
        on.box(x + 8, 452, 68, 92, "#bfe3ee", 6)
        on.circle(x + 42, 488, 18, "#f0c39b")
        on.box(x + 20, 506, 44, 30, RED, 10)
    on.shape([(560, 540), (640, 556), (720, 540), (735, 590), (640, 606), (545, 590)], WHITE)
    return on


def birds() -> Sketch:
    """Egrets by the stream, and people with glasses."""
    on = Sketch("#cfe9ee", "#f4f3d8")
    on.circle(1050, 120, 54, "#fff3c0")
    hills(on, 380, 110, "#a9d0ac")
    on.box(0, 380, 1280, 200, "#8fc9d2")
    for k in range(18):
        on.line([((k * 211) % 1280, 400 + (k * 47) % 160), ((k * 211) % 1280 + 70, 400 + (k * 47) % 160)], "#aedae0", 5)
    for x, y, s in ((700, 520, 1.0), (850, 470, 0.75), (1050, 540, 1.15)):
        on.line([(x, y), (x, y - 60 * s)], "#5b5a55", 5)
        on.line([(x + 18 * s, y), (x + 16 * s, y - 60 * s)], "#5b5a55", 5)
        on.blob([(x - 50 * s, y - 70 * s), (x - 10 * s, y - 110 * s), (x + 45 * s, y - 96 * s),
                 (x + 30 * s, y - 56 * s)], WHITE)
        on.curve([(x + 34 * s, y - 90 * s), (x + 62 * s, y - 130 * s), (x + 40 * s, y - 165 * s),
                  (x + 58 * s, y - 190 * s)],
                 WHITE, 15 * s)
        on.circle(x + 60 * s, y - 192 * s, 12 * s, WHITE)
        on.line([(x + 70 * s, y - 190 * s), (x + 104 * s, y - 182 * s)], "#e8953f", 6 * s)
    for x, y in ((300, 110), (380, 80), (470, 120)):
        on.arc(x - 16, y, 18, 200, 340, "#5f7a80", 6)
        on.arc(x + 16, y, 18, 200, 340, "#5f7a80", 6)
    on.box(0, 560, 1280, 160, "#a9c77e")
    tree(on, 90, 620, 400, 2)
    for x, h, shirt, hair in ((280, 330, "#4d86b8", INK), (400, 220, "#f0b63f", INK), (510, 320, "#d96a4a", GREY)):
        person(on, x, 690, h, shirt, hair, arms="up")
        for dx in (-0.035, 0.035):
            on.circle(x + dx * h, 690 - h * 0.855, h * 0.034, INK)
    return on


def pottery() -> Sketch:
    """Shiwan glaze on a shelf, and a wheel."""
    on = Sketch("#efe2cc", "#dcc5a0")
    for y in (230, 430):
        on.box(80, y, 1120, 18, "#7a4f30", 4)
    glazes = ("#2f7d6b", "#c98a2c", "#6a3f28", "#3f6f9b", "#a23a2a", "#d8cfae")
    for row, y in enumerate((230, 430)):
        for k in range(8):
            _vase(on, 150 + k * 140, y, 96 + (k * 37 + row * 20) % 60, glazes[(k + row * 2) % 6], (k + row) % 3)
    on.box(0, 640, 1280, 80, "#8a5c3a")
    seated(on, 640, 600, 220, "#3f6f9b", GREY, True)
    on.oval(640, 640, 190, 34, "#6d4a33")
    on.oval(640, 628, 150, 24, "#9a6c4a")
    _vase(on, 640, 630, 84, "#c08860", 2)
    return on


def _vase(on: Sketch, x: float, y: float, h: float, glaze: str, kind: int) -> None:
    wide, neck = ((0.42, 0.16), (0.34, 0.24), (0.52, 0.36))[kind]
    on.blob([(x - h * 0.2, y), (x - h * wide, y - h * 0.42), (x - h * neck, y - h * 0.82),
             (x - h * (neck + 0.07), y - h),
             (x + h * (neck + 0.07), y - h), (x + h * neck, y - h * 0.82), (x + h * wide, y - h * 0.42),
             (x + h * 0.2, y)], glaze)
    on.oval(x, y - h, h * (neck + 0.05), h * 0.05, INK)
    on.curve([(x - h * wide * 0.6, y - h * 0.3), (x - h * wide * 0.66, y - h * 0.5),
              (x - h * wide * 0.45, y - h * 0.68)], WHITE, h * 0.045)


CRAFTS: dict[str, Callable[[], Sketch]] = {f.__name__: f for f in (pottery, writing, singing, sewing, lesson, birds)}
