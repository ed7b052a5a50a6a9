"""What `portal huts check` finds, row by row broken; and lending from a terminal."""

import json

import pytest
from portal.plugins.huts.lending import asking, checks, handing
from portal.plugins.huts.models import Code, Hut, Item, Loan, Move, Range, Unit
from portal.plugins.huts.neighbours import LIVES_HERE

from portal.base import clock
from tests.huts.conftest import DAY, DESK, at, planted, who


class Undone(Exception):
    """Ends a unit without storing it."""


@pytest.fixture
def story(town, shelf, neighbours, noon):
    """One loan out, one set aside, one held for later, one that waits; (item, labels)."""
    _hut, item, labels = shelf(3)
    ada, bea, cyd, dan = neighbours(4)
    with town.app.app_context(), town.unit("north"):
        handing.lend(labels[:1], ada.id, DESK, until=at(5))
        asking.ask(item, bea.id, who(bea))
        asking.ask(item, cyd.id, who(cyd), start=at(4), end=at(8))
        asking.ask(item, dan.id, who(dan))
        assert checks.first_broken() is None
    return item, labels


def of(state: str):
    """The loan in this state."""
    return Loan.get(Loan.state == state)


def in_two_places() -> None:
    Loan.update(unit_id=of("out").unit_id).where(Loan.state == "ready").execute()


def overlap() -> None:
    kept = Range.get(Range.loan_id == of("out").id)
    with pytest.raises(Exception, match="overlap|huts_range_alone"):
        Range.update(ends_at=kept.ends_at + 99 * DAY, unit_id=of("approved").unit_id).where(
            Range.id == kept.id).execute()
    raise Undone


def put(**fields) -> None:
    """A range of the unit that is held for later, long after it."""
    held = Range.get(Range.loan_id == of("approved").id)
    Range.create(**{"unit_id": held.unit_id, "item_id": held.item_id, "kind": "loan", "starts_at": at(300),
                    "ends_at": at(301)} | fields)


def change(state: str, **fields) -> None:
    Loan.update(**fields).where(Loan.state == state).execute()


def other_item() -> int:
    with clock.frozen(at(3, 12)):
        return planted(1, of("out").hut_id, first=7)[1]


BROKEN = [
    (lambda: put(), "is of no loan or of another item"),
    (lambda: put(kind="repair", loan_id=of("out").id), "and has 2 ranges"),
    (lambda: put(kind="repair", item_id=other_item()), "is of no loan or of another item"),
    (lambda: Range.update(ends_at=at(7)).where(Range.loan_id == of("approved").id).execute(), "asked for other times"),
    (lambda: change("approved", item_id=other_item()), "its unit"),
    (lambda: change("asked", unit_id=of("out").unit_id), "is asked and has a unit"),
    (lambda: change("asked", starts_at=at(4), ends_at=at(5)), "days and a place in the queue"),
    (lambda: change("asked", number=0), "is not in order"),
    (lambda: change("ready", ready_until=None), "no end of the time to pick it up"),
    (lambda: change("out", due_at=None), "no due time"),
    (lambda: Unit.update(hut_id=None).where(Unit.id == of("approved").unit_id).execute(), "is in and lies in None"),
    (lambda: Unit.update(state="away").where(Unit.id == of("approved").unit_id).execute(), "which is no state"),
    (lambda: (Unit.update(state="lost").where(Unit.id == of("approved").unit_id).execute(),
              Item.update(units=2).execute()), "is approved, its unit"),
    (lambda: Code.delete().where(Code.code == Unit.get_by_id(of("approved").unit_id).code).execute(), "is not known"),
    (in_two_places, "is with two"),
    (lambda: Unit.update(state="in").where(Unit.id == of("out").unit_id).execute(), "is in, its loan"),
    (lambda: Unit.update(state="set").where(Unit.id == of("approved").unit_id).execute(), "is set for nobody"),
    (lambda: Unit.update(hut_id=of("out").hut_id).where(Unit.id == of("out").unit_id).execute(), "and lies in"),
    (lambda: Loan.update(unit_id=None).where(Loan.state == "out").execute(), "has no unit"),
    (lambda: Range.delete().where(Range.loan_id == of("ready").id).execute(), "and has 0 ranges"),
    (lambda: Move.update(old="asked").where(Move.new == "out").execute(), "went from ready by asked to out"),
    (lambda: Move.delete().where(Move.new == "out").execute(), "its last move says ready"),
    (lambda: Move.delete().where(Move.loan_id == of("asked").id).execute(), "has no move"),
    (lambda: Item.update(units=2).execute(), "counts 2 units and has 3"),
    (lambda: Item.update(waiting=0).execute(), "counts 0 who wait and has 1"),
    (lambda: Item.update(queue=0).execute(), "is not in order"),
    (lambda: Range.delete().where(Range.loan_id == of("approved").id).execute(), "and has 0 ranges"),
    (lambda: (Range.delete().where(Range.loan_id == of("approved").id).execute(),
              Loan.update(state="cancelled").where(Loan.state == "approved").execute(),
              Move.create(loan_id=of("cancelled").id, old="approved", new="cancelled")), "lies free while loan"),
    (overlap, ""),
]


def test_each_thing_that_does_not_agree_is_found(town, story):
    for breaks, sentence in BROKEN:
        try:
            with town.app.app_context(), town.unit("north"):
                breaks()
                assert sentence in (checks.first_broken() or "nothing"), sentence
                raise Undone
        except Undone:
            continue
    with town.app.app_context(), town.unit("north"):
        assert checks.first_broken() is None


def said(done) -> dict:
    """The JSON that a command wrote."""
    return json.loads(done.stdout)


