"""What a page costs the worker, in multiples of the yardstick, and how that grows with the district."""

from collections.abc import Callable

from werkzeug.test import EnvironBuilder

from portal.compress import gzipped
from tests.bench import bare, halls
from tests.bench.seeded import Grounds
from tests.bench.tables import Figure
from tests.bench.visit import Visit, compared

TARGETS = {"sqlite": 2.5, "postgresql": 3.5}
QUERIES = 4  # two of them the core's
SLOW = 4  # kB of the door's page on the line, compressed
GROWTH = 1.2
MORE = 1.1  # a page of a thousand comments
YARDSTICK = "yardstick"


def yardstick() -> Callable[[], bytes]:
    """The yardstick's page, asked for like ours."""
    environ = EnvironBuilder("/").get_environ()

    def ask() -> bytes:
        body = bare.app.wsgi_app(dict(environ), lambda status, headers, exc_info=None: None)
        return b"".join(body)
    return ask


def cost(grounds: Grounds) -> list[Figure]:
    """The pages on both databases."""
    return [figure for backend in TARGETS for figure in _cost(grounds, backend)]


def _cost(grounds: Grounds, backend: str) -> list[Figure]:
    visit = Visit(grounds.district(backend))
    pages = visit.pages()
    people, door = visit.door()
    pages |= {f"the door with {people} people": door, "its count, every five seconds": f"{door}/count"}
    calls = {YARDSTICK: yardstick()} | {
        name: visit.call(path, token=visit.staff if path.startswith(door) else "") for name, path in pages.items()}
    spent = compared(calls)
    found = [Figure(f"{backend} · {YARDSTICK}", f"{spent[YARDSTICK] * 1000:.3f} ms", "", 0)]
    for name in pages:
        with visit.counting() as statements:
            size = len(calls[name]())
        ratio, plugins = spent[name] / spent[YARDSTICK], _front_limit(visit) if name == "front page" else QUERIES
        words = (f"{ratio:.2f} × ({spent[name] * 1000:.3f} ms, {len(statements)} queries of {plugins}, "
                 f"{size / 1000:.1f} kB)")
        fits = ratio <= TARGETS[backend] and len(statements) <= plugins
        found.append(Figure(f"{backend} · {name}", words, f"≤ {TARGETS[backend]} ×", ratio / TARGETS[backend], fits))
    found += [_more(backend, name, spent[name] / spent[halls.ALL]) for name in (halls.MANY, halls.TOP)]
    found.append(_sent(visit, door, backend))
    visit.db.close()  # a database that is looked at cannot be copied
    return found


def _more(backend: str, name: str, ratio: float) -> Figure:
    """What a page of many comments costs beside one of few."""
    return Figure(f"{backend} · {name}, beside 20 in all", f"{ratio:.2f} ×", f"≤ {MORE} ×", ratio / MORE, ratio <= MORE)


def _sent(visit: Visit, door: str, backend: str) -> Figure:
    """What the door's page takes on the line."""
    size = len(gzipped(visit.call(door, token=visit.staff)())) / 1000
    return Figure(f"{backend} · the door's page, sent", f"{size:.1f} kB", f"≤ {SLOW} kB", size / SLOW, size <= SLOW)


def _front_limit(visit: Visit) -> int:
    """Two queries of the core, and one of each plugin that is on."""
    return 2 + len(visit.site.plugins)


def growth(grounds: Grounds) -> list[Figure]:
    """The list of activities in a small and a large portal, first and last page."""
    pairs = {"1 to 147 communities": ("one", "district"), "100 to 6,300 activities": ("few", "many")}
    return [figure for words, pair in pairs.items() for figure in _growth(grounds, words, *pair)]


def _growth(grounds: Grounds, words: str, small: str, large: str) -> list[Figure]:
    found = []
    before, after = (Visit(grounds.district("sqlite", name)) for name in (small, large))
    paths = {"first page": [f"/{v.slug}/activities/" for v in (before, after)],
             "last page": [v.last_page() for v in (before, after)]}
    for name, (first, second) in paths.items():
        old, new = before.call(first), after.call(second)
        spent = compared({"small": old, "large": new})
        rows = [page().count(b'<time class="day"') for page in (old, new)]
        ratio = spent["large"] / spent["small"]
        said = (f"{ratio:.2f} × ({spent['small'] * 1000:.3f} → {spent['large'] * 1000:.3f} ms, "
                f"{rows[0]} and {rows[1]} rows)")
        found.append(Figure(f"{words}, {name}", said, f"≤ {GROWTH} ×", ratio / GROWTH, ratio <= GROWTH))
    return found

