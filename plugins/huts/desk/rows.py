"""What the counter reads: a unit by its label, who has it, and the lists beside."""

from typing import NamedTuple

from peewee import JOIN, fn

from portal import param, prepared, remembered, scope_id

from ..lending import queries
from ..lending.queries import LoanRow
from ..models import Code, Hut, Item, Loan, Unit
from . import tickets

WITH_SOMEBODY = ("out", "lost", "disputed")


class Piece(NamedTuple):
    """A unit as the counter shows it, with what its item asks. `hut` and `home` are names."""

    id: int
    code: str
    state: str
    condition: str
    note: str
    hut_id: int | None
    home_id: int
    item_id: int
    name: str
    gives: bool
    audience: str
    asked_out: str
    asked_back: str
    deposit_fen: int
    hut: str | None

    @property
    def home(self) -> str:
        """The name of the hut where it belongs."""
        return Hut.select(Hut.name).where(Hut.id == self.home_id).scalar()


FIELDS = (Unit.id, Unit.code, Unit.state, Unit.condition, Unit.note, Unit.hut_id, Unit.home_id, Item.id, Item.name,
          Item.gives, Item.audience, Item.asked_out, Item.asked_back, Item.deposit_fen, Hut.name)


def pieces(codes: list[str]) -> list[Piece]:
    """The units with these labels, in the same order; others are left out."""
    if not codes:
        return []
    rows = (Unit.select(*FIELDS).join(Item, on=(Item.id == Unit.item_id))
            .join(Hut, JOIN.LEFT_OUTER, on=(Hut.id == Unit.hut_id)).where(Unit.code.in_(codes)).tuples())
    found = {row[1]: Piece(*row) for row in rows}
    return [found[code] for code in codes if code in found]


def piece(code: str) -> Piece | None:
    """The unit of the open site with this label."""
    return next(iter(pieces([code])), None)


def elsewhere(code: str) -> int | None:
    """The other site whose label this is."""
    site_id = Code.select(Code.site_id).where(Code.code == code).scalar()
    return None if site_id == scope_id() else site_id


def loan_of(unit_id: int, states: tuple[str, ...]) -> LoanRow | None:
    """The last loan of a unit that is in one of these states."""
    found = (Loan.select(Loan.id).where((Loan.unit_id == unit_id) & Loan.state.in_(states))
             .order_by(Loan.id.desc()).scalar())
    return queries.loan(found) if found is not None else None


class Beside(NamedTuple):
    """What is not where it belongs, and how much is damaged."""

    coming: tuple[tuple[str, str], ...]  # (code, item) on the way home to this hut
    leaving: tuple[tuple[str, str, str], ...]  # (code, item, home) brought back here, belongs to another hut
    tickets: int  # open ones of the site


_coming = prepared(lambda: (
    Unit.select(Unit.code, Item.name).join(Item, on=(Item.id == Unit.item_id))
    .where((Unit.home_id == param("hut")) & (Unit.state == "transit")).order_by(Unit.id)))
_leaving = prepared(lambda: (
    Unit.select(Unit.code, Item.name, Hut.name).join(Item, on=(Item.id == Unit.item_id))
    .join(Hut, on=(Hut.id == Unit.home_id))
    .where((Unit.hut_id == param("hut")) & (Unit.state == "transit") & (Unit.home_id != param("hut")))
    .order_by(Hut.name, Unit.id).limit(50)))


def beside(hut_id: int) -> Beside:
    """What lies beside a hut's counter but for its loans."""
    def find() -> tuple[Beside, None]:
        return Beside(tuple(_coming(hut=hut_id)), tuple(_leaving(hut=hut_id)), tickets.waiting()), None
    return remembered(("huts.desk", "huts"), ("beside", hut_id), find)


def waiting():
    """A column: how many wait for staff to say yes, in all huts of the site."""
    return Loan.select(fn.COUNT(Loan.id)).where((Loan.state == "asked") & Loan.number.is_null())


def huts() -> list[tuple[int, str, str, str]]:
    """(id, name, address, state) of the site's huts by name."""
    return list(Hut.select(Hut.id, Hut.name, Hut.address, Hut.state).order_by(Hut.name, Hut.id).tuples())
