"""The made-up district: the same each time, true in itself, and a place to walk through."""

import hashlib
import json
import re
import signal
import subprocess
import time
from collections import deque
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest
from portal.plugins.activities import seeds
from portal.plugins.activities.models import Activity, Feedback, Occurrence, Recap, SignUp, SignUpMember
from portal.plugins.activities.places import checks

from portal import seed
from portal.app import create_app
from portal.base import backup, clock, database, sites
from portal.base.sites import Site, SitePlugin
from portal.people.models import Person
from portal.seed import SeedError, accounts, demo, towns
from portal.testing import Visitor
from tests.support import tripwire
from tests.support.databases import PORTAL, environment, settings_for
from tests.support.postgres import free_port

NOON = 1_790_000_000  # a day in 2026
COUNTERS = {"change_count": {"n"}, "huts_item": {"stamp"}}  # PostgreSQL counts once where SQLite counts each row
# PostgreSQL uses up a number for every row that is there already, or is gone again, and has its triggers in order.
NUMBERED = ("change_count", "due", "halls_renamed", "huts_borrower", "huts_miss", "huts_range")
NAMES = ("chancheng", "zumiao", "shiwan", "guihuali", "yaoqian")
SMALL = [town for town in towns.demo() if town.slug in NAMES]


def rows_of(app) -> str:
    """One hash over the rows of all sites; what is secret is left out."""
    said, db = hashlib.sha256(), app.portal.db
    with tripwire.lifted(), database.use(db), database.unit(), _everywhere():
        for model in (m for part in app.portal.parts() for m in part.models):
            table, fields = model._meta.table_name, model._meta.sorted_fields
            left_out = {"password", *COUNTERS.get(table, ()), *(("id",) if table in NUMBERED else ())}
            names = ", ".join(f'"{f.column_name}"' for f in fields if f.column_name not in left_out)
            found = map(_plain, db.execute_sql(f'SELECT {names} FROM "{table}" ORDER BY id').fetchall())
            said.update(json.dumps([table, sorted(found, key=json.dumps) if table in NUMBERED else [*found]]).encode())
    return said.hexdigest()


def _everywhere():
    return sites.within(Site.get(Site.slug == "chancheng"), below=True)


def _plain(row: tuple) -> list:
    return [int(v) if isinstance(v, bool) else v for v in row]


@pytest.fixture(scope="module")
def once(databases, tmp_path_factory) -> tuple:
    """All rows and files of another portal, on SQLite, that was filled before."""
    return _filled(settings_for(databases.migrated("sqlite"), tmp_path_factory.mktemp("once")))


def test_the_same_rows_each_time_on_both_databases_and_out_of_a_backup(once, settings, databases, backend, tmp_path):
    found = _filled(settings)
    assert found == once
    archive = backup.backup(settings, tmp_path / "all.tar.gz")
    empty = databases.migrated(backend) if backend == "postgresql" else databases.empty(backend)
    back = settings_for(empty, tmp_path / "back")
    backup.restore(back, archive)
    assert _held(create_app(back, raising=True)) == found
    databases.drop(empty)


def _filled(settings) -> tuple:
    app = create_app(settings, raising=True)
    with clock.frozen(NOON):
        seed.fill(app, "demo", lambda line: None, SMALL)
    return _held(app)


def _held(app) -> tuple:
    """All rows and files; the app is closed."""
    found = rows_of(app), sorted(f.name for f in app.portal.settings.data.glob("files/*/*"))
    app.portal.db.close()
    return found


def test_only_into_an_empty_portal(run_portal):
    run_portal("community", "add", "east", "--name", "East")
    done = run_portal("seed", check=False)
    assert done.returncode == 1 and "has sites already" in done.stderr and "Traceback" not in done.stderr


