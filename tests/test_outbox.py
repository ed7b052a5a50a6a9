"""What leaves the house: by e-mail, text and WeChat, once, not at night, whatever becomes of a worker or the clock."""

import signal
import subprocess
import sys

import pytest

from portal.base import clock, database, sites
from portal.people import outbox, wishes
from portal.people.models import Mail, Notice
from portal.people.wishes import Wishes
from tests.support.databases import environment
from tests.support.walks import DAY, HOUR, NOON

NIGHT = NOON + 10 * HOUR  # ten in the evening
MORNING = NOON + 20 * HOUR  # eight o'clock


def wish(town, person, **said) -> None:
    with town.unit():
        wishes.keep(person.id, Wishes(**said))


def rows(town) -> list[tuple]:
    with town.unit(write=False):
        return list(Mail.select(Mail.channel, Mail.state, Mail.tries).order_by(Mail.id).tuples())


def test_each_way_out(walks_town, ada):
    """An e-mail, a text and a WeChat message, as the kinds say and the person wishes."""
    walks_town.walks.bound.add(ada.id)
    with clock.frozen(NOON):
        walks_town.tell(ada, "moved")
        walks_town.tell(ada, "rain")
    walks_town.work(NOON)
    assert walks_town.subjects == ["Walk 1"]
    link = "https://town.example/north/walks/7"
    assert walks_town.walks.texts == [("13826000426", f"桂花里社区: Walk 1 {link}")]
    assert walks_town.walks.wechats == [(ada.id, "Walk 1", "At the lake.", link)]
    wish(walks_town, ada, chosen={"email": {"walks.moved": False}, "sms": {"walks.moved": True},
                                  "wechat": {"walks.moved": False}})
    with clock.frozen(NOON):
        walks_town.tell(ada, "moved", "2")
    walks_town.work(NOON)
    assert len(walks_town.subjects) == len(walks_town.walks.wechats) == 1 and len(walks_town.walks.texts) == 2
    with walks_town.unit(write=False):
        assert Notice.select().count() == 3


def test_what_tells_nothing_any_more_in_the_morning_is_in_the_inbox_only(walks_town, ada):
    walks_town.walks.bound.add(ada.id)
    with clock.frozen(NIGHT):
        walks_town.tell(ada, "moved", "begins early", until=MORNING)
        walks_town.tell(ada, "moved", "begins later", until=MORNING + HOUR)
    walks_town.work(NIGHT)
    walks_town.work(MORNING)
    assert walks_town.subjects == ["Walk begins later"]
    assert [title for _id, title, *_rest in walks_town.walks.wechats] == ["Walk begins later"]
    assert {state for _channel, state, _tries in rows(walks_town)} == {"sent"}
    with walks_town.unit(write=False):
        assert Notice.select().count() == 2


def test_hook_wechat(walks_town, ada):
    """Asked in the site that the message is from; where nobody sends, none is stored."""
    walks_town.walks.bound.add(ada.id)
    with walks_town.unit():
        sites.enable(walks_town.south.id, "walks", False)
    with clock.frozen(NOON):
        walks_town.tell(ada, site="south")
        walks_town.tell(ada, "rain", site="south")
    assert [channel for channel, _s, _t in rows(walks_town)] == ["email"]


def test_hook_knows_wechat(walks_town, ada):
    with clock.frozen(NOON):
        walks_town.tell(ada)
    assert [channel for channel, _s, _t in rows(walks_town)] == ["email"]


