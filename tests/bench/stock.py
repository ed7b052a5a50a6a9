"""Ten thousand things of a spreadsheet taken in while the counter of the same site lends and takes back."""

import http.client
import threading
import time
from typing import NamedTuple
from urllib.parse import urlencode

from peewee import fn
from portal.plugins.huts.lending import checks
from portal.plugins.huts.models import Hut, Item, ItemSheet, Unit
from portal.plugins.huts.shelf.keeping import new_labels

from portal.app import create_app
from portal.base import database, sites
from portal.base.bulk import bulk
from portal.base.settings import Settings
from portal.base.sites import Site
from portal.people.models import Membership, Person
from tests.bench.crowd import SLOWEST, Sent, send
from tests.bench.seeded import Grounds
from tests.bench.server import PORTAL, running
from tests.bench.sheet import LONGEST, ROWS, opened, staff, take_in
from tests.bench.tables import Figure
from tests.huts.sheeted import book, row

BORROWERS, PAUSE = 400, 0.02


class Desk(NamedTuple):
    """A counter, and who borrows what there."""

    slug: str
    hut: int
    people: list[int]
    labels: list[str]

    @property
    def page(self) -> str:
        return f"/{self.slug}/huts/counter/{self.hut}"


def stock(grounds: Grounds) -> list[Figure]:
    """On both databases, each a copy of the district."""
    return [figure for backend in ("sqlite", "postgresql") for figure in measured(grounds.copy(backend), backend)]


def measured(settings: Settings, backend: str) -> list[Figure]:
    """A spreadsheet is uploaded, looked at and shown; meanwhile one after another borrows, and brings it back."""
    db = create_app(settings).portal.db
    with database.use(db), database.unit(write=True):
        desk = _prepare()
    db.close()
    data = book(*[row(f"小屋物品{n}", "人字梯", units=1 + n % 2, value=20, summary="轻便，好用", text="说明" * 40,
                      rules="轻放；擦干净") for n in range(ROWS)])
    with running(settings, [*PORTAL, "--jobs"], f"/{desk.slug}/huts/") as (_pid, port, _seconds):
        stop, sent = threading.Event(), []
        counter = threading.Thread(target=_lend, args=(port, desk, stop, sent))
        counter.start()
        began = time.monotonic()
        steps = take_in(port, f"/{desk.slug}/huts/desk/sheets", data, "show")
        while _state(db, desk) == "finding" and time.monotonic() - began < 3 * LONGEST:
            time.sleep(0.2)
        wall = time.monotonic() - began
        stop.set()
        counter.join()
    state = _state(db, desk)
    with database.use(db), database.unit(), sites.within(Site.get(Site.slug == desk.slug).id):
        stored = Item.select().where(Item.name.startswith("小屋物品") & (Item.state == "shown")).count()
        broken = checks.first_broken()
    db.close()
    return _figures(backend, f"{stored} ({state}), progress seen {steps} times{f'; {broken}' if broken else ''}",
                    stored == ROWS and broken is None, wall, sent)


def _state(db, desk: Desk) -> str:
    """How far the spreadsheet is; residents see all things of it before the search knows each."""
    with database.use(db), database.unit(), sites.within(Site.get(Site.slug == desk.slug).id):
        return ItemSheet.select().order_by(ItemSheet.id.desc()).get().state


def _prepare() -> Desk:
    """A thing with many units, neighbours who will borrow one each, and somebody at the counter."""
    site = Site.select().where(Site.kind == "community").order_by(Site.id).first()
    staff(site.slug)
    people = bulk(Person, ("name",), [(f"借用人{n}",) for n in range(BORROWERS)])
    bulk(Membership, ("person", "site", "state", "verified_at"), [(i, site.id, "verified", 0) for i in people])
    with sites.within(site.id):
        hut = Hut.select(fn.MIN(Hut.id)).where(Hut.state == "open").scalar()
        item = Item.create(hut_id=hut, category="other.thing", name="折叠凳", state="shown", units=BORROWERS).id
        labels = new_labels(BORROWERS)
        bulk(Unit, ("item_id", "hut_id", "home_id", "code"), [(item, hut, hut, label) for label in labels])
    return Desk(site.slug, hut, people, labels)


def _lend(port: int, desk: Desk, stop: threading.Event, sent: list[Sent]) -> None:
    """Lend to one after another and take it back, until it is over; how long each answer took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for person, label in zip(desk.people, desk.labels, strict=True):
        steps = (f"?p={person}&u={label}", "lend"), (f"?q={label}", "back")
        for query, act in steps:
            if stop.is_set():
                break
            form, cookies = opened(connection, desk.page + query, f"{desk.page}/{act}")
            sent.append(send(connection, cookies, form.action, urlencode(form.values)))
            time.sleep(PAUSE)
    connection.close()


def _figures(backend: str, stored: str, right: bool, wall: float, sent: list[Sent]) -> list[Figure]:
    times = sorted(s.seconds for s in sent)
    slow = times[int(len(times) * 0.99) - 1]
    others = sum(s.status != 303 for s in sent)
    return [
        Figure(f"{backend} · things residents see", stored, f"= {ROWS}", 0, right),
        Figure(f"{backend} · all rows", f"{wall:.0f} s", f"≤ {LONGEST:.0f} s", wall / LONGEST, wall <= LONGEST),
        Figure(f"{backend} · lent and taken back meanwhile, p99", f"{slow:.2f} s of {len(sent)}, {others} × not 303",
               f"≤ {SLOWEST:.0f} s", slow / SLOWEST, slow <= SLOWEST and not others)]
