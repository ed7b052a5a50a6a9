"""Huts: what their pages cost, how that grows from one community to the district, and 2,000 who want the same days."""

import http.client
import time
from collections import Counter
from datetime import timedelta
from urllib.parse import quote, urlencode

from peewee import fn
from portal.plugins.huts.lending import checks
from portal.plugins.huts.models import Code, Hut, Item, Loan, Range, Unit

from portal.app import create_app
from portal.base import clock, database, sites
from portal.base.bulk import bulk
from portal.base.settings import Settings
from portal.base.sites import Site
from portal.people.models import Membership, Person, Session
from portal.people.signin import digest
from portal.requests import COOKIE
from portal.testing import forms_of
from tests.bench import crowd
from tests.bench.pages import QUERIES, TARGETS, YARDSTICK, yardstick
from tests.bench.seeded import Grounds
from tests.bench.server import PORTAL, running
from tests.bench.tables import Figure
from tests.bench.visit import Visit, compared

PAGE, FAR, UNITS, TURNS = 24, 40, 20, 3  # things on a page; pages until the far one; units that all want; turns
COMMON, RARE = "小号", "轮椅"
GROWTH, SEARCH_GROWTH = 1.2, 1.5
LABELS, PRINTED = 500, 3.0  # labels of a sheet, and the seconds they may take
DESK, COUNTER = "desk: its things", "counter, nobody there"  # the pages of staff


def huts(grounds: Grounds) -> list[Figure]:
    """The pages on both databases, their growth, and the crowd."""
    found = [figure for backend in TARGETS for figure in _cost(grounds, backend)]
    found += [figure for backend in TARGETS for figure in _labels(Visit(grounds.district(backend)), backend)]
    found += _growth(grounds)
    return found + [figure for backend in TARGETS for figure in _crowd(grounds.copy(backend), backend)]


def pages(visit: Visit) -> dict[str, str]:
    """The pages that are measured, by name."""
    with database.use(visit.db), database.unit(), sites.within(visit.site.id):
        shown = Item.select(Item.id, Item.name).where(Item.state == "shown").order_by(Item.name, Item.id)
        total = shown.count()
        last = shown.limit(1).offset(min(PAGE * FAR, total - PAGE - 1)).tuples().first()
        thing = shown.where(Item.units > 2).limit(1).tuples().first()[0]
        hut = Hut.select(fn.MIN(Hut.id)).scalar()
    base = f"/{visit.slug}/huts/"
    far = urlencode({"after": f"{last[0]}.{last[1]}"})
    return {"list of huts": base, "hut": f"{base}{hut}", "items": f"{base}items/", f"items, page {FAR}":
            f"{base}items/?{far}", "items of a group": f"{base}items/?k=care", "item": f"{base}items/{thing}",
            "search, rare": f"{base}items/?q={quote(RARE)}", "search, common": f"{base}items/?q={quote(COMMON)}",
            DESK: f"{base}desk/items/", COUNTER: f"{base}counter/{hut}"}


def _calls(visit: Visit) -> dict:
    return {name: visit.call(path, token=visit.staff if name in (DESK, COUNTER) else "")
            for name, path in pages(visit).items()}


def _least(calls: dict) -> dict[str, float]:
    """The seconds of the quietest of several turns: the machine has other work."""
    turns = [compared(calls, rounds=3, n=60) for _ in range(TURNS)]
    return {name: min(turn[name] for turn in turns) for name in calls}


def _cost(grounds: Grounds, backend: str) -> list[Figure]:
    visit = Visit(grounds.district(backend))
    calls = {YARDSTICK: yardstick()} | _calls(visit)
    spent, found = _least(calls), []
    for name in list(calls)[1:]:
        with visit.counting() as statements:
            size = len(calls[name]())
        ratio = spent[name] / spent[YARDSTICK]
        said = (f"{ratio:.2f} × ({spent[name] * 1000:.3f} ms, {len(statements)} queries of {QUERIES}, "
                f"{size / 1000:.1f} kB)")
        fits = ratio <= TARGETS[backend] and len(statements) <= QUERIES
        found.append(Figure(f"{backend} · {name}", said, f"≤ {TARGETS[backend]} ×", ratio / TARGETS[backend], fits))
    visit.db.close()  # a database that is looked at cannot be copied
    return found


def _labels(visit: Visit, backend: str) -> list[Figure]:
    """A sheet of at least 500 labels, by the clock: the best of several turns."""
    call = visit.call(f"/{visit.slug}/huts/desk/labels/sheet", token=visit.staff)
    spent = []
    for _ in range(TURNS):
        began = time.perf_counter()
        page = call()
        spent.append(time.perf_counter() - began)
    n = page.count(b'class="qr"')
    visit.db.close()
    return [Figure(f"{backend} · a sheet of {n} labels", f"{min(spent):.2f} s", f"≤ {PRINTED:.0f} s",
                   min(spent) / PRINTED, min(spent) <= PRINTED and n >= LABELS)]


