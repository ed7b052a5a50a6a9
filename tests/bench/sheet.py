"""Ten thousand rows of a spreadsheet taken in while people sign up, against the real server and its worker."""

import http.client
import threading
import time
from urllib.parse import urlencode

from portal.plugins.activities.models import Occurrence, Sheet

from portal.app import create_app
from portal.base import database, sites
from portal.base.settings import Settings
from portal.base.sites import Site
from portal.people.models import Person, Session
from portal.people.roles import grant
from portal.people.signin import digest
from portal.requests import COOKIE
from portal.testing import forms_of
from tests.activities.sheeted import book, row
from tests.bench.crowd import SLOWEST, Wanted, _form, prepare, send
from tests.bench.seeded import Grounds
from tests.bench.server import PORTAL, running
from tests.bench.tables import Figure

ROWS, PEOPLE, PAUSE = 10_000, 2000, 0.02
LONGEST = 60.0  # seconds for all rows
FILES = ("file", "pictures")  # fields of a form that are sent as files
TOKEN = "bench-staff-" + "x" * 24


def sheet(grounds: Grounds) -> list[Figure]:
    """On both databases, each a copy of the district."""
    return [figure for backend in ("sqlite", "postgresql") for figure in measured(grounds.copy(backend), backend)]


def measured(settings: Settings, backend: str) -> list[Figure]:
    """A spreadsheet is uploaded, looked at and published; meanwhile somebody signs up every 20 ms."""
    tokens = [f"bench-{n}-{'x' * 24}" for n in range(PEOPLE)]
    db = create_app(settings).portal.db
    with database.use(db), database.unit(write=True):
        wanted = prepare(tokens)
        staff(wanted.slug)
    db.close()
    data = book([row(f"活动{n // 2}", "说明" * 40, day=f"2027-{1 + n % 12:02}-{1 + n % 28:02}",
                     start=f"{9 + n % 2}:00", end="", place="一楼", places=20) for n in range(ROWS)])
    with running(settings, [*PORTAL, "--jobs"], wanted.page) as (_pid, port, _seconds):
        stop, sent = threading.Event(), []
        crowd = threading.Thread(target=_sign_up, args=(port, tokens, wanted, stop, sent))
        crowd.start()
        began = time.monotonic()
        steps = take_in(port, f"/{wanted.slug}/activities/desk/sheets", data, "publish")
        wall = time.monotonic() - began
        stop.set()
        crowd.join()
    with database.use(db), database.unit(), sites.within(Site.get(Site.slug == wanted.slug).id):
        stored = Occurrence.select().where(Occurrence.recurrence_key.startswith("own-") & (Occurrence.place == "一楼")
                                           & (Occurrence.listed == 1)).count()
        state = Sheet.select().order_by(Sheet.id.desc()).get().state
    db.close()
    return _figures(backend, stored, state, wall, steps, sent)


def staff(slug: str) -> None:
    """Somebody of the staff who is signed in by TOKEN."""
    person = Person.create(name="导入员")
    grant(person.id, Site.get(Site.slug == slug).id, "staff")
    Session.create(token=digest(TOKEN), person=person)


def _sign_up(port: int, tokens: list[str], wanted: Wanted, stop: threading.Event, sent: list) -> None:
    """One after another, until it is over; how long each took."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for token in tokens:
        if stop.is_set():
            break
        sent.append(send(connection, *_form(connection, f"{COOKIE}={token}", wanted)))
        time.sleep(PAUSE)
    connection.close()


def take_in(port: int, page: str, data: bytes, do: str) -> int:
    """Upload, have it taken in, and ask how far it is until it is there; how many different answers were seen."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    form, cookies = opened(connection, page, page)
    fields = "".join(f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                     for name, value in form.values.items() if name not in FILES)
    body = (fields.encode() + b'--edge\r\nContent-Disposition: form-data; name="file"; filename="x.xlsx"\r\n\r\n' + data
            + b"\r\n--edge--\r\n")
    place = _post(connection, page, body, cookies, "multipart/form-data; boundary=edge")
    form, cookies = opened(connection, place, place)
    _post(connection, place, urlencode(form.values | {"do": do}).encode(), cookies,
          "application/x-www-form-urlencoded")
    seen, until = set(), time.monotonic() + 3 * LONGEST
    while time.monotonic() < until:
        connection.request("GET", place, headers={"Cookie": f"{COOKIE}={TOKEN}"})
        text = connection.getresponse().read().decode()
        if 'hx-trigger' not in text:
            break
        seen.add(text.partition('id="progress"')[2][:400])
        time.sleep(0.5)
    connection.close()
    return len(seen)


def opened(connection, page: str, action: str) -> tuple:
    """The form of a page with this action, as staff see it, and the cookies that go with it."""
    connection.request("GET", page, headers={"Cookie": f"{COOKIE}={TOKEN}"})
    answer = connection.getresponse()
    text = answer.read().decode()
    given = [c.partition(";")[0] for c in answer.headers.get_all("Set-Cookie") or ()]
    return next(f for f in forms_of(text) if f.action == action), "; ".join([f"{COOKIE}={TOKEN}", *given])


def _post(connection, page: str, body: bytes, cookies: str, kind: str) -> str:
    connection.request("POST", page, body, {"Cookie": cookies, "Content-Type": kind})
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status != 303:
        raise RuntimeError(f"{page} answered {answer.status}: {text[:300]}")
    return answer.headers["Location"]


def _figures(backend: str, stored: int, state: str, wall: float, steps: int, sent: list) -> list[Figure]:
    times = sorted(s.seconds for s in sent)
    slow = times[int(len(times) * 0.99) - 1]
    bad = sum(s.status >= 500 for s in sent)
    return [
        Figure(f"{backend} · dates residents see", f"{stored} ({state}), progress seen {steps} times", f"= {ROWS}", 0,
               stored == ROWS),
        Figure(f"{backend} · all rows", f"{wall:.0f} s", f"≤ {LONGEST:.0f} s", wall / LONGEST, wall <= LONGEST),
        Figure(f"{backend} · sign-ups meanwhile, p99", f"{slow:.2f} s of {len(sent)}, {bad} × 5xx",
               f"≤ {SLOWEST:.0f} s", slow / SLOWEST, slow <= SLOWEST and not bad),
    ]
