"""What the desk does: hand over, take back, decide; and what becomes of a loan that goes another way."""

import pytest
from portal.plugins.huts.lending import (
    asking,
    changing,
    checks,
    dues,
    handing,
    loans,
    queries,
    queue,
    ranges,
    returning,
    withdrawing,
)
from portal.plugins.huts.models import Borrower, Hut, Item, Loan, Move, Range, Rule, Unit
from portal.plugins.huts.refusals import Refusal

from portal.base import clock
from portal.people.models import Audit, Notice
from tests.huts.conftest import DAY, DESK, at, planted, who
from tests.huts.held import lend_hold

pytestmark = pytest.mark.backend("sqlite")  # the walk takes all of these steps on both databases


def state(loan_id: int) -> str:
    return Loan.get_by_id(loan_id).state


def test_a_person_has_so_many_and_staff_go_past_it_with_a_reason(open_at, shelf, neighbours, town):
    hut, item, labels = shelf(4)
    ada, = neighbours(1)
    with open_at(3):
        Rule.create(terms='{"most": 2}')
        handing.lend(labels[:1], ada.id, DESK)
        asking.ask(item, ada.id, who(ada), start=at(20), end=at(21))
        no = asking.ask(item, ada.id, who(ada), start=at(22), end=at(23))
        assert (no.reason, dict(no.values)) == (asking.limits.ENOUGH, {"n": 2, "most": 2})
        assert handing.lend(labels[1:2], ada.id, DESK).reason == asking.limits.ENOUGH
        done, = handing.lend(labels[1:2], ada.id, DESK, reason="搬家要用")
        assert Loan.get_by_id(done.loan_id).reason == "搬家要用"
        assert Audit.select().where((Audit.action == "huts.lend") & (Audit.detail == "搬家要用")).count() == 1
        assert "搬家要用" in [m.why for m in Move.select().where(Move.loan_id == done.loan_id)]


def test_several_units_are_handed_over_together_or_not_at_all(open_at, shelf, neighbours):
    _hut, item, labels = shelf(3)
    ada, bea = neighbours(2)
    with open_at(3):
        handing.lend(labels[2:], bea.id, DESK)
        assert handing.lend(labels, ada.id, DESK).reason == handing.AWAY
        assert Loan.select().where(Loan.person_id == ada.id).count() == 0
        assert len(handing.lend([labels[0], labels[1], labels[0]], ada.id, DESK)) == 2


def test_any_free_unit_is_handed_over_for_a_hold(open_at, shelf, neighbours):
    _hut, item, labels = shelf(2)
    ada, bea = neighbours(2)
    with open_at(3):
        loan = asking.ask(item, ada.id, who(ada))
        mine = Unit.get_by_id(Loan.get().unit_id).code
        other = next(code for code in labels if code != mine)
        no = handing.lend([mine], bea.id, DESK)
        assert no.reason == handing.SET_ASIDE and no.nearest == {"codes": [other]}
        assert lend_hold(loan, DESK, other)[0].loan_id == loan
        assert {u.code: u.state for u in Unit.select()} == {mine: "in", other: "out"}


def test_the_desk_does_not_lend_what_a_neighbour_holds_soon(open_at, shelf, neighbours):
    _hut, item, (label,) = shelf(1)
    ada, bea = neighbours(2)
    with open_at(3):
        asking.ask(item, ada.id, who(ada), start=at(6), end=at(8))
        no = handing.lend([label], bea.id, DESK, reason="很急")
        assert no.reason == handing.HELD and no.nearest["until"] == at(6)
        assert handing.lend([label], bea.id, DESK, until=at(6))[0].due_at == at(6, 21)


