"""How the counter says what it found: people, units, refusals, lists. Plain values for the templates."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from portal import _, clock, dates, ngettext, now, site, site_view

from .. import codes
from ..borrowing.show import chip, days_late
from ..lending import limits, queries, rules
from ..lending.queries import LoanRow
from ..models import Loan
from ..refusals import Refusal
from ..shelf import words
from ..shelf.queries import House, rules_here
from ..shelf.show import yuan
from . import hand, rows, scan
from .people import Neighbour
from .rows import Piece
from .scan import Planned, Scene

N_ = str

ENOUGH = N_("They have %(n)s things borrowed or on hold; %(most)s at a time are possible.")
THEIRS = {limits.ENOUGH: ENOUGH, limits.BRING_BACK: N_("Something of theirs is overdue. Please take it back first.")}


class Refused(NamedTuple):
    """Why not, and what would be possible: words with an address of the site, or none."""

    why: str
    ways: tuple[tuple[str, str], ...] = ()


class Row(NamedTuple):
    """A unit of this hand-over."""

    code: str
    shown: str
    name: str
    condition: str
    due: str
    problem: Refused | None
    asked: tuple[tuple[str, str], ...]  # (name of the box, question)
    deposit: str
    deposit_fen: int


class Held(NamedTuple):
    """What somebody has, or has on hold."""

    id: int
    code: str
    item: str
    state: str
    words: str
    kind: str
    when: str


class Panel(NamedTuple):
    """A person with the list of this hand-over."""

    person: Neighbour | None
    counted: str
    late: str
    paused: str
    out: tuple[Held, ...]
    ready: tuple[Held, ...]
    rows: tuple[Row, ...]
    limit: Refused | None
    can: bool


def refusal(found: Refusal, hut_id: int) -> Refused:
    """A refusal as staff read it, with the nearest way."""
    near, ways = found.nearest or {}, []
    if near.get("codes"):
        ways.append((_("These lie free: %(codes)s", codes=_(", ").join(codes.shown(c) for c in near["codes"])), ""))
    if near.get("until"):
        ways.append((_("Free until %(when)s", when=dates.near(near["until"])), ""))
    elif near.get("from"):
        ways.append((_("Free from %(day)s", day=dates.near(near["from"])), ""))
    if near.get("item"):
        ways.append((_("%(item)s in %(hut)s", item=near["name"], hut=near["hut_name"]), f"huts/items/{near['item']}"))
    late = near.get("loans", ())[:3]
    ways += [(_("See what is overdue"), f"huts/counter/{hut_id}/loans/{number}") for number in late]
    values = {name: value(dates) if callable(value) else value for name, value in found.values.items()}
    return Refused(_(THEIRS.get(found.reason, found.reason), **values), tuple(ways))


def panel(hut: House, found: Scene, until: int | None = None, reason: str = "") -> Panel:
    """The person who is open, what they have, and the list."""
    planned, limit = scan.planned(found.person, found.labels, until, reason)
    lines = tuple(_row(hut.id, one) for one in planned)
    mine = queries.mine(found.person.id) if found.person else []
    out = tuple(held(row) for row in mine if row.state == "out")
    late = sum(1 for row in mine if row.overdue)
    pause = queries.paused_until(found.person.id) if found.person else None
    return Panel(found.person, _counted(found.person, mine, hut.id),
                 ngettext("%(n)s of them is overdue", "%(n)s of them are overdue", late) if late else "",
                 _("Borrowing is paused until %(day)s.", day=dates.day(pause)) if pause else "", out,
                 tuple(held(row) for row in mine if row.state in ("ready", "approved")), lines,
                 refusal(limit, hut.id) if limit else None,
                 bool(lines) and found.person is not None and not any(line.problem for line in lines))


def _counted(person: Neighbour | None, mine: Sequence[LoanRow], hut_id: int) -> str:
    """How many they have, and how many more they may have."""
    if person is None:
        return ""
    out = sum(1 for row in mine if row.state == "out")
    most = most_of(person.id, hut_id)
    said = ngettext("Has %(n)s thing", "Has %(n)s things", out) if out else _("Has nothing at home")
    more = max(0, most - len(mine))
    return _("%(has)s, %(more)s", has=said,
             more=ngettext("may borrow %(n)s more", "may borrow %(n)s more", more) if more else _("no more for now"))


def most_of(person_id: int, hut_id: int) -> int:
    """How many holds and loans a person may have at a time in a hut, of things of no special kind."""
    said = [rules.row(*row) for row in rules_here()]
    who = limits.kinds(person_id, clock.local_date(now(), site.zone)) or ("resident",)
    return rules.resolve(said, hut_id, "", who).most


def _row(hut_id: int, one: Planned) -> Row:
    piece = one.piece
    asked = tuple((f"a{piece.item_id}.{n}", text) for n, text in enumerate(hand.questions(piece.asked_out)))
    due = dates.near_at(one.due_at) if one.due_at else _("Theirs to keep") if piece.gives else ""
    return Row(piece.code, codes.shown(piece.code), piece.name, _(words.CONDITIONS[piece.condition]), due,
               refusal(one.problem, hut_id) if one.problem else None, asked, yuan(one.deposit_fen), one.deposit_fen)


def held(row: LoanRow) -> Held:
    """A loan as a line of somebody's panel, or of a list."""
    said, kind = chip(row)
    return Held(row.id, codes.shown(row.code) if row.code else "", row.item, row.state, said, kind, when(row))


