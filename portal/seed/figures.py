"""What pictures are put together from: people, trees, houses, lanterns."""

import math

from .drawing import Colour, Sketch

SKIN, SKINS = "#f0c39b", ("#f0c39b", "#e6b48a", "#f4cfae")
BLACK, GREY, WHITE = "#3a2f2b", "#d9d4cc", "#f4f1ea"
LEAVES = (("#3f7d54", "#569b63", "#74b573"), ("#2f6b5a", "#44866c", "#63a283"), ("#6d8c3a", "#8aa94a", "#a9c25d"))


def person(on: Sketch, x: float, y: float, h: float, shirt: Colour, hair: Colour = BLACK, legs: Colour = "#4a5568",
           arms: str = "down", skin: Colour = SKIN, bun: bool = False) -> None:
    """Somebody who stands with their feet on (x, y), h high; `arms` is down, up, out or front."""
    head, top = h * 0.125, y - h
    hip, shoulder, wide = y - h * 0.42, top + h * 0.27, h * 0.115
    for side in (-1, 1):
        on.line([(x + side * wide * 0.5, hip), (x + side * wide * 0.62, y - h * 0.02)], legs, h * 0.105)
        on.oval(x + side * wide * 0.78, y - h * 0.01, h * 0.07, h * 0.03, BLACK)
    on.blob([(x - wide * 0.9, shoulder - h * 0.02), (x + wide * 0.9, shoulder - h * 0.02), (x + wide * 1.15, hip),
             (x + wide * 0.9, hip + h * 0.06), (x - wide * 0.9, hip + h * 0.06), (x - wide * 1.15, hip)], shirt)
    for side in (-1, 1):
        _arm(on, x + side * wide * 0.95, shoulder + h * 0.03, h, side, shirt, arms, skin)
    on.box(x - h * 0.035, top + head * 1.5, h * 0.07, h * 0.1, skin, h * 0.03)
    _head(on, x, top + head, head, hair, skin, bun)


def _head(on: Sketch, x: float, y: float, r: float, hair: Colour, skin: Colour, bun: bool) -> None:
    if bun:
        on.circle(x, y - r * 1.05, r * 0.42, hair)
    on.circle(x, y, r, skin)
    on.slice(x, y - r * 0.06, r * 1.06, 176, 364, hair)
    on.oval(x, y - r * 0.12, r * 0.82, r * 0.34, hair)
    for side in (-1, 1):
        on.circle(x + side * r * 0.36, y + r * 0.2, r * 0.085, "#4a3630")
        on.circle(x + side * r * 0.58, y + r * 0.45, r * 0.15, "#eb9f84")
    on.arc(x, y + r * 0.36, r * 0.22, 25, 155, "#a8573f", r * 0.09)


def _arm(on: Sketch, x: float, y: float, h: float, side: int, shirt: Colour, pose: str, skin: Colour) -> None:
    elbow, hand = {
        "down": ((0.07, 0.14), (0.06, 0.27)), "up": ((0.12, -0.05), (0.14, -0.2)),
        "out": ((0.13, 0.03), (0.27, -0.02)), "front": ((0.08, 0.14), (-0.04, 0.18)),
    }[pose]
    points = [(x, y), (x + side * elbow[0] * h, y + elbow[1] * h), (x + side * hand[0] * h, y + hand[1] * h)]
    on.line(points, shirt, h * 0.075)
    on.circle(*points[-1], h * 0.04, skin)


def seated(on: Sketch, x: float, y: float, h: float, shirt: Colour, hair: Colour = BLACK, bun: bool = False) -> None:
    """Somebody behind a table whose edge is at y: from the chest up."""
    on.blob([(x - h * 0.42, y + h * 0.3), (x - h * 0.36, y - h * 0.1), (x, y - h * 0.22), (x + h * 0.36, y - h * 0.1),
             (x + h * 0.42, y + h * 0.3)], shirt)
    on.box(x - h * 0.09, y - h * 0.36, h * 0.18, h * 0.22, SKIN, h * 0.08)
    _head(on, x, y - h * 0.52, h * 0.27, hair, SKIN, bun)