def test_holding_from_a_terminal(town, shelf, neighbours, huts, noon):
    _hut, item, (label,) = shelf(1)
    ada, bea = neighbours(2)
    held = huts("hold", item, "--from", "2026-03-10", "--to", "2026-03-11", "--as", ada.phone, "--json")
    assert held.exit_code == 0, held.output
    assert {k: said(held)[k] for k in ("state", "unit", "person", "from", "to")} == {
        "state": "approved", "unit": label, "person": ada.id, "from": "2026-03-10T00:00:00+08:00",
        "to": "2026-03-11T00:00:00+08:00"}
    touching = huts("hold", label.lower(), "--from", "2026-03-11", "--to", "2026-03-12", "--as", bea.id, "--json",
                    "--community", "north")
    assert said(touching)["state"] == "approved"
    no = huts("hold", item, "--from", "2026-03-10", "--to", "2026-03-12", "--as", bea.id, "--json")
    assert no.exit_code == 1 and said(no) == {
        "refused": asking.TAKEN, "nearest": {"from": "2026-03-12T00:00:00+08:00", "to": "2026-03-14T00:00:00+08:00",
                                             "place": 1, "days": 7}}
    free = huts("availability", item, "--from", "2026-03-09", "--to", "2026-03-13", "--json")
    assert [(day["day"][-2:], day["free"], day["open"]) for day in said(free)["days"]] == [
        ("09", 1, False), ("10", 0, True), ("11", 0, True), ("12", 1, True)]
    assert [(row["unit"], row["kind"], row["from"][8:10]) for row in said(free)["ranges"]] == [
        (label, "loan", "10"), (label, "loan", "11")]
    wrong = huts("hold", item, "--from", "2026-03-12", "--to", "2026-03-11", "--as", bea.id)
    assert wrong.exit_code == 1 and wrong.stderr == f"Error: {asking.BACKWARDS}\n"
    for words in (("--as", "nobody@example.org"), ("--as", ada.id, "--community", "nowhere"),
                  ("--as", ada.id, "--community", "south")):
        no = huts("hold", item, "--from", "2026-03-20", "--to", "2026-03-21", *words, "--json")
        assert no.exit_code == 1 and said(no)["refused"].endswith("."), words
    no = huts("hold", item, "--from", "tomorrow", "--to", "2026-03-21", "--as", ada.id, "--json")
    assert said(no)["refused"] == "tomorrow is no day like 2026-11-24."
    for words in (("--from", "0001-01-01", "--to", "2026-03-21"), ("--from", "2026-03-21", "--to", "9999-12-31")):
        for command in (("availability", item), ("hold", item, "--as", ada.id)):
            no = huts(*command, *words, "--json")
            assert no.exit_code == 1 and "is no day like" in said(no)["refused"]
    with clock.frozen(at(3, 12)):
        assert huts("check", "north").output == "2 loans of 1 units: all of them agree.\n"


def test_lending_and_returning_from_a_terminal(town, shelf, neighbours, huts, noon):
    _hut, _item, labels = shelf(2)
    ada, = neighbours(1)
    lent = huts("lend", *labels, "--as", ada.id, "--until", "2026-03-08", "--json")
    assert [row["due"] for row in said(lent)["loans"]] == ["2026-03-08T21:00:00+08:00"] * 2
    with town.app.app_context(), town.unit("north"):
        planted(1, first=1)
    with town.app.app_context(), town.unit("south"):
        Hut.create(code="S1", name="东巷小屋", state="open")
    back = huts("return", labels[0], "--hut", "h1", "--json")
    assert (said(back)["state"], said(back)["home"], said(back)["community"]) == ("transit", False, "north")
    back = huts("return", labels[1], "--hut", "S1", "--community", "south", "--json")
    assert (said(back)["note"], said(back)["community"]) == ("东巷小屋 · 东巷社区", "north")
    assert said(huts("return", labels[1], "--json"))["again"]
    assert said(huts("return", labels[0], "--hut", "H1", "--community", "north", "--json"))["state"] == "transit"
    home = said(huts("return", labels[0], "--hut", "H0", "--json"))
    assert (home["state"], home["home"], home["again"]) == ("in", True, False)
    assert said(huts("return", labels[1], "--hut", "H0", "--json"))["state"] == "in"
    assert huts("check", "north").exit_code == 0
    no = huts("return", labels[1], "--hut", "X", "--community", "north")
    assert (no.exit_code, no.stderr) == (1, "Error: There is no such hut here.\n")
    assert huts("return", "234-2345", "--json").exit_code == 1
    with town.unit("north"):
        Unit.update(state="out").where(Unit.code == labels[0]).execute()
    broken = huts("check", "north")
    assert broken.exit_code == 1 and "is out for nobody" in broken.stderr
    assert huts("check", "nowhere").exit_code == 1


def test_a_thing_for_residents_of_its_community_only(town, shelf, neighbours, huts, noon):
    _hut, item, (label,) = shelf(1)
    bea, = neighbours(1, home="south")
    lend = "lend", label, "--as", bea.id, "--until", "2026-03-05", "--json"
    assert said(huts(*lend))["refused"] == "This is lent to other residents only."
    words = ("hold", item, "--from", "2026-03-10", "--to", "2026-03-11", "--as", bea.id, "--json")
    assert said(huts(*words))["refused"] == "This is lent to other residents only."
    with town.unit("north"):
        Item.update(audience="street").execute()
        Hut.update(audience="district").execute()
    new = town.person("新人", home="north", verified=False)
    assert said(huts(*words[:-2], new.id, "--json"))["refused"] == LIVES_HERE
    assert said(huts(*words))["state"] == "approved"
    assert said(huts(*lend))["loans"][0]["unit"] == label
