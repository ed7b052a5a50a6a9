"""How messages may reach a person: the rules of quiet hours, and the page where one says so."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from portal.base import clock, sites
from portal.pages import digest, notices
from portal.people import wishes
from portal.people.models import Mail, NoticeWishes
from portal.people.wishes import Wishes, next_at, quiet_end
from tests.support.walks import HOUR, NOON

BERLIN, SHANGHAI = "Europe/Berlin", "Asia/Shanghai"
PAGE = "/north/me/notices"


def at(text: str, zone: str = BERLIN, fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp())


@pytest.mark.parametrize("now, end", [
    ("2025-11-25 20:59", None), ("2025-11-25 21:00", "2025-11-26 08:00"), ("2025-11-25 23:59", "2025-11-26 08:00"),
    ("2025-11-26 00:00", "2025-11-26 08:00"), ("2025-11-26 07:59", "2025-11-26 08:00"), ("2025-11-26 08:00", None),
    # the nights in which the clock is put forward, and back
    ("2026-03-28 22:00", "2026-03-29 08:00"), ("2026-03-29 03:00", "2026-03-29 08:00"),
    ("2026-10-24 22:00", "2026-10-25 08:00"), ("2026-10-25 02:30", "2026-10-25 08:00")])
def test_quiet_hours_over_midnight_and_a_change_of_the_clock(now, end):
    assert quiet_end(at(now), 21 * 60, 8 * 60, BERLIN) == (at(end) if end else 0)


def test_quiet_hours_are_by_the_wall_clock():
    """Seven hours of sleep are six when the clock is put forward, and eight when it is put back."""
    for evening, hours in (("2026-03-28 23:00", 6), ("2026-10-24 23:00", 8), ("2026-06-01 23:00", 7)):
        assert quiet_end(at(evening), 23 * 60, 6 * 60, BERLIN) - at(evening) == hours * HOUR


def test_quiet_hours_that_end_in_the_hour_that_comes_twice():
    """From one to half past two: the second time that it is two, it is quiet once more."""
    first, second = at("2026-10-25 02:10"), at("2026-10-25 02:10", fold=1)
    assert quiet_end(first, 60, 150, BERLIN) == at("2026-10-25 02:30")
    assert quiet_end(second, 60, 150, BERLIN) == at("2026-10-25 02:30", fold=1)
    assert quiet_end(at("2026-10-25 02:40"), 60, 150, BERLIN) == 0


def test_quiet_hours_that_end_in_the_hour_that_is_leapt_over():
    evening = at("2026-03-28 23:00")
    end = quiet_end(evening, 22 * 60, 150, BERLIN)
    assert at("2026-03-29 03:00") <= end <= at("2026-03-29 03:30") and quiet_end(end, 22 * 60, 150, BERLIN) == 0


def test_quiet_hours_in_the_day():
    assert quiet_end(at("2025-11-25 12:30"), 720, 840, BERLIN) == at("2025-11-25 14:00")
    for outside in ("2025-11-25 14:00", "2025-11-25 11:59"):
        assert quiet_end(at(outside), 720, 840, BERLIN) == 0


def test_the_next_time_of_an_hour_is_after_now_on_every_day():
    day = at("2026-03-28 17:59")
    assert next_at(day, 18 * 60, BERLIN) == day + 60
    assert next_at(day + 60, 18 * 60, BERLIN) == at("2026-03-29 18:00") == day + 60 + 23 * HOUR
    assert next_at(at("2026-10-24 18:00"), 18 * 60, BERLIN) == at("2026-10-25 18:00")


def test_who_has_said_nothing_gets_what_the_kinds_say(walks_town, ada):
    with walks_town.unit(write=False):
        assert wishes.of(ada.id) == Wishes() and Wishes().digest is None
        assert Wishes().quiet_end(NOON + 10 * HOUR, SHANGHAI) == NOON + 20 * HOUR
        assert Wishes(quiet_from=None).quiet_end(NOON + 10 * HOUR, SHANGHAI) == 0


def kept(town, person) -> Wishes:
    with town.unit(write=False):
        return wishes.of(person.id)


def test_the_page_shows_every_kind_and_the_ways_there_are(walks_town, ada):
    page = walks_town.visitor(ada).get(PAGE).text
    for words in ("Your account", "A walk is moved", "It rains", "Text messages", "E-mails", "Quiet hours"):
        assert words in page, words
    assert "WeChat" not in page
    walks_town.walks.bound.add(ada.id)
    assert "WeChat" in walks_town.visitor(ada).get(PAGE).text


def test_the_page_of_who_can_be_reached_by_nothing(walks_town):
    bare = walks_town.visitor(walks_town.person("No Phone", "north")).get(PAGE).text
    assert "Every message is in your inbox here." in bare and "type=\"checkbox\"" not in bare and "Give one" in bare
    south = walks_town.person("By Phone", "south", phone="13826000427")
    page = walks_town.visitor(south).get("/south/me/notices").text
    assert "Text messages" in page and 'name="email"' not in page and "e-mail of the day comes" not in page


def test_a_plugin_that_is_off_is_not_on_the_page_and_what_was_said_of_it_is_kept(walks_town, ada):
    browser = walks_town.visitor(ada)
    browser.submit(PAGE, PAGE, email=["core.account"], sms=None)
    assert kept(walks_town, ada).chosen["email"]["walks.moved"] is False
    with walks_town.unit():
        sites.enable(walks_town.north.id, "walks", False)
    assert "A walk is moved" not in browser.get(PAGE).text
    browser.submit(PAGE, PAGE, email=["core.account", "core.residency", "walks.moved"])
    assert kept(walks_town, ada).chosen["email"] == {
        "core.account": True, "core.residency": True, "walks.moved": False, "walks.today": False, "walks.rain": False}
    assert kept(walks_town, ada).chosen["sms"]["walks.rain"] is False


def test_what_is_said_is_stored_and_shown_again(walks_town, ada):
    browser = walks_town.visitor(ada)
    answer = browser.submit(PAGE, PAGE, email=["walks.today"], sms=["walks.rain", "walks.today"], quiet="yes",
                            quiet_from="22", quiet_until="7", digest="day", digest_at="17")
    assert answer.status_code == 303
    mine = kept(walks_town, ada)
    assert (mine.quiet_from, mine.quiet_until, mine.digest, mine.zone) == (22 * 60, 7 * 60, 17 * 60, SHANGHAI)
    assert mine.chosen["email"]["walks.today"] and not mine.chosen["email"]["core.account"]
    form = browser.form(PAGE, PAGE)
    assert form.values["sms"] == ["walks.today", "walks.rain"] and form.values["email"] == "walks.today"
    assert (form.values["quiet_from"], form.values["digest"], form.values["digest_at"]) == ("22", "day", "17")
    browser.submit(PAGE, PAGE, quiet=None, digest="each")
    assert kept(walks_town, ada)[1:4] == (None, 7 * 60, None)


@pytest.mark.parametrize("wrong, words", [
    ({"quiet_from": "8", "quiet_until": "8"}, "end at another hour"), ({"quiet_from": "99"}, "from when to when"),
    ({"quiet_until": "²"}, "from when to when"), ({"digest": "day", "digest_at": ""}, "Choose an hour"),
    ({"digest": "day", "digest_at": "22"}, "in your quiet hours")])
def test_what_cannot_be_is_refused_in_words(walks_town, ada, wrong, words):
    answer = walks_town.visitor(ada).submit(PAGE, PAGE, **wrong)
    assert answer.status_code == 422 and words in answer.text and kept(walks_town, ada) == Wishes()


@pytest.mark.backend("sqlite")
def test_the_page_and_the_e_mails_are_valid_html(walks_town, ada, vnu):
    browser = walks_town.visitor(ada)
    walks_town.walks.bound.add(ada.id)
    with walks_town.unit():
        wishes.keep(ada.id, Wishes(digest=600))
    walks_town.tell(ada, "today")
    walks_town.tell(ada)
    with walks_town.unit():
        digest.make(ada.id)
        mails = {f"mail {mail.id}": mail.html for mail in Mail.select().where(Mail.channel == "email")}
    pages = {"page": browser.get(PAGE).text, "refused": browser.submit(PAGE, PAGE, quiet_until="21").text}
    assert len(mails) == 2 and vnu(pages | mails) == []


def test_looking_stores_nothing(walks_town, ada):
    walks_town.visitor(ada).get(PAGE)
    with walks_town.unit(write=False):
        assert NoticeWishes.select().count() == 0


def test_nobody_changes_what_another_person_wishes(walks_town, ada):
    """Not with a form of theirs in another's browser, not by naming them, not while acting for them."""
    bob = walks_town.person("Bob", "north", email="bob@example.org", locale="en")
    mallory, victim = walks_town.visitor(bob), walks_town.visitor(ada)
    assert victim.send(mallory.form(PAGE, PAGE), email=None, quiet=None).status_code in (400, 403, 422)
    assert victim.post(PAGE, {"digest": "day", "digest_at": "12"}).status_code in (400, 403, 422)
    mallory.submit(PAGE, PAGE, person=str(ada.id), person_id=str(ada.id), email=None, quiet=None)
    assert kept(walks_town, ada) == Wishes() and kept(walks_town, bob) != Wishes()
    assert walks_town.visitor().get(PAGE).status_code == 303


