"""Due rows that wait alone, and those that failed: moved, done once, seen on the desk, tried again."""

import signal
import subprocess
import sys
import threading

import pytest

from portal.base import clock, database, due, sites
from portal.base.due import Due, later
from portal.people.models import Audit, Mail
from tests.support.databases import environment
from tests.support.walks import DAY, HOUR, NOON


@pytest.fixture
def north(walks_town) -> int:
    return walks_town.north.id


def rows(town) -> list[tuple]:
    with town.unit(write=False):
        return list(Due.select(Due.kind, Due.ref, Due.state, Due.due_at, Due.data).order_by(Due.id).tuples())


def remind(town, at=NOON, ref="7", site="north", **more) -> int:
    with town.unit():
        return later(at, "walks.remind", ref, getattr(town, site).id if site else None, once=True, **more)


def do_all(town, at) -> list[str]:
    """The rows that a worker does at that time."""
    done = []
    with clock.frozen(at), database.use(town.db):
        while due.run_next(lambda row: done.append(row.ref)):
            pass
    return done


def test_a_second_row_moves_the_first(walks_town):
    first = remind(walks_town, NOON, n=1)
    assert remind(walks_town, NOON + HOUR, n=2) == first
    assert rows(walks_town) == [("walks.remind", "7", "waiting", NOON + HOUR, '{"n": 2}')]
    assert do_all(walks_town, NOON) == [] and do_all(walks_town, NOON + HOUR) == ["7"]


def test_a_second_row_can_leave_the_first_where_it_is(walks_town):
    first = remind(walks_town, NOON, n=1)
    assert remind(walks_town, NOON + HOUR, move=False, n=2) == first
    assert rows(walks_town) == [("walks.remind", "7", "waiting", NOON, '{"n": 1}')]


def test_other_rows_wait_beside_it(walks_town):
    ids = {remind(walks_town), remind(walks_town, ref="8"), remind(walks_town, site="south"),
           remind(walks_town, site=None)}
    with walks_town.unit():
        ids |= {later(NOON, "walks.remind", "7", walks_town.north.id) for _ in range(2)}
    assert len(ids) == 6 and len(do_all(walks_town, NOON)) == 6


def test_what_is_done_makes_room_for_the_next(walks_town):
    first = remind(walks_town)
    assert do_all(walks_town, NOON) == ["7"]
    assert remind(walks_town, NOON + 1) != first and do_all(walks_town, NOON + 1) == ["7"]


def test_what_is_done_can_put_itself_off(walks_town):
    remind(walks_town)
    with clock.frozen(NOON), database.use(walks_town.db):
        assert due.run_next(lambda row: later(NOON + DAY, row.kind, row.ref, row.site_id, once=True))
    assert [(state, at) for _k, _r, state, at, _d in rows(walks_town)] == [("done", NOON), ("waiting", NOON + DAY)]


def test_a_row_that_is_moved_while_a_worker_holds_it_is_done_at_its_new_time(walks_town, monkeypatch):
    remind(walks_town)
    with clock.frozen(NOON), database.use(walks_town.db):
        held = due.claim()
    remind(walks_town, NOON + DAY)
    with monkeypatch.context() as patch:
        patch.setattr(due, "claim", lambda now=None: held)
        done = []
        with clock.frozen(NOON), database.use(walks_town.db):
            due.run_next(lambda row: done.append(row.ref))
    assert done == [] and do_all(walks_town, NOON + DAY - 1) == [] and do_all(walks_town, NOON + DAY) == ["7"]


def test_a_row_that_failed_is_taken_up_by_the_next(walks_town):
    first = remind(walks_town)
    with walks_town.unit():
        Due.update(state="failed", tries=5, error="ValueError").execute()
    assert remind(walks_town, NOON + HOUR, move=False) == first
    assert do_all(walks_town, NOON + HOUR) == ["7"]


def test_a_row_that_is_given_up_says_when_it_was_tried_last(walks_town):
    remind(walks_town)
    with walks_town.unit():
        Due.update(tries=due.TRIES - 1).execute()
    with clock.frozen(NOON), database.use(walks_town.db):
        assert due.run_next(lambda row: 1 / 0)
    assert [row[2:4] for row in rows(walks_town)] == [("failed", NOON)]


