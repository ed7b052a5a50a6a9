"""Pictures of places and festivals, and the marks of communities; `VIEWS` and `MARKS` name them."""

import math
from collections.abc import Callable

from .drawing import Sketch
from .figures import GREY, WHITE, banyan, bunting, cloud, gable, hills, lantern, person, tower, tree
from .scenes import GOLD, INK, RED


def lanterns() -> Sketch:
    """An evening under lanterns."""
    on = Sketch("#2a2350", "#e08a4f")
    on.circle(1060, 130, 64, "#fff3cf")
    for x in (60, 330, 820, 1010):
        gable(on, x, 640, 190, 190, "#5a5470", "#2d2842")
    on.box(0, 620, 1280, 100, "#6d4450")
    for x, y, r in ((120, 0, 62), (330, 0, 84), (560, 0, 58), (760, 0, 96), (980, 0, 64), (1180, 0, 80)):
        lantern(on, x, y + 10, r, RED if r > 60 else "#e8793f")
    for x, h, shirt, hair in ((300, 240, "#d96a4a", INK), (400, 170, "#f0b63f", INK), (640, 250, "#5d9b7f", GREY),
                              (860, 240, "#b5578b", INK), (960, 160, "#6fb3c4", INK)):
        person(on, x, 690, h, shirt, hair, arms="up" if h < 200 else "down")
    return on


def dragonboat() -> Sketch:
    """A dragon boat on the river."""
    on = Sketch("#bfe6f0", "#e9f6e4")
    cloud(on, 250, 100, 44)
    hills(on, 330, 90, "#9fcbaa")
    for x in (70, 230, 1090, 1200):
        tree(on, x, 360, 190, x % 3)
    on.box(0, 345, 1280, 375, "#5fb0c0")
    for k in range(34):
        x, y = (k * 173) % 1280, 380 + (k * 61) % 330
        on.line([(x, y), (x + 60, y)], "#86c9d4", 5)
    on.blob([(130, 520), (240, 600), (640, 625), (1020, 600), (1120, 520), (1000, 560), (640, 572), (260, 560)],
            "#b3261f")
    on.curve([(180, 555), (420, 590), (860, 590), (1080, 552)], GOLD, 9)
    on.blob([(1080, 560), (1130, 470), (1170, 440), (1235, 452), (1220, 490), (1160, 500), (1130, 560)], "#3f8f5a")
    on.circle(1176, 462, 9, WHITE)
    on.circle(1178, 463, 4, INK)
    on.line([(1160, 440), (1130, 400)], GOLD, 8)
    for k in range(7):
        x = 290 + k * 112
        on.line([(x + 26, 510), (x + 84, 660)], "#7a5138", 8)
        on.blob([(x - 30, 575), (x - 26, 500), (x + 26, 500), (x + 32, 575)], ("#f0b63f", "#fffaf0")[k % 2])
        on.circle(x, 468, 27, "#e6b48a")
        on.slice(x, 464, 29, 180, 360, INK)
        on.line([(x - 27, 464), (x + 27, 464)], RED, 7)
    return on


def courtyard() -> Sketch:
    """An osmanthus tree before a moon gate."""
    on = Sketch("#fbe0a6", "#f9efcf")
    on.box(0, 150, 1280, 420, "#f6efe0")
    on.box(0, 132, 1280, 34, "#7c6a58")
    for x in range(0, 1280, 40):
        on.slice(x + 20, 166, 20, 0, 180, "#655545")
    on.circle(640, 400, 196, "#a9906c")
    on.circle(640, 400, 178, "#cfe6c6")
    on.oval(640, 560, 150, 46, "#93bf8c")
    gable(on, 585, 520, 120, 90, "#a4aaa0", "#5a625f")
    on.box(0, 560, 1280, 160, "#dcc69a")
    for k in range(30):
        on.oval((k * 157) % 1280, 590 + (k * 37) % 120, 26, 7, "#cdb384")
    for x in (240, 1060):
        tree(on, x, 640, 470, 0, "#6f4a30")
        for k in range(60):
            a, d = k * 2.4, 20 + (k * 29) % 118
            on.petals(x + d * math.cos(a) * 1.1, 336 + d * math.sin(a) * 0.9, 5.5, 4, "#f6a821")
    person(on, 560, 660, 250, "#d96a4a", GREY, bun=True)
    person(on, 690, 668, 160, "#4d86b8", arms="up")
    person(on, 430, 664, 230, "#5d9b7f", GREY)
    return on


