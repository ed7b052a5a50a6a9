"""How long, how many and with what: the terms of a loan, from rules that staff write and the standard beneath."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from .. import categories
from ..refusals import Refusal

N_ = str  # marks a text that is translated where it is shown

ELDER_FROM = 60  # years
NEW_FOR = 30  # days after somebody was verified
# Kinds of person: of several that fit, the one further down weighs more.
WHO: Mapping[str, str] = {
    "resident": N_("Every resident"),
    "family": N_("Families"),
    "elder": N_("Elders from 60"),
    "organisation": N_("Organisations"),
    "newcomer": N_("Newcomers in their first 30 days"),
}


class Terms(NamedTuple):
    """What holds for a loan. `most` counts holds and loans together; `ahead_days`: how far ahead one may hold."""

    days: int
    extend_days: int
    extends: int
    most: int
    pickup_days: int
    buffer_hours: int
    approval: bool
    deposit_fen: int
    ahead_days: int


class Row(NamedTuple):
    """A rule: for a hut, a kind of item and a kind of person, each left open or not; the terms that it mentions."""

    hut_id: int | None = None
    category: str = ""
    who: str = ""
    terms: Mapping[str, Any] = {}


STANDARD: tuple[Row, ...] = (
    Row(terms=Terms(days=14, extend_days=7, extends=1, most=5, pickup_days=3, buffer_hours=0, approval=False,
                    deposit_fen=0, ahead_days=60)._asdict()),
    Row(category="care", terms={"extends": 3, "extend_days": 14}),
    Row(who="family", terms={"most": 8}),
    Row(who="elder", terms={"most": 8, "pickup_days": 5}),
    Row(who="organisation", terms={"most": 20, "ahead_days": 180}),
)
NAMES: Mapping[str, str] = {
    "days": N_("Days of a loan"),
    "extend_days": N_("Days of an extension"),
    "extends": N_("How often a loan can be extended"),
    "most": N_("Holds and loans at the same time"),
    "pickup_days": N_("Opening days to pick it up"),
    "buffer_hours": N_("Hours of rest after each loan"),
    "approval": N_("Staff say yes first"),
    "deposit_fen": N_("Deposit"),
    "ahead_days": N_("Days ahead that can be held"),
}
BOUNDS: Mapping[str, tuple[int, int]] = {
    "days": (1, 365), "extend_days": (0, 365), "extends": (0, 50), "most": (0, 500), "pickup_days": (1, 30),
    "buffer_hours": (0, 720), "deposit_fen": (0, 10_000_000), "ahead_days": (0, 730),
}


def row(hut_id: int | None, category: str, who: str, terms: str) -> Row:
    """A rule as a table keeps it, with its terms in JSON."""
    return Row(hut_id, category, who, json.loads(terms or "{}"))


def kinds_of(year: int, birth_year: int | None = None, verified_days: int | None = None, family: bool = False,
             organisation: bool = False) -> tuple[str, ...]:
    """The kinds of person that somebody is in that year; `verified_days`: full days since they were verified."""
    if organisation:
        return ("organisation",)
    elder = birth_year is not None and year - birth_year >= ELDER_FROM
    fresh = verified_days is None or verified_days < NEW_FOR
    is_so = {"resident": True, "family": family, "elder": elder, "newcomer": fresh}
    return tuple(kind for kind, so in is_so.items() if so)


class Decided(NamedTuple):
    """What one term is, and the row that says so: a row of the site or one of the standard."""

    value: Any
    row: Row
    own: bool


def resolve(rows: Iterable[Row], hut_id: int | None, category: str, who: str | Sequence[str],
            standard: Iterable[Row] | None = None) -> Terms:
    """The terms of a loan from this hut, of this kind of item, by somebody of this kind (or of these kinds).

    Each term comes from the most specific row that mentions it; a row that does not leaves it to the others.
    Weight, first that differs: the hut's own, the community's, the standard; then how deep in the tree of kinds
    its category lies ("care" before "care.walk"); then the kind of person, in the order of `WHO`, open ones last.
    Of equal rows the later one holds. Without `standard`: STANDARD, and the days usual for this kind of item.
    A hut_id of None means any hut, so that rows of single huts stay out.
    """
    found = decided(rows, hut_id, category, who, standard)
    return Terms(**{name: found[name].value for name in Terms._fields})


def decided(rows: Iterable[Row], hut_id: int | None, category: str, who: str | Sequence[str],
            standard: Iterable[Row] | None = None) -> dict[str, Decided]:
    """The same as `resolve`, each term with the row that it comes from."""
    kinds = (who,) if isinstance(who, str) else tuple(who)
    beneath = standard_of(category) if standard is None else standard
    levels = [(0, r) for r in beneath] + [(1 + (r.hut_id is not None), r) for r in rows]
    fitting = [(level, r) for level, r in levels if _fits(r, hut_id, category, kinds)]
    found: dict[str, Decided] = {}
    for level, r in sorted(fitting, key=_weight):
        found.update({name: Decided(value, r, level > 0) for name, value in r.terms.items()})
    return found


def weight(r: Row) -> tuple[int, int, int]:
    """How specific a row of a site is; of two that fit, the one with the larger weight holds."""
    return _weight((1 + (r.hut_id is not None), r))


def like(who: str) -> tuple[str, ...]:
    """The kinds of person that somebody is of whom only this one is known; none for everybody."""
    return tuple(dict.fromkeys(("resident", who))) if who not in ("", "organisation") else (who,) if who else ()


def wider(rows: Iterable[Row], r: Row) -> dict[str, tuple[Any, Any]]:
    """{term: (least, most)} of what would hold for all that a row is for, if there were neither it nor any row that is
    for a part of that alone. The two differ where the standard knows kinds of things or of people apart."""
    outer = [o for o in rows if (o.hut_id, o.category, o.who) != (r.hut_id, r.category, r.who)
             and _fits(o, r.hut_id, r.category, like(r.who))]
    things = [(code, like(r.who)) for code in categories.below(r.category) or categories.leaves()]
    people = [] if r.who else [(r.category, like(who)) for who in WHO]
    found = [resolve(outer, r.hut_id, code, who) for code, who in [(r.category, like(r.who)), *things, *people]]
    return {name: (min(values), max(values)) for name, values in zip(Terms._fields, zip(*found, strict=True),
                                                                       strict=True)}


STRICT = ("buffer_hours", "approval", "deposit_fen")  # of these more is less generous


class Loss(NamedTuple):
    """That a kind of person had more of something by a rule of their own, and no longer has."""

    who: str
    term: str
    before: Any
    after: Any


def losses(rows: Sequence[Row], r: Row) -> list[Loss]:
    """Who loses what once `r` stands among the rows of a site, in place of the one for the same: kinds of person that
    it does not name, for whom a rule of their own is more generous. Of several kinds of things it is the most generous
    before that is told."""
    whos = [who for who in WHO if who != r.who and r.who in ("", *like(who))]
    things = {r.category, *(o.category for o in (*rows, *STANDARD)
                            if not r.category or f"{o.category}.".startswith(f"{r.category}."))}
    found = [loss for who in whos for thing in sorted(things) for loss in _lost(rows, r, thing, who)]
    most: dict[tuple[str, str], Loss] = {}
    for loss in found:
        known = most.setdefault((loss.who, loss.term), loss)
        if _less(loss.term, known.before, loss.before):
            most[loss.who, loss.term] = loss
    return list(most.values())


def _lost(rows: Sequence[Row], r: Row, category: str, who: str) -> Iterator[Loss]:
    """What a kind of person loses of one kind of thing."""
    others = [o for o in rows if (o.hut_id, o.category, o.who) != (r.hut_id, r.category, r.who)]
    had, has = (decided(found, r.hut_id, category, like(who)) for found in (rows, [*others, r]))
    for name in r.terms:
        before, after = had[name], has[name]
        if before.row.who == who and after.row == r and _less(name, after.value, before.value):
            yield Loss(who, name, before.value, after.value)


def _less(name: str, value: Any, other: Any) -> bool:
    """Whether a value of a term is less generous than another."""
    return value > other if name in STRICT else value < other


@cache
def standard_of(category: str) -> tuple[Row, ...]:
    """The standard rows, with the days that are usual for this kind of item."""
    kind = categories.tree().get(category)
    return (*STANDARD, Row(category=category, terms={"days": kind.days})) if kind else STANDARD


def _fits(r: Row, hut_id: int | None, category: str, kinds: Sequence[str]) -> bool:
    return (r.hut_id in (None, hut_id) and (not r.who or r.who in kinds)
            and (not r.category or f"{category}.".startswith(f"{r.category}.")))


def _weight(levelled: tuple[int, Row]) -> tuple[int, int, int]:
    level, r = levelled
    depth = r.category.count(".") + 1 if r.category else 0
    return level, depth, list(WHO).index(r.who) if r.who in WHO else -1


def problems(terms: Mapping[str, Any]) -> dict[str, Refusal]:
    """What is wrong with the terms that a rule mentions, by term; empty when nothing is."""
    found = {name: why for name, value in terms.items() if (why := _problem(name, value))}
    if not found and terms.get("extends", 0) and terms.get("extend_days") == 0:
        found["extend_days"] = Refusal(N_("An extension needs at least one day."))
    return found


def _problem(name: str, value: object) -> Refusal | None:
    """What is wrong with one term."""
    if name not in Terms._fields:
        return Refusal(N_("There is no such rule."))
    if name == "approval":
        return None if isinstance(value, bool) else Refusal(N_("Please say yes or no."))
    least, most = BOUNDS[name]
    if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
        return None
    return Refusal(N_("Please write a whole number from %(least)s to %(most)s."), {"least": least, "most": most})
