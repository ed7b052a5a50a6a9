"""Holds, the queue, hand-over and return, as neighbours meet them."""

from portal.plugins.huts import misses
from portal.plugins.huts.lending import asking, handing, queries, queue, ranges, returning
from portal.plugins.huts.models import Borrower, Hut, Item, Loan, Move, Range, Unit
from portal.plugins.huts.refusals import Refusal

from portal.base import clock
from portal.people.models import FormAnswer, Notice
from tests.huts.conftest import DAY, DESK, at, who
from tests.huts.held import lend_hold


def state(loan_id: int) -> str:
    return Loan.get_by_id(loan_id).state


def test_a_thing_is_taken_at_once_picked_up_and_brought_back(open_at, shelf, neighbours):
    _hut, item, (label,) = shelf(1)
    ada, bea = neighbours(2)
    with open_at(3):
        loan = asking.ask(item, ada.id, who(ada))
        assert state(loan) == "ready" and Unit.get().state == "set"
        assert Loan.get().ready_until == at(6, 21)  # three open days after today
        second = asking.ask(item, bea.id, who(bea))
        assert state(second) == "asked" and queue.place(Loan.get_by_id(second)) == 1 and Item.get().waiting == 1
    with open_at(4):
        done, = handing.lend([label], ada.id, DESK)
        assert (done.loan_id, done.due_at, done.again) == (loan, at(18, 21), False)
        assert Unit.get().hut_id is None
        assert handing.lend([label], ada.id, DESK) == [done._replace(again=True)]
    with open_at(9):
        back = returning.give_back(label.lower(), None, DESK)
        assert (back.loan_id, back.ready, back.again) == (loan, second, False)
        assert returning.give_back(label, None, DESK).again
        assert state(loan) == "closed" and state(second) == "ready" and Item.get().waiting == 0
        assert [n.kind for n in Notice.select().where(Notice.person == bea)] == ["huts.ready"]
        assert [(m.old, m.new) for m in Move.select().where(Move.loan_id == loan).order_by(Move.id)] == [
            ("", "asked"), ("asked", "approved"), ("approved", "ready"), ("ready", "out"), ("out", "back"),
            ("back", "closed")]


def test_touching_ranges_are_both_allowed_and_overlapping_ones_are_not(open_at, shelf, neighbours):
    _hut, item, _labels = shelf(1)
    ada, bea = neighbours(2)
    with open_at(3):
        first = asking.ask(item, ada.id, who(ada), start=at(10), end=at(11))
        second = asking.ask(item, bea.id, who(bea), start=at(11), end=at(12))
        assert state(first) == state(second) == "approved"
        no = asking.ask(item, bea.id, who(bea), start=at(10), end=at(12))
        assert no.reason == asking.TAKEN and (no.nearest["from"], no.nearest["to"]) == (at(12), at(14))
        assert [(r.starts_at, r.ends_at) for r in Range.select().order_by(Range.starts_at)] == [
            (at(10), at(11)), (at(11), at(12))]
    with open_at(10, 10):
        assert (state(first), state(second)) == ("ready", "approved")
        lend_hold(first, DESK)
        assert Loan.get_by_id(first).due_at == at(11, 21)
    with open_at(11, 10):  # it is out until the evening: nothing of it is ready
        assert state(second) == "approved"
        assert Notice.select().where((Notice.person == bea) & (Notice.kind == "huts.late")).count() == 1
    with open_at(11, 15):
        returning.give_back(Unit.get().code, None, DESK)
        assert state(second) == "ready"


def test_the_unit_that_leaves_the_smallest_gap_is_held(open_at, shelf, neighbours):
    _hut, item, labels = shelf(2)
    ada, bea, cyd = neighbours(3)
    with open_at(3):
        asking.ask(item, ada.id, who(ada), start=at(10), end=at(12))
        loan = asking.ask(item, bea.id, who(bea), start=at(12), end=at(14))
        assert Loan.get_by_id(loan).unit_id == Loan.get().unit_id  # beside what is taken already
        long = asking.ask(item, cyd.id, who(cyd), start=at(5), end=at(19))
        assert Loan.get_by_id(long).unit_id != Loan.get().unit_id


def test_a_deadline_falls_on_the_next_open_day(open_at, shelf, neighbours):
    _hut, item, (label,) = shelf(1)
    ada, = neighbours(1)
    with open_at(3):
        loan = asking.ask(item, ada.id, who(ada), start=at(3), end=at(9))  # a Monday
        lend_hold(loan, DESK)
        assert Loan.get().due_at == at(10, 21)


def test_dates_that_cannot_be(open_at, shelf, neighbours):
    _hut, item, _labels = shelf(1)
    ada, = neighbours(1)
    wrong = [(at(11), at(10), asking.BACKWARDS), (at(11), at(11), asking.BACKWARDS), (at(1), at(4), asking.PAST),
             (at(10), at(25), asking.TOO_LONG), (at(3) + 61 * DAY, at(3) + 62 * DAY, asking.TOO_FAR),
             (at(4, 20), at(4, 22), asking.CROSSES), (at(4, 20), at(5, 10), asking.CROSSES),
             (at(9, 10), at(9, 12), asking.CROSSES)]
    with open_at(3):
        for start, end, reason in wrong:
            assert asking.ask(item, ada.id, who(ada), start=start, end=end).reason == reason
        assert Loan.select().count() == 0
        assert isinstance(asking.ask(item, ada.id, who(ada), start=at(10), end=at(24)), int)