def test_brought_back_to_another_hut_it_is_on_its_way_home(open_at, shelf, neighbours):
    hut, item, (label,) = shelf(1)
    ada, bea = neighbours(2)
    with open_at(3):
        other, _item, _labels = planted(1, first=1, category="tools.drill", name="电钻")
        handing.lend([label], ada.id, DESK)
        loan = asking.ask(item, bea.id, who(bea))
    with open_at(4):
        back = returning.give_back(label, other, DESK)
        assert (back.home, back.ready, state(back.loan_id), state(loan)) == (False, None, "back", "asked")
        unit = Unit.get(Unit.code == label)
        assert (unit.state, unit.hut_id) == ("transit", other)
        assert handing.lend([label], bea.id, DESK).reason == handing.AWAY
    with open_at(5):
        assert returning.arrived(label, DESK).ready == loan
        assert (state(back.loan_id), Unit.get(Unit.code == label).hut_id) == ("closed", hut)
        assert returning.arrived(label, DESK).again


def test_brought_back_to_another_community(open_at, shelf, neighbours, town):
    _hut, _item, (label,) = shelf(1)
    ada, = neighbours(1)
    with open_at(3):
        handing.lend([label], ada.id, DESK)
    with clock.frozen(at(4, 12)), town.app.app_context(), town.unit("south"):
        south = Hut.create(code="S1", name="东巷小屋", state="open").id
        back = returning.give_back(label, south, DESK)
        assert (back.site_id, back.home) == (town.north.id, False)
        assert handing.lend([label], ada.id, DESK).reason == handing.NO_UNIT
    with open_at(5):
        unit = Unit.get()
        assert (unit.state, unit.hut_id, unit.note) == ("transit", None, "东巷小屋 · 东巷社区")
        returning.arrived(label, DESK)
        assert (Unit.get().state, Unit.get().note) == ("in", "")


def test_extended_while_nobody_waits_and_the_next_range_allows(open_at, shelf, neighbours):
    _hut, item, (label,) = shelf(1)
    ada, bea, cyd = neighbours(3)
    with open_at(3):
        Rule.create(terms='{"extends": 2, "extend_days": 7}')
        loan = handing.lend([label], ada.id, DESK, until=at(10))[0].loan_id
        assert changing.extend(loan, who(ada)) == at(17, 21)
        hold = asking.ask(item, bea.id, who(bea), start=at(20), end=at(22))
        assert changing.extend(loan, who(ada)) == Refusal(changing.HELD_NEXT, {}, {"due": at(17, 21)})
        changing.cancel(hold, who(bea))
        waiting = asking.ask(item, cyd.id, who(cyd))
        assert changing.extend(loan, who(ada)).reason == changing.OTHERS_WAIT
        changing.cancel(waiting, who(cyd))
        assert changing.extend(loan, who(ada)) == at(24, 21)
        assert changing.extend(loan, who(ada)).reason == changing.OFTEN
    with open_at(25):
        Rule.create(terms='{"extends": 9}')
        assert changing.extend(loan, who(ada)).reason == changing.LATE


def test_reminders_no_new_loans_and_a_pause_that_ends_by_itself(open_at, shelf, neighbours):
    _hut, item, labels = shelf(2)
    ada, = neighbours(1)
    with open_at(3):
        loan = handing.lend(labels[:1], ada.id, DESK, until=at(10))[0].loan_id
    for day in (8, 9, 10, 11, 12, 13, 15, 17, 20):
        with open_at(day, 10):
            pass
    with open_at(24, 22):
        assert [n.event.split()[0] for n in Notice.select().order_by(Notice.id)] == ["-1", "0", "3", "7"]
        no = asking.ask(item, ada.id, who(ada))
        assert (no.reason, no.nearest) == (asking.limits.BRING_BACK, {"loans": [loan]})
        back = returning.give_back(labels[0], None, DESK)
        assert back.paused_until == at(24, 22) + 14 * DAY
        no = asking.ask(item, ada.id, who(ada))
        assert (no.reason, no.nearest) == (asking.limits.PAUSED, {"from": back.paused_until})
    with open_at(38, 21):
        assert asking.ask(item, ada.id, who(ada)).reason == asking.limits.PAUSED
    with open_at(38, 22):
        assert isinstance(asking.ask(item, ada.id, who(ada)), int)