def kilns() -> Sketch:
    """Wok-ear houses and the old kiln's chimney."""
    on = Sketch("#cfe3dc", "#f4ecd8")
    on.glow(300, 170, 260, "#fff4cf", 0.8)
    hills(on, 430, 130, "#a9c8b0")
    on.shape([(1010, 560), (1035, 120), (1085, 120), (1110, 560)], "#a8593f")
    for y in (160, 240):
        on.box(1026, y, 68, 14, "#8a4632")
    for x, y, r in ((1075, 88, 34), (1120, 50, 44), (1180, 26, 36)):
        on.circle(x, y, r, "#f3f1ea")
    for x, w, h in ((60, 240, 200), (330, 280, 240), (660, 240, 190)):
        gable(on, x, 590, w, h)
    on.blob([(900, 600), (930, 480), (1040, 440), (1180, 480), (1220, 600)], "#8f6a52")
    on.slice(1060, 600, 56, 180, 360, "#3b2a22")
    on.glow(1060, 580, 60, "#ffb04a", 0.9)
    on.box(0, 585, 1280, 135, "#b9b4a2")
    for k in range(40):
        on.box((k * 131) % 1280, 600 + (k * 29) % 110, 46, 10, "#a5a08f", 4)
    tree(on, 620, 610, 230, 1)
    person(on, 250, 680, 210, "#f7f1e2", GREY)
    person(on, 880, 685, 220, "#c57f55", INK, bun=True)
    return on


def riverside() -> Sketch:
    """A promenade along the river at noon."""
    on = Sketch("#a9d8f0", "#eaf6fb")
    cloud(on, 420, 110, 50)
    cloud(on, 740, 70, 40)
    for x, w, h, wall in ((40, 120, 300, "#dfe6ea"), (180, 100, 380, "#c9dbe4"), (880, 130, 340, "#e6e0d6"),
                          (1030, 110, 420, "#d2e0e6"), (1160, 110, 300, "#e9e2d0")):
        tower(on, x, 430, w, h, wall)
    on.box(0, 425, 1280, 190, "#6fb6cf")
    for k in range(30):
        x, y = (k * 197) % 1280, 445 + (k * 53) % 150
        on.line([(x, y), (x + 70, y)], "#93cadd", 5)
    on.curve([(260, 430), (480, 330), (700, 330), (920, 430)], "#e8eef0", 16)
    on.line([(200, 430), (980, 430)], "#dfe6ea", 14)
    for x in range(330, 900, 70):
        on.line([(x, 430), (x, 356 + abs(x - 590) * 0.2)], "#dfe6ea", 5)
    on.box(0, 600, 1280, 120, "#e9dcc0")
    for x in range(20, 1280, 90):
        on.line([(x, 560), (x, 606)], "#8fa3ab", 7)
    on.line([(0, 562), (1280, 562)], "#8fa3ab", 9)
    for x in (120, 1150):
        tree(on, x, 660, 330, 1)
    person(on, 480, 690, 230, "#f7f1e2", GREY)
    person(on, 590, 692, 150, "#f0b63f", arms="up")
    person(on, 780, 690, 225, "#3f6f9b", bun=True)
    return on


def village() -> Sketch:
    """Ponds, a hall and a banyan."""
    on = Sketch("#c6e6e0", "#f6f1d4")
    hills(on, 360, 110, "#a8cfa4")
    gable(on, 120, 450, 260, 190)
    gable(on, 420, 450, 190, 150)
    banyan(on, 950, 470, 380, 0)
    on.box(0, 445, 1280, 275, "#9cc27e")
    on.blob([(120, 590), (320, 510), (700, 505), (1080, 560), (1160, 650), (760, 710), (260, 690)], "#6fb9c2")
    on.blob([(170, 596), (340, 530), (690, 524), (1040, 570), (1100, 642), (750, 690), (280, 670)], "#86c9cf")
    for x, y in ((360, 590), (470, 640), (880, 600), (760, 655), (980, 640)):
        on.oval(x, y, 52, 17, "#4f9b5a")
        on.slice(x, y, 30, 250, 290, "#86c9cf")
    for x, y in ((420, 590), (830, 632)):
        on.petals(x, y, 15, 6, "#f3a6b8")
        on.circle(x, y, 8, "#ffe08a")
    for x in (560, 640, 700):
        on.oval(x, 600, 30, 15, WHITE)
        on.circle(x + 26, 588, 11, WHITE)
        on.line([(x + 36, 589), (x + 44, 591)], "#e8953f", 6)
    person(on, 1120, 560, 170, "#d96a4a", GREY, bun=True)
    return on


