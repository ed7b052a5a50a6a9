"""The worker loop: due rows, nights and mails, each once, by however many workers; it ends when asked to."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import date

import pytest

from portal import hookimpl, jobs
from portal.app import create_app
from portal.base import clock, database, due, sites
from portal.base.due import Due, later
from portal.hooks import Plugins
from portal.pages import notices
from portal.people.models import Count, Mail, Notice, Person
from portal.testing import Town
from tests.support.databases import environment

DAY = 1_764_000_000  # 2025-11-25, 00:00 in Shanghai


class Walks:
    """A plugin that notes what the worker asks of it."""

    __name__ = "walks"
    __package__ = ""

    def __init__(self):
        self.done: list[tuple] = []
        self.fails = 0
        self.then = lambda site, row: None

    @hookimpl
    def due(self, site, row):
        if self.fails:
            self.fails -= 1
            later(0, "walks.never", site_id=row.site_id)
            raise ValueError("not this time")
        self.done.append((site.slug if site else "", row.kind, row.ref))
        self.then(site, row)

    @hookimpl
    def nightly(self, site, today):
        self.done.append((site.slug, "nightly", today))


@pytest.fixture
def walks():
    return Walks()


def plugins_of(walks) -> Plugins:
    plugins = Plugins(True)
    plugins.manager.register(walks, name="walks")
    return plugins


def town_of(settings, walks) -> Town:
    app = create_app(settings, raising=True)
    app.portal.plugins = plugins_of(walks)
    return Town(app, ["walks"])


@pytest.fixture
def town(settings, walks):
    made = town_of(settings, walks)
    yield made
    made.db.close()


@pytest.fixture
def work(town):
    """A worker that has nothing planned yet for tonight: it looks at due rows and mails only."""
    made = jobs.Work(town.app)
    made.looked = float("inf")
    return made


def turns(work, most=40) -> int:
    """Turns until there is nothing left; how many had something."""
    for n in range(most):
        if not work.turn():
            return n
    pytest.fail("the worker finds no end")


def put(town, site="north", kind="walks.remind", ref="7", at=0):
    with town.unit():
        return later(at or clock.now(), kind, ref, getattr(town, site).id if site else None)


def rows(town) -> list[tuple[str, str, int]]:
    with town.unit(write=False):
        return [(r.kind, r.state, r.tries) for r in Due.select().order_by(Due.id)]


def test_hook_due(town, work, walks):
    put(town)
    put(town, "south", ref="8")
    put(town, None, ref="9")
    put(town, at=clock.now() + 60)
    assert turns(work) == 3
    assert walks.done == [("north", "walks.remind", "7"), ("south", "walks.remind", "8"), ("", "walks.remind", "9")]
    assert [s for _k, s, _t in rows(town)] == ["done"] * 3 + ["waiting"]


def test_what_is_due_is_done_in_its_site_and_stored_with_it(town, work, walks):
    put(town)
    ada = town.person("陈爱莲", "north", email="ada@example.org")
    walks.then = lambda site, row: (notices.notify(ada.id, "core.account", f"walk {row.ref}", "Walk", url="walks/7"),
                                    walks.done.append(("scope", sites.scope_id(), site.id)))
    turns(work)
    assert walks.done[-1] == ("scope", town.north.id, town.north.id)
    with town.unit(write=False):
        assert Notice.get().site_id == town.north.id and "/north/walks/7" in Mail.get().text


def test_what_fails_is_undone_and_tried_again_later(town, work, walks):
    walks.fails, now = 1, clock.now()
    with clock.frozen(now):
        put(town)
        assert turns(work) == 1
    assert rows(town) == [("walks.remind", "waiting", 1)] and walks.done == []
    with clock.frozen(now + 119):
        assert turns(work) == 0
    with clock.frozen(now + 120):
        assert turns(work) == 1
    assert rows(town) == [("walks.remind", "done", 2)] and len(walks.done) == 1


def test_what_fails_always_ends_as_failed(town, work, walks):
    walks.fails, now = 100, clock.now()
    put(town)
    for n in range(8):
        with clock.frozen(now + n * 40_000):
            turns(work)
    assert rows(town) == [("walks.remind", "failed", due.TRIES)]


def test_a_plugin_that_is_off_does_nothing_until_it_is_on(town, work, walks):
    with town.unit():
        sites.enable(town.north.id, "walks", False)
    put(town)
    put(town, "south")
    assert turns(work) == 2
    assert [d[0] for d in walks.done] == ["south"] and rows(town)[0][:2] == ("walks.remind", "parked")
    look(town, work)
    assert [d[0] for d in walks.done] == ["south"]
    with town.unit():
        sites.enable(town.north.id, "walks")
    look(town, work)
    assert [d[0] for d in walks.done] == ["south", "north"] and rows(town)[0] == ("walks.remind", "done", 1)


def look(town, work):
    """What the worker does once a minute, without its nights, and then what is due."""
    with database.use(town.db):
        due.wake(work.portal.plugins.names)
    turns(work)


def test_a_plugin_that_is_not_installed_is_waited_for(town, work):
    put(town, kind="gone.remind")
    put(town, None, kind="gone.remind")
    turns(work)
    assert [s for _k, s, _t in rows(town)] == ["parked", "parked"]


def test_a_plugin_without_the_hook_fails_by_name(town, work, caplog):
    work.portal.plugins.manager.register(object(), name="mute")
    with town.unit():
        sites.enable(town.north.id, "mute")
    put(town, kind="mute.remind")
    turns(work)
    assert rows(town)[0][1] == "waiting" and "mute has no hook due" in caplog.text


def test_due_hooks_are_not_left_out_for_being_slow(town, work, walks):
    walks.then = lambda site, row: time.sleep(0.21)
    for n in range(5):
        put(town, ref=str(n))
    assert turns(work) == 5 and len(walks.done) == 5


def test_a_worker_that_comes_late_finds_the_row_done(town, work, walks, monkeypatch):
    now = clock.now()
    with clock.frozen(now):
        put(town)
        with database.use(town.db):
            slow = due.claim()
    with clock.frozen(now + due.CLAIM + 1):
        turns(work)
    assert len(walks.done) == 1
    monkeypatch.setattr(due, "claim", lambda now=None: slow)
    with database.use(town.db):
        assert due.run_next(work.do)
    assert len(walks.done) == 1 and rows(town) == [("walks.remind", "done", 2)]


def test_a_claimed_row_is_left_to_its_worker_until_the_claim_is_old(town):
    put(town)
    now = clock.now()
    with database.use(town.db):
        assert due.claim(now) and due.claim(now) is None and due.claim(now + due.CLAIM) is None
        assert due.claim(now + due.CLAIM + 1).tries == 2


def test_many_workers_do_each_thing_once(settings, walks, town):
    for n in range(40):
        put(town, ref=str(n))
    workers = [jobs.Work(town.app) for _ in range(4)]

    def run(worker):
        for _ in range(120):
            worker.turn()
            if len(walks.done) >= 40 + 2:
                break
        town.db.close()

    threads = [threading.Thread(target=run, args=(w,)) for w in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    refs = sorted(int(d[2]) for d in walks.done if d[1] == "walks.remind")
    assert refs == list(range(40))
    assert len([d for d in walks.done if d[1] == "nightly"]) in (0, 2)
    assert all(s == "done" for _k, s, _t in rows(town) if _k == "walks.remind")


def night(town, at) -> list[tuple[str, str]]:
    """The rows planned at that time by a worker that has just started."""
    with clock.frozen(at), database.use(town.db):
        jobs.plan_nights(town.app.portal, set())
    with town.unit(write=False):
        return [(r.kind, r.ref) for r in Due.select().order_by(Due.id)]


def test_a_night_is_planned_once_after_three(town):
    assert night(town, DAY + 3 * 3600 - 1) == []
    planned = night(town, DAY + 3 * 3600)
    assert sorted(planned) == [("core.nightly", "2025-11-25")] * 2 + [("core.sweep", "2025-11-25")]
    assert night(town, DAY + 3 * 3600 + 1) == night(town, DAY + 86400 + 3 * 3600 - 1) == planned
    assert len(night(town, DAY + 86400 + 3 * 3600)) == 6


def test_a_machine_that_slept_at_three_catches_up(town):
    assert len(night(town, DAY + 15 * 3600)) == 3


def test_three_is_said_by_the_clock_of_the_site(town):
    with town.unit():
        sites.Site.update(zone="Europe/London").where(sites.Site.id == town.south.id).execute()
        sites.touched(town.south.id)
    at_three = night(town, DAY + 3 * 3600)  # seven in the evening of the day before in London
    assert sorted(ref for kind, ref in at_three if kind == "core.nightly") == ["2025-11-24", "2025-11-25"]
    assert night(town, DAY + 11 * 3600 - 1) == at_three
    assert night(town, DAY + 11 * 3600) == [*at_three, ("core.nightly", "2025-11-25")]


def test_hook_nightly(town, work, walks):
    with town.unit():
        sites.enable(town.south.id, "walks", False)
    work.looked = float("-inf")
    with clock.frozen(DAY + 4 * 3600):
        turns(work)
    assert walks.done == [("north", "nightly", date(2025, 11, 25))]


def test_nobody_waits_for_a_night(town, work, walks):
    """Hundreds of sites have theirs at once, and what is due meanwhile comes first."""
    for slug in ("north", "south"):
        with town.unit():
            later(clock.now() - 60, due.NIGHTLY, "2025-11-25", getattr(town, slug).id, plugin="walks")
    put(town)
    assert turns(work) == 3
    assert [what for _site, what, *_ref in walks.done] == ["walks.remind", "nightly", "nightly"]


def test_a_plugin_switched_off_before_its_night_sleeps(town, work, walks):
    with clock.frozen(DAY + 4 * 3600):
        night(town, DAY + 4 * 3600)
        with town.unit():
            sites.enable(town.north.id, "walks", False)
        turns(work)
    assert [d[0] for d in walks.done] == ["south"] and {s for _k, s, _t in rows(town)} == {"done"}


def test_the_night_tidies_up(town, work):
    with clock.frozen(DAY - 40 * 86400), town.unit():
        later(clock.now(), "walks.old", site_id=town.north.id)
        Due.update(state="done").execute()
        Count.create(what="old", n=1, since=clock.now())
    with clock.frozen(DAY):
        put(town, None, "core.sweep", "2025-11-25")
        turns(work)
    with town.unit(write=False):
        assert [r.kind for r in Due.select()] == ["core.sweep"] and Count.select().count() == 0


def test_once_does_what_is_due_and_ends(settings, town, walks, mail_server, monkeypatch):
    sending = replace(settings, smtp=mail_server.url)
    monkeypatch.setattr(jobs, "create_app", lambda s: town.app)
    town.app.portal.settings = sending
    ada = town.person("陈爱莲", "north", email="ada@example.org")
    walks.then = lambda site, row: notices.notify(ada.id, "core.account", "x", "News")
    with clock.frozen(DAY + 10 * 3600):
        put(town)
        jobs.run_loop(sending, once=True)
    assert len(walks.done) >= 1 and [m.recipients for m in mail_server.mails] == [("ada@example.org",)]
    town.db.close()


def test_a_mail_server_that_is_away_is_asked_less_and_less(town, work, monkeypatch, caplog):
    asked = []

    def away(settings):
        asked.append(1)
        raise ConnectionRefusedError

    monkeypatch.setattr(jobs.mail, "send_waiting", away)
    for _ in range(3):
        work.turn()
    assert asked == [1] and "mail server is away" in caplog.text and work.post_pause == 30
    work.post_at = 0
    work.turn()
    assert work.post_pause == 60 and not any(r.exc_info for r in caplog.records)


def test_a_database_that_is_away_is_waited_for(settings, walks, monkeypatch, caplog):
    """With growing pauses, one line each, and no traceback."""
    pauses, tries = [], []

    class Gone:
        def __init__(self, app):
            pass

        def turn(self):
            tries.append(1)
            if len(tries) <= 9:
                raise database.Busy("away")
            os.kill(os.getpid(), signal.SIGTERM)
            return False

    monkeypatch.setattr(jobs, "create_app", lambda s: None)
    monkeypatch.setattr(jobs, "Work", Gone)
    monkeypatch.setattr(threading.Event, "wait", lambda self, seconds=None: pauses.append(seconds))
    before = signal.getsignal(signal.SIGTERM)
    jobs.run_loop(settings, sleep=1.0)
    assert pauses[:9] == [2, 4, 8, 16, 32, 60, 60, 60, 60] and len(caplog.records) == 9
    assert not any(r.exc_info for r in caplog.records) and signal.getsignal(signal.SIGTERM) is before
    with pytest.raises(database.Busy):
        tries.clear()
        jobs.run_loop(settings, once=True)


def test_another_failure_does_not_end_the_loop(settings, monkeypatch, caplog):
    tries = []

    class Odd:
        def __init__(self, app):
            pass

        def turn(self):
            tries.append(1)
            if len(tries) == 1:
                raise ValueError("odd")
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(jobs, "create_app", lambda s: None)
    monkeypatch.setattr(jobs, "Work", Odd)
    jobs.run_loop(settings, sleep=0.01)
    assert len(tries) == 2 and "the worker loop failed" in caplog.text


LOOP = """if True:
    from portal.base.settings import load
    from portal.jobs import run_loop
    print("up", flush=True)
    run_loop(load())"""


def test_sigterm_ends_the_process_cleanly(settings, town):
    put(town, None, "core.sweep", "x")
    child = subprocess.Popen([sys.executable, "-c", LOOP], env=environment(settings), cwd=settings.data,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "up\n"
    until = time.monotonic() + 60
    while ("core.sweep", "done", 1) not in rows(town) and time.monotonic() < until:
        time.sleep(0.1)
    child.terminate()
    out, err = child.communicate(timeout=60)
    assert child.returncode == 0 and "Traceback" not in err, err
    assert ("core.sweep", "done", 1) in rows(town)
    with town.unit(write=False):
        assert Person.select().count() == 0
