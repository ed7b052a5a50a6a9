"""Damaged things: a ticket, the holds that it breaks, the way back to the shelf or out of it."""

import pytest
from portal.plugins.huts.desk import tickets
from portal.plugins.huts.lending import asking, changing, handing, queue, returning
from portal.plugins.huts.models import Item, Loan, Range, Ticket, TicketMove, Unit
from portal.plugins.huts.refusals import Refusal
from portal.plugins.huts.shelf import keeping

from portal.people.models import Notice
from tests.huts.conftest import DESK, at, planted, who


def unit(code: str) -> Unit:
    return Unit.get(Unit.code == code)


def told(person) -> list[str]:
    return [n.kind for n in Notice.select().where(Notice.person == person).order_by(Notice.id)]


def test_a_hold_gets_another_unit_where_there_is_one(open_at, shelf, neighbours):
    _hut, item, (one, two) = shelf(2)
    ada, bea = neighbours(2)
    with open_at(3):
        first = asking.ask(item, ada.id, who(ada))  # lies ready
        later = asking.ask(item, bea.id, who(bea), start=at(20), end=at(22))
        broken = Unit.get_by_id(Loan.get_by_id(first).unit_id)
        other, = {unit(one).id, unit(two).id} - {broken.id}
        assert isinstance(tickets.report(broken.id, "轮子松了", DESK), int)
        assert Loan.get_by_id(first).state == "ready" and Loan.get_by_id(first).unit_id == other
        assert Unit.get_by_id(other).state == "set" and Unit.get_by_id(broken.id).state == "repair"
        assert Loan.get_by_id(later).unit_id == other and told(bea) == []


def test_where_there_is_none_the_wish_is_kept_and_its_borrower_told(open_at, shelf, neighbours):
    _hut, item, (one,) = shelf(1)
    ada, bea, cyd = neighbours(3)
    with open_at(3):
        handing.lend([one], ada.id, DESK)
        dated = asking.ask(item, bea.id, who(bea), start=at(20), end=at(22))
        queued = asking.ask(item, cyd.id, who(cyd))
    with open_at(5):
        returning.give_back(one, None, DESK, broken=True)
        ticket = tickets.report(unit(one).id, "刹车坏了", DESK, Loan.get().id)
        assert tickets.report(unit(one).id, "还少一颗螺丝", DESK) == ticket  # told twice, one ticket
        assert Loan.get_by_id(dated).state == "asked" and Loan.get_by_id(dated).unit_id is None
        assert told(bea) == ["huts.late"] and not Range.select().where(Range.loan_id == dated).exists()
        assert queue.place(Loan.get_by_id(queued)) == 1 and Item.get().waiting == 1
        assert asking.ask(item, bea.id, who(bea), start=at(10), end=at(11)).reason == asking.TAKEN
    with open_at(6):
        assert [tickets.go_on(ticket, move, DESK) for move in ("parts", "repair")] == ["parts", "repairing"]
        assert tickets.go_on(ticket, "mend", DESK, "换了刹车线") == "back" == tickets.go_on(ticket, "mend", DESK)
        assert Loan.get_by_id(dated).state == "approved"  # before the queue, which asked later
        assert told(bea) == ["huts.late", "huts.changed"]
        assert Loan.get_by_id(queued).state == "asked" and unit(one).state == "in"  # two weeks would meet the hold
        assert isinstance(tickets.go_on(ticket, "parts", DESK), Refusal)
        assert [(m.old, m.new) for m in TicketMove.select().order_by(TicketMove.id)] == [
            ("", "assess"), ("assess", "assess"), ("assess", "parts"), ("parts", "repairing"), ("repairing", "back")]


def test_what_lay_ready_without_days_goes_back_to_its_place_in_the_queue(open_at, shelf, neighbours):
    _hut, item, (one,) = shelf(1)
    ada, bea = neighbours(2)
    with open_at(3):
        first, second = asking.ask(item, ada.id, who(ada)), asking.ask(item, bea.id, who(bea))
        ticket = tickets.report(unit(one).id, "破了", DESK)
        assert [queue.place(Loan.get_by_id(n)) for n in (first, second)] == [1, 2] and Item.get().waiting == 2
        assert told(ada)[-1] == "huts.late"
        assert tickets.go_on(ticket, "mend", DESK) == "back"
        assert Loan.get_by_id(first).state == "ready"


def test_once_its_end_is_known_it_can_be_held_from_then_on(open_at, shelf, neighbours):
    _hut, item, (one,) = shelf(1)
    ada, = neighbours(1)
    with open_at(3):
        ticket = tickets.report(unit(one).id, "破了", DESK)
        assert isinstance(tickets.expect(ticket, at(2), DESK), Refusal)
        assert tickets.expect(ticket, at(10), DESK) == at(10)
        assert asking.ask(item, ada.id, who(ada), start=at(8), end=at(11)).reason == asking.TAKEN
        loan = asking.ask(item, ada.id, who(ada), start=at(10), end=at(12))
        assert Loan.get_by_id(loan).state == "approved"
        assert tickets.expect(ticket, at(9), DESK) == at(9) and Loan.get_by_id(loan).state == "approved"
        assert tickets.expect(ticket, at(11), DESK) == at(11)
        assert Loan.get_by_id(loan).state == "asked" and told(ada) == ["huts.late"]
        assert tickets.expect(ticket, None, DESK) is None and Loan.get_by_id(loan).state == "asked"
        assert tickets.expect(ticket, at(10), DESK) == at(10) and Loan.get_by_id(loan).state == "approved"
    with open_at(4):
        assert tickets.go_on(ticket, "mend", DESK) == "back"
        assert not Range.select().where((Range.kind == "repair") & (Range.ends_at > at(4, 12))).exists()