def test_who_acts_for_a_resident_stays_out(walks_town, ada):
    staff = walks_town.visitor(walks_town.person("Li Min", "north", role="staff"))
    held = walks_town.visitor(ada).form(PAGE, PAGE)
    assert staff.submit(f"/north/desk/people/{ada.id}", f"/north/desk/people/{ada.id}/act",
                        channel="phone").status_code == 303
    assert staff.get(PAGE).status_code == 303
    staff.send(held, email=None)
    assert kept(walks_town, ada) == Wishes()


def test_shorter_quiet_hours_hold_for_what_waits(walks_town, ada):
    late = NOON + 10 * HOUR
    with clock.frozen(late):
        walks_town.tell(ada)
        walks_town.work(late)
        assert walks_town.subjects == []
        walks_town.visitor(ada).submit(PAGE, PAGE, quiet=None)
        walks_town.work(late)
    assert walks_town.subjects == ["Walk 1"]


def test_a_row_of_the_inbox_costs_one_query_for_the_wishes(walks_town, ada):
    asked = []
    real = type(walks_town.db).execute_sql
    with walks_town.unit("north", write=False), pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(walks_town.db), "execute_sql", lambda self, *a: asked.append(a) or real(self, *a))
        assert notices.reader(ada.id).email == "ada@example.org" and len(asked) == 1


def test_what_is_told_and_erased_of_a_person(walks_town, ada):
    """Their messages and wishes as they can take them home, and nothing of them afterwards; nobody else's."""
    bob = walks_town.person("Bob", "north", email="bob@example.org")
    for person in (ada, bob):
        walks_town.tell(person)
    with walks_town.unit():
        wishes.keep(ada.id, Wishes(digest=600))
        said = json.loads(json.dumps(wishes.export(ada.id)))
        assert said["wishes"]["digest"] == 600 and said["notices"][0]["title"] == "Walk 1"
        assert [sent["to"] for sent in said["sent"]] == ["ada@example.org"]
        wishes.erase(ada.id)
        assert wishes.export(ada.id) == {"wishes": Wishes()._asdict(), "notices": [], "sent": []}
        assert [m.to for m in Mail.select()] == ["bob@example.org"] and type(ada).get_by_id(ada.id).unread == 0


def test_what_goes_with_a_person(walks_town, ada):
    walks_town.tell(ada)
    with walks_town.unit():
        wishes.keep(ada.id, Wishes(digest=600))
        ada.delete_instance()
        assert Mail.select().count() == NoticeWishes.select().count() == 0
