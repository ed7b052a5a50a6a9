"""What the pages ask, prepared: plain rows in the order of the named tuples, never a query a row."""

import json
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from peewee import JOIN, Case, Select, Tuple, fn

from portal import Household, Person, changes, current, now, param, prepared, remembered

from .models import Activity, Occurrence, SignUp, SignUpMember, Tag
from .rules import LIVE, MISSED_DAYS

PAGE = 24
DAY = 86400
LONGEST = 61 * DAY  # how long ago something that still goes on may have begun
OTHERS = 8  # further dates on an activity's page
FIELD, RECORD = "\x1f", "\x1e"  # between packed values


class Row(NamedTuple):
    """An occurrence as lists show it; `taken` counts what is held for those who wait, `mine` is the viewer's state."""

    id: int
    activity_id: int
    title: str
    starts_at: int
    ends_at: int
    all_day: bool
    capacity: int | None
    taken: int
    state: str
    place: str
    price_fen: int
    note: str
    picture: str
    mine: str | None = None


class Thing(NamedTuple):
    """An activity as its page shows it, with one of its dates (empty where it has none)."""

    id: int
    uid: str
    title: str
    text: str
    place: str
    organiser: str
    tags: str
    picture: str
    picture_alt: str
    audience: str
    state: str
    price_fen: int
    companions: int
    approval: bool
    guests: bool
    leave_hours: int
    questions: str
    access: str
    bring: str
    on: int | None
    on_title: str
    on_place: str
    starts_at: int
    ends_at: int
    all_day: bool
    capacity: int | None
    taken: int
    held: int
    waiting: int
    helpers: int
    helping: int
    on_state: str
    note: str
    others: str | None
    family: str | None = None
    mine: int | None = None
    my_state: str | None = None
    my_id: int | None = None
    missed: int = 0
    my_role: str | None = None
    my_others: int | None = None
    my_number: int | None = None
    until: int | None = None
    oneself: bool | None = None
    with_me: str | None = None
    channel: str | None = None
    by: str | None = None
    came: int | None = None
    came_at: int | None = None

    @property
    def public(self) -> "Thing":
        """The same without what is the viewer's own."""
        return Thing(*self[:PUBLIC])


PUBLIC = Thing._fields.index("family")  # what comes from there on is the viewer's own


class Ahead(NamedTuple):
    """A further date of an activity; `taken` counts what nobody else can take, `mine` is the viewer's state."""

    id: int
    activity_id: int
    starts_at: int
    ends_at: int
    all_day: bool
    state: str
    capacity: int | None
    taken: int
    mine: str | None


def others(thing: Thing) -> list[Ahead]:
    """The next dates of an activity beside the one that is shown."""
    return sorted((Ahead(*row) for row in json.loads(thing.others or "[]")), key=lambda d: (d.starts_at, d.id))


AHEAD = ("id", "activity_id", "starts_at", "ends_at", "all_day", "state", "capacity", "booked", "mine")

# What nobody else can take: while people wait, every place.
BOOKED = Case(None, [(Occurrence.waiting > 0, Occurrence.capacity)], Occurrence.taken + Occurrence.held)

ROW = (Occurrence.id, Occurrence.activity_id, Occurrence.title, Occurrence.starts_at, Occurrence.ends_at,
       Occurrence.all_day, Occurrence.capacity, BOOKED, Occurrence.state, Occurrence.place,
       Occurrence.price_fen, Occurrence.note, Occurrence.picture)


def _mine():
    """The viewer's own sign-up of an occurrence."""
    return ((SignUp.occurrence_id == Occurrence.id) & (SignUp.person_id == param("person"))
            & SignUp.state.in_(LIVE))


def _sign():
    """What tells a list from another, beside the count of changes and the viewer's own: what changes often."""
    return Occurrence.id, BOOKED


_lasting = prepared(lambda: (  # of what lasts for more than a day, which has an index of its own
    Occurrence.select(fn.MIN(Occurrence.starts_at)).where(
        (Occurrence.ends_at - Occurrence.starts_at > DAY) & (Occurrence.starts_at >= param("floor"))
        & (Occurrence.ends_at > param("now")) & (Occurrence.listed == 1))))


def _begun(since: int) -> int:
    """The earliest that what goes on at this instant or later can have begun: a bound that a plan can count on."""
    if since < now():
        return since - LONGEST
    first = remembered("activities", "lasting", _first_lasting)
    return since - DAY if first is None else min(first, since - DAY)