def test_a_text_that_nobody_takes_is_tried_again_and_given_up(walks_town, ada):
    walks_town.walks.answer = False
    wish(walks_town, ada, quiet_from=None)
    with clock.frozen(NOON):
        walks_town.tell(ada, "rain")
    for step in range(14):
        walks_town.work(NOON + step * 70_000 // 4)
    assert len(walks_town.walks.texts) == outbox.TRIES and rows(walks_town) == [("sms", "failed", outbox.TRIES)]
    with walks_town.unit(write=False):
        assert "138" not in Mail.get().error
        assert outbox.failed(walks_town.north.id) == {"sms": 1} and outbox.failed(walks_town.south.id) == {}


def test_a_sender_is_asked_outside_of_any_transaction(walks_town, ada):
    units = []
    walks_town.walks.bound.add(ada.id)
    walks_town.walks.texts = Watched(lambda: units.append(walks_town.db.open_unit))
    walks_town.walks.wechats = walks_town.walks.texts
    with clock.frozen(NOON):
        walks_town.tell(ada, "rain")
        walks_town.tell(ada, "moved")
    walks_town.work(NOON)
    assert units == [None, None]


class Watched(list):
    """A list that tells when something is put into it."""

    def __init__(self, told):
        super().__init__()
        self.told = told

    def append(self, item):
        self.told()
        super().append(item)


def test_nothing_leaves_in_quiet_hours(walks_town, ada):
    """The inbox has it at once; the rest waits for the morning, also what an evening without a server left over."""
    walks_town.walks.bound.add(ada.id)
    with clock.frozen(NOON + 9 * HOUR - 60):
        walks_town.tell(ada, "rain", "early")
    for n, at in enumerate((NIGHT, NIGHT + 3 * HOUR, MORNING - 1)):
        with clock.frozen(at):
            walks_town.tell(ada, "today", str(n))
        walks_town.work(at)
    with walks_town.unit(write=False):
        assert Notice.select().count() == 4
    assert (walks_town.subjects, walks_town.walks.texts, walks_town.walks.wechats) == ([], [], [])
    assert {t for _c, _s, t in rows(walks_town)} == {0}
    walks_town.work(MORNING)
    assert sorted(walks_town.subjects) == ["Walk 0", "Walk 1", "Walk 2"]
    assert len(walks_town.walks.texts) == 1 and len(walks_town.walks.wechats) == 3


def test_quiet_hours_are_those_of_the_site_in_a_night_of_another_clock(walks_town, ada):
    with walks_town.unit():
        sites.Site.update(zone="Europe/Berlin").where(sites.Site.id == walks_town.north.id).execute()
        sites.touched(walks_town.north.id)
    evening = clock.at_minute(clock.date(2026, 3, 28), 22 * 60, "Europe/Berlin")
    with clock.frozen(evening):
        walks_town.tell(ada)
    for hours, arrived in ((0, 0), (9 - 1 / 3600, 0), (9, 1)):
        walks_town.work(int(evening + hours * HOUR))
        assert len(walks_town.subjects) == arrived, hours


def test_a_code_does_not_wait_for_the_morning(walks_town, ada):
    with walks_town.unit(), clock.frozen(NIGHT):
        outbox.put("email", "ada@example.org", "123456 is your code", "x")
    walks_town.work(NIGHT)
    assert walks_town.subjects == ["123456 is your code"]


def test_many_sleepers_hold_up_nobody(walks_town, ada):
    with walks_town.unit(), clock.frozen(NIGHT):
        for n in range(2 * outbox.AT_ONCE + 1):
            outbox.put("email", "ada@example.org", f"{n}", "x", person_id=ada.id)
        outbox.put("email", "bob@example.org", "code", "x")
    walks_town.work(NIGHT)
    assert walks_town.subjects == ["code"]


CLAIM = """if True:
    import sys, time
    from portal.app import create_app
    from portal.base import clock, database
    from portal.base.settings import load
    from portal.people import outbox
    app = create_app(load())
    with app.app_context(), database.use(app.portal.db), clock.frozen(int(sys.argv[1])):
        message = outbox.claim(sys.argv[2])
        print(message.id, flush=True)
        time.sleep(60)"""


def killed_after_its_claim(town, channel: str, at: int) -> None:
    """A worker, a process of its own, takes a message and is killed before it sends it."""
    child = subprocess.Popen([sys.executable, "-c", CLAIM, str(at), channel], stdout=subprocess.PIPE, text=True,
                             env=environment(town.app.portal.settings), cwd=town.app.portal.settings.data)
    try:
        assert child.stdout.readline().strip().isdigit()
    finally:
        child.send_signal(signal.SIGKILL)
        child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL


@pytest.mark.parametrize("channel, kind", [("email", "moved"), ("sms", "rain"), ("wechat", "moved")])
def test_what_a_killed_worker_held_is_sent_once_when_its_claim_is_old(walks_town, ada, channel, kind):
    wish(walks_town, ada, chosen={"email": {"walks.moved": channel == "email"}})
    walks_town.walks.bound |= {ada.id} if channel == "wechat" else set()
    with clock.frozen(NOON):
        walks_town.tell(ada, kind)
    assert rows(walks_town) == [(channel, "waiting", 0)]
    arrived = {"email": walks_town.mail_server.mails, "sms": walks_town.walks.texts,
               "wechat": walks_town.walks.wechats}[channel]
    killed_after_its_claim(walks_town, channel, NOON)
    walks_town.work(NOON + outbox.CLAIM)
    assert len(arrived) == 0
    for later in (1, 2, DAY):
        walks_town.work(NOON + outbox.CLAIM + later)
    assert len(arrived) == 1 and rows(walks_town) == [(channel, "sent", 2)]


def test_workers_at_once_send_once(walks_town, ada):
    with clock.frozen(NOON):
        for n in range(12):
            walks_town.tell(ada, "moved", str(n))
            walks_town.tell(ada, "rain", f"r{n}")
    walks_town.work_at_once(NOON)
    assert sorted(walks_town.subjects) == sorted(f"Walk {n}" for n in range(12))
    assert len(walks_town.walks.texts) == 12 and {s for _c, s, _t in rows(walks_town)} == {"sent"}


def test_a_clock_that_jumps_a_day_loses_and_doubles_nothing(walks_town, ada):
    """Forward with a message waiting, back with one stored in what is now the future."""
    for n, at in enumerate((NOON, NOON + DAY, NOON, NOON - DAY, NOON)):
        with clock.frozen(at):
            assert walks_town.tell(ada, "moved", str(n)) and not walks_town.tell(ada, "moved", str(n))
        walks_town.work(at)
    walks_town.work(NOON + DAY)
    walks_town.work(NOON + 2 * DAY)
    assert sorted(walks_town.subjects) == [f"Walk {n}" for n in range(5)]


def test_a_claim_of_tomorrow_is_not_taken_away_today(walks_town, ada):
    """A worker sends while the clock is put back by a day: nobody else sends it, too."""
    with clock.frozen(NOON):
        walks_town.tell(ada)
    with clock.frozen(NOON + DAY), database.use(walks_town.db):
        held = outbox.claim("email")
    walks_town.work(NOON)
    assert walks_town.subjects == []
    with database.use(walks_town.db):
        outbox.note(held, "sent")
    walks_town.work(NOON + 2 * DAY)
    assert walks_town.subjects == [] and rows(walks_town) == [("email", "sent", 1)]


def test_a_mail_that_ends_every_worker_is_not_sent_for_ever(walks_town, ada):
    with clock.frozen(NOON):
        walks_town.tell(ada, "moved")
    when = NOON
    for _ in range(outbox.TRIES):
        with clock.frozen(when), database.use(walks_town.db):
            assert outbox.claim("email") is not None  # whose worker is killed at once
        when += outbox.CLAIM + 1
    walks_town.work(when)
    assert walks_town.subjects == [] and rows(walks_town)[0][:2] == ("email", "failed")