def test_nothing_is_left_of_a_row_that_was_not_stored(walks_town):
    with pytest.raises(ZeroDivisionError), walks_town.unit():
        later(NOON, "walks.remind", "7", once=True)
        raise ZeroDivisionError
    assert rows(walks_town) == []


def test_many_at_once_leave_one_row(walks_town, north):
    """With workers that do it meanwhile: what was asked for last is done after it was asked for."""
    ready, failed = threading.Barrier(6), []

    def ask():
        try:
            with walks_town.app.app_context(), database.use(walks_town.db):
                ready.wait(10)
                for _ in range(8):
                    with database.unit(write=True):
                        later(NOON, "walks.remind", "7", north, once=True)
        except Exception as e:
            failed.append(e)
        finally:
            walks_town.db.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failed == [] and len(rows(walks_town)) == 1 and do_all(walks_town, NOON) == ["7"]


HELD = """if True:
    import sys, time
    from portal.app import create_app
    from portal.base import clock, database, due
    from portal.base.settings import load
    app = create_app(load())
    with app.app_context(), database.use(app.portal.db), clock.frozen(int(sys.argv[1])):
        print(due.claim().id, flush=True)
        time.sleep(60)"""


def test_what_a_killed_worker_held_is_done_once_when_its_claim_is_old(walks_town):
    remind(walks_town)
    settings = walks_town.app.portal.settings
    child = subprocess.Popen([sys.executable, "-c", HELD, str(NOON)], stdout=subprocess.PIPE, text=True,
                             env=environment(settings), cwd=settings.data)
    assert child.stdout.readline().strip().isdigit()
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=60)
    assert do_all(walks_town, NOON + due.CLAIM) == []
    assert do_all(walks_town, NOON + due.CLAIM + 1) == ["7"] and do_all(walks_town, NOON + DAY) == []


def test_a_clock_that_jumps_a_day_loses_and_doubles_nothing(walks_town):
    done = []
    for n, at in enumerate((NOON, NOON + DAY, NOON, NOON - DAY, NOON)):
        remind(walks_town, at + 60, str(n))
        done += do_all(walks_town, at) + do_all(walks_town, at + 60)
    for at in (NOON + DAY + 60, NOON + 2 * DAY):
        done += do_all(walks_town, at)
    assert sorted(done) == [str(n) for n in range(5)]


# On the desk


@pytest.fixture
def broken(walks_town) -> dict[str, int]:
    """Work that failed: of the north, the south, and the house itself; and mails that did."""
    with walks_town.unit():
        ids = {where: Due.create(site_id=site and site.id, kind=kind, ref="person 17 Ada", due_at=NOON, tries=5,
                                 state="failed", error="ValueError").id
               for where, site, kind in (("north", walks_town.north, "walks.remind"),
                                         ("south", walks_town.south, "walks.sort"), ("house", None, "core.sweep"))}
        for channel, site, n in (("email", walks_town.north.id, 2), ("sms", walks_town.north.id, 1),
                                 ("email", walks_town.south.id, 4), ("email", None, 1)):
            for _ in range(n):
                Mail.create(channel=channel, site_id=site, to="ada@example.org", subject="x", text="y", state="failed")
    return ids


@pytest.fixture
def staff(walks_town):
    return walks_town.visitor(walks_town.person("Li Min", "north", role="staff", locale="en"))


@pytest.fixture
def operator(walks_town):
    return walks_town.visitor(walks_town.person("Ou", "north", role="operator", at="town", locale="en"))


FAILED = "/north/desk/failed"


def state(town, row_id) -> tuple:
    with town.unit(write=False):
        row = Due.get_by_id(row_id)
        return row.state, row.tries


def test_the_desk_tells_what_failed_and_nobody_s_name(walks_town, staff, broken):
    first = staff.get("/north/desk/").text
    assert "1 thing that was due could not be done" in first and "3 messages could not be sent" in first
    assert 'href="/north/desk/failed"' in first
    page = staff.get(FAILED).text
    assert "Walks" in page and "remind" in page and "ValueError" in page and "<b>2</b>E-mails" in page
    assert "<b>1</b>Text messages" in page and "sort" not in page and "Forgetting" not in page
    assert "17 Ada" not in page and "example.org" not in page