def tree(on: Sketch, x: float, y: float, h: float, leaves: int = 0, trunk: Colour = "#7a5138") -> None:
    """A tree with a round crown."""
    dark, middle, light = LEAVES[leaves]
    on.shape([(x - h * 0.045, y), (x - h * 0.025, y - h * 0.5), (x + h * 0.025, y - h * 0.5), (x + h * 0.05, y)], trunk)
    for dx, dy, r, fill in ((-0.2, 0.5, 0.2, dark), (0.2, 0.52, 0.21, dark), (0, 0.66, 0.27, middle),
                            (-0.16, 0.62, 0.17, middle), (0.13, 0.72, 0.17, light), (-0.06, 0.78, 0.13, light)):
        on.circle(x + dx * h, y - dy * h, r * h, fill)


def banyan(on: Sketch, x: float, y: float, h: float, leaves: int = 1) -> None:
    """An old banyan, wide, with roots that hang down."""
    dark, middle, light = LEAVES[leaves]
    for dx in (-0.52, -0.38, -0.27, 0.3, 0.42, 0.55):
        on.curve([(x + dx * h, y - h * 0.55), (x + (dx + 0.01) * h, y - h * 0.3), (x + dx * h, y - h * 0.12)],
                 "#8a6a50", h * 0.009)
    on.blob([(x - h * 0.22, y), (x - h * 0.09, y - h * 0.2), (x - h * 0.16, y - h * 0.5), (x, y - h * 0.42),
             (x + h * 0.17, y - h * 0.52), (x + h * 0.1, y - h * 0.2), (x + h * 0.24, y)], "#7b5a43")
    on.blob([(x - h * 0.04, y), (x - h * 0.02, y - h * 0.3), (x + h * 0.05, y - h * 0.32), (x + h * 0.07, y)],
            "#67483a")
    for dx, dy, r, fill in ((-0.5, 0.6, 0.22, dark), (0.5, 0.6, 0.23, dark), (-0.2, 0.6, 0.24, dark),
                            (0.2, 0.58, 0.24, dark),
                            (-0.36, 0.74, 0.23, middle), (0.36, 0.74, 0.24, middle), (0, 0.76, 0.28, middle),
                            (-0.16, 0.86, 0.19, light), (0.22, 0.88, 0.18, light), (-0.44, 0.84, 0.12, light)):
        on.circle(x + dx * h, y - dy * h, r * h, fill)


