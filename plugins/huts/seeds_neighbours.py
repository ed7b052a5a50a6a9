"""What neighbours of the demo can do, need and lend, as seeds_neighbours.toml tells it: done by the acts, in order."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any

from portal import Viewer, clock, frozen, now

from . import categories, misses
from .desk import tickets
from .lending import loans
from .lent import acts as lent
from .models import Hut, Item, Range, Unit
from .refusals import Refusal
from .reports import acts as reports
from .reports import kinds as reporting
from .skills import acts as skills
from .skills.kinds import KINDS
from .skills.models import Skill
from .wants import acts as wants
from .wants.states import DAYS

DAY = 86400
PATHS: Mapping[str, Sequence[tuple[str, str]]] = {  # the steps of a request, each with whose it is
    "asked": (), "accepted": (("accept", "owner"),), "declined": (("decline", "owner"),),
    "withdrawn": (("withdraw", "asker"),), "done": (("accept", "owner"), ("finish", "asker")),
    "thanked": (("accept", "owner"), ("finish", "owner"), ("thank", "asker"))}
OFFERED = 40  # days ago, the first skill of a site
SPREAD = 3  # weeks over which a thing was looked for


@cache
def _told() -> Mapping[str, Mapping[str, str]]:
    text = resources.files(__package__).joinpath("seeds_neighbours.toml").read_text("utf-8")
    return tomllib.loads(text)


def _lines(text: str) -> Iterator[list[str]]:
    for line in text.strip().splitlines():
        yield [cell.strip() for cell in line.split("|")]


def fill(site, plot, hut: Hut) -> None:
    """Skills, wants, lent things, tickets and searches in vain of the community that has this hut."""
    _Neighbours(site, plot, hut).run(_told()[hut.code])


class _Neighbours:
    """The people of a community, of whom each line of the stories takes the next."""

    def __init__(self, site, plot, hut: Hut):
        self.zone, self.plot, self.hut = site.zone, plot, hut
        self.today = clock.local_date(now(), site.zone)
        self.others = iter(reversed([one.id for one in plot.people[1:]]))  # those who borrow are taken from the front
        self.owners: dict[str, int] = {}

    def run(self, told: Mapping[str, str]) -> None:
        for n, cells in enumerate(_lines(told["skills"])):
            self._skill(OFFERED - 2 * n, *cells)
        for cells in _lines(told["asks"]):
            self._ask(*cells)
        for cells in _lines(told["wants"]):
            self._want(*cells)
        for cells in _lines(told["lent"]):
            self._lend(*cells)
        for cells in _lines(told["tickets"]):
            self._ticket(*cells)
        self._misses(told["misses"])

    def _whose(self, title: str) -> tuple[str, int]:
        """A title and its person: with a * the first resident."""
        return (title[1:], self.plot.people[0].id) if title.startswith("*") else (title, next(self.others))

    def _ago(self, days: int):
        """A minute of the afternoon so many days ago; today it is now."""
        if days <= 0:
            return frozen(now())
        start = clock.start_of_day(self.today - timedelta(days=days), self.zone)
        return frozen(start + 14 * 3600 + self.plot.random.randrange(5 * 60) * 60)

    def _desk(self, person: int) -> loans.By:
        return loans.By({"actor_id": self.plot.staff, "person_id": person, "channel": "desk"})

    def _skill(self, days: int, category: str, name: str, per: str, places: str, hours: str, text: str,
               story: str) -> None:
        title, owner = self._whose(name)
        state, _colon, why = story.partition(": ")
        days = 1 if state == "asked" else days
        with self._ago(days):
            number = skills.offer({"category": category, "title": title, "text": text, "per": per, "places": places,
                                   "hours": hours}, _web(owner))
        with self._ago(days - 1):
            if state == "shown":
                skills.show(number, "community", self._desk(owner))
            elif state == "hidden":
                skills.hide(number, why, self._desk(owner))
        self.owners[title] = owner

    def _ask(self, name: str, words: str, wished: str, days: str, state: str, said: str = "") -> None:
        title, asker = self._whose(name)
        skill = Skill.select(Skill.id).where(Skill.title == title).scalar()
        with self._ago(int(days)):
            number = _done(skills.ask(skill, asker, _web(asker), words, wished))
        for n, (move, side) in enumerate(PATHS[state], 1):
            who = _web(asker if side == "asker" else self.owners[title])
            more = {"thanks": said, "thanks_open": True} if move == "thank" else {}
            with self._ago(int(days) - n):
                _done(skills.step(number, move, side, who, said if move != "accept" else "", **more))

    def _want(self, kind: str, name: str, text: str, days: str, story: str, answers: str = "") -> None:
        title, person = self._whose(name)
        with self._ago(int(days)):
            number = _done(wants.post({"what": "skill" if kind in KINDS else "thing", "category": kind, "title": title,
                                       "text": text, "ends_at": now() + DAYS * DAY}, _web(person)))
        for line in filter(None, answers.split("; ")):
            how, _colon, words = line.partition(": ")
            with self._ago(int(days) - 1):
                _done(wants.answer(number, how, words, False, _web(next(self.others))))
        state, _colon, said = story.partition(": ")
        with self._ago(int(days) - 2):
            if state == "met":
                _done(wants.step(number, "meet", said, who=_web(person)))
            elif state in ("hidden", "reported"):
                self._break_a_rule(reporting.thing("want", number), state, said)
            elif state == "withdrawn":
                _done(wants.step(number, "withdraw", who=_web(person)))

    def _break_a_rule(self, thing: reporting.Thing, state: str, said: str) -> None:
        """Somebody reports a want as advertising; staff have hidden it, or have yet to look at it."""
        reports.report(thing, "advert", "" if state == "hidden" else said, Viewer(next(self.others), ""))
        if state == "hidden":
            reports.hide(thing, "advert", said, Viewer(self.plot.staff, "", channel="desk"))

    def _lend(self, kind: str, name: str, summary: str, way: str, days: str, worth: str, story: str) -> None:
        person = next(self.others)
        state, _colon, why = story.partition(": ")
        with self._ago(20 if state != "asked" else 1):
            number = _done(lent.offer({"hut_id": self.hut.id, "category": kind, "name": name, "summary": summary,
                                       "gives": way == "give", "days": int(days or 0),
                                       "value_fen": int(worth or 0) * 100}, _web(person)))
        with self._ago(18):
            if state == "accepted":
                _done(lent.accept(number, self.hut.id, 1, "good", self._desk(person), self.plot.random))
            elif state == "declined":
                _done(lent.decline(number, why, self._desk(person)))

    def _ticket(self, name: str, text: str, move: str, expected: str, why: str = "") -> None:
        """The last unit of a thing that lies in the hut for nobody is damaged."""
        promised = Range.select(Range.unit_id).where(Range.ends_at > now())
        lying = (Unit.select(Unit.id).join(Item, on=(Item.id == Unit.item_id))
                 .where((Item.name == name) & (Unit.state == "in") & Unit.id.not_in(promised)))
        unit = lying.order_by(Unit.id.desc()).limit(1).scalar()
        if unit is None:
            return
        who = self._desk(self.plot.staff).who
        with self._ago(3):
            number = _done(tickets.report(unit, text, who))
        with self._ago(2):
            if move != "assess":
                _done(tickets.go_on(number, move, who, why))
        if expected:
            _done(tickets.expect(number, now() + int(expected) * DAY, who))

    def _misses(self, text: str) -> None:
        """Of what lies in the hut all were out; anything else was not found."""
        here = {kind for kind, in Item.select(Item.category).tuples()}
        for pair in text.split(","):
            word, times = (part.strip() for part in pair.split("="))
            kind = categories.found(word).code or ""
            for k in range(int(times)):
                week = misses.week(self.today - timedelta(weeks=k % SPREAD))
                misses.add(week, "hold" if kind in here else "search", kind, "" if kind else word)


def _web(person: int) -> dict[str, Any]:
    return {"actor_id": person, "person_id": person, "channel": "web"}


def _done(found: Any) -> Any:
    """What came of it; a refusal is a mistake of these seeds."""
    if isinstance(found, Refusal):
        raise ValueError(found)
    return found
