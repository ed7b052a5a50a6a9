"""Ballots: one for each voter, changed until the close, refused after it; the roll that they hang on."""

import hashlib
import re

import pytest
from portal.plugins.halls.models import Ballot, Poll, Voter
from portal.plugins.halls.polls import casting, queries, roll
from portal.plugins.halls.polls.casting import Cast, Refusal

from portal.base import clock
from portal.people.models import Audit, Membership
from tests.halls.conftest import DAY, STAFF, drafted

TICK = {"ticks": [1]}


def who(person, channel="web", actor=None):
    return {"actor_id": actor or person.id, "person_id": person.id, "channel": channel}


def cast(town, poll_id, person, choice=TICK, road="web", at="north", **more):
    with town.app.app_context(), town.unit(at):
        return casting.cast(poll_id, person.id, choice, who(person, road), road, **more)


def ballots(town, poll_id):
    with town.unit("north"):
        return queries.ballots(poll_id)


def test_a_vote_gives_a_receipt_and_the_same_one_when_it_is_changed(town, poll):
    poll_id, (ada, *_rest) = poll()
    first = cast(town, poll_id, ada)
    assert isinstance(first, Cast) and not first.again
    assert re.fullmatch(f"[{casting.LETTERS}]{{8}}", first.receipt)
    assert cast(town, poll_id, ada, {"ticks": [0]}) == Cast(first.receipt, True)
    assert ballots(town, poll_id) == [(1, "居民000", '{"ticks":[0]}', "web")]


def test_letters_that_look_alike_are_in_no_receipt():
    assert not set(casting.LETTERS) & set("0O1ILU") and len(casting.LETTERS) == len(set(casting.LETTERS)) == 30
    assert len({casting.new_receipt() for _ in range(500)}) == 500


def test_who_is_not_on_the_roll_and_other_sites(town, poll):
    poll_id, (ada, *_rest) = poll()
    late = town.person("新来的", home="north")
    assert cast(town, poll_id, late) == Refusal(casting.NOT_ON_THE_ROLL)
    assert cast(town, poll_id, ada, at="south") == Refusal(casting.NO_POLL)
    assert ballots(town, poll_id) == []


@pytest.mark.parametrize(("state", "sentence"), [
    ("draft", casting.NOT_OPEN), ("withdrawn", casting.NO_POLL), ("closed", casting.CLOSED),
    ("counted", casting.CLOSED), ("superseded", casting.REPLACED)])
def test_only_an_open_poll_takes_votes(town, poll, state, sentence):
    poll_id, (ada, *_rest) = poll(state=state)
    assert cast(town, poll_id, ada) == Refusal(sentence)
    assert ballots(town, poll_id) == []


def test_the_hour_of_the_close_refuses_though_nobody_has_closed(town, poll):
    with clock.frozen(1_900_000_000) as now:
        poll_id, (ada, bea, cee) = poll(closes=60)
        assert isinstance(cast(town, poll_id, ada), Cast)
    with clock.frozen(now + 59):
        assert isinstance(cast(town, poll_id, bea), Cast)
    with clock.frozen(now + 60):
        assert cast(town, poll_id, cee) == Refusal(casting.CLOSED)
        assert cast(town, poll_id, ada, {"ticks": [0]}) == Refusal(casting.CLOSED)
    assert [choice for _n, _name, choice, _road in ballots(town, poll_id)] == ['{"ticks":[1]}'] * 2


def test_the_clock_that_counts_is_the_databases(town, poll, monkeypatch):
    """A machine whose clock goes behind does not keep the poll open."""
    poll_id, (ada, *_rest) = poll(closes=-5)
    monkeypatch.setattr(clock, "_time", lambda: 1_000_000_000)
    assert cast(town, poll_id, ada) == Refusal(casting.CLOSED)


def test_the_desk_replaces_another_road_only_when_asked_to(town, poll):
    poll_id, (ada, bea, _cee) = poll()
    mine = cast(town, poll_id, ada)
    refused = cast(town, poll_id, ada, {"ticks": [0]}, "desk")
    assert refused == Refusal(casting.VOTED_ELSEWHERE, {"road": casting.ROADS["web"]})
    assert ballots(town, poll_id)[0][2:] == ('{"ticks":[1]}', "web")
    assert cast(town, poll_id, ada, {"ticks": [0]}, "desk", replace=True) == Cast(mine.receipt, True)
    assert cast(town, poll_id, bea, road="phone") and cast(town, poll_id, bea, {"ticks": [2]}, "phone").again
    assert cast(town, poll_id, ada, {"ticks": [2]}).again
    with town.unit("north"):
        lines = [(a.action, a.thing, a.detail, a.channel) for a in Audit.select().order_by(Audit.id)]
    assert lines[0] == ("halls.cast", f"poll {poll_id}", "in place of: web", "desk") and len(lines) == 3
    assert not any(word in str(lines) for word in ("ticks", "长椅", "雨棚"))


def test_every_ballot_keeps_who_cast_it_for_whom_and_how(town, poll):
    poll_id, (ada, *_rest) = poll()
    clerk = town.person("Clerk", home="north", role="staff")
    with town.app.app_context(), town.unit("north"):
        casting.cast(poll_id, ada.id, TICK, who(ada, "phone", clerk.id), "phone")
        row = Ballot.get()
        assert (row.actor_id, row.person_id, row.channel, row.road) == (clerk.id, ada.id, "phone", "phone")