def towers() -> Sketch:
    """A young estate with a playground."""
    on = Sketch("#bfe4f4", "#fbf5e0")
    cloud(on, 640, 90, 50)
    for x, w, h, wall in ((50, 170, 430, "#f0dcc0"), (250, 150, 360, "#e8e9e2"), (880, 160, 400, "#e2ebe4"),
                          (1070, 170, 460, "#f3e0c4")):
        tower(on, x, 560, w, h, wall, floors=11)
    on.box(0, 550, 1280, 170, "#a9cf8a")
    on.oval(640, 640, 430, 66, "#f0dca4")
    for x in (440, 850):
        tree(on, x, 580, 250, 2)
    on.line([(560, 640), (640, 420), (720, 640)], "#d9534a", 13)
    on.curve([(650, 440), (720, 470), (760, 580), (820, 636)], "#f0b63f", 24)
    person(on, 700, 420, 110, "#4d86b8", arms="up")
    person(on, 430, 680, 220, "#b5578b", bun=True)
    person(on, 520, 684, 130, "#f0b63f", arms="up")
    person(on, 930, 682, 235, "#4f8f86", GREY)
    return on


def street() -> Sketch:
    """Arcades of an old street on a feast day."""
    on = Sketch("#cfe8f2", "#fff3da")
    for k, (wall, trim) in enumerate((("#f2d9a8", "#c98a4a"), ("#e9c3a4", "#b5653f"), ("#d7e0cf", "#7f9a7a"),
                                      ("#f4e4c8", "#b98a4a"))):
        x = k * 320
        on.box(x, 130 + (k % 2) * 30, 320, 470, wall)
        on.box(x, 120 + (k % 2) * 30, 320, 22, trim, 4)
        for dx in (50, 190):
            on.box(x + dx, 200, 80, 120, "#8fb0ba", 8)
            on.slice(x + dx + 40, 204, 40, 180, 360, trim)
        on.box(x, 360, 320, 18, trim)
        on.box(x + 34, 430, 252, 180, "#6d4f40")
        on.slice(x + 160, 440, 126, 180, 360, "#6d4f40")
        on.box(x + 60, 396, 200, 44, RED if k % 2 else "#2f7d6b", 6)
        for dx in (86, 142, 198):
            on.box(x + dx, 408, 34, 20, "#f8e3b0", 4)
    on.box(0, 600, 1280, 120, "#d8cdb8")
    bunting(on, 60, 34, (RED, GOLD, "#2f7d6b", "#3f6f9b"))
    for x in (160, 480, 800, 1120):
        lantern(on, x, 470, 26, glow=False)
    for x, h, shirt, hair in ((220, 230, "#d96a4a", INK), (340, 150, "#f0b63f", INK), (640, 240, "#f7f1e2", GREY),
                              (930, 230, "#4d86b8", INK)):
        person(on, x, 695, h, shirt, hair, arms="out" if h < 200 else "down")
    return on


VIEWS: dict[str, Callable[[], Sketch]] = {f.__name__: f for f in (
    lanterns, dragonboat, courtyard, kilns, riverside, village, towers, street)}


def mark(kind: str, colour: str) -> Sketch:
    """A community's mark: a shape in white on its colour."""
    on = Sketch(colour, width=512, height=512)
    MARKS[kind](on)
    return on


def _blossom(on: Sketch) -> None:
    on.petals(256, 256, 92, 4, "#ffd66b", math.pi / 4)
    on.circle(256, 256, 46, "#8f3d0c")


def _vessel(on: Sketch) -> None:
    on.blob([(196, 420), (128, 290), (206, 170), (190, 110), (322, 110), (306, 170), (384, 290), (316, 420)], WHITE)
    on.line([(150, 280), (362, 280)], "#2f7d6b", 22)


def _wave(on: Sketch) -> None:
    for k, y in enumerate((190, 270, 350)):
        on.curve([(90, y), (170, y - 40), (256, y), (342, y + 40), (422, y)], WHITE if k != 1 else "#bfe3f4", 34)


def _leaf(on: Sketch) -> None:
    on.blob([(256, 90), (390, 220), (330, 380), (256, 430), (182, 380), (122, 220)], WHITE)
    on.line([(256, 160), (256, 430)], "#3f7d54", 16)


def _boat(on: Sketch) -> None:
    on.blob([(80, 280), (150, 380), (256, 400), (362, 380), (432, 280), (256, 320)], WHITE)
    on.circle(256, 190, 56, "#ffd66b")


def _sprout(on: Sketch) -> None:
    on.line([(256, 430), (256, 230)], WHITE, 24)
    on.blob([(256, 250), (150, 220), (110, 110), (230, 140)], WHITE)
    on.blob([(256, 210), (290, 110), (400, 90), (360, 200)], "#e5f4c8")


MARKS = {"blossom": _blossom, "vessel": _vessel, "wave": _wave, "leaf": _leaf, "boat": _boat, "sprout": _sprout}
