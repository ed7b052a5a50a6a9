"""A long waitlist: how soon a freed place reaches the next, and a minute of joining, leaving and answering."""

import http.client
import random
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from queue import SimpleQueue
from urllib.parse import urlencode

from portal.plugins.activities.models import Occurrence, SignUp
from portal.plugins.activities.places import checks

from portal.app import create_app
from portal.base import clock, database, sites
from portal.base.bulk import bulk
from portal.base.due import Due, later
from portal.base.settings import Settings
from portal.base.sites import Site
from portal.people.models import Membership
from portal.requests import COOKIE
from portal.testing import forms_of
from tests.bench import crowd
from tests.bench.crowd import CONNECTIONS, PEOPLE, PLACES, SLOWEST, Sent, Wanted
from tests.bench.seeded import Grounds
from tests.bench.server import PORTAL, running
from tests.bench.tables import Figure

SECONDS = 60  # of joining, leaving and answering
SOONEST = 2.0  # seconds from the end of an offer to the next one
CATCHING_UP = 60.0  # seconds for what was due before
PATIENCE = 30.0  # seconds after which nobody waits for the worker any more


def waiting(grounds: Grounds) -> list[Figure]:
    """On both databases, each a copy of the district."""
    return [figure for backend in ("sqlite", "postgresql") for figure in _waiting(grounds.copy(backend), backend)]


def _waiting(settings: Settings, backend: str) -> list[Figure]:
    tokens = [f"bench-{n}-{'x' * 24}" for n in range(PEOPLE)]
    db = create_app(settings).portal.db
    with database.use(db), database.unit(write=True):
        wanted = crowd.prepare(tokens)
        Site.update(zone=_noon(), version=Site.version + 1).where(Site.slug == wanted.slug).execute()
    with running(settings, [*PORTAL, "--jobs"], wanted.page) as (_pid, port, _seconds):
        with database.use(db):
            _caught_up()
            soon = _next_offered(wanted)
            _clear(wanted)
        answers = _minute(port, wanted, tokens[:CONNECTIONS])
    with database.use(db), database.unit(), sites.within(Site.get(Site.slug == wanted.slug).id):
        wrong = checks.broken()
    db.close()
    return _figures(backend, soon, answers, wrong)


def _noon() -> str:
    """A zone in which it is about noon, so that offers are made."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "UTC"


def _caught_up() -> None:
    """Wait until the worker has done what was due when it began: a new district has the maps of all its halls drawn."""
    until = time.monotonic() + CATCHING_UP
    while time.monotonic() < until:
        with database.unit():
            if not Due.select().where((Due.state == "waiting") & (Due.due_at <= clock.now())).exists():
                return
        time.sleep(0.2)


def _next_offered(wanted: Wanted) -> float:
    """Twenty places, the last one offered for two more seconds, and 1,980 who wait: seconds until the next has it."""
    with database.unit(write=True):
        site, ends = Site.get(Site.slug == wanted.slug).id, clock.now() + 2
        people = [i for i, in Membership.select(Membership.person).where(
            Membership.site == site).order_by(Membership.person.desc()).limit(PEOPLE).tuples()]
        with sites.within(site):
            states = ["joined"] * (PLACES - 1) + ["offered"] + ["waiting"] * (PEOPLE - PLACES)
            bulk(SignUp, ("occurrence_id", "person_id", "state", "number", "offered_until"), [
                (wanted.occurrence, person, state, n if state != "joined" else None,
                 ends if state == "offered" else None) for n, (person, state) in enumerate(
                    zip(people, states, strict=True))])
            Occurrence.update(taken=PLACES - 1, held=1, waiting=PEOPLE - PLACES, queue=PEOPLE).where(
                Occurrence.id == wanted.occurrence).execute()
            later(ends, "activities.offer_ends", wanted.occurrence, site)
    return _seen(site, people[PLACES]) - ends


def _seen(site: int, person: int) -> float:
    """When this person has an offer."""
    until = time.time() + PATIENCE
    while time.time() < until:
        with database.unit(), sites.within(site):
            if SignUp.select(SignUp.state).where(SignUp.person_id == person).order_by(
                    SignUp.id.desc()).limit(1).scalar() == "offered":
                break
        time.sleep(0.02)
    return time.time()


def _clear(wanted: Wanted) -> None:
    """The same date with all its places free."""
    with database.unit(write=True), sites.within(Site.get(Site.slug == wanted.slug).id):
        SignUp.delete().where(SignUp.occurrence_id == wanted.occurrence).execute()
        Occurrence.update(taken=0, held=0, waiting=0).where(Occurrence.id == wanted.occurrence).execute()


def _minute(port: int, wanted: Wanted, tokens: list[str]) -> list[Sent]:
    """What a connection each gets who joins, leaves and answers offers, again and again."""
    done, until = SimpleQueue(), time.monotonic() + SECONDS

    def one(n: int, token: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        chance = random.Random(n)
        while time.monotonic() < until:
            for sent in _acted(connection, f"{COOKIE}={token}", wanted, chance):
                done.put(sent)
        connection.close()
    threads = [threading.Thread(target=one, args=each) for each in enumerate(tokens)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [done.get() for _ in range(done.qsize())]


def _acted(connection: http.client.HTTPConnection, cookie: str, wanted: Wanted, chance: random.Random) -> list[Sent]:
    """Open the page, and send one of the forms that it has for this person."""
    began = time.monotonic()
    connection.request("GET", wanted.page, headers={"Cookie": cookie})
    answer = connection.getresponse()
    text, opened = answer.read().decode(), Sent(answer.status, time.monotonic() - began)
    forms = [f for f in forms_of(text) if f.action.startswith(f"/{wanted.slug}/activities/")]
    if not forms:
        return [opened]
    form = chance.choice(forms)
    more = {"wait": "1"} if form.action.endswith("/sign-up") else {}
    return [opened, crowd.send(connection, cookie, form.action, urlencode(form.values | more))]


def _figures(backend: str, soon: float, answers: list[Sent], wrong: list[str]) -> list[Figure]:
    statuses = Counter(a.status for a in answers)
    bad = sum(n for status, n in statuses.items() if status >= 500)
    slow = sorted(a.seconds for a in answers)[int(len(answers) * 0.99) - 1]
    told = ", ".join(f"{n} × {status}" for status, n in sorted(statuses.items()))
    return [
        Figure(f"{backend} · offer over, next asked", f"{soon:.2f} s of {PEOPLE - PLACES} who wait",
               f"≤ {SOONEST:.0f} s", soon / SOONEST, 0 <= soon <= SOONEST),
        Figure(f"{backend} · counts", wrong[0] if wrong else "every one right", "", 0, not wrong),
        Figure(f"{backend} · answers 5xx", f"{bad} ({told})", "= 0", 0, not bad and len(answers) > CONNECTIONS),
        Figure(f"{backend} · p99", f"{slow:.2f} s ({len(answers) / SECONDS:.0f} a second)", f"≤ {SLOWEST:.0f} s",
               slow / SLOWEST, slow <= SLOWEST),
    ]