# The roll.


def lives(town, person, estate, building, **more):
    with town.unit():
        Membership.update(estate=estate, building=building, **more).where(Membership.person == person).execute()


@pytest.fixture
def residents(town):
    """Six who live in north in different houses, one of them not verified, and one of south."""
    found = {}
    for name, estate, building, year, state in (
            ("丁", "金桂苑", "2", 1950, "verified"), ("甲", "金桂苑", "1", 1990, "verified"),
            ("乙", "金桂苑", "1", 2015, "verified"), ("丙", "银桂苑", "1", None, "verified"),
            ("戊", "金桂苑", "1", 1980, "stated"), ("甲", "金桂苑", "1", 1970, "verified")):
        person = town.person(name, home="north", birth_year=year)
        lives(town, person, estate, building, state=state, verified_at=1000)
        found.setdefault(name, person)
    town.person("南人", home="south")
    return found


def names(town, wanted, at="north"):
    with town.unit(at):
        return "".join(line.name for line in roll.people(wanted))


def test_who_is_wanted_on_a_roll(town, residents):
    assert names(town, {"site": True}) == "乙甲甲丁丙"
    assert names(town, {"estates": ["银桂苑"]}) == "丙"
    assert names(town, {"buildings": [["金桂苑", "2"], ["银桂苑", "1"]]}) == "丁丙"
    assert names(town, {"buildings": []}) == ""
    assert names(town, {"site": True, "born_until": 1990, "born_from": 1960}) == "甲甲"
    lives(town, residents["丁"], "金桂苑", "2", verified_at=2000)
    assert names(town, {"site": True, "verified_by": 1999}) == "乙甲甲丙"


def test_a_streets_roll_has_everybody_below_it_once(town, residents):
    with town.unit():
        Membership.create(person=residents["丁"], site=town.south, state="verified")
    assert names(town, {"site": True}, town.street) == "丁南人乙甲甲丙"
    assert names(town, {"site": True}, "south") == "丁南人"


def test_a_frozen_roll_stays_and_its_hash_can_be_made_again(town, residents):
    with town.app.app_context(), town.unit("north"):
        poll_id = drafted("irv", "AB", (), {}).id
        assert roll.freeze(poll_id, STAFF) == 5
        before = queries.poll(poll_id)
        lines = queries.roll(poll_id)
    assert [n for n, _name, _at in lines] == [1, 2, 3, 4, 5] and lines[0][1:] == ("乙", "金桂苑 1")
    text = "".join(f"{n}\t{name}\t{at}\n" for n, name, at in lines)
    assert before.roll_hash == hashlib.sha256(text.encode()).hexdigest() and before.roll_size == 5
    assert len(before.seed) == 32
    late = town.person("己", home="north")
    with town.app.app_context(), town.unit("north"):
        assert roll.freeze(poll_id, STAFF) == 6
        again = queries.poll(poll_id)
        assert again.roll_hash != before.roll_hash and again.seed == before.seed
        Poll.update(state="open", closes_at=clock.now() + DAY).where(Poll.id == poll_id).execute()
        assert roll.freeze(poll_id, STAFF) is None
        assert Voter.select().where((Voter.poll_id == poll_id) & (Voter.person_id == late.id)).count() == 1
        assert Voter.select().count() == 6


# The pages that everything else is built on.


def test_a_resident_votes_on_the_page_and_gets_a_receipt(town, poll):
    poll_id, (ada, bea, _cee) = poll()
    page, visitor = f"/north/halls/polls/{poll_id}", town.visitor(ada)
    answer = visitor.submit(f"{page}/vote", f"{page}/vote", tick="1")
    shown = visitor.get(answer.location).text
    with town.unit("north"):
        receipt = queries.mine(poll_id, ada.id).receipt
    assert answer.status_code == 303 and answer.location == f"{page}/receipt/{receipt}"
    assert receipt in shown and "雨棚" not in shown
    assert "checked" not in visitor.get(f"{page}/vote").text
    assert town.visitor(bea).get(f"{page}/receipt").status_code == 303


def test_refusals_are_pages_that_say_why(town, poll):
    poll_id, (ada, *_rest) = poll()
    page = f"/north/halls/polls/{poll_id}"
    assert town.visitor(ada).submit(f"{page}/vote", f"{page}/vote").status_code == 422
    form = town.visitor(ada).form(f"{page}/vote", f"{page}/vote")
    late = town.visitor(town.person("新来的", home="north"))
    assert "没有您的名字" in late.get(page).text and late.get(f"{page}/vote").status_code == 303
    with town.unit("north"):
        Poll.update(state="closed").execute()
    visitor = town.visitor(ada)
    form.values |= {"tick": "1", "csrf_token": visitor.form("/north/me/display").values["csrf_token"]}
    assert visitor.send(form).status_code == 422
    assert ballots(town, poll_id) == []
    assert visitor.get(f"/south/halls/polls/{poll_id}").status_code == 404


def test_a_draft_is_for_staff_only(town, poll, staff):
    poll_id, (ada, *_rest) = poll(state="draft")
    for visitor, status in ((staff, 200), (town.visitor(ada), 404), (town.visitor(), 404)):
        assert visitor.get(f"/north/halls/polls/{poll_id}").status_code == status
