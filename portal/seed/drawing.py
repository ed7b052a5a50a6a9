"""A pencil for flat pictures: shapes in a space of 1280 × 720, drawn twice as large and brought down smooth."""

import math
from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageColor, ImageDraw

WIDTH, HEIGHT, SCALE = 1280, 720, 2

Point = tuple[float, float]
Colour = str | tuple[int, int, int]


class Sketch:
    """A picture in the making."""

    def __init__(self, top: Colour, bottom: Colour | None = None, width: int = WIDTH, height: int = HEIGHT):
        self.width, self.height = width, height
        self.image = _shaded((width * SCALE, height * SCALE), top, bottom or top)
        self.pen = ImageDraw.Draw(self.image)

    def shape(self, points: Sequence[Point], fill: Colour) -> None:
        """A polygon."""
        self.pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def blob(self, points: Sequence[Point], fill: Colour) -> None:
        """A closed curve through the points."""
        self.shape(smooth(points), fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        """An ellipse around (x, y)."""
        self.pen.ellipse([c * SCALE for c in (x - rx, y - ry, x + rx, y + ry)], fill=fill)

    def circle(self, x: float, y: float, r: float, fill: Colour) -> None:
        self.oval(x, y, r, r, fill)

    def ring(self, x: float, y: float, r: float, fill: Colour, width: float) -> None:
        """A circle's edge."""
        self.pen.ellipse([c * SCALE for c in (x - r, y - r, x + r, y + r)], outline=fill, width=round(width * SCALE))

    def box(self, x: float, y: float, w: float, h: float, fill: Colour, r: float = 0) -> None:
        """A rectangle from its top left corner, with round corners."""
        self.pen.rounded_rectangle([c * SCALE for c in (x, y, x + w, y + h)], radius=r * SCALE, fill=fill)

    def line(self, points: Sequence[Point], fill: Colour, width: float) -> None:
        """A stroke with round ends and joints."""
        whole = [(x * SCALE, y * SCALE) for x, y in points]
        self.pen.line(whole, fill=fill, width=round(width * SCALE), joint="curve")
        for x, y in points:
            self.circle(x, y, width / 2, fill)

    def curve(self, points: Sequence[Point], fill: Colour, width: float) -> None:
        """A stroke that bends through the points."""
        self.line(smooth(points, closed=False), fill, width)

    def arc(self, x: float, y: float, r: float, start: float, end: float, fill: Colour, width: float) -> None:
        """A part of a circle's edge, in degrees clockwise from the right."""
        self.pen.arc([c * SCALE for c in (x - r, y - r, x + r, y + r)], start, end, fill, round(width * SCALE))

    def slice(self, x: float, y: float, r: float, start: float, end: float, fill: Colour) -> None:
        """A piece of a round cake."""
        self.pen.pieslice([c * SCALE for c in (x - r, y - r, x + r, y + r)], start, end, fill=fill)

    def glow(self, x: float, y: float, r: float, colour: Colour, strength: float = 0.6) -> None:
        """Light that fades away from (x, y)."""
        size = round(2 * r * SCALE)
        light = Image.radial_gradient("L").point(lambda v: round(max(0, 181 - v) / 181 * 255 * strength))
        light = light.resize((size, size), Image.Resampling.BILINEAR)
        at = (round((x - r) * SCALE), round((y - r) * SCALE))
        self.image.paste(Image.new("RGB", (size, size), colour), at, light)
        self.pen = ImageDraw.Draw(self.image)

    def petals(self, x: float, y: float, r: float, n: int, fill: Colour, turn: float = 0) -> None:
        """A flower of n round petals."""
        for k in range(n):
            angle = turn + 2 * math.pi * k / n
            self.circle(x + r * math.cos(angle), y + r * math.sin(angle), r * (0.86 if n < 6 else 0.6), fill)

    def done(self) -> Image.Image:
        """The finished picture."""
        return self.image.reduce(SCALE)

    def png(self) -> bytes:
        """The finished picture as a file, quickly packed."""
        return png(self.done())


def png(image: Image.Image) -> bytes:
    """The picture as a file, quickly packed."""
    out = BytesIO()
    image.save(out, "PNG", compress_level=0)
    return out.getvalue()


def smooth(points: Sequence[Point], closed: bool = True, steps: int = 10) -> list[Point]:
    """Points on a curve through the given ones (Catmull-Rom)."""
    n = len(points)
    last = n if closed else n - 1
    found = []
    for i in range(last):
        a, b, c, d = (points[j % n] if closed else points[min(max(j, 0), n - 1)] for j in (i - 1, i, i + 1, i + 2))
        found += [_between(a, b, c, d, step / steps) for step in range(steps)]
    return found if closed else [*found, points[-1]]


def _between(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    return tuple(0.5 * (2 * q + (r - p) * t + (2 * p - 5 * q + 4 * r - s) * t * t + (3 * q - p - 3 * r + s) * t ** 3)
                 for p, q, r, s in zip(a, b, c, d, strict=True))


def _shaded(size: tuple[int, int], top: Colour, bottom: Colour) -> Image.Image:
    image = Image.new("RGB", size, bottom)
    if top == bottom:
        return image
    pen, (first, last), (width, height) = ImageDraw.Draw(image), map(ImageColor.getrgb, (top, bottom)), size
    for y in range(height):
        pen.line([(0, y), (width, y)], fill=tuple(round(a + (b - a) * y / height) for a,
                                                  b in zip(first, last, strict=True)))
    return image
