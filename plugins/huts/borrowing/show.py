"""How loans and refusals are said to the one who borrows. Plain values for the templates."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from portal import _, clock, dates, ngettext, now

from .. import codes
from ..lending import queue
from ..lending.queries import LoanRow, MoveRow
from ..lending.states import STATES
from ..models import Item, Loan
from ..refusals import Refusal
from ..shelf.show import distance

N_ = str

KINDS = {"asked": "warn", "approved": "ok", "ready": "ok", "out": "", "rejected": "bad", "noshow": "bad",
         "lost": "bad", "disputed": "warn"}
NO_DAYS = N_("Please choose the day you fetch it and the day you bring it back, or take it as soon as you can.")
ENDING = ("asked", "approved", "ready")  # what one can let go of


ASKED = frozenset(("from", "to", "when"))  # fields of a form or an address that say what is wanted


class Wanted(NamedTuple):
    """What was asked for: two days as they were typed, and the same as instants; none: as soon as possible."""

    start_day: str = ""
    end_day: str = ""
    start: int | None = None
    end: int | None = None
    problem: Refusal | None = None

    @classmethod
    def of(cls, given: Mapping[str, str], zone: str) -> "Wanted":
        """From a form or an address."""
        typed = given.get("from", "")[:10], given.get("to", "")[:10]
        if given.get("when") == "soon" or not any(typed) and given.get("when") != "days":
            return cls()
        try:
            start, end = (clock.start_of_day(date.fromisoformat(day), zone) for day in typed)
        except (ValueError, OverflowError):
            return cls(*typed, problem=Refusal(NO_DAYS))
        return cls(*typed, start, end)


class Refused(NamedTuple):
    """A refusal ready to show: why, and where to go instead as (words, address)."""

    why: str
    ways: tuple[tuple[str, str], ...]


class Line(NamedTuple):
    """A loan in a list."""

    id: int
    item: str
    hut: str
    when: str
    words: str
    kind: str


def refusal(found: Refusal) -> Refused:
    """Why not, and what would be possible."""
    near, ways = found.nearest or {}, []
    if near.get("to") is not None and near.get("from") is not None:
        days = _iso(near["from"]), _iso(near["to"])
        ways.append((_("Free from %(day)s", day=dates.day(near["from"])), f"?from={days[0]}&to={days[1]}#hold"))
    if near.get("item"):
        far = distance(near.get("metres"))
        where = _("%(hut)s, %(far)s from here", hut=near["hut_name"], far=far) if far else near["hut_name"]
        ways.append((_("%(item)s in %(hut)s", item=near["name"], hut=where), f"huts/items/{near['item']}"))
    if near.get("place"):
        wait = ngettext("about %(n)s day", "about %(n)s days", near["days"])
        ways.append((_("Wait for it: you would be number %(place)s, %(wait)s", place=near["place"], wait=wait),
                     "?when=soon#hold"))
    if near.get("loan"):
        ways.append((_("See what you have asked for"), f"huts/loans/{near['loan']}"))
    if near.get("loans") or near.get("mine"):
        ways.append((_("See what you have"), "huts/mine"))
    return Refused(_(found.reason, **found.values), tuple(ways))


def _iso(at: int) -> str:
    return clock.local_date(at, dates.zone).isoformat()


def said_at(at: int) -> str:
    """A moment as people say it."""
    return dates.near_at(at)


def asked(row: LoanRow) -> str:
    """What to say once somebody has asked."""
    if row.state == "ready":
        return _("It lies ready for you until %(when)s.", when=said_at(row.ready_until))
    if row.state == "approved":
        return _("It is held for you. You are told when it lies ready.")
    return _("You are in the queue. You are told when it is your turn.") if row.number else \
        _("Staff look at it first. You are told what they say.")


def lines(rows: Iterable[LoanRow]) -> list[Line]:
    """Loans as a list shows them."""
    return [Line(row.id, row.item, row.hut, when(row), *chip(row)) for row in rows]


def chip(row: LoanRow) -> tuple[str, str]:
    """(words, kind) of where a loan stands."""
    if row.overdue:
        return ngettext("%(n)s day overdue", "%(n)s days overdue", days_late(row)), "bad"
    if row.state == "asked" and row.number is not None:
        return _("In the queue"), "warn"
    return _(STATES[row.state]), KINDS.get(row.state, "")


def days_late(row: LoanRow) -> int:
    """For how many days a loan has been overdue, a day that has begun counted whole: one more at its hour each day."""
    return -(-(now() - row.due_at) // 86400)


def when(row: LoanRow) -> str:
    """The one time that counts now."""
    if row.state == "out":
        return _("Back by %(when)s", when=said_at(row.due_at))
    if row.state == "ready":
        return _("Kept for you until %(when)s", when=said_at(row.ready_until))
    if row.starts_at is not None and row.state in ENDING:
        return _("%(first)s to %(last)s", first=dates.day(row.starts_at), last=dates.day(row.ends_at))
    return dates.day(row.back_at or row.at)


def loan(row: LoanRow) -> dict:
    """What the page of a loan shows."""
    words, kind = chip(row)
    facts = [(_("Where"), row.hut), (_("Label"), row.code and codes.shown(row.code))]
    if row.state == "asked" and row.number is not None:
        at = queue.place(Loan.get_by_id(row.id))
        wait = ngettext("about %(n)s day", "about %(n)s days", queue.estimate(Item.get_by_id(row.item_id), at))
        facts.append((_("Your place"), _("Number %(place)s, %(wait)s", place=at, wait=wait)))
    if row.reason:
        facts.append((_("Why"), row.reason))
    return {"words": words, "kind": kind, "when": when(row), "facts": facts, "can_end": row.state in ENDING,
            "can_extend": row.state == "out" and not row.overdue}


def moves(rows: Iterable[MoveRow]) -> list[tuple[str, str, str]]:
    """(when, what, why) of each step, the latest first."""
    return [(dates.at(row.at), _(STATES[row.new]), row.why) for row in rows][::-1]