def when(row: LoanRow) -> str:
    """The one time that counts now."""
    if row.state == "out":
        return dates.near_at(row.due_at)
    if row.state == "ready":
        return dates.near_at(row.ready_until)
    if row.starts_at is not None:
        return _("%(first)s to %(last)s", first=dates.day(row.starts_at), last=dates.day(row.ends_at))
    return dates.near(row.at)


class Unit(NamedTuple):
    """A unit by itself: to take back, to bring home, or only to know of."""

    piece: Piece
    shown: str
    words: str
    kind: str
    condition: str
    loan: LoanRow | None
    due: str
    late: str
    asked: tuple[tuple[str, str], ...]
    deposit: str
    deposit_fen: int
    home_here: bool


def unit(hut: House, piece: Piece, loan: LoanRow | None) -> Unit:
    """What the last scan brought."""
    said, kind = words.UNITS[piece.state]
    asked = tuple((f"b{n}", text) for n, text in enumerate(hand.questions(piece.asked_back)))
    kept = Loan.get_by_id(loan.id).deposit_fen if loan else 0
    due = dates.near_at(loan.due_at) if loan and loan.due_at else ""
    late = chip(loan)[0] if loan and loan.overdue else ""
    return Unit(piece, codes.shown(piece.code), _(said), kind, _(words.CONDITIONS[piece.condition]), loan, due, late,
                asked, yuan(kept), kept, piece.home_id == hut.id)


def done(values, person: Neighbour | None) -> tuple[list[tuple[str, str]], list[int]]:
    """What was done just now, in sentences with their kind; and the loans that a slip can be printed of."""
    numbers = [int(n) for n in values.get("lent", "").split("-") if n.isdecimal() and len(n) < 10]
    slip = hand.lent(numbers, person.id) if person else []
    said = [(_lent(person.name, slip), "ok")] if slip else []
    code = codes.read(values.get("back", ""))
    found = _returned(code) if code else None
    return said + ([(back(found), "ok")] if found else []), [row.id for row in slip]


def _lent(name: str, slip: Sequence[LoanRow]) -> str:
    due = max((row.due_at for row in slip if row.due_at), default=None)
    if due is None:
        return ngettext("Given %(n)s item to %(name)s.", "Given %(n)s items to %(name)s.", len(slip), name=name)
    return ngettext("Lent %(n)s item to %(name)s, to be back by %(when)s.",
                    "Lent %(n)s items to %(name)s, to be back by %(when)s.", len(slip), name=name,
                    when=dates.near_at(due))


def _returned(code: str) -> hand.Returned | None:
    away = rows.elsewhere(code)
    return hand.returned(code) if away is None else hand.returned_elsewhere(code, away, site_view(away).name)


def back(found: hand.Returned) -> str:
    """That something is back, and where it goes."""
    name = f"{found.name} {codes.shown(found.code)}"
    if found.state == "set":
        return _("%(name)s is back. Set it aside for %(person)s, until %(when)s.", name=name,
                 person=found.for_whom or _("Erased"), when=dates.near_at(found.until))
    if found.state == "away":
        return _("%(name)s is back. It belongs to %(place)s and goes there.", name=name, place=found.site)
    if found.state == "transit":
        return _("%(name)s is back. It goes home to %(place)s.", name=name, place=found.home)
    if found.state == "repair":
        return _("%(name)s is back, and damaged: it has a ticket.", name=name)
    return _("%(name)s is back, nothing is damaged. It goes on the shelf.", name=name)


class Day(NamedTuple):
    """The day of a hut's counter as it was read: whoever reads the same is shown the same."""

    loans: queries.DeskDay
    late: tuple[int, ...]  # days for which each of `loans.overdue` has been
    beside: rows.Beside


class Lists(NamedTuple):
    """What lies beside the counter."""

    due: tuple
    overdue: tuple
    pickup: tuple
    coming: tuple
    asked: tuple
    transit: tuple
    leaving: tuple
    tickets: int


def day_of(hut: House) -> Day:
    """The day of a hut's counter."""
    until = clock.start_of_day(clock.local_date(now(), site.zone) + timedelta(days=1), site.zone)
    loans = queries.desk(hut.id, until)
    return Day(loans, tuple(map(days_late, loans.overdue)), rows.beside(hut.id))


def lists(day: Day) -> Lists:
    """The same in words."""
    loans, _late, beside = day
    transit = tuple((codes.shown(code), code, item) for code, item in beside.coming)
    leaving = tuple((codes.shown(code), item, home) for code, item, home in beside.leaving)
    return Lists(*map(_lines, (loans.due, loans.overdue, loans.pickup, loans.coming, loans.asked)), transit, leaving,
                 beside.tickets)


def _lines(found: Iterable[LoanRow]) -> tuple[tuple[Held, str], ...]:
    return tuple((held(row), row.person or _("Erased")) for row in found)


def start_of(text: str) -> int:
    """The first moment of a day as a form has it; raises ValueError for what is none, or lies in another millennium:
    its hours could not be counted."""
    found = date.fromisoformat(text)
    if not 2000 <= found.year <= 2999:
        raise ValueError(text)
    return clock.start_of_day(found, site.zone)