def test_two_weeks_late_is_not_yet_a_pause(open_at, shelf, neighbours):
    _hut, _item, (label,) = shelf(1)
    ada, = neighbours(1)
    with open_at(3):
        handing.lend([label], ada.id, DESK, until=at(10))
    with open_at(24, 21):
        assert returning.give_back(label, None, DESK).paused_until is None and Borrower.get().paused_until is None


def test_staff_say_yes_first(open_at, shelf, neighbours):
    _hut, item, _labels = shelf(1)
    ada, bea, cyd = neighbours(3)
    with open_at(3):
        Rule.create(category="other", terms='{"approval": true}')
        now, dated, rival = (asking.ask(item, ada.id, who(ada)),
                             asking.ask(item, bea.id, who(bea), start=at(26), end=at(28)),
                             asking.ask(item, cyd.id, who(cyd), start=at(27), end=at(28)))
        assert {state(now), state(dated), state(rival)} == {"asked"} and Item.get().waiting == 0
        assert asking.approve(dated, DESK) == asking.approve(dated, DESK) == "approved"
        assert asking.approve(rival, DESK).reason == asking.TAKEN
        assert changing.reject(rival, "", DESK).reason == changing.WHY
        assert changing.reject(rival, "那天有活动", DESK) == "rejected"
        assert asking.approve(now, DESK) == "ready"
        assert [n.kind for n in Notice.select().where(Notice.person == cyd)] == ["huts.changed"]
    with open_at(5):
        assert asking.ask(item, cyd.id, who(cyd), start=at(10), end=at(11)).reason == asking.TAKEN


def test_a_hold_that_nobody_could_have_lapses(open_at, shelf, neighbours):
    _hut, item, (label,) = shelf(1)
    ada, bea = neighbours(2)
    with open_at(3):
        handing.lend([label], ada.id, DESK, until=at(5))
        loan = asking.ask(item, bea.id, who(bea), start=at(6), end=at(8))
    with open_at(8, 0):
        assert state(loan) == "expired" and Range.select().where(Range.loan_id == loan).count() == 0


def test_lost_and_found_again(open_at, shelf, neighbours):
    _hut, item, labels = shelf(2)
    ada, bea = neighbours(2)
    with open_at(3):
        one, two = (handing.lend([label], ada.id, DESK)[0].loan_id for label in labels)
        assert changing.lose(one, "掉进河里", DESK) == changing.lose(one, "掉进河里", DESK) == "lost"
        assert changing.dispute(two, "说上周已还", DESK) == "disputed"
        assert Item.get().units == 0 and asking.ask(item, bea.id, who(bea)).reason == asking.NOT_LENT
        assert changing.settle(two, "找不到", DESK) == "closed"
    with open_at(5):
        assert returning.give_back(labels[0], None, DESK).loan_id == one and state(one) == "closed"
        assert returning.give_back(labels[1], None, DESK).loan_id is None
        assert Item.get().units == 2


def test_broken_it_goes_to_repair_and_is_set_aside_for_nobody(open_at, shelf, neighbours):
    _hut, item, (label,) = shelf(1)
    ada, bea = neighbours(2)
    with open_at(3):
        handing.lend([label], ada.id, DESK)
        loan = asking.ask(item, bea.id, who(bea))
        assert returning.give_back(label, None, DESK, broken=True).ready is None
        assert (Unit.get().state, state(loan)) == ("repair", "asked")
        assert ranges.stock(item).free(at(20), at(21)) == []


def test_a_rest_after_each_loan_is_a_range_of_its_own(open_at, shelf, neighbours):
    _hut, item, (label,) = shelf(1)
    ada, bea = neighbours(2)
    with open_at(3):
        Rule.create(category="other.thing", terms='{"buffer_hours": 24}')
        handing.lend([label], ada.id, DESK)
        loan = asking.ask(item, bea.id, who(bea))
        assert returning.give_back(label, None, DESK).ready is None
        assert handing.lend([label], ada.id, DESK).reason == handing.RESTS
    with open_at(4, 11):
        assert state(loan) == "asked"
    with open_at(4, 12):
        assert state(loan) == "ready"