def _growth(grounds: Grounds) -> list[Figure]:
    """The same pages of a community with 1,300 items, alone and among 190,000."""
    small, large = (_calls(Visit(grounds.district("sqlite", name))) for name in ("one", "district"))
    calls = {(size, name): call for size, made in (("small", small), ("large", large)) for name, call in made.items()}
    spent, found = _least(calls), []
    for name in small:
        before, after = spent["small", name], spent["large", name]
        most = SEARCH_GROWTH if name.startswith("search") else GROWTH
        said = f"{after / before:.2f} × ({before * 1000:.3f} → {after * 1000:.3f} ms)"
        found.append(Figure(f"1,300 to 190,000 items · {name}", said, f"≤ {most} ×", after / before / most,
                            after / before <= most))
    return found


def _crowd(settings: Settings, backend: str) -> list[Figure]:
    tokens = [f"bench-{n}-{'x' * 24}" for n in range(crowd.PEOPLE)]
    db = create_app(settings).portal.db
    with database.use(db), database.unit(write=True):
        slug, item, days = _prepare(tokens)
    db.close()
    page = f"/{slug}/huts/items/{item}"
    with running(settings, PORTAL, page) as (_pid, port, _seconds):
        forms = crowd._all(port, [(f"{COOKIE}={t}", page, days) for t in tokens], _form)
        began = time.monotonic()
        answers = crowd._all(port, forms, crowd.send)
        wall = time.monotonic() - began
    with database.use(db), database.unit(), sites.within(Site.get(Site.slug == slug).id):
        held = Loan.select().where((Loan.item_id == item) & (Loan.state == "approved")).count()
        units = Range.select(fn.COUNT(fn.DISTINCT(Range.unit_id))).where(Range.item_id == item).scalar()
        broken = checks.first_broken()
    db.close()
    return _figures(backend, answers, (held, units, broken), wall)


def _prepare(tokens: list[str]) -> tuple[str, int, dict[str, str]]:
    """(Site, item with twenty units, the days that all want); people who live there and are signed in."""
    site = Site.select().where(Site.kind == "community").order_by(Site.id).first()
    people = bulk(Person, ("name",), [(f"街坊{n}",) for n in range(crowd.PEOPLE)])
    bulk(Membership, ("person", "site", "state", "verified_at"), [(i, site.id, "verified", 0) for i in people])
    bulk(Session, ("token", "person"), [(digest(t), i) for t, i in zip(tokens, people, strict=True)])
    with sites.within(site.id):
        hut = Hut.select(fn.MIN(Hut.id)).where(Hut.state == "open").scalar()
        item = Item.create(hut_id=hut, category="other.thing", name="二十张折叠桌", state="shown", units=UNITS).id
        for n in range(UNITS):
            Unit.create(item_id=item, hut_id=hut, home_id=hut, code=f"BENCH{n}")
            Code.create(code=f"BENCH{n}", site_id=site.id)
        day = clock.local_date(clock.now(), site.zone)
    days = {"when": "days", "from": str(day + timedelta(days=2)), "to": str(day + timedelta(days=4))}
    return site.slug, item, days


def _form(connection: http.client.HTTPConnection, cookie: str, page: str, days: dict[str, str]) -> tuple:
    """Open the item as a browser; the cookies and the filled form."""
    connection.request("GET", page, headers={"Cookie": cookie})
    answer = connection.getresponse()
    form = next(f for f in forms_of(answer.read().decode()) if f.action.endswith("/hold"))
    given = [c.partition(";")[0] for c in answer.headers.get_all("Set-Cookie") or ()]
    return "; ".join([cookie, *given]), form.action, urlencode(form.values | days)


def _figures(backend: str, answers: list, kept: tuple, wall: float) -> list[Figure]:
    held, units, broken = kept
    statuses = Counter(a.status for a in answers)
    told = ", ".join(f"{n} × {status}" for status, n in sorted(statuses.items()))
    bad = sum(n for status, n in statuses.items() if status >= 500)
    slow = sorted(a.seconds for a in answers)[int(len(answers) * 0.99) - 1]
    right = held == units == UNITS == statuses[303] and len(answers) == crowd.PEOPLE and broken is None
    return [
        Figure(f"{backend} · units held", f"{units} by {held} holds; {told}{f'; {broken}' if broken else ''}",
               f"= {UNITS}", 0, right),
        Figure(f"{backend} · answers 5xx", f"{bad}", "= 0", 0, not bad),
        Figure(f"{backend} · p99", f"{slow:.2f} s ({len(answers) / wall:.0f} a second)", f"≤ {crowd.SLOWEST:.0f} s",
               slow / crowd.SLOWEST, slow <= crowd.SLOWEST)]