def test_the_desk_of_a_site_where_all_is_well_is_quiet(walks_town, staff):
    assert "could not be" not in staff.get("/north/desk/").text
    assert "Everything that was due has been done." in staff.get(FAILED).text


def test_the_district_s_desk_has_the_work_of_the_house(walks_town, operator, broken):
    assert "8 messages could not be sent" in operator.get("/town/desk/").text
    page = operator.get("/town/desk/failed").text
    assert "Forgetting what is old" in page and "remind" not in page
    assert operator.submit("/town/desk/failed", f"/town/desk/failed/{broken['house']}/again").status_code == 303
    assert state(walks_town, broken["house"]) == ("waiting", 0)


def test_it_is_tried_again(walks_town, staff, broken):
    assert staff.submit(FAILED, f"{FAILED}/{broken['north']}/again").status_code == 303
    assert state(walks_town, broken["north"]) == ("waiting", 0)
    assert "being tried again" in staff.get(FAILED).text
    assert do_all(walks_town, clock.now()) == ["person 17 Ada"]
    with walks_town.unit("north", write=False):
        assert Audit.select().where((Audit.action == "core.again") & (Audit.thing == "walks.remind")).count() == 1
    assert "Had failed work tried again" in staff.get("/north/desk/audit").text


@pytest.mark.parametrize("whose", ["south", "house", "done"])
def test_what_is_not_this_site_s_failed_work_is_left_alone(walks_town, staff, operator, broken, whose):
    number = remind(walks_town) if whose == "done" else broken[whose]
    before = state(walks_town, number)
    form = staff.form(FAILED, f"{FAILED}/{broken['north']}/again")
    form.action = f"{FAILED}/{number}/again"
    assert staff.send(form).status_code == 404 and state(walks_town, number) == before
    above = operator.form(FAILED, f"{FAILED}/{broken['north']}/again")  # the operator, on the community's own desk
    above.action = f"{FAILED}/{number}/again"
    assert operator.send(above).status_code == 404 and state(walks_town, number) == before


@pytest.mark.backend("sqlite")
def test_the_desk_is_valid_html(walks_town, staff, broken, vnu):
    assert vnu({page: staff.get(page).text for page in (FAILED, "/north/desk/")}) == []


def test_only_who_runs_the_site_sees_it(walks_town, staff, broken):
    for role in ("grid", "volunteer", ""):
        who = walks_town.person("Other", "north", role=role, locale="en", phone="13826000426")
        other = walks_town.visitor(who)
        assert other.get(FAILED).status_code == 404
        assert "could not be" not in other.get("/north/desk/").text
        form = other.form("/north/me/notices", "/north/me/notices")
        form.action = f"{FAILED}/{broken['north']}/again"
        assert other.send(form).status_code == 404
    assert walks_town.visitor().get(FAILED).status_code == 303
    assert state(walks_town, broken["north"]) == ("failed", 5)


def test_what_failed_long_ago_is_forgotten(walks_town, broken):
    with walks_town.unit(), clock.frozen(NOON + due.KEPT + 1):
        due.sweep()
        assert Due.select().count() == 0


def test_the_desk_of_a_plugin_that_is_off_names_it_still(walks_town, staff, broken):
    with walks_town.unit():
        sites.enable(walks_town.north.id, "walks", False)
    assert "Walks" in staff.get(FAILED).text


def test_a_row_that_ends_every_worker_is_given_up_and_seen(walks_town):
    remind(walks_town)
    when = NOON
    for _ in range(due.DEATHS):
        with clock.frozen(when), database.use(walks_town.db):
            assert due.claim() is not None  # whose worker is killed at once
        when += due.CLAIM + 1
    assert do_all(walks_town, when) == []
    with walks_town.unit(write=False):
        assert [row.error for row in due.failed(walks_town.north.id)] == ["NoWorkerLived"]
    with walks_town.unit():
        assert due.again(Due.get().id, walks_town.north.id)
    assert do_all(walks_town, clock.now()) == ["7"]
