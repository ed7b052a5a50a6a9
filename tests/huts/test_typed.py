"""A day's sheet of paper, typed in later under the same rules, line by line."""

import pytest
from portal.plugins.huts.lending import asking, handing
from portal.plugins.huts.models import Loan, Unit

from portal.base import clock
from tests.huts.conftest import DESK, at, label, who


@pytest.fixture
def desk(town, noon):
    return town.visitor(town.person("李敏", home="north", role="staff"))


def lines(*rows: tuple[str, str, str, str]) -> dict[str, str]:
    return {f"{name}{n}": value for n, row in enumerate(rows) for name, value in zip("twld", row, strict=True)}


def test_right_lines_are_stored_at_their_time_and_the_others_listed(desk, shelf, neighbours, open_at):
    hut, item, (one, two, three) = shelf(3)
    ada, bea = neighbours(2)
    page = f"/north/huts/counter/{hut}/typed"
    with open_at(3, 10.5):
        held = asking.ask(item, bea.id, who(bea))  # since half past ten
    with open_at(3):
        kept = Unit.get_by_id(Loan.get_by_id(held).unit_id).code
    free = [u for u in (one, two, three) if u != kept]
    answer = desk.submit(page, **lines(
        ("10:40", "", free[0], "back"),  # typed in before the line that lends it: the times decide
        ("9:30", "0000", free[0], "out"), ("9:45", "邻居0", kept, "out"), ("25:00", "0000", free[1], "out"),
        ("9:50", "邻居", free[1], "out"), ("9:55", "没有人", free[1], "out"), ("10:00", "0000", label(77), "out"),
        ("13:00", "0000", free[1], "out"), ("11：10", "0001", free[1], "out")))
    assert answer.status_code == 200 and answer.text.count('aria-invalid="true"') == 6
    with open_at(3):
        rows = {(loan.person_id, loan.state, loan.out_at, loan.back_at) for loan in Loan.select().where(
            Loan.out_at.is_null(False))}
        assert (ada.id, "closed", at(3, 9.5), at(3) + 10 * 3600 + 40 * 60) in rows and len(rows) == 2
        assert (bea.id, "out", at(3) + 11 * 3600 + 600, None) in rows


def test_a_second_tap_stores_nothing_twice(desk, shelf, neighbours, open_at):
    hut, _item, (one, two) = shelf(2)
    neighbours(1)
    form = desk.form(f"/north/huts/counter/{hut}/typed")
    form.action = form.action or f"/north/huts/counter/{hut}/typed"
    typed = lines(("9:30", "0000", one, "out"), ("9:31", "0000", two, "out"))
    assert [desk.send(form, **typed).status_code for _tap in range(2)] == [200, 200]
    assert desk.send(form, **typed, _key="").status_code == 200
    with open_at(3):
        assert Loan.select().count() == 2


def test_times_that_cannot_be(desk, shelf, neighbours, open_at):
    hut, _item, (one, two) = shelf(2)
    ada, _bea = neighbours(2)
    page = f"/north/huts/counter/{hut}/typed"
    with open_at(3, 11):
        handing.lend([one], ada.id, DESK)
    assert desk.submit(page, **lines(("9:00", "", one, "back"))).status_code == 422  # lent only at eleven
    assert desk.submit(page, **lines(("13:00", "0001", two, "out"))).status_code == 422  # it is noon
    assert desk.submit(page, day="2026-03-04", **lines(("9:00", "", one, "back"))).status_code == 422
    assert desk.submit(page, day="never", **lines(("9:00", "", one, "back"))).status_code == 422
    with open_at(3):
        assert Loan.get().state == "out"
    assert desk.submit(page, **lines(("11:30", "", one, "back"))).status_code == 200
    # It was lent from eleven to half past: nobody had it at a quarter past, and nothing is half done.
    assert desk.submit(page, **lines(("11:15", "0001", one, "out"))).status_code == 422
    assert desk.submit(page, day="2026-03-01", **lines(("9:00", "0001", two, "out"))).status_code == 200
    with open_at(3):
        assert Loan.select().count() == 2 and clock.now() == at(3, 12)