def test_a_gift_is_kept(open_at, shelf, neighbours):
    _hut, _item, (label,) = shelf(1, gives=True)
    ada, = neighbours(1)
    with open_at(3):
        done, = handing.lend([label], ada.id, DESK)
        assert (state(done.loan_id), Unit.get().state, Item.get().units, done.due_at) == ("closed", "given", 0, None)


def test_the_same_kind_in_another_hut_is_named(open_at, shelf, neighbours):
    _hut, item, (label,) = shelf(1)
    ada, bea = neighbours(2)
    with open_at(3):
        Hut.update(lat=23.02, lon=113.11).execute()
        _h, near, _l = planted(1, first=1, name="轮椅")
        Hut.update(lat=23.03, lon=113.11, name="东边小屋").where(Hut.code == "H1").execute()
        handing.lend([label], ada.id, DESK)
        no = asking.ask(item, bea.id, who(bea), start=at(4), end=at(6))
        assert (no.nearest["item"], no.nearest["hut_name"]) == (near, "东边小屋")
        assert 1100 < no.nearest["metres"] < 1120 and no.nearest["place"] == 1


def test_a_thing_of_another_community_is_not_there(open_at, shelf, neighbours):
    _hut, item, (label,) = shelf(1, at="south")
    ada, = neighbours(1)
    with open_at(3):
        assert asking.ask(item, ada.id, who(ada)).reason == asking.NO_ITEM
        assert handing.lend([label], ada.id, DESK).reason == handing.NO_UNIT
        assert asking.approve(1, DESK).reason == asking.NO_ITEM


def test_who_is_erased_leaves_their_place_and_what_is_out_stays_out(open_at, shelf, neighbours, town):
    _hut, item, labels = shelf(2)
    ada, bea, cyd = neighbours(3)
    with open_at(3):
        out = handing.lend(labels[:1], ada.id, DESK)[0].loan_id
        ready = asking.ask(item, ada.id, who(ada), start=at(3), end=at(5))
        next_ = asking.ask(item, bea.id, who(bea))
        told = town.app.portal.plugins.ask("huts", "export", None, person_id=ada.id)
        assert [row["state"] for row in told["loans"]] == ["out", "ready"] and told["loans"][0]["steps"]
        town.app.portal.plugins.ask("huts", "erase", None, person_id=ada.id)
        assert [state(out), state(ready), state(next_)] == ["out", "cancelled", "ready"]
        assert Loan.select().where(Loan.person_id == ada.id).count() == 0
        assert [row.person for row in queries.of_item(item)] == [None, "邻居1"]
        assert returning.give_back(labels[0], None, DESK).loan_id == out


def test_two_that_become_one_person_wait_once(open_at, shelf, neighbours, town):
    _hut, item, (label,) = shelf(1)
    ada, bea, cyd = neighbours(3)
    with open_at(3):
        handing.lend([label], cyd.id, DESK)
        first, second = (asking.ask(item, p.id, who(p)) for p in (ada, bea))
        Borrower.update(paused_until=at(30)).where(Borrower.person_id == bea.id).execute()
        town.app.portal.plugins.ask("huts", "merge", None, person_id=bea.id, into_id=ada.id)
        assert [state(first), state(second)] == ["asked", "cancelled"]
        assert Borrower.get(Borrower.person_id == ada.id).paused_until == at(30)


def test_the_day_of_the_desk(open_at, shelf, neighbours):
    hut, item, labels = shelf(3)
    ada, bea = neighbours(2)
    with open_at(3):
        handing.lend(labels[:1], ada.id, DESK, until=at(5))
        handing.lend(labels[1:2], ada.id, DESK, until=at(6))
        loan = asking.ask(item, bea.id, who(bea))
    with open_at(6):
        day = queries.desk(hut, at(7))
        assert [[r.code for r in rows] for rows in (day.overdue, day.due)] == [labels[:1], labels[1:2]]
        assert [r.id for r in day.pickup] == [loan] and day.asked == day.coming == ()


