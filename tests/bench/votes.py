"""Five thousand people who vote at once, against the real server; then the poll is closed and counted."""

import http.client
import json
import time
from collections import Counter
from urllib.parse import urlencode

from portal.plugins.halls.models import Ballot, Option, Poll
from portal.plugins.halls.polls import closing, queries, roll

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
from tests.bench.seeded import Grounds
from tests.bench.server import PORTAL, running
from tests.bench.tables import Figure

PEOPLE = 5000
SLOWEST = 1.0  # seconds, 99 of 100 answers
STAFF = {"actor_id": None, "person_id": None, "channel": "import"}


def votes(grounds: Grounds) -> list[Figure]:
    """On both databases, each a copy of the district."""
    return [figure for backend in ("sqlite", "postgresql") for figure in _votes(grounds.copy(backend), backend)]


def _votes(settings: Settings, backend: str) -> list[Figure]:
    tokens = [f"bench-{n}-{'x' * 24}" for n in range(PEOPLE)]
    app = create_app(settings)
    db = app.portal.db
    with app.app_context(), database.use(db), database.unit(write=True):
        slug, poll_id = prepare(tokens)
    db.close()
    page = f"/{slug}/halls/polls/{poll_id}/vote"
    with running(settings, PORTAL, page.removesuffix("/vote")) as (_pid, port, _seconds):  # which guests see, too
        forms = crowd._all(port, [(f"{COOKIE}={t}", page, n % 3) for n, t in enumerate(tokens)], _form)
        began = time.monotonic()
        answers = crowd._all(port, forms, crowd.send)
        wall = time.monotonic() - began
    with app.app_context(), database.use(db):
        counted = _counted(slug, poll_id)
    db.close()
    return _figures(backend, answers, counted, wall)


def prepare(tokens: list[str]) -> tuple[str, int]:
    """An open poll whose roll is new people who are signed in; (site, number)."""
    site = Site.select().where(Site.kind == "community").order_by(Site.id).first()
    sites.enable(site.id, "halls")
    people = bulk(Person, ("name",), [(f"街坊{n}",) for n in range(PEOPLE)])
    bulk(Membership, ("person", "site", "state", "estate"), [(i, site.id, "verified", "投票苑") for i in people])
    bulk(Session, ("token", "person"), [(digest(t), i) for t, i in zip(tokens, people, strict=True)])
    with sites.within(site.id):
        poll = Poll.create(title="先修哪一样？", rule="plurality", wanted=json.dumps({"estates": ["投票苑"]}))
        for n, title in enumerate(("长椅", "雨棚", "路灯")):
            Option.create(poll_id=poll.id, number=n, title=title)
        roll.freeze(poll.id, STAFF)
        Poll.update(state="open", closes_at=clock.now() + 86400).where(Poll.id == poll.id).execute()
    return site.slug, poll.id


def _form(connection: http.client.HTTPConnection, cookie: str, page: str, choice: int) -> tuple:
    """Open the ballot as a browser; the cookies and the filled form."""
    connection.request("GET", page, headers={"Cookie": cookie})
    answer = connection.getresponse()
    text = answer.read().decode()
    form = next(f for f in forms_of(text) if f.action.endswith("/vote"))
    given = [c.partition(";")[0] for c in answer.headers.get_all("Set-Cookie") or ()]
    return "; ".join([cookie, *given]), form.action, urlencode(form.values | {"tick": str(choice)})


def _counted(slug: str, poll_id: int) -> tuple[int, int, float]:
    """(Ballots stored, ballots counted, seconds that close and count took)."""
    began = time.monotonic()
    with database.unit(write=True), sites.within(Site.get(Site.slug == slug).id):
        closing.close(poll_id, early=True)
    with database.unit(), sites.within(Site.get(Site.slug == slug).id):
        site_id = sites.scope_id()
    with sites.within(site_id):
        closing.count(poll_id)
        seconds = time.monotonic() - began
        with database.unit():
            row = queries.poll(poll_id)
            return Ballot.select().where(Ballot.poll_id == poll_id).count(), json.loads(row.turnout)["cast"], seconds


def _figures(backend: str, answers: list, counted: tuple[int, int, float], wall: float) -> list[Figure]:
    statuses = Counter(a.status for a in answers)
    told = ", ".join(f"{n} × {status}" for status, n in sorted(statuses.items()))
    stored, in_count, seconds = counted
    slow = sorted(a.seconds for a in answers)[int(len(answers) * 0.99) - 1]
    right = stored == in_count == statuses[303] == PEOPLE == len(answers)
    return [
        Figure(f"{backend} · votes counted", f"{in_count} of {stored} stored; {told}", f"= {PEOPLE}", 0, right),
        Figure(f"{backend} · p99", f"{slow:.2f} s ({len(answers) / wall:.0f} a second)", f"≤ {SLOWEST:.0f} s",
               slow / SLOWEST, slow <= SLOWEST),
        Figure(f"{backend} · close and count", f"{seconds:.2f} s", "≤ 5 s", seconds / 5, seconds <= 5),
    ]
