"""The other roads of a vote: by proxy, on paper; and what happens to the votes of who is erased or merged."""

import json

import pytest
from portal.plugins.halls.models import Ballot, Paper, Poll, Proxy, Voter
from portal.plugins.halls.polls import casting, closing, paper, personal, proxies, queries
from portal.plugins.halls.polls.casting import Cast, Refusal

from portal.base import clock

TICK, OTHER = {"ticks": [1]}, {"ticks": [0]}


def who(person, actor=None):
    return {"actor_id": (actor or person).id, "person_id": person.id, "channel": "web"}


class Hall:
    """A poll that allows proxies, and its voters by a letter."""

    def __init__(self, town, poll, n=6, **fields):
        self.town = town
        self.poll_id, people = poll(people=n, proxies=True, **fields)
        self.people = dict(zip("abcdefgh", people, strict=False))
        with town.unit("north"):
            lines = dict(Voter.select(Voter.person_id, Voter.id).where(Voter.poll_id == self.poll_id).tuples())
        self.line = {letter: lines[person.id] for letter, person in self.people.items()}

    def do(self, function, *given, **more):
        with self.town.app.app_context(), self.town.unit("north"):
            return function(*given, **more)

    def ask(self, giver, holder):
        person = self.people[giver]
        return self.do(proxies.ask, self.poll_id, person.id, self.line[holder], who(person))

    def agree(self, holder, proxy):
        return self.do(proxies.agree, proxy, self.people[holder].id, who(self.people[holder]))

    def give(self, giver, holder):
        proxy = self.ask(giver, holder)
        assert isinstance(proxy, int) and self.agree(holder, proxy) is None
        return proxy

    def end(self, letter, proxy):
        return self.do(proxies.end, proxy, self.people[letter].id, who(self.people[letter]))

    def cast(self, letter, choice=TICK, road="web"):
        return self.do(casting.cast, self.poll_id, self.people[letter].id, choice, who(self.people[letter]), road)

    def cast_for(self, holder, giver, choice=TICK):
        given = who(self.people[giver], self.people[holder])
        return self.do(proxies.cast_for, self.poll_id, self.people[holder].id, self.line[giver], choice, given)

    def enter(self, letter, choice, clerk):
        given = {"actor_id": clerk.id, "person_id": self.people[letter].id, "channel": "desk"}
        return self.do(paper.enter, self.poll_id, self.line[letter], choice, given)

    def ballots(self):
        letters = {line: letter for letter, line in self.line.items()}
        rows = self.do(lambda: list(Ballot.select(Ballot.voter_id, Ballot.choice, Ballot.road).tuples()))
        return {(letters[line], json.loads(choice)["ticks"][0], road) for line, choice, road in rows}

    def counted(self):
        self.do(closing.close, self.poll_id, early=True)
        self.do(closing.count, self.poll_id)
        return json.loads(self.do(queries.poll, self.poll_id).turnout)


@pytest.fixture
def hall(town, poll):
    return Hall(town, poll)


def test_a_proxy_counts_only_when_both_want_it(hall):
    proxy = hall.ask("a", "b")
    assert hall.cast_for("b", "a") == Refusal(proxies.NO_PROXY)
    assert hall.agree("c", proxy) == Refusal(proxies.NO_PROXY)
    assert hall.agree("b", proxy) is None and hall.agree("b", proxy) == Refusal(proxies.NO_PROXY)
    assert hall.cast_for("c", "a") == Refusal(proxies.NO_PROXY)
    first = hall.cast_for("b", "a")
    assert isinstance(first, Cast) and hall.cast_for("b", "a", OTHER) == Cast(first.receipt, True)
    assert hall.ballots() == {("a", 0, "proxy")}
    with hall.town.unit("north"):
        row = Ballot.get()
        assert (row.actor_id, row.person_id, row.by_voter_id) == (
            hall.people["b"].id, hall.people["a"].id, hall.line["b"])
    assert hall.counted()["roads"] == {"proxy": 1}
    with hall.town.unit("north"):
        assert Proxy.get().state == "ended"