def test_every_queue_is_looked_at_at_night(open_at, shelf, neighbours):
    _hut, item, (label,) = shelf(1)
    ada, bea = neighbours(2)
    with open_at(3):
        asking.ask(item, ada.id, who(ada), start=at(10), end=at(11))
        loan = asking.ask(item, bea.id, who(bea))
        assert state(loan) == "asked"
        Rule.create(terms='{"days": 1, "pickup_days": 1}')
        assert "lies free" in checks.first_broken()
        dues.tonight()
    with open_at(3):
        assert state(loan) == "ready"


def test_a_due_row_that_comes_too_soon_or_too_late_does_nothing(open_at, shelf, neighbours):
    _hut, item, labels = shelf(2)
    ada, bea = neighbours(2)
    with open_at(3):
        ready = asking.ask(item, ada.id, who(ada))
        dues.pickup_ends(ready, at(6, 21))
        assert state(ready) == "ready"
        loan = handing.lend(labels[1:], bea.id, DESK, until=at(10))[0].loan_id
        changing.extend(loan, who(bea))
    with open_at(9, 10):
        assert Notice.select().where(Notice.person == bea).count() == 0
        for act, when in ((dues.pickup_ends, at(6, 21)), (dues.expires, at(7)), (dues.starts, at(3))):
            act(loan, when)
            act(999, when)
        assert state(loan) == "out" and state(ready) == "noshow"


def test_no_step_and_no_turn_but_those_of_the_tables(open_at, shelf, neighbours):
    _hut, item, (label,) = shelf(1)
    ada, = neighbours(1)
    with open_at(3):
        loan = Loan.get_by_id(asking.ask(item, ada.id, who(ada)))
        with pytest.raises(loans.Barred, match="take_back while ready"):
            loans.step(loan, "take_back", DESK)
        with pytest.raises(loans.Barred, match="arrive while set"):
            loans.turn(Unit.get(), "arrive")


def test_a_unit_that_breaks_leaves_its_holds_to_others(open_at, shelf, neighbours):
    _hut, item, labels = shelf(2)
    ada, bea, cyd = neighbours(3)
    with open_at(3):
        out = handing.lend(labels[:1], ada.id, DESK, until=at(5))[0].loan_id
        soon = asking.ask(item, bea.id, who(bea), start=at(6), end=at(8))
        ready = asking.ask(item, cyd.id, who(cyd))
        mine = Loan.get_by_id(soon).unit_id
        assert mine == Loan.get_by_id(out).unit_id and state(ready) == "ready"
        assert withdrawing.withdraw(Loan.get_by_id(ready).unit_id, DESK) == [ready]
        loans.turn(Unit.get(Unit.code == labels[1]), "repair")
        assert (state(ready), queue.place(Loan.get_by_id(ready)), Item.get().waiting) == ("asked", 1, 1)
        assert [n.kind for n in Notice.select().where(Notice.person == cyd).order_by(Notice.id)] == [
            "huts.ready", "huts.late"]
    with open_at(4):
        loans.turn(Unit.get(Unit.code == labels[1]), "mend")
        assert dues.offering.deal(loans.item(item)) == [ready]
        changing.cancel(ready, DESK)
        returning.give_back(labels[0], None, DESK, broken=True)
        assert (state(soon), Loan.get_by_id(soon).unit_id != mine) == ("approved", True)


def test_ready_only_in_the_hut_where_it_is_picked_up(open_at, shelf, neighbours):
    hut, item, (label,) = shelf(1)
    ada, bea = neighbours(2)
    with open_at(3):
        other, _item, _labels = planted(1, first=1)
        Unit.update(hut_id=other).where(Unit.code == label).execute()
        waits = asking.ask(item, ada.id, who(ada))
        held = asking.ask(item, bea.id, who(bea), start=at(3), end=at(5))
        assert (state(waits), state(held)) == ("asked", "approved")
        Unit.update(hut_id=hut).where(Unit.code == label).execute()
        assert dues.offering.deal(loans.item(item)) == [held]
