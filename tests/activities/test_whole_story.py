"""The dumpling afternoon from the first call to next month, as neighbours and staff live it, without scripts."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import icalendar
from portal.plugins.activities import checks, codes, dues
from portal.plugins.activities.models import Activity, Occurrence, SignUp

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


def test_the_dumpling_afternoon(town):
    with clock.frozen(at("2028-03-01T10:00")):
        staff = town.visitor(town.person("小陈", home="north", role="staff"))
        with town.unit():
            holidays.load({date(2028, 4, n): ("清明", True) for n in range(1, 9)})
        made = staff.submit(f"{DESK}/new", title="包饺子", day="2028-03-11", start="15:00", end="17:00", capacity="6",
                            repeat="week", until="2028-03-25", holidays="skip")
        activity = int(made.location.rsplit("/", 1)[1])
        staff.submit(f"{DESK}/{activity}", f"{DESK}/{activity}/move")
        first = dates_of(town, activity)[0]
        page = f"/north/activities/{activity}?on={first.id}"
        sign_up, leave, accept = (f"/north/activities/{activity}/{what}" for what in ("sign-up", "leave", "accept"))

        # A grandmother calls, and the desk books for her.
        grandmother = town.person("何桂英", home="north")
        people = f"/north/desk/people/{grandmother.id}"
        assert staff.submit(people, f"{people}/act", channel="phone").status_code == 303
        assert staff.submit(page, sign_up, who=["me"]).status_code == 303
        staff.submit("/north/", "/north/acting/stop")
        with town.unit("north"):
            row = SignUp.get(SignUp.person_id == grandmother.id)
            assert (row.channel, row.state) == ("phone", "joined") and row.actor_id != grandmother.id

        # Five more take the rest; two wait, then the neighbour's family of four as number 3.
        seated = [town.visitor(town.person(name, home="north")) for name in "甲乙丙丁戊"]
        for visitor in seated:
            assert visitor.submit(page, sign_up, who=["me"]).status_code == 303
        for name in ("己", "庚"):
            town.visitor(town.person(name, home="north")).submit(page, sign_up, who=["me"], wait="1")
        mother = town.person("林美芳", home="north")
        with town.unit():
            for name in ("林伯", "林小满", "林乐"):
                Household.create(person=mother, name=name)
            family = [str(h.id) for h in Household.select().where(Household.person == mother)]
        neighbour = town.visitor(mother)
        assert neighbour.submit(page, sign_up, who=["me", *family], wait="1").status_code == 303
        assert re.search(r'id="s-h">.*?3.*?</h2>', neighbour.get(page).text, re.S)
    with clock.frozen(at("2028-03-08T22:30")):  # at night places become free, and nobody is disturbed
        with town.unit("north"):
            SignUp.update(state="left", number=None).where(
                (SignUp.state == "waiting") & (SignUp.person_id != mother.id)).execute()
            Occurrence.update(waiting=1).where(Occurrence.id == first.id).execute()
        for visitor in seated[:4]:
            visitor.submit(page, leave)
        work(town)
        with town.unit("north"):
            assert SignUp.get(SignUp.person_id == mother.id).state == "waiting"
    with clock.frozen(at("2028-03-09T08:00")):
        work(town)
        with town.unit("north"):
            assert SignUp.get(SignUp.person_id == mother.id).offered_until == at("2028-03-09T12:00")
            assert Notice.select().where((Notice.person == mother) & (Notice.kind == "activities.offered")).count() == 1
    with clock.frozen(at("2028-03-09T11:50")):
        assert neighbour.submit(page, accept).status_code == 303

        # Her own calendar knows it.
        neighbour.submit("/north/me/calendar", "/north/me/calendar")
        address = re.search(r"https?://[^\"<\s]+?\.ics", neighbour.get("/north/me/calendar").text)[0]
        calendar = icalendar.Calendar.from_ical(town.visitor().get(address.partition("//")[2].partition("/")[2].join(
            ("/", ""))).data)
        assert [int(e["DTSTART"].dt.timestamp()) for e in calendar.walk("VEVENT")] == [first.starts_at]

    with clock.frozen(at("2028-03-11T14:50")):  # at the door: one scan, one button, the whole family
        with town.app.app_context(), town.unit("north"):
            number = SignUp.get(SignUp.person_id == mother.id).id
            code = codes.code_of(number)
        scanned = f"/north/activities/d/{first.id}/{code}"
        assert "林美芳" in staff.get(scanned).text
        with town.unit("north"):
            assert SignUp.get(SignUp.person_id == mother.id).came is None  # the address only shows
        assert staff.submit(scanned, f"{DESK}/date/{first.id}/door", here=number).status_code == 303
        with town.unit("north"):
            assert SignUp.get(SignUp.person_id == mother.id).came == 4
        roster = staff.get(f"{DESK}/date/{first.id}/roster").text
        assert all(name in roster for name in ("何桂英", "林美芳", "林小满", "戊"))

    with clock.frozen(at("2028-03-12T10:00")):  # next month, on the right side of the holiday
        desk = f"{DESK}/{activity}"
        assert staff.submit(desk, f"{desk}/continue", until="2028-04-20").status_code == 303
        days = [f"{datetime.fromtimestamp(d.starts_at, ZONE):%m-%d %H}" for d in dates_of(town, activity)]
        assert days == ["03-11 15", "03-18 15", "03-25 15", "04-15 15"]
        with town.unit("north"):
            assert checks.broken() == [] and Activity.select().count() == 1
