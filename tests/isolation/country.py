"""Two communities with a row of every kind, what belongs to one of them, and addresses with the other's numbers."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from flask import Flask
from portal.plugins.activities.models import (
    Activity,
    Appeal,
    Feedback,
    Occurrence,
    Recap,
    Sheet,
    SheetPart,
    SignUp,
    SignUpMember,
    Source,
    Tag,
)
from portal.plugins.bulletin.models import Bulletin

from portal.base import clock, database, sites
from portal.base.due import Due, later
from portal.base.records import Owned
from portal.base.search import index
from portal.base.sites import Site
from portal.people.audit import audit
from portal.people.models import (
    Building,
    CalendarLink,
    Household,
    Mail,
    Membership,
    Notice,
    NoticeWishes,
    Person,
    PluginFault,
    Session,
)
from portal.people.roles import Viewer
from portal.people.signin import digest
from portal.testing import Town, Visitor, forms_of
from tests.isolation import halls, huts, topics, voices
from tests.support import tripwire
from tests.support.wire import settled

MARK = "Nordlicht"  # stands in every text that belongs to north
OURS = "Suedwind"  # and in every text that belongs to south
WORD = "Laterne"  # in texts of both, to search for
UNKNOWN = 1_999_999
PART = {"HX-Request": "true", "HX-Request-Type": "partial"}
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//y
X-WR-CALNAME:{0}
BEGIN:VEVENT
UID:{0}@example
DTSTAMP:20260101T000000Z
DTSTART:20300101T000000Z
DTEND:20300101T010000Z
SUMMARY:{0} Laterne
END:VEVENT
END:VCALENDAR
"""
SHEET = ('{{"activities": {{"0": {{"title": "{0}", "text": "", "place": "", "organiser": "", "tags": "", "bring": "", '
         '"access": "", "audience": "community", "price_fen": 0, "capacity": 3}}}}, '
         '"dates": [[0, 2, 4000000000, 4000003600, false, "{0}", 3]]}}')


class Planted(NamedTuple):
    """The numbers of everything that one community has."""

    resident: int
    staff: int
    bulletins: tuple[int, ...]
    activities: tuple[int, ...]
    dates: tuple[int, ...]
    source: int
    sheet: int
    polls: tuple[int, ...]
    receipt: str
    voters: tuple[int, ...]
    proxy: int
    topics: tuple[int, ...]
    statements: tuple[int, ...]
    proposals: tuple[int, ...]
    comments: tuple[int, ...]
    hidings: tuple[int, ...]
    promises: tuple[int, ...]
    huts: tuple[int, ...]
    items: tuple[int, ...]
    loans: tuple[int, ...]
    tickets: tuple[int, ...]
    skills: tuple[int, ...]
    asks: tuple[int, ...]
    offers: tuple[int, ...]
    wants: tuple[int, ...]
    item_sheets: tuple[int, ...]
    thing_hidings: tuple[int, ...]
    lending_rules: tuple[int, ...]
    household: int
    notice: int
    session: int
    picture: str
    failed: int

    def of(self, parameter: str) -> list:
        """What may stand in an address for a parameter of this name; a KeyError asks for a new kind to be planted."""
        return {"number": self.bulletins, "activity_id": self.activities, "occurrence_id": self.dates,
                "source_id": [self.source], "sheet_id": [self.sheet, *self.item_sheets], "poll_id": self.polls,
                "code": [self.receipt], "form": ["csv"], "voter_id": self.voters,
                "proxy_id": [self.proxy], "topic_id": self.topics, "statement_id": self.statements,
                "proposal_id": self.proposals, "thing_id": self.proposals,
                "comment_id": self.comments, "hiding_id": self.hidings,
                "reported_id": self.skills, "ruling_id": self.thing_hidings, "promise_id": self.promises,
                "hut_id": self.huts, "item_id": self.items, "loan_id": self.loans, "ticket_id": self.tickets,
                "skill_id": self.skills, "ask_id": self.asks, "offer_id": self.offers, "want_id": self.wants,
                "rule_id": self.lending_rules,
                "person_id": [self.resident, self.staff],
                "notice_id": [self.notice], "member_id": [self.household], "session_id": [self.session],
                "due_id": [self.failed]}[parameter]

    def numbers(self) -> list[int]:
        """All of them."""
        return sorted({n for value in self for n in (value if isinstance(value, tuple) else [value])
                       if isinstance(n, int)})


class Country(NamedTuple):
    """A town whose communities are both planted."""

    town: Town
    north: Planted
    south: Planted


def planted(town: Town) -> Country:
    """In north it says Nordlicht wherever it can, in south Suedwind."""
    if town.db.kind == "sqlite":
        town.db.execute_sql("PRAGMA synchronous = OFF")  # hundreds of forms; a power cut is another test's
    return Country(town, plant(town, "north", MARK), plant(town, "south", OURS))


