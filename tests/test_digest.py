"""The e-mail of the day: one a person and day, with everything in it, whatever becomes of a worker or the clock."""

import signal
import subprocess
import sys
import threading
import time

import pytest

from portal.base import clock, database
from portal.base.due import Due
from portal.pages import digest
from portal.people import outbox, wishes
from portal.people.models import Mail, Notice
from portal.people.wishes import Wishes
from tests.support.databases import environment
from tests.support.walks import DAY, HOUR, NOON

SIX = NOON + 6 * HOUR  # six in the evening


@pytest.fixture
def ada(walks_town, ada):
    """Ada, who likes one e-mail a day."""
    wish(walks_town, ada, digest=wishes.DIGEST, zone="Asia/Shanghai")
    return ada


def wish(town, person, **said) -> None:
    with town.unit():
        wishes.keep(person.id, Wishes(**said))


def tell(town, person, event, at=NOON, **more) -> None:
    with clock.frozen(at):
        assert town.tell(person, event=str(event), **more)


def told(town) -> list[list[str]]:
    """The walks in each e-mail that has arrived."""
    return [[line[5:] for line in mail.text.splitlines() if line.startswith("Walk ")]
            for mail in town.mail_server.mails]


def test_a_day_s_messages_come_in_one_e_mail(walks_town, ada):
    for n in range(3):
        tell(walks_town, ada, n, NOON + n)
    tell(walks_town, ada, "there", site="south")
    for at in (NOON + 9, SIX - 1):
        walks_town.work(at)
    assert walks_town.subjects == []
    with walks_town.unit(write=False):
        assert Notice.select().count() == 4
    walks_town.work(SIX)
    assert walks_town.subjects == ["4 messages for you today"] and told(walks_town) == [["0", "1", "2", "there"]]
    text = walks_town.mail_server.mails[0].text
    order = [text.index(words) for words in ("== 桂花里社区 ==", "Walk 0", "== 东巷社区 ==", "Walk there")]
    assert order == sorted(order)
    assert "https://town.example/south/walks/7" in text and "https://town.example/north/me/notices" in text
    html = walks_town.mail_server.mails[0].message.get_body(("html",)).get_content()
    assert html.count("<h2>") == 2 and html.count("<h3>") == 4 and "Change what reaches you" in html


def test_what_is_urgent_does_not_wait(walks_town, ada):
    tell(walks_town, ada, "now", kind="today")
    walks_town.work(NOON)
    assert walks_town.subjects == ["Walk now"]
    walks_town.work(SIX)
    assert len(walks_town.subjects) == 1


def test_a_day_without_messages_has_no_e_mail(walks_town, ada):
    walks_town.work(SIX + DAY)
    assert walks_town.subjects == []


def test_what_comes_after_it_is_in_the_next_one(walks_town, ada):
    tell(walks_town, ada, "a")
    walks_town.work(SIX)
    tell(walks_town, ada, "b", SIX)
    tell(walks_town, ada, "c", SIX + HOUR)
    for at in (SIX + HOUR, SIX + DAY - 1, SIX + DAY, SIX + DAY + 1, SIX + 2 * DAY):
        walks_town.work(at)
    assert told(walks_town) == [["a"], ["b", "c"]]


def test_one_that_comes_late_is_that_day_s(walks_town, ada):
    """The machine was off for a day and a half: one letter the next morning, and none that evening."""
    tell(walks_town, ada, "a")
    morning = SIX + DAY + 15 * HOUR
    walks_town.work(morning)
    tell(walks_town, ada, "b", morning + 60)
    for at in (morning + 60, SIX + 2 * DAY, SIX + 3 * DAY):
        walks_town.work(at)
        assert told(walks_town) == ([["a"], ["b"]] if at == SIX + 3 * DAY else [["a"]]), at


def test_a_clock_that_jumps_a_day_makes_no_second_one_and_loses_none(walks_town, ada):
    tell(walks_town, ada, "a")
    walks_town.work(SIX)
    tell(walks_town, ada, "b", SIX + DAY)  # the clock runs ahead
    walks_town.work(SIX + 2 * DAY)
    tell(walks_town, ada, "c", SIX + HOUR)  # and is put back
    for at in (SIX + HOUR, SIX + DAY, SIX + 2 * DAY, SIX + 3 * DAY, SIX + 4 * DAY):
        walks_town.work(at)
    assert sorted(sum(told(walks_town), [])) == ["a", "b", "c"]
    with walks_town.unit(write=False):
        days = [only for only, in Mail.select(Mail.only).where(Mail.only.is_null(False)).tuples()]
        assert len(days) == len(set(days)) == 3 and not Notice.select().where(Notice.digest).exists()


