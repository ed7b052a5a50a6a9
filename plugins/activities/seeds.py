"""Activities of a made-up site: some of its own, some from a calendar file, and who comes."""

import tomllib
from collections import Counter
from datetime import timedelta
from functools import cache
from importlib import resources
from itertools import cycle
from random import Random
from typing import NamedTuple

from portal import bulk, calendar_file, clock, index, now, plain

from . import queries, rules, seeds_lately
from .calendars import imports
from .models import Activity, Occurrence, SignUp, SignUpMember, Tag
from .places import seats

ACTIVITIES, SIGN_UPS, ABOVE = 6300, 150_000, 30  # of a whole district; so many of the activities are streets' own
DAY = 86400
ACTIVITY = ("uid", "title", "text", "place", "organiser", "tags", "picture", "picture_alt", "audience", "state",
            "price_fen", "capacity", "repeats", "actor_id", "person_id", "created_at", "changed_at")
DATE = ("activity_id", "recurrence_key", "starts_at", "ends_at", "capacity", "taken", "listed", "title", "place",
        "tags", "picture", "audience", "price_fen")
JOINED = ("occurrence_id", "person_id", "size", "oneself", "actor_id", "channel", "at")
LATEST = 19 * 60  # when something may begin that could have been earlier today
SOON = (0, 1, 2, 3, 5, 6, 9, 12, 16, 20, 25, 31, 38, -3, -8, -15, -24)  # days from today, of the demo


class Idea(NamedTuple):
    """An activity, as seeds.toml has it."""

    title: str
    motif: str
    alt: str
    tags: str
    place: str
    at: list[int]
    minutes: int
    places: int
    text: str
    weekly: bool = False
    fen: int = 0
    organiser: str = ""


class When(NamedTuple):
    """A date that is to be made, and how full it is to be."""

    starts_at: int
    ends_at: int
    capacity: int | None
    wanted: int = 0


class Made(NamedTuple):
    """An activity that is to be made."""

    idea: Idea
    title: str
    picture: str
    audience: str
    dates: list[When]


class Party(NamedTuple):
    """Who comes to a date."""

    person: int
    members: tuple[tuple[int, str], ...]
    oneself: bool
    at: int
    by: int  # who entered it

    @property
    def size(self) -> int:
        return self.oneself + len(self.members)


@cache
def ideas(kind: str) -> tuple[Idea, ...]:
    """What is done in a community, in what is above it, or "lately" in the demo."""
    text = resources.files(__package__).joinpath("seeds.toml").read_text("utf-8")
    return tuple(Idea(**row) for row in tomllib.loads(text)[kind if kind in ("community", "lately") else "above"])


def fill(site, plot) -> bool | None:
    """Activities from today on and of the last months; False where the staff have only begun."""
    if plot.beginning:
        return False
    if plot.scale == "demo":
        made, lately = _demo(site, plot), _lately(site, plot) if site.kind == "community" else []
        _store(site, plot, made + lately, 10_000)
        if lately:
            _from_calendar(site, plot)
            seeds_lately.fill(plot, *(m.title for m in lately))
            _demo_sign_in(plot)
        return None
    n, sign_ups = shares(plot)
    _store(site, plot, _many(site, plot, n), sign_ups)
    return None


def shares(plot) -> tuple[int, int]:
    """How many activities and sign-ups of the district's are this site's."""
    if plot.number < 0:
        return ABOVE // 5, 0
    activities = len(range(plot.number, ACTIVITIES - ABOVE, plot.of))
    return activities, len(range(plot.number, SIGN_UPS, plot.of))