def _first_lasting() -> tuple[int | None, int]:
    """When the first of what lasts began, and when to ask again: until then what is over makes the bound lower."""
    at = now()
    return _lasting.one(floor=at - LONGEST, now=at)[0], at + DAY


@cache
def listing(person: bool = False, tag: bool = False, free: bool = False, turned: str = "", signs: bool = False):
    """One page of what lies ahead, by start: between `since` and `until`, `turned` after or before a row's key."""
    def build():
        key, edge = Tuple(Occurrence.starts_at, Occurrence.id), Tuple(param("at"), param("id"))
        query = Occurrence.select(*(_sign() if signs else ROW), *([SignUp.state] if person else []))
        if person:
            query = query.join(SignUp, JOIN.LEFT_OUTER, on=_mine())
        query = query.where(
            (Occurrence.listed == 1) & (Occurrence.starts_at >= param("floor"))
            & (Occurrence.starts_at < param("until")) & (Occurrence.ends_at > param("since")))
        if turned:
            query = query.where(key < edge if turned == "before" else key > edge)
        if tag:
            query = query.where(Occurrence.tags ** param("tag"))
        if free:
            query = query.where((Occurrence.state == "published")
                                & (Occurrence.capacity.is_null() | (BOOKED < Occurrence.capacity)))
        order = (Occurrence.starts_at.desc(), Occurrence.id.desc()) if turned == "before" \
            else (Occurrence.starts_at, Occurrence.id)
        return query.order_by(*order).limit(param("limit"))
    return prepared(build)


def rows(person: int | None, since: int, until: int, tag: str = "", free: bool = False,
         after: tuple[int, int] | None = None, before: tuple[int, int] | None = None,
         limit: int = PAGE) -> list[Row]:
    """A page of listed occurrences in order of their start."""
    return [Row(*r) for r in _page(False, person, since, until, tag, free, after, before, limit)]


def signs(*asked) -> tuple[tuple, ...]:
    """What is equal while `rows` of the same arguments are, and costs a third."""
    return changes("activities"), *_page(True, *asked)


def first_signs(then: Callable[[tuple], Any], since: int, until: int, limit: int):
    """The same of the first occurrences, asked together with what other plugins ask; `then` gets the signs."""
    ask, values = _question(True, None, since, until, "", False, None, None, limit)
    return ask.asked(lambda found: then(tuple(found)), **values)


def _page(signs, person, since, until, tag, free, after, before, limit) -> list[tuple]:
    ask, values = _question(signs, person, since, until, tag, free, after, before, limit)
    found = ask(**values)
    return found[::-1] if before else found


def _question(signs, person, since, until, tag, free, after, before, limit):
    """The query of a page, and its values."""
    at, number = before or after or (0, 0)
    floor = max(_begun(since), at if after and not before else 0)  # so that no page is counted off from the first
    until = min(until, at + 1) if before else until
    ask = listing(person is not None, bool(tag), free, "before" if before else "after" if after else "", signs)
    return ask, {"person": person, "tag": f"%,{tag},%", "since": since, "until": until, "floor": floor,
                 "at": at, "id": number, "limit": limit}


mine = prepared(lambda: (
    Occurrence.select(*ROW, SignUp.state).join(SignUp, on=_mine())
    .where(Occurrence.ends_at > param("since"))
    .order_by(Occurrence.starts_at, Occurrence.id).limit(param("limit"))))

tags = prepared(lambda: Tag.select(Tag.name).where(Tag.n > 0).order_by(Tag.n.desc(), Tag.name).limit(6))


def packed(expression):
    """Many values in one column."""
    if current.obj.kind == "sqlite":
        return fn.GROUP_CONCAT(expression, RECORD)
    return fn.STRING_AGG(expression, RECORD)


def listed(query, *names: str):
    """The rows of a query in one column: JSON, a list a row. A query in an order has a limit, or loses it."""
    columns = [getattr(query.c, name) for name in names]
    if current.obj.kind == "sqlite":
        return Select([query], [fn.JSON_GROUP_ARRAY(fn.JSON_ARRAY(*columns))])
    return Select([query], [fn.JSON_AGG(fn.JSON_BUILD_ARRAY(*columns)).cast("text")])


def _family():
    """The person's family members: id, name, year of birth."""
    year = fn.COALESCE(Household.birth_year.cast("text"), "")
    line = Household.id.cast("text").concat(FIELD).concat(Household.name).concat(FIELD).concat(year)
    return Household.select(packed(line)).where(Household.person == param("person"))


