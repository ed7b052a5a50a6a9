"""Pictures of things that people do together; `SCENES` names them."""

import math
from collections.abc import Callable

from .drawing import Sketch
from .figures import GREY, WHITE, banyan, bunting, cloud, hills, person, seated, tree

RED, GOLD, INK = "#c8322b", "#e8b04a", "#3a2f2b"


def papercut() -> Sketch:
    """A red paper cut on a table."""
    on = Sketch("#fbe9cf", "#f3d3a4")
    on.box(0, 560, 1280, 160, "#c58a54")
    for x in (170, 1110):
        on.box(x - 105, 150, 210, 260, "#fff7e8", 6)
        _cut(on, x, 280, 80, 6)
    on.circle(640, 330, 262, "#fff7e8")
    _cut(on, 640, 330, 236, 8)
    on.line([(960, 640), (1090, 570)], "#8f9aa3", 12)
    on.line([(960, 570), (1090, 640)], "#aab4bc", 12)
    for x, y in ((1108, 556), (1108, 654)):
        on.ring(x, y, 30, RED, 12)
    for x, y, w in ((150, 620, 150), (250, 650, 130), (380, 615, 110)):
        on.box(x, y, w, 40, (RED, "#e05a48", "#b3261f")[x % 3], 4)
    return on


def _cut(on: Sketch, x: float, y: float, r: float, n: int) -> None:
    paper = "#fff7e8"
    on.circle(x, y, r * 0.94, RED)
    for k in range(n * 3):
        angle = 2 * math.pi * k / n / 3
        on.circle(x + r * 0.9 * math.cos(angle), y + r * 0.9 * math.sin(angle), r * 0.12, RED)
    for share, size in ((0.86, 0.07), (0.6, 0.1)):
        for k in range(n * 2):
            angle = math.pi * (k + 0.5) / n
            on.circle(x + r * share * math.cos(angle), y + r * share * math.sin(angle), r * size, paper)
    for k in range(n):
        a = 2 * math.pi * k / n
        tip, left, right = ((x + r * d * math.cos(a + t), y + r * d * math.sin(a + t))
                            for d, t in ((0.5, 0), (0.3, 0.26), (0.3, -0.26)))
        on.blob([tip, left, (x + r * 0.16 * math.cos(a), y + r * 0.16 * math.sin(a)), right], paper)
    on.circle(x, y, r * 0.1, paper)
    on.circle(x, y, r * 0.05, RED)


def dumplings() -> Sketch:
    """Neighbours around a table with steamers."""
    on = Sketch("#ffe8cc", "#fbd6a6")
    bunting(on, 40, 26, (RED, GOLD, "#5d9b7f", "#4d86b8"))
    for x, shirt, hair, bun in ((230, "#5d9b7f", GREY, True), (500, "#d96a4a", INK, False),
                                (780, "#4d86b8", GREY, False), (1050, "#b5578b", INK, True)):
        seated(on, x, 440, 230, shirt, hair, bun)
    on.box(40, 470, 1200, 40, "#e2b27e", 20)
    on.box(70, 505, 1140, 215, "#b97a4a")
    for x in (250, 640, 1030):
        on.oval(x, 486, 132, 36, "#a9744a")
        on.oval(x, 476, 132, 36, "#e9c893")
        on.oval(x, 474, 112, 27, "#f6e2bc")
        for k in range(7):
            on.slice(x - 78 + 26 * k, 478 - (k % 2) * 10, 19, 180, 360, "#fffaf0")
            on.arc(x - 78 + 26 * k, 478 - (k % 2) * 10, 14, 200, 340, "#e6d3b0", 2)
    for x in (250, 640, 1030):
        for dx in (-30, 20):
            on.curve([(x + dx, 430), (x + dx + 14, 405), (x + dx - 8, 380), (x + dx + 8, 350)], "#fff9ee", 7)
    return on


