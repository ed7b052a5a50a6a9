"""A person's own calendar: a secret address that they make, renew and end; what stands in it and for whom."""

import logging
import re

import pytest
from icalendar import Calendar
from playhouse.schema_diff import diff_models
from portal.plugins.activities import changes, rules
from portal.plugins.activities.models import Activity, Occurrence
from portal.plugins.activities.places import seats

from portal import hookimpl
from portal.base import clock, database, migrate, sites
from portal.base.records import Owned
from portal.offers import Day
from portal.people.models import CalendarLink

PAGE = "/north/me/calendar"
DAY = 86400


@pytest.fixture
def ada(town):
    return town.person("陈爱莲", home="north")


@pytest.fixture
def signed_up(town):
    """`signed_up(person, "north", "剪纸")`: a place on a date in three days; the occurrence's id."""
    def make(person, at: str, title: str) -> int:
        with town.app.app_context(), town.unit(at):
            activity = Activity.create(uid=changes.new_uid(), title=title, capacity=9)
            changes.add_dates(activity, [(clock.now() + 3 * DAY, clock.now() + 3 * DAY + 3600, False)])
            changes.move(activity, "publish")
            date = Occurrence.get(Occurrence.activity_id == activity.id)
            who = {"actor_id": person.id, "person_id": person.id, "channel": "web"}
            assert seats.take(date.id, rules.party_of(["me"], []), who) == "joined"
            return date.id
    return make


def address_of(visitor) -> str:
    """The address that a person gets from the page, without the host."""
    assert visitor.submit(PAGE, PAGE).status_code == 303
    return re.search(r'value="http://[^/"]+(/[^"]+\.ics)"', visitor.get(PAGE).text)[1]


def events(town, address: str) -> dict[str, str]:
    """Title → status in the calendar at an address, read without a session."""
    answer = town.visitor().get(address)
    assert answer.status_code == 200 and answer.mimetype == "text/calendar"
    return {str(e["SUMMARY"]): str(e["STATUS"]) for e in Calendar.from_ical(answer.data).walk("VEVENT")}


def test_it_has_what_the_person_signed_up_for_in_every_site(town, ada, signed_up):
    other = town.person("黄伯", home="north")
    signed_up(ada, "north", "剪纸")
    gone, off = signed_up(ada, "south", "象棋"), signed_up(ada, "south", "太极")
    signed_up(other, "north", "别人的")
    address = address_of(town.visitor(ada))
    assert events(town, address) == dict.fromkeys(("剪纸", "象棋", "太极"), "CONFIRMED")
    with town.app.test_request_context("/"), town.unit("south"):
        seats.give_back(gone, {"actor_id": ada.id, "person_id": ada.id, "channel": "web"})
        Occurrence.update(state="cancelled").where(Occurrence.id == off).execute()
    assert events(town, address) == {"剪纸": "CONFIRMED", "太极": "CANCELLED"}
    with town.unit():
        sites.enable(town.south.id, "activities", False)
    assert events(town, address) == {"剪纸": "CONFIRMED"}


def test_a_link_in_it_leads_to_the_right_site_and_the_name_is_that_of_the_sites_calendar(town, ada, signed_up):
    date = signed_up(ada, "south", "象棋")
    found = town.visitor().get(address_of(town.visitor(ada))).text.replace("\r\n ", "")
    assert re.search(rf"URL:http://[^/]+/south/activities/\d+\?on={date}", found)
    uid = re.search(r"UID:(.+)", found)[1]
    assert uid in town.visitor().get("/south/activities/calendar.ics").text.replace("\r\n ", "")


def test_what_was_withdrawn_is_not_in_it(town, ada, signed_up):
    date = signed_up(ada, "north", "剪纸")
    with town.unit("north"):
        Occurrence.update(listed=0).where(Occurrence.id == date).execute()
    assert events(town, address_of(town.visitor(ada))) == {}