def test_proxies_go_one_level_and_are_two_at_most(hall):
    proxy = hall.give("a", "b")
    assert hall.ask("c", "a") == Refusal(proxies.GIVES) and hall.ask("b", "c") == Refusal(proxies.HOLDS)
    assert hall.ask("a", "c") == Refusal(proxies.HAS_ONE) and hall.ask("d", "d") == Refusal(proxies.ONESELF)
    waiting = [hall.ask(giver, "b") for giver in "cd"]
    assert hall.agree("b", waiting[0]) is None
    assert hall.agree("b", waiting[1]) == Refusal(proxies.FULL, {"most": 2})
    assert hall.ask("e", "b") == Refusal(proxies.FULL, {"most": 2})
    assert hall.end("a", proxy) is None and hall.agree("b", waiting[1]) is None
    assert {(g.name, g.state, g.voted) for g in hall.do(proxies.held_by, hall.poll_id, hall.line["b"])} == {
        ("居民002", "given", False), ("居民003", "given", False)}
    assert hall.do(proxies.given_by, hall.poll_id, hall.line["a"]) is None


def test_the_givers_own_vote_wins_and_ends_it(hall):
    hall.give("a", "b")
    by_proxy = hall.cast_for("b", "a")
    own = hall.cast("a", OTHER)
    assert not own.again and own.receipt != by_proxy.receipt
    assert hall.cast_for("b", "a") == Refusal(proxies.NO_PROXY)
    assert hall.ballots() == {("a", 0, "web")}
    assert hall.ask("a", "b") == Refusal(proxies.VOTED)


def test_no_proxy_comes_over_a_vote_of_ones_own(hall):
    """As when the giver votes in the moment in which the holder does."""
    hall.give("a", "b")
    hall.cast("a", OTHER)
    hall.do(lambda: Proxy.update(state="given").execute())
    assert hall.cast_for("b", "a") == Refusal(casting.HAS_VOTED, {"road": casting.ROADS["web"]})
    assert hall.ballots() == {("a", 0, "web")}


def test_whoever_ends_it_takes_its_vote_back(hall):
    for ends in "ab":
        proxy = hall.give("a", "b")
        assert hall.end("c", proxy) == Refusal(proxies.NO_PROXY)
        hall.cast_for("b", "a")
        assert hall.end(ends, proxy) is None and hall.ballots() == set()


def test_no_proxies_where_the_poll_has_none_and_after_the_close(town, poll):
    hall = Hall(town, poll, 2)
    proxy = hall.give("a", "b")
    hall.do(lambda: Poll.update(proxies=False).execute())
    assert hall.ask("a", "b") == hall.cast_for("b", "a") == hall.end("a", proxy) == Refusal(proxies.NONE_HERE)
    hall.do(lambda: Poll.update(proxies=True, state="closed").execute())
    assert hall.cast_for("b", "a") == hall.end("a", proxy) == Refusal(casting.CLOSED)


# Paper.


@pytest.fixture
def clerks(town):
    return [town.person(f"Clerk {n}", home="south") for n in range(3)]


def test_a_paper_is_typed_by_two_and_cast_when_they_agree(hall, clerks):
    assert hall.enter("a", TICK, clerks[0]) == "first"
    assert hall.enter("a", TICK, clerks[0]) == Refusal(paper.SAME_HAND)
    assert hall.ballots() == set()
    assert hall.enter("a", TICK, clerks[1]) == "agreed" and hall.ballots() == {("a", 1, "paper")}
    assert hall.enter("a", OTHER, clerks[2]) == Refusal(paper.DONE)
    assert hall.counted()["roads"] == {"paper": 1}