def test_what_is_beyond_repair_is_retired(open_at, shelf, neighbours):
    _hut, item, (one, two) = shelf(2)
    with open_at(3):
        ticket = tickets.report(unit(one).id, "散架了", DESK)
        assert tickets.go_on(ticket, "retire", DESK) == "retired"
        assert unit(one).state == "retired" and unit(one).hut_id is None and Item.get().units == 1
        assert isinstance(tickets.report(unit(one).id, "x", DESK), Refusal)
        assert isinstance(tickets.report(unit(two).id, " ", DESK), Refusal)


def test_a_ticket_of_what_was_retired_meanwhile_is_closed(open_at, shelf):
    _hut, _item, (one,) = shelf(1)
    with open_at(3):
        ticket = tickets.report(unit(one).id, "散架了", DESK)
        assert keeping.retire(unit(one).id, DESK)
        assert tickets.go_on(ticket, "mend", DESK) == "retired" and unit(one).state == "retired"
        assert tickets.waiting() == 0


def test_somebody_has_it(open_at, shelf, neighbours):
    _hut, _item, (one,) = shelf(1)
    ada, = neighbours(1)
    with open_at(3):
        handing.lend([one], ada.id, DESK)
        assert tickets.report(unit(one).id, "x", DESK).reason == tickets.WITH_SOMEBODY
        assert Ticket.select().count() == 0


def test_mended_elsewhere_it_goes_home(open_at, shelf, neighbours):
    _hut, item, (one,) = shelf(1)
    ada, = neighbours(1)
    with open_at(3):
        other = planted(1, first=5)[0]
        handing.lend([one], ada.id, DESK)
        returning.give_back(one, other, DESK, broken=True)
        ticket = tickets.report(unit(one).id, "x", DESK)
        tickets.go_on(ticket, "mend", DESK)
        assert unit(one).state == "transit"
        returning.arrived(one, DESK)
        assert unit(one).state == "in" and unit(one).hut_id == unit(one).home_id


@pytest.mark.parametrize("ends", ["repair", "retire"])
def test_what_breaks_or_is_retired_on_its_way_home_ends_its_loan(open_at, shelf, neighbours, ends):
    _hut, _item, (one, _two) = shelf(2)
    ada, = neighbours(1)
    with open_at(3):
        other, _thing, _codes = planted(1, first=1)
        handing.lend([one], ada.id, DESK)
        returning.give_back(one, other, DESK)
        assert Loan.get().state == "back" and unit(one).state == "transit"
        if ends == "repair":
            tickets.report(unit(one).id, "轮子松了", DESK)
        else:
            assert keeping.retire(unit(one).id, DESK)
        assert Loan.get().state == "closed"


def test_a_thing_that_moves_while_it_is_set_aside_goes_to_its_new_home(open_at, shelf, neighbours):
    hut, item, (one,) = shelf(1)
    ada, = neighbours(1)
    with open_at(3):
        other, _thing, _codes = planted(1, first=1)
        loan = asking.ask(item, ada.id, who(ada))
        Item.update(hut_id=other).where(Item.id == item).execute()
        keeping.rehome(item, other)
        changing.cancel(loan, who(ada))
        assert (unit(one).state, unit(one).hut_id, unit(one).home_id) == ("transit", hut, other)


@pytest.fixture
def desk(town, noon):
    return town.visitor(town.person("李敏", home="north", role="staff"))


def test_the_pages_of_tickets(desk, shelf, neighbours, town, open_at):
    hut, _item, (one, two) = shelf(2)
    ada, = neighbours(1)
    page, base = f"/north/huts/counter/{hut}", "/north/huts/counter"
    with open_at(3):
        handing.lend([one], ada.id, DESK)
    assert desk.submit(f"{page}?q={one}", f"{page}/back", condition="damaged", text="").status_code == 422
    assert desk.submit(f"{page}?q={one}", f"{page}/back", condition="damaged", text="轮子松了").status_code == 303
    assert "折叠轮椅" in desk.get(f"{base}/tickets").text
    with open_at(3):
        ticket = Ticket.get().id
        assert Ticket.get().loan_id == Loan.get().id and Loan.get().state == "closed"
    own = f"{base}/tickets/{ticket}"
    assert "轮子松了" in desk.get(own).text
    assert desk.submit(own, f"{own}/end", ends="2026-03-01").status_code == 422
    assert desk.submit(own, f"{own}/end", ends="2026-03-09").status_code == 303
    form = desk.form(own)
    form.action = own
    assert desk.send(form, move="nothing").status_code == 422
    assert desk.send(form, move="mend", why="好了").status_code == 303
    assert "好了" in desk.get(own).text
    damage = f"{base}/units/{two}/damage"
    assert desk.submit(damage, text=" ").status_code == 422
    assert desk.submit(damage, text="脏了").status_code == 303
    south = town.visitor(town.person("南边的", home="south", role="staff"))
    assert south.get(f"/south/huts/counter/tickets/{ticket}").status_code == 404
    assert "折叠轮椅" not in south.get("/south/huts/counter/tickets").text