def plant(town: Town, slug: str, mark: str) -> Planted:
    resident = town.person(f"{mark} Ada", home=slug, phone="13800000001" if mark == MARK else "13800000002")
    staff = town.person(f"Clerk of {slug}", home=slug, role="staff")
    site = getattr(town, slug).id
    picture = f"{mark.lower().encode().hex()[:20]}-640.webp"
    folder = files_of(town, site)
    folder.mkdir(parents=True)
    (folder / picture).write_bytes(mark.encode())
    with town.unit():
        Site.update(brand=f'{{"motto": "{mark} motto", "phone": "{mark}-phone"}}').where(Site.id == site).execute()
        sites.save_settings(site, "activities", {"places": 3, "note": mark})
        sites.enable(site, "activities")
        CalendarLink.create(person=resident, token=digest(f"calendar {mark}"))
        session = Session.create(token=digest(f"token {mark}"), person=resident, device=f"{mark} phone").id
        household = Household.create(person=resident, name=f"{mark} Kind").id
        Membership.update(estate=f"{mark} estate", building="1").where(Membership.person == resident).execute()
        PluginFault.create(site_id=site, plugin="bulletin", hook=f"{mark}-hook", reason=mark)
        notice = Notice.create(person=resident, site_id=site, kind="core.account", event="x", title=f"{mark} title",
                               text=f"{mark} text", url="bulletin/").id
        NoticeWishes.create(person=resident)
        Mail.create(person=resident, site_id=site, to=f"{mark}@example.org", subject=mark, text=mark, state="sent")
        failed = Due.create(site_id=site, kind="bulletin.passed", ref=mark, due_at=clock.now() - 60, tries=5,
                            state="failed", error=f"{mark}Error").id
        with sites.within(site):
            rows = _things(site, mark, resident.id, staff.id, picture)
            SignUpMember.update(household_id=household).execute()
    return Planted(resident.id, staff.id, *rows, household=household, notice=notice, session=session, picture=picture,
                   failed=failed)


def _things(site: int, mark: str, resident: int, staff: int, picture: str) -> tuple:
    now, text = clock.now(), {"title": f"{mark} {WORD}", "text": f"{mark} {WORD} text"}
    who = {"actor_id": staff, "person_id": staff}
    bulletins = [Bulletin.create(kind=kind, summary=mark, state=state, published_at=now, picture=picture,
                                 pinned=state == "published", **text, **who).id
                 for kind, state in (("announcement", "published"), ("page", "published"), ("announcement", "draft"))]
    for number in bulletins[:2]:
        index("bulletin", str(number), text["title"], f"bulletin/{number}", text["text"], mark)
    source = Source.create(name=mark, file=f"{mark}.ics", text=CALENDAR.format(mark), digest="x", state="staged",
                           **who).id
    sheet = Sheet.create(key=mark, file=f"{mark}.xlsx", digest=mark, state="staged", total=1, activities=1, **who).id
    SheetPart.create(sheet_id=sheet, n=0, data=SHEET.format(mark))
    activities, dates = _activities(mark, text, who)
    index("activities", str(activities[0]), text["title"], f"activities/{activities[0]}", text["text"], mark)
    sign_up = SignUp.create(occurrence_id=dates[0], person_id=resident, size=2, actor_id=staff)
    SignUpMember.create(sign_up_id=sign_up.id, name=f"{mark} Kind")
    Appeal.create(person_id=resident, text=mark, actor_id=resident)
    Recap.create(occurrence_id=dates[0], text=mark, actor_id=staff)
    Feedback.create(occurrence_id=dates[0], person_id=resident, stars=4, text=mark)
    Tag.create(name=mark, n=1)
    Building.create(estate=f"{mark} estate", building="1")
    audit(Viewer(resident, mark, actor_id=staff), "core.phone", f"{mark} thing", f"{mark} detail")
    later(now - 5, "bulletin.passed", bulletins[0], site)
    talked = topics.plant(mark, text, who, resident)
    return (tuple(bulletins), activities, dates, source, sheet, *halls.plant(mark, text, who, resident), *talked,
            *voices.plant(mark, text, who, resident, talked[0][0], picture), *huts.plant(mark, text, who, resident))


def _activities(mark: str, text: dict, who: dict) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """One that is published and one that is a draft, each with a date of tomorrow."""
    now, activities, dates = clock.now(), [], []
    for state in ("published", "draft"):
        one = Activity.create(uid=f"{mark} {state}", state=state, place=mark, tags=f",{mark},", capacity=5,
                              organiser=mark, **text, **who)
        when = {"starts_at": now + 86400, "ends_at": now + 90000, "recurrence_key": mark, "title": text["title"]}
        date = Occurrence.create(activity_id=one.id, listed=int(state == "published"), place=mark, capacity=5,
                                 tags=f",{mark},", note=mark, **when)
        activities.append(one.id)
        dates.append(date.id)
    return tuple(activities), tuple(dates)


