"""The dumpling afternoon from the first call to next month, as neighbours and staff live it, without scripts."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import icalendar
from portal.plugins.activities.attendance import codes
from portal.plugins.activities.models import Activity, Occurrence, SignUp
from portal.plugins.activities.places import checks, dues

from portal.base import clock, holidays
from portal.base.due import Due
from portal.people.models import Household, Notice
from tests.activities.parties import dates_of

ZONE = ZoneInfo("Asia/Shanghai")
DESK = "/north/activities/desk"


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp())


def work(town) -> None:
    """What a worker does with what has come due."""
    with town.app.app_context(), town.unit("north"):
        for row in list(Due.select().where((Due.state == "waiting") & (Due.due_at <= clock.now())
                                           & Due.kind.startswith("activities.")).order_by(Due.due_at, Due.id)):
            dues.run(row)
            Due.update(state="done").where(Due.id == row.id).execute()


class Afternoon:
    """The people, and the pages that they use."""

    def __init__(self, town):
        self.town = town
        self.staff = town.visitor(town.person("小陈", home="north", role="staff"))
        self.mother = town.person("林美芳", home="north")
        self.neighbour = town.visitor(self.mother)
        self.activity, self.first = self.announced()
        self.page = f"/north/activities/{self.activity}?on={self.first.id}"

    def announced(self):
        """A series of Saturdays in March that keeps clear of holidays."""
        with self.town.unit():
            holidays.load({date(2028, 4, n): ("清明", True) for n in range(1, 9)})
        made = self.staff.submit(f"{DESK}/new", title="包饺子", day="2028-03-11", start="15:00", end="17:00",
                                 capacity="6", repeat="week", until="2028-03-25", holidays="skip")
        activity = int(made.location.rsplit("/", 1)[1])
        self.staff.submit(f"{DESK}/{activity}", f"{DESK}/{activity}/move")
        return activity, dates_of(self.town, activity)[0]

    def form(self, visitor, what: str, **fields) -> None:
        answer = visitor.submit(self.page, f"/north/activities/{self.activity}/{what}", **fields)
        assert answer.status_code == 303, what

    def row(self, person) -> SignUp:
        with self.town.unit("north"):
            return SignUp.get(SignUp.person_id == person.id)


def test_the_dumpling_afternoon(town):
    with clock.frozen(at("2028-03-01T10:00")):
        story = Afternoon(town)
        the_desk_books_on_the_phone(story)
        seated = all_places_go_and_three_parties_wait(story)
    with clock.frozen(at("2028-03-08T22:30")):
        at_night_nobody_is_disturbed(story, seated)
    with clock.frozen(at("2028-03-09T08:00")):
        at_eight_the_family_is_asked(story)
    with clock.frozen(at("2028-03-09T11:50")):
        story.form(story.neighbour, "accept")
        her_own_calendar_knows(story)
    with clock.frozen(at("2028-03-11T14:50")):
        one_scan_and_one_button_at_the_door(story)
    with clock.frozen(at("2028-03-12T10:00")):
        next_month_keeps_clear_of_the_holiday(story)


def the_desk_books_on_the_phone(story) -> None:
    grandmother = story.town.person("何桂英", home="north")
    people = f"/north/desk/people/{grandmother.id}"
    assert story.staff.submit(people, f"{people}/act", channel="phone").status_code == 303
    story.form(story.staff, "sign-up", who=["me"])
    story.staff.submit("/north/", "/north/acting/stop")
    row = story.row(grandmother)
    assert (row.channel, row.state) == ("phone", "joined") and row.actor_id != grandmother.id


def all_places_go_and_three_parties_wait(story) -> list:
    town = story.town
    seated = [town.visitor(town.person(name, home="north")) for name in "甲乙丙丁戊"]
    for visitor in seated:
        story.form(visitor, "sign-up", who=["me"])
    for name in ("己", "庚"):
        story.form(town.visitor(town.person(name, home="north")), "sign-up", who=["me"], wait="1")
    with town.unit():
        for name in ("林伯", "林小满", "林乐"):
            Household.create(person=story.mother, name=name)
        family = [str(h.id) for h in Household.select().where(Household.person == story.mother)]
    story.form(story.neighbour, "sign-up", who=["me", *family], wait="1")
    assert re.search(r'id="s-h">.*?3.*?</h2>', story.neighbour.get(story.page).text, re.S)
    return seated


def at_night_nobody_is_disturbed(story, seated: list) -> None:
    """Four places become free, and the two who waited before have given up."""
    with story.town.unit("north"):
        SignUp.update(state="left", number=None).where(
            (SignUp.state == "waiting") & (SignUp.person_id != story.mother.id)).execute()
        Occurrence.update(waiting=1).where(Occurrence.id == story.first.id).execute()
    for visitor in seated[:4]:
        story.form(visitor, "leave")
    work(story.town)
    assert story.row(story.mother).state == "waiting"


def at_eight_the_family_is_asked(story) -> None:
    work(story.town)
    assert story.row(story.mother).offered_until == at("2028-03-09T12:00")
    with story.town.unit():
        assert Notice.select().where(
            (Notice.person == story.mother) & (Notice.kind == "activities.offered")).count() == 1


def her_own_calendar_knows(story) -> None:
    story.neighbour.submit("/north/me/calendar", "/north/me/calendar")
    address = re.search(r"https?://[^/]+(/[^\"<\s]+?\.ics)", story.neighbour.get("/north/me/calendar").text)[1]
    calendar = icalendar.Calendar.from_ical(story.town.visitor().get(address).data)
    assert [int(e["DTSTART"].dt.timestamp()) for e in calendar.walk("VEVENT")] == [story.first.starts_at]


def one_scan_and_one_button_at_the_door(story) -> None:
    """The scanned address only shows; the button checks the whole family in."""
    number = story.row(story.mother).id
    with story.town.app.app_context(), story.town.unit("north"):
        code = codes.code_of(number)
    scanned, date = f"/north/activities/d/{story.first.id}/{code}", f"{DESK}/date/{story.first.id}"
    assert "林美芳" in story.staff.get(scanned).text and story.row(story.mother).came is None
    assert story.staff.submit(scanned, f"{date}/door", here=number).status_code == 303
    assert story.row(story.mother).came == 4
    roster = story.staff.get(f"{date}/roster").text
    assert all(name in roster for name in ("何桂英", "林美芳", "林小满", "戊"))


def next_month_keeps_clear_of_the_holiday(story) -> None:
    desk = f"{DESK}/{story.activity}"
    assert story.staff.submit(desk, f"{desk}/continue", until="2028-04-20").status_code == 303
    found = dates_of(story.town, story.activity)
    assert [f"{datetime.fromtimestamp(d.starts_at, ZONE):%m-%d %H}" for d in found] == [
        "03-11 15", "03-18 15", "03-25 15", "04-15 15"]
    with story.town.unit("north"):
        assert checks.broken() == [] and Activity.select().count() == 1