def test_a_new_address_ends_the_old_one_and_ending_ends_both(town, ada):
    visitor = town.visitor(ada)
    first = address_of(visitor)
    second = address_of(visitor)
    assert first != second and town.visitor().get(first).status_code == 404
    assert events(town, second) == {}
    assert visitor.submit(PAGE, f"{PAGE}/end").status_code == 303
    assert town.visitor().get(second).status_code == 404
    with town.unit():
        assert not CalendarLink.select().count()


def test_a_wrong_address_tells_nothing(town, ada):
    right = address_of(town.visitor(ada))
    guest = town.visitor()
    wrong = [re.sub(r"[^/]+(?=\.ics)", "A" * 43, right), re.sub(r"[^/]+(?=\.ics)", "x", right)]
    pages = [guest.get(path) for path in (*wrong, "/town/no-such-page.ics")]
    assert {p.status_code for p in pages} == {404}
    assert len({p.text for p in pages}) == 1


def test_the_address_is_shown_once_and_only_its_hash_is_kept(town, ada):
    visitor = town.visitor(ada)
    token = address_of(visitor).rpartition("/")[2].removesuffix(".ics")
    assert token not in visitor.get(PAGE).text
    with town.unit(write=False):
        tables = [m for m in town.app.portal.parts()[0].models if not issubclass(m, Owned)]
        assert CalendarLink in tables
        for model in tables:
            assert token not in str(list(model.select().tuples())), model


def test_the_address_is_in_no_log_and_no_figure(town, ada, caplog):
    from portal import logs
    logs.watch(town.app)
    with caplog.at_level(logging.DEBUG):
        address = address_of(town.visitor(ada))
        town.visitor().get(address)
        town.visitor().get(address + "x")
    token = address.rpartition("/")[2].removesuffix(".ics")
    assert any("/calendar/mine/" in r.getMessage() for r in caplog.records)
    assert token not in caplog.text + str([vars(r) for r in caplog.records])
    assert token not in town.visitor().get("/metrics").text


def test_nobody_else_makes_or_sees_it(town, ada):
    assert town.visitor().get(PAGE).status_code == 303
    staff = town.visitor(town.person("Staff", home="north", role="staff"))
    staff.submit(f"/north/desk/people/{ada.id}", f"/north/desk/people/{ada.id}/act", channel="desk")
    answer = staff.get(PAGE)
    assert answer.status_code == 303 and answer.location.endswith("/me")


def test_an_app_that_has_it_already_is_told_so(town, ada, signed_up):
    signed_up(ada, "north", "剪纸")
    address = address_of(town.visitor(ada))
    first = town.visitor().get(address)
    again = town.visitor().get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and not again.data


def test_a_day_of_a_site_where_the_plugin_is_off_is_left_out(town, ada):
    class Wrong:
        @staticmethod
        @hookimpl
        def my_calendar(start):
            return [Day(start, start, "foreign", "x", uid="1", site_id=town.south.id),
                    Day(start, start, "own", "x", uid="2", site_id=town.north.id)]

    town.app.portal.plugins.manager.register(Wrong, name="wrong")
    town.app.portal.plugins._calls.clear()
    with town.unit():
        sites.enable(town.north.id, "wrong")
    assert list(events(town, address_of(town.visitor(ada)))) == ["own"]


def test_a_house_with_people_takes_the_new_table(town, ada):
    portal = town.app.portal
    core = portal.parts()[0]
    owner = portal.db if portal.settings.database_owner == portal.settings.database \
        else database.connect(portal.settings.database_owner)
    with database.use(owner), database.unit(write=True):
        owner.execute_sql('DROP TABLE "calendar_link"')
        owner.execute_sql("DELETE FROM migrations_portal WHERE name = '0003_calendar_link'")
    migrate.upgrade(owner, [core], "app" if owner.kind == "postgresql" else "")
    with town.unit():
        assert not any(diff_models(town.db, [CalendarLink]))
    assert events(town, address_of(town.visitor(ada))) == {}
    owner.close()