def test_where_two_differ_somebody_looks_once_more(hall, clerks):
    for letter, third in (("a", 0), ("b", 1), ("c", 2)):
        assert hall.enter(letter, TICK, clerks[0]) == "first"
        assert hall.enter(letter, OTHER, clerks[1]) == "differs"
        assert hall.do(queries.papers, hall.poll_id)["differs"] == 1
        assert hall.enter(letter, OTHER if third == 0 else TICK, clerks[third]) == "agreed"
    assert hall.ballots() == {("a", 0, "paper"), ("b", 1, "paper"), ("c", 1, "paper")}


def test_a_paper_of_who_has_voted_is_refused_and_seen(hall, clerks):
    hall.cast("a")
    assert hall.enter("a", OTHER, clerks[0]) == Refusal(casting.HAS_VOTED, {"road": casting.ROADS["web"]})
    assert hall.enter("b", OTHER, clerks[0]) == "first"
    hall.cast("b")
    assert hall.enter("b", OTHER, clerks[1]) == Refusal(casting.HAS_VOTED, {"road": casting.ROADS["web"]})
    assert hall.ballots() == {("a", 1, "web"), ("b", 1, "web")}
    sheets = hall.do(paper.sheets, hall.poll_id)
    assert [(s.number, s.state, s.voted) for s in sheets] == [(2, "first", "web")]
    hall.give("c", "d")
    hall.cast_for("d", "c")
    assert [hall.enter("c", OTHER, clerk) for clerk in clerks[:2]] == ["first", "agreed"]
    assert ("c", 0, "paper") in hall.ballots() and hall.cast_for("d", "c") == Refusal(proxies.NO_PROXY)


# Persons.


def test_who_is_erased_is_a_line_without_a_name_and_counts(hall):
    hall.cast("a")
    hall.give("b", "c")
    told = hall.do(personal.export, hall.people["a"].id)
    assert told["polls"][0]["choice"] == '{"ticks":[1]}' and told["polls"][0]["road"] == "web"
    assert len(hall.do(personal.export, hall.people["c"].id)["proxies"]) == 1
    for letter in "ac":
        hall.do(personal.erase, hall.people[letter].id)
    with hall.town.unit("north"):
        lines = queries.roll(hall.poll_id)
        assert len(lines) == 6 and [name for _n, name, _at in lines][0] == "" and Proxy.get().state == "ended"
        assert not Voter.select().where(Voter.person_id == hall.people["a"].id).exists()
        assert (Ballot.get().actor_id, Ballot.get().person_id) == (None, None)
    assert hall.counted()["cast"] == 1
    assert hall.do(personal.export, hall.people["a"].id) == {"polls": [], "proxies": []}


@pytest.mark.parametrize("later", ["a", "b"])
def test_two_lines_of_one_person_keep_the_later_ballot(hall, later):
    now = clock.now()
    for letter in ("b" if later == "a" else "a", later):
        with clock.frozen(now + (60 if letter == later else 0)):
            hall.cast(letter, TICK if letter == later else OTHER)
    hall.do(personal.merge, hall.people["a"].id, hall.people["b"].id)
    assert hall.ballots() == {("b", 1, "web")}
    assert isinstance(hall.cast("b", OTHER), Cast) and hall.cast("a") == Refusal(casting.NOT_ON_THE_ROLL)
    assert len(hall.do(queries.roll, hall.poll_id)) == 6 and hall.counted()["cast"] == 1


def test_what_is_counted_stays_when_two_turn_out_to_be_one(hall):
    hall.cast("a")
    hall.cast("b", OTHER)
    assert hall.counted()["cast"] == 2
    hall.do(personal.merge, hall.people["a"].id, hall.people["b"].id)
    assert hall.ballots() == {("a", 1, "web"), ("b", 0, "web")}
    with hall.town.unit("north"):
        assert Voter.select().where(Voter.person_id == hall.people["b"].id).count() == 1


def test_papers_of_a_line_that_goes_go_with_it(hall, clerks):
    hall.enter("a", TICK, clerks[0])
    hall.do(personal.merge, hall.people["a"].id, hall.people["b"].id)
    with hall.town.unit("north"):
        assert not Paper.select().exists()