def _with_me():
    return SignUpMember.select(packed(SignUpMember.name)).where(SignUpMember.sign_up_id == SignUp.id)


def _place():
    """The place in the queue; 0 of who does not wait."""
    before = SignUp.alias()
    return before.select(fn.COUNT(before.id)).where(
        (before.occurrence_id == SignUp.occurrence_id) & (before.state == "waiting")
        & (before.number <= SignUp.number))


def no_shows(person, at):
    """How often a person did not come, of late: a query to be part of another."""
    row, date = SignUp.alias(), Occurrence.alias()
    return row.select(fn.COUNT(row.id)).join(date, on=(date.id == row.occurrence_id)).where(
        (row.person_id == person) & (row.missed == "no-show") & (date.starts_at + MISSED_DAYS * 86400 > at))


def unpack(text: str | None) -> list[list[str]]:
    """The records of a packed column."""
    return [record.split(FIELD) for record in text.split(RECORD)] if text else []


def _next():
    """The date of an activity that is shown where none is asked for: the next that takes place."""
    date = Occurrence.alias()
    ahead = date.ends_at > param("now")
    order = Case(None, [(ahead & (date.state == "published"), 0), (ahead, 1)], 2)
    near = Case(None, [(ahead, date.starts_at)], date.starts_at * -1)
    return date.select(date.id).where(date.activity_id == param("id")).order_by(order, near, date.id).limit(1)


def _others():
    """The next dates of the activity beside the one that is found, in one column: JSON of what Ahead holds."""
    date, own = Occurrence.alias(), SignUp.alias()
    booked = Case(None, [(date.waiting > 0, date.capacity)], date.taken + date.held)
    shown = (date.select(date.id, date.activity_id, date.starts_at, date.ends_at, date.all_day, date.state,
                         date.capacity, booked.alias("booked"), own.state.alias("mine"))
             .join(own, JOIN.LEFT_OUTER, on=((own.occurrence_id == date.id) & (own.person_id == param("person"))
                                             & own.state.in_(LIVE)))
             .where((date.activity_id == param("id")) & (date.starts_at > param("floor"))
                    & (date.ends_at > param("now")) & (date.id != fn.COALESCE(Occurrence.id, 0)))
             .order_by(date.starts_at, date.id).limit(OTHERS))
    return listed(shown, *AHEAD)


@cache
def _thing(asked: bool):
    return prepared(lambda: (
        Activity.select(
            Activity.id, Activity.uid, Activity.title, Activity.text, Activity.place, Activity.organiser,
            Activity.tags, Activity.picture, Activity.picture_alt, Activity.audience, Activity.state,
            Activity.price_fen, Activity.companions, Activity.approval, Activity.guests, Activity.leave_hours,
            Activity.questions, Activity.access, Activity.bring, Occurrence.id, Occurrence.title,
            Occurrence.place, Occurrence.starts_at, Occurrence.ends_at, Occurrence.all_day, Occurrence.capacity,
            Occurrence.taken, Occurrence.held, Occurrence.waiting, Occurrence.helpers, Occurrence.helping,
            Occurrence.state, Occurrence.note, _others(), _family(), SignUp.size, SignUp.state, SignUp.id,
            no_shows(param("person"), param("now")))
        .join(Occurrence, JOIN.LEFT_OUTER, on=((Occurrence.activity_id == Activity.id)
                                               & (Occurrence.id == (param("on") if asked else _next()))))
        .join(SignUp, JOIN.LEFT_OUTER, on=_mine())
        .where(Activity.id == param("id"))))


_own = prepared(lambda: (  # the rest of Thing, of a sign-up
    SignUp.select(SignUp.role, SignUp.companions, _place(), SignUp.offered_until, SignUp.oneself, _with_me(),
                  SignUp.channel, Person.name, SignUp.came, SignUp.came_at)
    .join(Person, JOIN.LEFT_OUTER, on=(Person.id == SignUp.actor_id))
    .where(SignUp.id == param("id"))))


def thing(activity_id: int, on: int | None, person: int | None, at: int) -> Thing | None:
    """An activity on the asked one of its dates, else on the next that takes place; None where there is none."""
    asked = {"id": activity_id, "person": person or 0, "now": at, "floor": at - LONGEST}
    row = _thing(True).one(on=on, **asked) if on else None
    if row is None or row[DATE] is None:
        row = _thing(False).one(**asked)
    if row is None:
        return None
    sign_up = row[MY_ID]
    return Thing(*row, *_own.one(id=sign_up)) if sign_up else Thing(*row)