def _demo(site, plot) -> list[Made]:
    """One of each idea of this site's, soon and lately; the first is full, the second has one place left."""
    known = ideas(site.kind)
    start = plot.number * 5 % len(known) if plot.number > 0 else 0
    chosen = {"district": known[::2], "street": known[1::2]}.get(site.kind, known[start:] + known[:start])
    made, levels = [], cycle((1.0, -1, 0.4, 0.85, 0.2, 0.6))
    for n, idea in enumerate(chosen[:len(SOON)]):
        ahead = SOON[n] + (plot.number + 1) % 2 if SOON[n] > 2 else SOON[n]
        days = [ahead + 7 * k for k in (range(-4, 15) if idea.weekly else range(1))]
        level = next(levels) if idea.places else 0
        dates = [_when(site, plot.random, idea, day, level if day == ahead else plot.random.random()) for day in days]
        made.append(_made(site, plot, idea, dates, pictured=n % 3 < 2))
    return made


def _lately(site, plot) -> list[Made]:
    """What began half an hour ago, and what was three days ago: most places are taken."""
    going_on, told = ideas("lately")
    begun = now() // 1800 * 1800 - 1800
    there = When(begun, begun + going_on.minutes * 60, going_on.places, going_on.places - 4)
    return [_made(site, plot, going_on, [there], pictured=True),
            _made(site, plot, told, [_when(site, plot.random, told, -3, 0.7)], pictured=True)]


def _many(site, plot, n: int) -> list[Made]:
    """`n` activities over a year and a half, most of them past, about every third a series."""
    made = []
    for k in range(n):
        idea = plot.random.choice(ideas(site.kind))
        first = plot.random.randint(-300, 60) if k % 2 else plot.random.randint(-20, 90)
        days = range(first, first + 7 * plot.random.randint(4, 12), 7) if idea.weekly else [first]
        levels = (0, 0.3, 0.5, 0.7, 0.9, 1.0, 1.0, -1)
        dates = [_when(site, plot.random, idea, day, plot.random.choice(levels)) for day in days]
        made.append(_made(site, plot, idea, dates, pictured=plot.random.random() < 0.4))
    return made


def _made(site, plot, idea: Idea, dates: list[When], pictured: bool) -> Made:
    title = idea.title
    if plot.scale == "district" and plot.estates and plot.random.random() < 0.5:
        title = f"{plot.random.choice(plot.estates)}：{title}"
    audience = site.kind if site.kind != "community" else plot.random.choice(("community",) * 7 + ("street", "anyone"))
    return Made(idea, title, plot.picture(idea.motif) if pictured else "", audience, dates)