def reading() -> Sketch:
    """A corner with books, a lamp and children."""
    on = Sketch("#fdeccb", "#f6d9a4")
    on.box(0, 590, 1280, 130, "#b98250")
    _shelf(on, 60, 90, 420, 500)
    on.glow(1090, 170, 300, "#fff3c0", 0.9)
    on.line([(1090, 590), (1090, 220)], "#6b4a33", 9)
    on.shape([(1030, 220), (1150, 220), (1120, 140), (1060, 140)], "#e0793f")
    on.oval(800, 650, 400, 56, "#6fa287")
    person(on, 640, 640, 330, "#d96a4a", legs="#5a6f86", arms="front")
    person(on, 830, 648, 250, "#f0b63f", legs="#557a66", arms="front")
    person(on, 980, 642, 370, "#4d86b8", GREY, arms="front", bun=True)
    for x, y, w, fill in ((640, 440, 80, RED), (830, 500, 66, "#3f7d9b"), (980, 415, 88, "#5d9b7f")):
        on.shape([(x - w, y - 8), (x, y + 10), (x + w, y - 8), (x + w, y + 44), (x, y + 62), (x - w, y + 44)], fill)
        on.shape([(x - w + 8, y - 12), (x, y + 6), (x + w - 8, y - 12), (x + w - 8, y + 36), (x, y + 54),
                  (x - w + 8, y + 36)],
                 "#fffaf0")
        on.line([(x, y + 6), (x, y + 54)], "#d8cdb8", 3)
    return on


def _shelf(on: Sketch, x: float, y: float, w: float, h: float) -> None:
    on.box(x, y, w, h, "#8f5c38", 8)
    fills = (RED, "#e0993f", "#3f7d9b", "#5d9b7f", "#f4ead2", "#8a5b87")
    for row in range(4):
        top = y + 18 + row * (h - 18) / 4
        deep = (h - 18) / 4 - 18
        on.box(x + 16, top, w - 32, deep, "#6d4328")
        at, k = x + 24, row
        while at < x + w - 60:
            wide, low = 22 + (k * 7) % 17, (k * 11) % 26
            on.box(at, top + 8 + low, wide, deep - 8 - low, fills[(k * 5 + row) % 6], 2)
            at, k = at + wide + (3 if k % 6 else 34), k + 1


def taichi() -> Sketch:
    """Morning exercises under trees."""
    on = Sketch("#fbe3b6", "#e3efd0")
    on.glow(980, 190, 330, "#fff1b8", 0.9)
    on.circle(980, 190, 70, "#fff6d8")
    hills(on, 440, 120, "#bcd8b4")
    hills(on, 520, 90, "#97c294", 2)
    on.oval(640, 690, 900, 150, "#e8d9a8")
    tree(on, 110, 600, 420, 1)
    tree(on, 1190, 590, 360, 0)
    for x, y, h, shirt, hair in ((330, 640, 320, WHITE, GREY), (640, 665, 360, WHITE, GREY),
                                 (930, 640, 320, WHITE, INK),
                                 (490, 585, 230, "#e7eef5", GREY), (800, 585, 230, "#fbe9e2", GREY)):
        person(on, x, y, h, shirt, hair, legs="#e9e4d6", arms="out")
    return on


def repair() -> Sketch:
    """A bench with tools, a fan and a kettle."""
    on = Sketch("#dfeaf0", "#f4ead6")
    on.box(90, 70, 1100, 330, "#c9d8de", 18)
    for k, x in enumerate(range(170, 1130, 120)):
        on.circle(x, 110, 7, "#8197a1")
        on.line([(x, 116), (x, 250)], ("#c0574a", "#d99a3f", "#4f7f9d", "#5d9b7f")[k % 4], 26)
        if k % 2:
            on.line([(x, 250), (x, 330)], "#8f9aa3", 11)
        else:
            on.box(x - 40, 240, 80, 44, "#8f9aa3", 6)
    on.box(0, 520, 1280, 200, "#b97a4a")
    on.box(0, 500, 1280, 34, "#d6a06a")
    seated(on, 640, 470, 250, "#3f6f9b", GREY)
    on.box(0, 520, 1280, 20, "#c58a54")
    on.line([(250, 510), (250, 420)], "#6f8a99", 14)
    on.ring(250, 350, 92, "#6f8a99", 9)
    on.petals(250, 350, 46, 4, "#a6c3cf", 0.4)
    on.circle(250, 350, 18, "#6f8a99")
    on.blob([(980, 500), (940, 420), (980, 352), (1060, 352), (1100, 420), (1060, 500)], "#d9534a")
    on.arc(1020, 362, 66, 190, 350, INK, 12)
    on.line([(1088, 430), (1150, 380)], "#d9534a", 22)
    on.box(430, 455, 130, 52, "#e8b04a", 8)
    on.line([(760, 500), (880, 470)], "#8f9aa3", 16)
    on.line([(700, 505), (770, 498)], "#c0574a", 24)
    return on


