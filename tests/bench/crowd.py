"""Two thousand people who want the same twenty places at once, against the real server."""

import http.client
import threading
import time
from collections import Counter
from queue import Empty, SimpleQueue
from typing import NamedTuple
from urllib.parse import urlencode

from portal.plugins.activities.models import Activity, Occurrence, SignUp

from portal.app import create_app
from portal.base import clock, database, sites
from portal.base.bulk import bulk
from portal.base.settings import Settings
from portal.base.sites import Site
from portal.people.models import Membership, Person, Session
from portal.people.signin import digest
from portal.requests import COOKIE
from portal.testing import forms_of
from tests.bench.seeded import Grounds
from tests.bench.server import PORTAL, running
from tests.bench.tables import Figure

PEOPLE, PLACES, CONNECTIONS = 2000, 20, 64
SLOWEST = 1.0  # seconds, 99 of 100 answers
LONGEST = 120.0  # seconds for all of it


class Wanted(NamedTuple):
    """What everybody wants."""

    slug: str
    activity: int
    occurrence: int

    @property
    def page(self) -> str:
        return f"/{self.slug}/activities/{self.activity}?on={self.occurrence}"


class Sent(NamedTuple):
    """One answer: its status, and how long it took."""

    status: int
    seconds: float


def crowd(grounds: Grounds) -> list[Figure]:
    """On both databases, each a copy of the district."""
    return [figure for backend in ("sqlite", "postgresql") for figure in _crowd(grounds.copy(backend), backend)]


def _crowd(settings: Settings, backend: str) -> list[Figure]:
    tokens = [f"bench-{n}-{'x' * 24}" for n in range(PEOPLE)]
    db = create_app(settings).portal.db
    with database.use(db), database.unit(write=True):
        wanted = prepare(tokens)
    db.close()
    with running(settings, PORTAL, wanted.page) as (_pid, port, _seconds):
        forms = _all(port, [(f"{COOKIE}={t}", wanted) for t in tokens], _form)
        began = time.monotonic()
        answers = _all(port, forms, send)
        wall = time.monotonic() - began
    with database.use(db), database.unit(), sites.within(Site.get(Site.slug == wanted.slug).id):
        taken = Occurrence.get_by_id(wanted.occurrence).taken
        rows = SignUp.select().where((SignUp.occurrence_id == wanted.occurrence) & (SignUp.state == "joined")).count()
    db.close()
    return _figures(backend, answers, taken, rows, wall)


def prepare(tokens: list[str]) -> Wanted:
    """An activity with twenty places, and people who live there and are signed in."""
    site = Site.select().where(Site.kind == "community").order_by(Site.id).first()
    now = clock.now()
    people = bulk(Person, ("name",), [(f"街坊{n}",) for n in range(PEOPLE)])
    bulk(Membership, ("person", "site", "state"), [(i, site.id, "verified") for i in people])
    bulk(Session, ("token", "person"), [(digest(t), i) for t, i in zip(tokens, people, strict=True)])
    with sites.within(site.id):
        activity = Activity.create(uid="bench", title="二十个名额", state="published", capacity=PLACES)
        start = now + 7 * 86400
        occurrence = Occurrence.create(activity_id=activity.id, recurrence_key=f"own-{start}", starts_at=start,
                                       ends_at=start + 3600, capacity=PLACES, listed=1, title=activity.title)
    return Wanted(site.slug, activity.id, occurrence.id)


def _all(port: int, work: list, do) -> list:
    """`do` with every piece of work, over 64 connections; the answers in any order."""
    todo, done = SimpleQueue(), SimpleQueue()
    for piece in work:
        todo.put(piece)
    until = time.monotonic() + LONGEST

    def worker() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < until:
            try:
                done.put(do(connection, *todo.get_nowait()))
            except Empty:
                break
        connection.close()
    threads = [threading.Thread(target=worker) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [done.get() for _ in range(done.qsize())]


def _form(connection: http.client.HTTPConnection, cookie: str, wanted: Wanted) -> tuple:
    """Open the page as a browser; the cookies and the filled form."""
    connection.request("GET", wanted.page, headers={"Cookie": cookie})
    answer = connection.getresponse()
    text = answer.read().decode()
    form = next(f for f in forms_of(text) if f.action.endswith("/sign-up"))
    given = [c.partition(";")[0] for c in answer.headers.get_all("Set-Cookie") or ()]
    return "; ".join([cookie, *given]), form.action, urlencode(form.values)


def send(connection: http.client.HTTPConnection, cookie: str, action: str, body: str) -> Sent:
    began = time.monotonic()
    connection.request("POST", action, body, {
        "Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    answer.read()
    return Sent(answer.status, time.monotonic() - began)


def _figures(backend: str, answers: list[Sent], taken: int, rows: int, wall: float) -> list[Figure]:
    statuses = Counter(a.status for a in answers)
    told = ", ".join(f"{n} × {status}" for status, n in sorted(statuses.items()))
    bad = sum(n for status, n in statuses.items() if status >= 500)
    slow = sorted(a.seconds for a in answers)[int(len(answers) * 0.99) - 1]
    right = taken == rows == PLACES == statuses[303] and len(answers) == PEOPLE
    return [
        Figure(f"{backend} · places taken", f"{taken} by {rows} people; {told}", f"= {PLACES}", 0, right),
        Figure(f"{backend} · answers 5xx", f"{bad}", "= 0", 0, not bad),
        Figure(f"{backend} · p99", f"{slow:.2f} s ({len(answers) / wall:.0f} a second)", f"≤ {SLOWEST:.0f} s",
               slow / SLOWEST, slow <= SLOWEST),
    ]