def test_workers_at_once_make_one(walks_town, ada):
    for n in range(5):
        tell(walks_town, ada, n)
    walks_town.work_at_once(SIX)
    walks_town.work(SIX + outbox.CLAIM + 1)
    assert told(walks_town) == [["0", "1", "2", "3", "4"]]


HALF = """if True:
    import sys, time
    from portal.app import create_app
    from portal.base import clock, database, due
    from portal.base.settings import load
    from portal.pages import digest
    app = create_app(load())
    def do(row):
        digest.make(int(row.ref))
        print("made", flush=True)
        time.sleep(60)
    with app.app_context(), database.use(app.portal.db), clock.frozen(int(sys.argv[1])):
        due.run_next(do)"""


def test_a_worker_killed_while_it_makes_one_leaves_no_trace(walks_town, ada):
    """All is written, nothing stored: the next worker makes it once, when the claim is old."""
    tell(walks_town, ada, "a")
    child = subprocess.Popen([sys.executable, "-c", HALF, str(SIX)], stdout=subprocess.PIPE, text=True,
                             env=environment(walks_town.app.portal.settings), cwd=walks_town.app.portal.settings.data)
    assert child.stdout.readline() == "made\n"
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=60)
    tell(walks_town, ada, "b", SIX + 60)
    for after in (60, 301, 302, HOUR):
        walks_town.work(SIX + after)
    assert told(walks_town) == [["a", "b"]]


def test_a_message_stored_while_one_is_made_is_not_lost(walks_town, ada):
    """It is in that one or in the next, also when both are stored at the same moment."""
    for n in range(8):
        tell(walks_town, ada, n, NOON)
        threads = [threading.Thread(target=f) for f in (
            lambda n=n: beside(walks_town, lambda: walks_town.work(SIX + n * DAY)),
            lambda n=n: beside(walks_town, lambda: tell(walks_town, ada, f"x{n}", SIX + n * DAY)))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    walks_town.work(SIX + 9 * DAY)
    walks_town.work(SIX + 10 * DAY)
    assert sorted(sum(told(walks_town), [])) == sorted([str(n) for n in range(8)] + [f"x{n}" for n in range(8)])
    with walks_town.unit(write=False):
        assert not Notice.select().where(Notice.digest).exists()


def test_a_message_that_is_just_being_stored_is_waited_for(walks_town, ada):
    """The one who makes the letter waits for whoever has found its due row there, and takes their message along."""
    tell(walks_town, ada, "a")
    told_it, begun = threading.Event(), threading.Event()

    def slowly():
        with walks_town.unit("north"), clock.frozen(SIX - 1):
            assert walks_town.tell(ada, event="b")
            told_it.set()
            begun.wait(10)
            time.sleep(0.5)

    def make():
        told_it.wait(10)
        begun.set()
        walks_town.work(SIX)

    threads = [threading.Thread(target=lambda do=do: beside(walks_town, do)) for do in (slowly, make)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    walks_town.work(SIX + DAY)
    assert told(walks_town) == [["a", "b"]]


def beside(town, do) -> None:
    """Run something in a thread of its own."""
    with town.app.app_context(), database.use(town.db):
        do()
    town.db.close()


def test_who_wishes_for_none_any_more_gets_what_has_been_collected(walks_town, ada):
    tell(walks_town, ada, "a")
    with clock.frozen(NOON + HOUR):
        walks_town.visitor(ada).submit("/north/me/notices", "/north/me/notices", digest="each")
    walks_town.work(NOON + HOUR)
    assert told(walks_town) == [["a"]]
    tell(walks_town, ada, "b", NOON + HOUR)
    walks_town.work(NOON + HOUR)
    assert told(walks_town) == [["a"], ["b"]]


def test_another_hour_holds_for_what_is_collected_already(walks_town, ada):
    tell(walks_town, ada, "a")
    with clock.frozen(NOON + 60):
        walks_town.visitor(ada).submit("/north/me/notices", "/north/me/notices", digest="day", digest_at="15")
    walks_town.work(NOON + 3 * HOUR - 1)
    assert told(walks_town) == []
    walks_town.work(NOON + 3 * HOUR)
    assert told(walks_town) == [["a"]]


def test_who_has_no_address_any_more_gets_none(walks_town, ada):
    tell(walks_town, ada, "a")
    with walks_town.unit():
        type(ada).update(email=None).where(type(ada).id == ada.id).execute()
    walks_town.work(SIX)
    with walks_town.unit(write=False):
        assert Mail.select().count() == 0 and not Notice.select().where(Notice.digest).exists()


def test_an_e_mail_of_the_day_that_nobody_needs_is_not_made(walks_town, ada):
    with walks_town.unit():
        digest.make(ada.id)
        digest.make(10**6)
        assert Mail.select().count() == 0 == Due.select().count()