def clinic() -> Sketch:
    """Blood pressure is taken at a table in the shade."""
    on = Sketch("#d8eef0", "#f2f7ea")
    hills(on, 470, 80, "#b9dcc0")
    for k in range(8):
        on.shape([(120 + k * 130, 70), (250 + k * 130, 70), (265 + k * 130, 190), (105 + k * 130, 190)],
                 "#3f8f86" if k % 2 else "#f7fbf7")
        on.slice(185 + k * 130, 190, 66, 0, 180, "#3f8f86" if k % 2 else "#f7fbf7")
    for x in (150, 1130):
        on.line([(x, 190), (x, 640)], "#7d9a94", 14)
    seated(on, 430, 460, 240, "#f7fbff", INK, True)
    seated(on, 860, 460, 240, "#c57f55", GREY)
    on.box(200, 490, 880, 40, "#f4ead6", 16)
    on.box(230, 528, 820, 192, "#cfe3dc")
    on.box(600, 408, 130, 84, "#41545c", 12)
    on.box(614, 420, 102, 46, "#cdeccc", 6)
    on.line([(628, 445), (646, 445), (656, 428), (670, 458), (680, 445), (702, 445)], "#3f7d54", 5)
    on.curve([(730, 460), (780, 480), (800, 430)], "#41545c", 8)
    on.box(760, 400, 84, 48, "#4f86a8", 14)
    on.circle(640, 624, 56, WHITE)
    on.box(628, 588, 24, 72, RED, 4)
    on.box(604, 612, 72, 24, RED, 4)
    return on


def film() -> Sketch:
    """A film in the open at dusk."""
    on = Sketch("#1f2f5c", "#c9737b")
    for k in range(46):
        on.circle((k * k * 137 + k * 61) % 1280, (k * k * 53 + k * 29) % 300, 1.5 + k % 3, "#ffe9b8")
    on.circle(1120, 110, 46, "#fff3cf")
    on.circle(1140, 100, 42, "#3a3f6c")
    hills(on, 520, 90, "#2c2f55")
    on.glow(640, 280, 480, "#fff2c8", 0.55)
    on.box(310, 110, 660, 350, "#f6f0e0", 6)
    on.box(330, 130, 620, 310, "#8ec7d8")
    on.circle(520, 240, 56, "#ffd76a")
    on.blob([(330, 440), (430, 350), (560, 400), (720, 310), (860, 380), (950, 340), (950, 440)], "#4f9b77")
    on.line([(330, 460), (300, 620)], "#5b4a55", 12)
    on.line([(950, 460), (980, 620)], "#5b4a55", 12)
    on.shape([(0, 560), (1280, 560), (1280, 720), (0, 720)], "#25284a")
    for row, y in enumerate((610, 680)):
        for k in range(9):
            x, r = 90 + k * 138 + row * 60, 36 - (k * 5 + row) % 11
            on.blob([(x - r * 1.5, y + 90), (x - r * 1.1, y + 22), (x, y + 6), (x + r * 1.1, y + 22),
                     (x + r * 1.5, y + 90)],
                    ("#5d6fa8", "#a8596b", "#4f8f86", "#b98a4a")[(k + row) % 4])
            on.circle(x, y - 10, r, ("#2b2430", "#cfc9c4", "#43303a")[(k * 2 + row) % 3])
    return on