DATE, MY_ID = Thing._fields.index("on"), Thing._fields.index("my_id")


SPOT = (Occurrence.id, Occurrence.activity_id, Occurrence.title, Occurrence.starts_at, Occurrence.ends_at,
        Occurrence.all_day, Occurrence.capacity, Occurrence.taken, Occurrence.state, Occurrence.held,
        Occurrence.waiting)


def with_room(activity_id: int, tag_names: list[str], size: int, at: int) -> list[tuple]:
    """Dates ahead with room for a party: of the same activity, or sharing a tag with it; nearest first."""
    related = Occurrence.activity_id == activity_id
    for name in tag_names:
        related |= Occurrence.tags ** f"%,{name},%"
    return list(_roomy(related, size, at, *SPOT).order_by(
        Case(None, [(Occurrence.activity_id == activity_id, 0)], 1), Occurrence.starts_at).limit(50).tuples())


def with_room_around(tag_names: list[str], size: int, at: int) -> list[tuple]:
    """The same in all open sites, for dates that neighbours from elsewhere may join; the site's id stands first."""
    related = Occurrence.id == 0
    for name in tag_names:
        related |= Occurrence.tags ** f"%,{name},%"
    return list(_roomy(related & (Occurrence.audience != "community"), size, at, Occurrence.site, *SPOT)
                .order_by(Occurrence.starts_at).limit(50).tuples())


def _roomy(related, size: int, at: int, *columns):
    return Occurrence.select(*columns).where(
        (Occurrence.listed == 1) & (Occurrence.state == "published") & related & (Occurrence.starts_at > at)
        & (BOOKED + size <= Occurrence.capacity))


between = prepared(lambda: (
    Occurrence.select(*ROW, Occurrence.audience, Occurrence.recurrence_key, Activity.uid, Activity.state,
                      Occurrence.taken, Occurrence.waiting)
    .join(Activity, on=(Activity.id == Occurrence.activity_id))
    .where((Occurrence.starts_at < param("end"))
           & ((Occurrence.ends_at > param("start")) | (Occurrence.starts_at >= param("start"))))
    .order_by(Occurrence.starts_at, Occurrence.id)))


def _feed():
    return (Occurrence.select(
        Occurrence.id, Activity.id, Activity.uid, Occurrence.recurrence_key, Occurrence.starts_at,
        Occurrence.ends_at, Occurrence.all_day, Occurrence.title, Occurrence.place, Occurrence.state,
        Occurrence.tags, Occurrence.sequence, Occurrence.changed_at, Activity.text)
        .join(Activity, on=(Activity.id == Occurrence.activity_id))
        .where((Occurrence.listed == 1) & (Occurrence.starts_at >= param("floor")))
        .order_by(Occurrence.starts_at, Occurrence.id).limit(param("limit")))


site_feed = prepared(_feed)
activity_feed = prepared(lambda: _feed().where(Activity.id == param("id")))

roster = prepared(lambda: (
    SignUp.select(SignUp.id, SignUp.state, SignUp.role, fn.COALESCE(Person.name, SignUp.guest_name),
                  fn.COALESCE(Person.phone, SignUp.guest_phone), SignUp.size, SignUp.oneself, SignUp.companions,
                  SignUp.channel, SignUp.at, SignUp.offered_until, SignUp.answers, SignUp.person_id,
                  SignUpMember.select(packed(SignUpMember.name)).where(SignUpMember.sign_up_id == SignUp.id))
    .join(Person, JOIN.LEFT_OUTER, on=(Person.id == SignUp.person_id))
    .where((SignUp.occurrence_id == param("id")) & SignUp.state.in_(LIVE))
    .order_by(SignUp.number, SignUp.at, SignUp.id)))

signed_up = prepared(lambda: SignUp.select(SignUp.person_id).where(
    (SignUp.occurrence_id == param("id")) & SignUp.state.in_(LIVE) & SignUp.person_id.is_null(False)))


coming = prepared(lambda: SignUp.select(SignUp.person_id).where(
    (SignUp.occurrence_id == param("id")) & (SignUp.state == "joined") & SignUp.person_id.is_null(False)))


def ahead(limit: int = 6, days: int = 366) -> list[Row]:
    """What comes next, without asking who looks."""
    at = now()
    return rows(None, at, at + days * 86400, limit=limit)