def gable(on: Sketch, x: float, y: float, w: float, h: float, wall: Colour = "#8f9791", roof: Colour = "#4d5755",
          trim: Colour = "#c8943c") -> None:
    """A house of grey brick with wok-ear gables, seen from the front."""
    on.box(x, y - h, w, h, wall)
    for row in range(int(h // 18)):
        on.line([(x + 6, y - 12 - row * 18), (x + w - 6, y - 12 - row * 18)], _paler(wall), 1.2)
    for side in (x, x + w):
        ear = w * 0.13
        on.box(side - ear, y - h * 1.06, ear * 2, h * 1.06, wall)
        on.blob([(side - ear * 1.25, y - h), (side - ear * 1.2, y - h * 1.2), (side, y - h * 1.42),
                 (side + ear * 1.2, y - h * 1.2), (side + ear * 1.25, y - h)], roof)
        on.blob([(side - ear * 0.8, y - h * 0.99), (side - ear * 0.75, y - h * 1.15), (side, y - h * 1.3),
                 (side + ear * 0.75, y - h * 1.15), (side + ear * 0.8, y - h * 0.99)], wall)
    on.shape([(x + w * 0.13, y - h * 1.0), (x + w * 0.2, y - h * 1.2), (x + w * 0.8, y - h * 1.2),
              (x + w * 0.87, y - h)], roof)
    on.line([(x + w * 0.18, y - h * 1.21), (x + w * 0.82, y - h * 1.21)], trim, h * 0.03)
    on.box(x + w * 0.38, y - h * 0.62, w * 0.24, h * 0.62, "#5d3324")
    on.box(x + w * 0.34, y - h * 0.74, w * 0.32, h * 0.1, trim, 3)
    for dx in (0.2, 0.68):
        on.box(x + w * dx, y - h * 0.62, w * 0.12, h * 0.26, "#efe3c4", 3)


def _paler(colour: str) -> tuple[int, int, int]:
    return tuple(min(255, int(colour[i:i + 2], 16) + 14) for i in (1, 3, 5))


def tower(on: Sketch, x: float, y: float, w: float, h: float, wall: Colour, pane: Colour = "#fdf3d4",
          floors: int = 9) -> None:
    """A block of flats."""
    on.box(x, y - h, w, h, wall, 8)
    columns, step = max(2, int(w // 38)), h / (floors + 1)
    for floor in range(floors):
        for column in range(columns):
            lit = (floor * 7 + column * 5 + int(x)) % 4
            on.box(x + w * (column + 0.28) / columns, y - h + step * (floor + 0.55), w / columns * 0.46, step * 0.5,
                   pane if lit else "#9fb9c4", 3)


def lantern(on: Sketch, x: float, y: float, r: float, red: Colour = "#d8382c", glow: bool = True) -> None:
    """A round lantern that hangs from (x, y)."""
    middle = y + r * 1.5
    if glow:
        on.glow(x, middle, r * 3, "#ffd27a", 0.5)
    on.line([(x, y), (x, middle - r)], "#7a4a22", r * 0.07)
    on.oval(x, middle, r * 1.12, r, red)
    for share in (0.72, 0.3):
        on.pen.ellipse([c * 2 for c in (x - r * 1.12 * share, middle - r, x + r * 1.12 * share, middle + r)],
                       outline="#f0685a", width=3)
    on.box(x - r * 0.42, middle - r * 1.1, r * 0.84, r * 0.2, "#e8b04a", 3)
    on.box(x - r * 0.42, middle + r * 0.9, r * 0.84, r * 0.2, "#e8b04a", 3)
    for dx in (-0.2, 0, 0.2):
        on.line([(x + dx * r, middle + r * 1.1), (x + dx * r, middle + r * 1.7)], "#e8b04a", r * 0.07)


def bunting(on: Sketch, y: float, sag: float, colours: tuple[str, ...]) -> None:
    """Small flags on a string across the picture."""
    n = 16
    at = [(on.width * k / n, y + sag * math.sin(math.pi * (k % (n / 2)) / (n / 2))) for k in range(n + 1)]
    on.curve(at, "#8a6a50", 3)
    for k, (x, top) in enumerate(at[:-1]):
        on.shape([(x + 12, top + 2), (x + 62, top + 5), (x + 37, top + 56)], colours[k % len(colours)])


def cloud(on: Sketch, x: float, y: float, s: float, fill: Colour = "#ffffff") -> None:
    """A small cloud."""
    for dx, dy, r in ((-0.9, 0.1, 0.5), (0, -0.2, 0.75), (0.85, 0.1, 0.55)):
        on.circle(x + dx * s, y + dy * s, r * s, fill)
    on.box(x - 1.35 * s, y + 0.08 * s, 2.7 * s, 0.54 * s, fill, 0.27 * s)


def hills(on: Sketch, y: float, high: float, fill: Colour, shift: float = 0) -> None:
    """A soft line of hills down to the ground."""
    top = [(x, y - high * (0.55 + 0.45 * math.sin(x / 170 + shift) * math.cos(x / 310 + shift)))
           for x in range(-20, on.width + 40, 20)]
    on.shape([*top, (on.width + 20, on.height), (-20, on.height)], fill)