def test_nothing_is_left_of_an_interrupted_one(settings, monkeypatch):
    app = create_app(settings, raising=True)
    monkeypatch.setattr(accounts, "resident", lambda site_id: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        seed.fill(app, "demo", lambda line: None, SMALL)
    with database.use(app.portal.db), database.unit():
        assert not Site.select().exists() and not Person.select().exists()
    app.portal.db.close()


def test_known_passwords_are_not_for_production(settings):
    app = create_app(replace(settings, env="production", trusted_hosts=("localhost",)), raising=True)
    with pytest.raises(SeedError, match="production"):
        seed.fill(app, "demo", lambda line: None)
    app.portal.db.close()


@pytest.fixture
def town(seeded_settings):
    """The demo's app, and its sites by slug."""
    app = create_app(seeded_settings, raising=True)
    with database.use(app.portal.db):
        with database.unit():
            rows = {s.slug: s for s in Site.select()}
        yield app, rows
    app.portal.db.close()


def test_places_taken_are_those_of_the_people(town):
    """Also in the smallest thing: nobody sits on two chairs, and a family is of the person."""
    _app, rows = town
    seen = 0
    for row in rows.values():
        with database.unit(), sites.within(row.id):
            sizes: dict[int, int] = {}
            for sign_up in SignUp.select().where(SignUp.state == "joined"):
                family = SignUpMember.select().where(SignUpMember.sign_up_id == sign_up.id).count()
                assert sign_up.size == sign_up.oneself + family >= 1
                sizes[sign_up.occurrence_id] = sizes.get(sign_up.occurrence_id, 0) + sign_up.size
            for date in Occurrence.select():
                assert date.taken == sizes.get(date.id, 0)
                assert date.capacity is None or date.taken <= date.capacity
                seen += 1
    assert seen > 500


def test_something_is_full_and_something_has_one_place_left(town):
    _app, rows = town
    week = clock.now() + 8 * 86400
    for slug in ("guihuali", "yaoqian"):
        with database.unit(), sites.within(rows[slug].id):
            soon = (Occurrence.ends_at > clock.now()) & (Occurrence.starts_at < week)
            left = {o.capacity - o.taken for o in Occurrence.select().where(soon) if o.capacity is not None}
            assert {0, 1} <= left and max(left) > 5
            assert Activity.select().where(Activity.source_id.is_null(False)).count() == 3  # from a calendar file


@pytest.mark.parametrize(("now", "begins"), [("08:00", "09:30"), ("14:10", "15:30"), ("20:10", "33:30")])
def test_what_is_on_today_begins_at_an_hour_at_which_people_come(now, begins):
    """33:30 is half past nine of the next day."""
    north, idea = SimpleNamespace(zone="Asia/Shanghai"), seeds.ideas("community")[0]._replace(at=[9, 30])
    midnight = clock.start_of_day(date(2026, 11, 23), north.zone)
    hour = {text: midnight + int(text[:2]) * 3600 + int(text[3:]) * 60 for text in (now, begins)}
    with clock.frozen(hour[now]):
        assert seeds._when(north, Random(1), idea, 0, 0.5).starts_at == hour[begins]


def test_some_wait_some_are_here_and_one_date_is_told_of(town):
    """So that whoever looks at the demo sees a waitlist, a door and what comes afterwards."""
    app, rows = town
    for slug in ("guihuali", "yaoqian"):
        with database.unit(), sites.within(rows[slug].id):
            queues = list(Occurrence.select().where(Occurrence.waiting > 0))
            assert [(o.waiting, o.taken) for o in queues] == [(2, queues[0].capacity)]
            at, told = clock.now(), Recap.get()
            door = Occurrence.get((Occurrence.starts_at <= at) & (Occurrence.ends_at > at)
                                  & Occurrence.title.contains("茶"))
            here = SignUp.select().where((SignUp.occurrence_id == door.id) & SignUp.came.is_null(False)).count()
            assert 0 < here < SignUp.select().where(SignUp.occurrence_id == door.id).count()
            assert len(json.loads(told.pictures)) == 2 and 5 <= Feedback.select().where(
                Feedback.occurrence_id == told.occurrence_id).count() <= 9
            assert checks.broken() == []
    visitor = Visitor(app)
    enter(visitor, accounts.HOME, accounts.RESIDENT.email)
    with database.unit(), sites.within(rows[accounts.HOME].id):
        date = Occurrence.get(Occurrence.id == Recap.get().occurrence_id)
    page = visitor.get(f"/guihuali/activities/{date.activity_id}?on={date.id}").text
    assert "酿豆腐" in page and 'id="feedback"' in page


def test_communities_have_faces_and_functions_of_their_own(town):
    app, rows = town
    homes = [s for s in rows.values() if s.kind == "community"]
    assert len(homes) == 6 and {s.theme for s in homes} == {"plain", "osmanthus", "lingnan"}
    assert len({json.loads(s.brand)["motto"] for s in homes}) == len({json.loads(s.brand)["logo"] for s in homes}) == 6
    on, slugs = {s.slug: set() for s in homes}, {s.id: s.slug for s in rows.values()}
    with database.unit():
        enabled = list(SitePlugin.select().where(SitePlugin.enabled))
    for row in enabled:
        on.get(slugs[row.site_id], set()).add(row.plugin)
    assert on["guihuali"] == {"activities", "bulletin", "halls", "huts"} and on["xinhe"] == {"bulletin", "huts"}
    assert {s.name for s in rows.values() if s.kind == "street"} == {"祖庙街道", "石湾镇街道", "张槎街道", "南庄镇"}


def test_every_page_of_the_demo_answers(town):
    """All that a guest and the staff reach by links, the long lists cut short."""
    app, rows = town
    for email, start in ((None, "/chancheng/"), ("guihuali@xiaowu.example", "/guihuali/desk/"),
                         ("district@xiaowu.example", "/chancheng/district/")):
        visitor = Visitor(app)
        if email:
            enter(visitor, start.split("/")[1], email)
        seen = walked(visitor, [start, *(f"/{slug}/" for slug in rows)] if not email else [start])
        assert len(seen) > (150 if not email else 5)


def walked(visitor: Visitor, start: list[str], most: int = 260) -> set[str]:
    """The addresses reached by links of the same house; of pages alike only some, files among them."""
    waiting, seen, alike = deque(start), set(start), {}
    while waiting and len(seen) < most:
        path = waiting.popleft()
        answer = visitor.get(path)
        answer.close()
        assert answer.status_code in (200, 303), f"{path} answered {answer.status}"
        if "html" not in answer.content_type:
            continue
        base = path.partition("?")[0]
        for found in re.findall(r'(?:href|src)="([^"#]+)', answer.text):
            url = found.replace("&amp;", "&")
            url = base + url if url.startswith("?") else url
            kind = re.sub(r"\d+|[0-9a-f]{8,}", "N", url.partition("?")[0])
            alike[kind] = alike.get(kind, 0) + (url not in seen)
            if re.match(r"/(?!/|static/)", url) and url not in seen and alike[kind] < 5 and "mode=" not in url \
                    and "lang=" not in url and "size=" not in url:
                seen.add(url)
                waiting.append(url)
    return seen


def enter(visitor: Visitor, slug: str, email: str) -> None:
    answer = visitor.submit(f"/{slug}/sign-in/email", f"/{slug}/sign-in/email", email=email, password=accounts.PASSWORD)
    assert answer.status_code == 303, answer.text[:500]


@pytest.mark.parametrize("account", accounts.ALL, ids=lambda a: a.email.partition("@")[0])
def test_ready_sign_ins(seeded_settings, account, tmp_path):
    """With a code to the phone, and with the printed password."""
    texts = tmp_path / "texts"
    app = create_app(replace(seeded_settings, sms=f"file:{texts}"), raising=True)
    visitor = Visitor(app)
    page = f"/{account.site}/sign-in"
    shown = visitor.submit(page, page, tel=account.phone)
    code = re.search(r"\d{6}", json.loads(texts.read_text().splitlines()[-1])["text"])[0]
    token = re.search(r'name="csrf_token" value="([^"]+)"', shown.text)[1]
    done = visitor.post(f"{page}/code", {"csrf_token": token, "tel": account.phone, "code": code})
    assert done.status_code == 303, done.text[:500]
    assert account.name in visitor.get(f"/{account.site}/me").text
    enter(Visitor(app), account.site, account.email)
    app.portal.db.close()


def test_the_resident_has_something_to_come_to(town):
    app, _rows = town
    visitor = Visitor(app)
    enter(visitor, accounts.HOME, accounts.RESIDENT.email)
    assert visitor.get("/guihuali/activities/mine").text.count('<time class="day"') >= 2


def test_a_taken_port_is_passed_over():
    with subprocess.Popen(["sleep", "0"]):
        first = free_port()
    assert demo.free("127.0.0.1", first) >= first


@pytest.mark.backend("sqlite")
def test_the_demo_serves_and_stops_with_a_key(seeded_settings):
    """As `make demo` does the second time: the address, the sign-ins, a page within seconds, and nothing left."""
    port, began = free_port(), time.monotonic()
    process = subprocess.Popen([PORTAL, "demo", "--port", str(port)], env=environment(seeded_settings), text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=seeded_settings.data)
    try:
        said = []
        while not said or "answers at" not in said[-1]:
            line = process.stdout.readline()
            assert line, "".join(said)
            said.append(line)
        whole = "".join(said)
        assert all(a.phone in whole and a.email in whole for a in accounts.ALL) and accounts.PASSWORD in whole
        assert time.monotonic() - began < 30
        pids = _below(process.pid)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=15)
        assert not [p for p in pids if Path(f"/proc/{p}").exists()]
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _below(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            found += map(int, task.read_text().split())
    return found
