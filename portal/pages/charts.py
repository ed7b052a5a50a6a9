"""Charts drawn on the server as SVG without inline styles; the numbers stand beside them as text."""

from collections.abc import Sequence
from math import ceil, log10

from markupsafe import Markup, escape

Rows = Sequence[tuple[object, float]]

METER = Markup('<svg class="meter" viewBox="0 0 100 10" preserveAspectRatio="none" {}>'
               '<path class="rest" d="M0 0h100v10H0z"/>{}{}</svg>')
HIDDEN = Markup('aria-hidden="true"')


def meter(value: float, of: float, mark: float | None = None, label: str = "", kind: str = "bar") -> Markup:
    """A bar of `value` on a track of length `of`, a line at `mark`; without a label it is decoration."""
    share = _share(value, of)
    bar = Markup('<path class="{}" d="M0 0h{}v10H0z"/>').format(kind, share) if share != "0" else ""
    line = Markup('<path class="mark" d="M{} 0V10"/>').format(_share(mark, of)) if mark is not None else ""
    said = Markup('role="img" aria-label="{}"').format(label) if label else HIDDEN
    return METER.format(said, bar, line)


def _share(value: float, of: float) -> str:
    percent = 100 * value / of if of else 0
    return f"{min(100.0, max(0.0, percent)):.2f}".rstrip("0").rstrip(".")


def bar_rows(rows: Rows, caption: str = "", heads: tuple[str, str, str] | None = None,
             of: float | None = None) -> Markup:
    """A table whose rows are label, bar and number. `heads` are the words over the three columns, for readers
    who listen; `of` is the length of a whole bar, the largest number if not given."""
    of = of or max((value for _, value in rows), default=0)
    line = Markup('<tr><th scope="row">{}</th><td>{}</td><td class="num">{}</td></tr>')
    body = Markup("").join(line.format(label, meter(value, of), number(value)) for label, value in rows)
    return Markup('<table class="bars">{}<tbody>{}</tbody></table>').format(_top(caption, heads or ()), body)


def column_chart(rows: Rows, label: str) -> Markup:
    """Columns side by side, such as one a month; the label says in words what they show.

    Put `table(rows, …)` beside it: the picture alone is not read by everyone."""
    top = ceiling(max((value for _, value in rows), default=0))
    step = 600 / max(1, len(rows))
    columns = Markup("").join(_column(at, name, value, top, step) for at, (name, value) in enumerate(rows))
    frame = Markup('<svg class="columns" viewBox="0 0 640 240" role="img" aria-label="{}" font-size="13" '
                   'fill="currentColor">'
                   '<path class="rest" d="M36 20h604v1H36zM36 110h604v1H36zM36 200h604v1H36z"/>'
                   '<g text-anchor="end">{}</g><g text-anchor="middle">{}</g></svg>')
    return frame.format(label, _scale(top), columns)


def _column(at: int, name: object, value: float, top: float, step: float) -> Markup:
    height = 180 * value / top if top else 0
    middle, width = 38 + step * (at + 0.5), min(48.0, step * 0.7)
    shape = Markup('<path class="bar" d="M{:.1f} 200v-{:.1f}h{:.1f}v{:.1f}z"/>').format(
        middle - width / 2, height, width, height) if value > 0 else Markup("")
    return shape + Markup('<text x="{:.1f}" y="220">{}</text>').format(middle, name)


def _scale(top: float) -> Markup:
    marks = ((24, top), (114, top / 2), (204, 0))
    text = Markup('<text x="32" y="{}">{}</text>')
    return Markup("").join(text.format(y, number(value)) for y, value in marks)


def table(rows: Rows, caption: str, heads: tuple[str, str]) -> Markup:
    """The same numbers as a plain table."""
    line = Markup('<tr><th scope="row">{}</th><td class="num">{}</td></tr>')
    body = Markup("").join(line.format(label, number(value)) for label, value in rows)
    words = Markup('<caption>{}</caption><thead><tr><th scope="col">{}</th>'
                   '<th scope="col" class="num">{}</th></tr></thead>').format(caption, *heads)
    return Markup("<table>{}<tbody>{}</tbody></table>").format(words, body)


def ceiling(value: float) -> float:
    """The next round number at or above the value, even so that its half is whole: 2, 4, 10, 20, 40, 100 …"""
    if value <= 2:
        return 2
    power = 10 ** ceil(log10(value) - 1e-9)
    return next(power * share for share in (0.2, 0.4, 0.6, 1) if value <= power * share + 1e-9)


def number(value: float) -> str:
    """A number with thin groups of three digits, whole where it is whole."""
    text = f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
    return text.replace(",", "\u202f")


def _top(caption: str, heads: Sequence[str]) -> Markup:
    words = Markup('<caption class="vh">{}</caption>').format(caption) if caption else Markup("")
    if heads:
        cells = Markup("").join(Markup('<th scope="col">{}</th>').format(escape(head)) for head in heads)
        words += Markup('<thead class="vh"><tr>{}</tr></thead>').format(cells)
    return words