def files_of(town: Town, site_id: int):
    return town.app.portal.settings.data / "files" / str(site_id)


def models_of(app: Flask) -> list[type]:
    """Of the house and of all plugins; not those that other tests have made."""
    return [model for part in app.portal.parts() for model in part.models]


def everything_of(town: Town, site_id: int, persons: set[int]) -> dict[str, list]:
    """Every row of a site and what hangs on its people, by table; and its files."""
    found = {}
    with town.unit(), sites.within(site_id), tripwire.lifted():
        mark = town.db.param
        for model in models_of(town.app):
            held = _held_by(model, site_id, persons)
            if not held:
                continue
            table = model._meta.table_name
            where = " OR ".join(f'"{column}" = {mark}' for column, _value in held)
            cursor = database.current.execute_sql(f'SELECT * FROM "{table}" WHERE {where} ORDER BY id',
                                                  [value for _column, value in held])
            names, rows = [column[0] for column in cursor.description], cursor.fetchall()
            found[table] = [{k: v for k, v in zip(names, row, strict=True) if k != "seen_at"} for row in rows]
    found["files"] = sorted((f.name, f.read_bytes()) for f in files_of(town, site_id).iterdir())
    return found


def _held_by(model: type, site_id: int, persons: set[int]) -> list[tuple[str, int]]:
    """(column, number) by which a table's rows are the site's or those people's."""
    if model is Site or model is Person:
        return [("id", n) for n in ([site_id] if model is Site else sorted(persons))]
    columns = {field.column_name: getattr(field, "rel_model", None) for field in model._meta.sorted_fields}
    if issubclass(model, Owned):
        return [("site_id", site_id)]
    return [(column, n) for column, to in columns.items() for n in (
        [site_id] if to is Site or column == "site_id" else sorted(persons) if to is Person else [])]


def rules(town: Town, method: str = "GET") -> Iterator[tuple]:
    """(rule, parameters that are numbers of rows) of every rule below a site."""
    for rule in sorted(town.app.url_map.iter_rules(), key=str):
        if method in rule.methods and not rule.endpoint.startswith("root."):
            yield rule, re.findall(r"<int:(\w+)>", rule.rule)


def address(rule, value: int, slug: str = "/south") -> str:
    """The rule's address with this number in every place for one, and the name of a plugin that has such a page."""
    plugin = "activities" if "settings" in rule.rule else "bulletin"
    path = re.sub(r"<int:\w+>", str(value), rule.rule)
    path = re.sub(r"<any\((\w+).*?\):\w+>", r"\1", path)
    return slug + path.replace("<name>", plugin).replace("<slug>", "south")


def told(answer, path: str) -> tuple[int, str]:
    """What an answer tells, but for the address that was asked for."""
    text = settled(answer.text) + str(answer.location or "")
    number = re.search(r"\d+", path)[0]
    text = text.replace(path.removeprefix("/south"), "HERE")
    return answer.status_code, re.sub(rf"(?<=/){number}(?=[\"#?<./]|$)", "N", text)


def silent(answer) -> None:
    """Nothing of north stands in it, nor in its headers."""
    whole = answer.text + str(answer.headers)
    assert MARK.lower() not in whole.lower(), f"{answer.request.method} {answer.request.full_path}"


def token_of(visitor: Visitor, slug: str = "south") -> str:
    """The token of this browser's forms, asked for once."""
    if not hasattr(visitor, "token"):
        pages = [visitor.get(f"/{slug}/{page}").text for page in ("sign-in", "me")]
        found = [form.values["csrf_token"] for page in pages for form in forms_of(page) if "csrf_token" in form.values]
        visitor.token = found[0]
    return visitor.token


def person_of(town: Town, number: int) -> Person:
    with town.unit():
        return Person.get_by_id(number)


def foreign(town: Town, north: Planted) -> dict:
    """North's numbers under every name that a form of the portal has for one."""
    return {
        "on": north.dates[0], "who": [str(north.household), "me"], "site": town.north.id, "person": north.resident,
        "parent": town.north.id, "street": town.north.id, "switch": f"{town.north.id}:bulletin:0", "do": "publish",
        "gone": f"{MARK} estate|1", "kept-logo": f"/files/{town.north.id}/{north.picture}", "role": "staff",
        "kept-hero": f"/files/{town.north.id}/{north.picture}", "channel": "desk", "number": north.bulletins[0],
        "activity_id": north.activities[0], "id": north.bulletins[0], "session_id": north.session, "reason": "x",
        "tick": "0", "household": north.household, "next": f"/../north/bulletin/{north.bulletins[0]}",
        "site_id": town.north.id, "p": north.resident, "u": huts.LABELS["north"][0], "hut": north.huts[0],
        "loan": north.loans[0], "move": "lose", "why": "x"}
