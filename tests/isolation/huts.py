"""What a community has of huts, for the country: a hut, a thing with two units, loans of several states, a ticket."""

from random import Random

from portal.plugins.huts import codes
from portal.plugins.huts.lent.models import Offer
from portal.plugins.huts.models import (
    Borrower,
    Code,
    Hut,
    Item,
    ItemSheet,
    ItemSheetLine,
    ItemSheetPart,
    Loan,
    Miss,
    Move,
    PrintedLabel,
    Range,
    Rule,
    SpecialDay,
    ThingHiding,
    ThingReport,
    Ticket,
    TicketMove,
    Unit,
)
from portal.plugins.huts.skills.models import Skill, SkillAsk, SkillMove
from portal.plugins.huts.wants.models import Want, WantAnswer

from portal.base import clock, sites

LABELS = {slug: tuple(codes.new(Random(n + seed)) for n in (1, 2)) for seed, slug in ((10, "north"), (20, "south"))}


def plant(mark: str, text: dict, who: dict, resident: int) -> tuple[tuple[int, ...], ...]:
    """A hut that is open and one that is a draft; a thing with a unit that is out and one in repair: their numbers,
    those of loans and of a ticket."""
    now, name = clock.now(), mark
    huts = tuple(Hut.create(code=f"{state[0].upper()}1", name=name, character=mark, story=mark, address=mark,
                            keepers=mark, state=state, **who).id for state in ("open", "draft"))
    SpecialDay.create(hut_id=huts[0], day="2030-01-01", why=mark)
    lending_rule = Rule.create(hut_id=huts[0], terms='{"most": 3}').id
    items = tuple(Item.create(hut_id=huts[0], category="other.thing", name=name, summary=mark, text=text["text"],
                              owner_name=mark, state=state, units=2 if state == "shown" else 0, **who).id
                  for state in ("shown", "draft"))
    units = [_unit(items[0], huts[0], mark, n, state) for n, state in enumerate(("out", "repair"))]
    loans = (_loan(items[0], huts[0], resident, mark, "out", unit_id=units[0], out_at=now, due_at=now + 86400),
             _loan(items[0], huts[0], resident, mark, "asked"))
    Range.create(unit_id=units[0], item_id=items[0], kind="loan", loan_id=loans[0], starts_at=now, ends_at=now + 86400)
    Borrower.create(person_id=resident, why=mark)
    ticket = Ticket.create(unit_id=units[1], loan_id=loans[0], text=mark).id
    TicketMove.create(ticket_id=ticket, new="assess", why=mark)
    return (huts, items, loans, (ticket,), *_skills(mark, text, resident), *_wishes(mark, text, resident, items[1]),
            _sheet(mark, huts[0], items[0], units[0]), _reports(mark, resident), (lending_rule,))


def _skills(mark: str, text: dict, resident: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """A skill that is shown and one that waits for staff; a request."""
    skills = tuple(Skill.create(category="repair", state=state, person_id=resident, actor_id=resident, reason=mark,
                                hours=mark, **text).id for state in ("shown", "asked"))
    ask = SkillAsk.create(skill_id=skills[0], words=mark, wished=mark, person_id=resident, actor_id=resident).id
    SkillMove.create(ask_id=ask, new="asked", why=mark, person_id=resident)
    return skills, (ask,)


def _wishes(mark: str, text: dict, resident: int, item: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """A thing that a resident offers; a want with an answer; a word that was looked for in vain."""
    offer = Offer.create(item_id=item, reason=mark, person_id=resident, actor_id=resident).id
    want = Want.create(what="thing", category="other.thing", title=text["title"], text=mark, met_with=mark,
                       ends_at=clock.now() + 86400, answers=1, person_id=resident, actor_id=resident).id
    WantAnswer.create(want_id=want, how="have", words=mark, person_id=resident, actor_id=resident)
    Miss.create(week="2099-W10", word=mark, reason="search", n=9)
    return (offer,), (want,)


def _sheet(mark: str, hut: int, item: int, unit: int) -> tuple[int, ...]:
    """A spreadsheet that waits to be taken in, and a label that was printed."""
    sheet = ItemSheet.create(hut_id=hut, file=f"{mark}.xlsx", digest=mark, state="staged", total=1).id
    ItemSheetPart.create(sheet_id=sheet, n=0, data="[]")
    ItemSheetLine.create(sheet_id=sheet, item_id=item)
    PrintedLabel.create(unit_id=unit)
    return (sheet,)


def _reports(mark: str, resident: int) -> tuple[int, ...]:
    """A report that waits, and something hidden whose author appeals."""
    number = Skill.select(Skill.id).order_by(Skill.id).limit(1).scalar()
    ThingReport.create(kind="skill", thing_id=number, rule="advert", text=mark, person_id=resident)
    return (ThingHiding.create(kind="skill", thing_id=number, rule="advert", reason=mark, author_id=resident,
                               appeal="waiting", appeal_text=mark).id,)


def _unit(item: int, hut: int, mark: str, n: int, state: str) -> int:
    site = sites.scope_id()
    code = LABELS[sites.view(site).slug][n]
    Code.create(code=code, site_id=site)
    return Unit.create(item_id=item, hut_id=None if state == "out" else hut, home_id=hut, code=code, state=state,
                       note=mark).id


def _loan(item: int, hut: int, resident: int, mark: str, state: str, **fields) -> int:
    loan = Loan.create(item_id=item, hut_id=hut, person_id=resident, state=state, reason=mark, **fields).id
    Move.create(loan_id=loan, new=state, why=mark, person_id=resident)
    return loan