def test_by_the_hour(open_at, shelf, neighbours):
    _hut, item, (label,) = shelf(1)
    ada, bea = neighbours(2)
    with open_at(3, 12):
        loan = asking.ask(item, ada.id, who(ada), start=at(3, 14), end=at(3, 16))
        other = asking.ask(item, bea.id, who(bea), start=at(3, 16), end=at(3, 18))
        assert state(loan) == state(other) == "approved"
    with open_at(3, 14):
        assert Loan.get_by_id(loan).ready_until == at(3, 16)
        handing.lend([label], ada.id, DESK)
        assert Loan.get_by_id(loan).due_at == at(3, 16)


def test_a_unit_that_is_out_and_overdue_blocks_what_begins_now_not_what_begins_later(open_at, shelf, neighbours):
    _hut, item, (label,) = shelf(1)
    ada, bea = neighbours(2)
    with open_at(3):
        handing.lend([label], ada.id, DESK)
    with open_at(20):
        assert queries.mine(ada.id)[0].overdue
        assert asking.ask(item, bea.id, who(bea), start=at(20), end=at(22)).reason == asking.TAKEN
        assert [day.free for day in ranges.days(item, clock.local_date(at(20), "Asia/Shanghai"), 2,
                                                asking.Shelf(Item.get()).opening(Hut.get().id))] == [0, 1]
        loan = asking.ask(item, bea.id, who(bea), start=at(21), end=at(23))
        assert state(loan) == "approved"
    with open_at(21, 10):
        assert state(loan) == "approved"
        returning.give_back(label, None, DESK)
        assert state(loan) == "ready"


def test_a_hold_whose_unit_is_not_back_gets_another_one(open_at, shelf, neighbours):
    _hut, item, (one, two) = shelf(2)
    ada, bea = neighbours(2)
    with open_at(3):
        handing.lend([one], ada.id, DESK, until=at(5))
        Range.insert(unit_id=Unit.get(Unit.code == two).id, item_id=item, kind="repair", starts_at=at(3),
                     ends_at=at(6)).execute()
        loan = asking.ask(item, bea.id, who(bea), start=at(5), end=at(8))
        assert Loan.get_by_id(loan).unit_id == Unit.get(Unit.code == one).id
    with open_at(5, 10):
        assert state(loan) == "approved"
    with open_at(6, 10):  # the repair is over: nobody does anything, and yet it is set aside
        assert state(loan) == "ready" and Loan.get_by_id(loan).unit_id == Unit.get(Unit.code == two).id


def test_not_picked_up_goes_to_the_next_one_only(open_at, shelf, neighbours):
    _hut, item, _labels = shelf(1)
    ada, bea, cyd = people = neighbours(3)
    with open_at(3):
        loans = [asking.ask(item, person.id, who(person)) for person in people]
        assert [queue.place(Loan.get_by_id(i)) for i in loans] == [None, 1, 2]
    with open_at(6, 20):
        assert list(map(state, loans)) == ["ready", "asked", "asked"]
    with open_at(6, 21):
        assert list(map(state, loans)) == ["noshow", "ready", "asked"]
        assert Notice.select().where(Notice.kind == "huts.ready").count() == 2
        assert queue.estimate(Item.get_by_id(item), 1) == 7


def test_who_is_refused_leaves_nothing_behind(town, shelf, neighbours, noon, monkeypatch):
    """Neither a row of the borrower nor the form's answer, and nothing goes to the disk."""
    _hut, item, _labels = shelf(units=1)
    page = f"/north/huts/items/{item}"
    days = {"when": "days", "from": "2026-03-05", "to": "2026-03-08"}
    ada, bo = map(town.visitor, neighbours(2))
    assert ada.submit(page, f"{page}/hold", **days).status_code == 303

    def left() -> tuple:
        with town.app.app_context(), town.unit("north"):
            return Borrower.select().count(), FormAnswer.select().count(), Loan.select().count()
    before, stored = left(), []
    form = bo.form(page, f"{page}/hold")
    monkeypatch.setattr(type(town.db), "commit", lambda self: stored.append(1))
    monkeypatch.setattr(misses, "_write", lambda waiting: None)
    assert bo.send(form, **days).status_code == 422
    monkeypatch.undo()
    assert left() == before and not stored


def test_a_second_tap_is_the_same_loan_and_one_waits_once(open_at, shelf, neighbours):
    _hut, item, _labels = shelf(1)
    ada, bea = neighbours(2)
    with open_at(3):
        first = asking.ask(item, ada.id, who(ada), key="form 1")
        assert asking.ask(item, ada.id, who(ada), key="form 1") == first and Loan.select().count() == 1
        assert asking.ask(item, ada.id, who(ada), key="form 2") == Refusal(asking.WAITING, {}, {"loan": first})
        assert asking.ask(item, bea.id, who(bea), key="form 1") != first


def test_who_comes_a_day_early_gets_what_they_hold(open_at, shelf, neighbours):
    _hut, item, (label,) = shelf(1)
    ada, = neighbours(1)
    with open_at(3):
        loan = asking.ask(item, ada.id, who(ada), start=at(5), end=at(7))
    with open_at(4):
        done, = handing.lend([label], ada.id, DESK)
        assert (done.loan_id, done.due_at) == (loan, at(7, 21)) and Loan.select().count() == 1
    with open_at(5):
        assert state(loan) == "out"