def _when(site, random: Random, idea: Idea, day: int, level: float) -> When:
    """A date `day` days from today. `level` is the share that is taken, -1: one is left.

    Today's is still ahead: at its hour, else soon, and in the evening on the next day.
    """
    on, minute = clock.local_date(now(), site.zone) + timedelta(days=day), idea.at[0] * 60 + idea.at[1]
    start = clock.at_minute(on, minute, site.zone)
    if day == 0 and start < now() + 3600:
        soon = (now() // 1800 + 3) * 1800
        late = soon > clock.at_minute(on, LATEST, site.zone)
        start = clock.at_minute(on + timedelta(days=1), minute, site.zone) if late else soon
    if not idea.places:
        return When(start, start + idea.minutes * 60, None)
    places = idea.places + random.choice((0, 0, 2, 4, -2))
    wanted = places - 1 if level < 0 else round(places * level)
    return When(start, start + idea.minutes * 60, places, wanted if start < now() + 30 * DAY else wanted // 4)


def _store(site, plot, made: list[Made], sign_ups: int) -> None:
    """The rows of activities, their dates, and at most so many sign-ups."""
    since = now() - 30 * DAY
    rows = [(f"{plot.random.getrandbits(64):016x}@xiaowu", m.title, _text(m, plot), m.idea.place, m.idea.organiser,
             rules.packed(m.idea.tags.split(",")), m.picture, m.idea.alt if m.picture else "", m.audience, "published",
             m.idea.fen, m.dates[-1].capacity, len(m.dates) > 1, plot.staff, plot.staff, since, since) for m in made]
    ids = bulk(Activity, ACTIVITY, rows)
    dates = [(activity, m, when) for activity, m in zip(ids, made, strict=True) for when in m.dates]
    parties = _parties(plot, [when for _a, _m, when in dates], sign_ups)
    occurrences = bulk(Occurrence, DATE, [
        (activity, f"own-{when.starts_at}", when.starts_at, when.ends_at, when.capacity, sum(p.size for p in come), 1,
         m.title, m.idea.place, rules.packed(m.idea.tags.split(",")), m.picture, m.audience, m.idea.fen)
        for (activity, m, when), come in zip(dates, parties, strict=True)])
    _join(occurrences, parties)
    for activity, row in zip(ids, rows, strict=True):
        words = f"{row[3]} {row[4]} {row[5]} {plain(row[2], 4000)}"
        index("activities", str(activity), row[1], f"activities/{activity}", words, plain(row[2], 160))
    counted = Counter(tag for row in rows for tag in rules.unpacked(row[5]))
    bulk(Tag, ("name", "n"), sorted(counted.items()))


def _text(made: Made, plot) -> str:
    return made.idea.text.format(estate=plot.random.choice(plot.estates or ("老城",)))


def _parties(plot, dates: list[When], most: int) -> list[list[Party]]:
    """Who comes to each date: as many as wanted, never more than there are places, `most` in all."""
    found: list[list[Party]] = [[] for _ in dates]
    order = [n for n, when in enumerate(dates) if when.capacity and plot.people]
    plot.random.shuffle(order)
    free = {n: plot.random.sample(range(len(plot.people)), min(len(plot.people), dates[n].capacity)) for n in order}
    for share in ("wanted", "capacity"):  # once more to the brim where too few have come
        for n in order:
            most -= _come(plot, dates[n], getattr(dates[n], share), free[n], found[n], most)
        if plot.scale == "demo":
            break
    return found


def _come(plot, when: When, wanted: int, free: list[int], come: list[Party], most: int) -> int:
    """Let parties come until `wanted` places are taken; how many came."""
    taken, before = sum(p.size for p in come), len(come)
    while free and taken < wanted and len(come) - before < most:
        party = _party(plot, free.pop(), when, wanted - taken)
        come.append(party)
        taken += party.size
    return len(come) - before


def _party(plot, at: int, when: When, room: int) -> Party:
    random, who = plot.random, plot.people[at]
    members = who.family[:random.randint(1, len(who.family))] if who.family and random.random() < 0.6 else ()
    oneself = not members or random.random() < 0.9
    members = members[:max(0, room - oneself)]
    before = random.randint(3600, 12 * DAY)
    return Party(who.id, members, oneself or not members, min(now(), when.starts_at) - before,
                 plot.staff if random.random() < 0.08 else who.id)


def _join(occurrences: list[int], parties: list[list[Party]]) -> None:
    flat = [(occurrence, party) for occurrence, come in zip(occurrences, parties, strict=True) for party in come]
    ids = bulk(SignUp, JOINED, [(o, p.person, p.size, p.oneself, p.by, "web" if p.by == p.person else "desk", p.at)
                                for o, p in flat])
    members = [(i, key, name) for i, (_o, p) in zip(ids, flat, strict=True) for key, name in p.members]
    bulk(SignUpMember, ("sign_up_id", "household_id", "name"), members)


def _from_calendar(site, plot) -> None:
    """Take in a calendar file as staff would, and let people come."""
    imports.take_in(_calendar(site), "班表.ics", site.zone, 20)
    taken = list(Activity.select().where(Activity.source_id.is_null(False)).order_by(Activity.id))
    for activity, motif in zip(taken, ("lesson", "repair", "street"), strict=False):
        Activity.update(organiser="社区学堂", picture=plot.picture(motif), picture_alt="").where(
            Activity.id == activity.id).execute()
        Occurrence.update(picture=plot.picture(motif)).where(Occurrence.activity_id == activity.id).execute()
    dates = list(Occurrence.select(Occurrence.id, Occurrence.starts_at, Occurrence.ends_at, Occurrence.capacity)
                 .where(Occurrence.activity_id.in_([a.id for a in taken]) & (Occurrence.starts_at < now() + 21 * DAY)
                        & (Occurrence.state == "published")).order_by(Occurrence.id).tuples())
    whens = [When(*row[1:], wanted=plot.random.randint(0, row[3] or 0)) for row in dates]
    parties = _parties(plot, whens, 10_000)
    for (occurrence, *_), come in zip(dates, parties, strict=True):
        Occurrence.update(taken=sum(p.size for p in come)).where(Occurrence.id == occurrence).execute()
    _join([row[0] for row in dates], parties)


def _calendar(site) -> bytes:
    """A timetable as a calendar program writes it: a weekly course with a day off and a moved one, and more."""
    monday = clock.local_date(now(), site.zone)
    monday -= timedelta(days=monday.weekday() + 14)

    def at(week: int, weekday: int, hour: int) -> str:
        return f"{monday + timedelta(days=7 * week + weekday):%Y%m%d}T{hour:02d}0000"

    def event(key: str, title: str, place: str, text: str, *lines: str) -> list[str]:
        said = [f"{name}:{calendar_file.text(value)}" for name, value in
                (("SUMMARY", title), ("LOCATION", place), ("DESCRIPTION", text))]
        return ["BEGIN:VEVENT", f"UID:{key}@{site.slug}.xiaowu.example", *lines, *said, "END:VEVENT"]

    zone, course = f";TZID={site.zone}", ("粤语班，从“早晨”学起", "二楼课室",
                                          "给新街坊的粤语课：买菜、坐车、跟邻居打招呼。不用教材，每次学二十句，当天就用得上。")
    exhibition = monday + timedelta(days=24)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//{site.slug}//timetable//ZH",
             f"X-WR-CALNAME:{calendar_file.text(site.name)}课表",
             *event("yueyu", *course, f"DTSTART{zone}:{at(0, 2, 19)}", f"DTEND{zone}:{at(0, 2, 20)}",
                    "RRULE:FREQ=WEEKLY;BYDAY=WE", f"EXDATE{zone}:{at(4, 2, 19)}", "CATEGORIES:学习"),
             *event("yueyu", *course, f"RECURRENCE-ID{zone}:{at(3, 2, 19)}", f"DTSTART{zone}:{at(3, 3, 19)}",
                    f"DTEND{zone}:{at(3, 3, 20)}"),
             *event("modao", "磨刀、配钥匙", "一楼架空层", "每月第二个周六，师傅来半天。刀请用报纸包好。",
                    f"DTSTART{zone}:{at(0, 5, 9)}", f"DTEND{zone}:{at(0, 5, 12)}",
                    "RRULE:FREQ=MONTHLY;BYDAY=2SA", "CATEGORIES:手艺,环保"),
             *event("zhanlan", "老照片展：我们这条街", "一楼大厅",
                    "四十年的照片，都是街坊从抽屉里找出来的。有讲解，也可以带自己的来。",
                    f"DTSTART;VALUE=DATE:{exhibition:%Y%m%d}",
                    f"DTEND;VALUE=DATE:{exhibition + timedelta(days=5):%Y%m%d}",
                    "CATEGORIES:学习"), "END:VCALENDAR"]
    return b"".join(calendar_file.fold(line) for line in lines)


def _demo_sign_in(plot) -> None:
    """The first resident of the demo comes to two things, one with her family."""
    if plot.number or not plot.people:
        return
    me = plot.people[0]
    ahead = [r for r in queries.rows(me.id, now(), now() + 40 * DAY, limit=60)
             if r.starts_at > now() and r.capacity and r.capacity - r.taken > 4 and not r.mine]
    for row, members in ((ahead[2], ()), (ahead[7], me.family[:1])):
        seats.take(row.id, rules.Party(True, members), {"actor_id": me.id, "person_id": me.id, "channel": "web"})