def market() -> Sketch:
    """Stalls with things that found a second home."""
    on = Sketch("#cfe8f2", "#fdf3da")
    cloud(on, 240, 90, 46)
    cloud(on, 1010, 120, 40)
    on.box(0, 560, 1280, 160, "#e6d2a8")
    for x, fill in ((90, RED), (480, "#3f8f86"), (870, "#e0993f")):
        for side in (20, 300):
            on.line([(x + side, 250), (x + side, 610)], "#9a7250", 11)
        for k in range(6):
            strip = fill if k % 2 else "#fffaf0"
            on.shape([(x + k * 53, 190), (x + 53 + k * 53, 190), (x + 53 + k * 53, 262), (x + k * 53, 262)], strip)
            on.slice(x + 26 + k * 53, 262, 26.5, 0, 180, strip)
        on.box(x, 470, 320, 130, "#b97a4a", 6)
        on.box(x - 10, 455, 340, 26, "#d6a06a", 8)
    seated(on, 250, 440, 170, "#4d86b8", GREY, True)
    seated(on, 640, 440, 170, "#d96a4a")
    seated(on, 1030, 440, 170, "#5d9b7f", INK, True)
    for x, fill in ((120, "#f0b63f"), (165, "#c8322b"), (335, "#5d9b7f"), (515, "#8a5b87"), (745, "#f0b63f"),
                    (905, "#4d86b8"), (1130, RED)):
        on.box(x, 405, 38, 52, fill, 6)
    person(on, 470, 690, 260, "#f0b63f", arms="front")
    person(on, 840, 695, 290, "#b5578b", arms="down", bun=True)
    return on


def garden() -> Sketch:
    """Beds of vegetables on a roof."""
    on = Sketch("#bfe3ee", "#f3f6da")
    for x, h in ((40, 260), (170, 330), (1010, 300), (1150, 240)):
        on.box(x, 470 - h, 110, h, "#a9c6cc", 6)
    cloud(on, 640, 110, 50)
    on.box(0, 470, 1280, 250, "#d9c59a")
    for row, y in enumerate((500, 610)):
        for k in range(3):
            x = 60 + k * 410 + row * 20
            on.box(x, y, 350, 76, "#8f5c38", 8)
            on.box(x + 8, y - 6, 334, 26, "#5a3a26", 10)
            for n in range(7):
                _plant(on, x + 35 + n * 47, y, (k + row) % 3)
    person(on, 420, 600, 330, "#d96a4a", GREY, arms="front", bun=True)
    person(on, 880, 600, 360, "#4f86a8", arms="front")
    person(on, 660, 600, 220, "#f0b63f", arms="out")
    return on


def _plant(on: Sketch, x: float, y: float, kind: int) -> None:
    if kind == 1:
        on.line([(x, y), (x, y - 62)], "#4f7f3f", 6)
        for dy in (22, 46):
            on.circle(x - 9, y - dy, 10, RED)
        return
    for dx in (-13, 0, 13):
        on.oval(x + dx, y - 22 - (8 if not dx else 0), 11, 22, "#6fae4f" if kind else "#4f9b5a")


def chess() -> Sketch:
    """Chinese chess under the banyan."""
    on = Sketch("#dcecc8", "#f3ecc9")
    on.box(0, 570, 1280, 150, "#d8c48f")
    banyan(on, 640, 600, 560)
    seated(on, 380, 500, 250, "#f7f1e2", GREY)
    seated(on, 900, 500, 250, "#6f8fae", GREY)
    on.shape([(470, 500), (810, 500), (880, 610), (400, 610)], "#d9a75f")
    for k in range(6):
        on.line([(484 + k * 62, 508), (424 + k * 86, 602)], "#8a5a2c", 2.5)
        y = 508 + k * 19
        on.line([(478 - k * 12, y), (802 + k * 12, y)], "#8a5a2c", 2.5)
    for x, y, fill in ((520, 535, RED), (600, 560, INK), (690, 530, INK), (760, 585, RED), (640, 590, RED),
                       (480, 588, INK)):
        on.oval(x, y + 5, 21, 13, "#b8864a")
        on.oval(x, y, 21, 13, "#f6e2b6")
        on.oval(x, y, 12, 7, fill)
    person(on, 190, 640, 330, "#c57f55", GREY, arms="down")
    person(on, 1110, 640, 310, "#5d9b7f", INK, arms="down", bun=True)
    on.box(610, 606, 60, 70, "#a8743f", 6)
    return on


SCENES: dict[str, Callable[[], Sketch]] = {f.__name__: f for f in (
    papercut, dumplings, reading, taichi, repair, clinic, film, market, garden, chess)}
