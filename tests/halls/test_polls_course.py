"""The course of a poll: made ready, opened, closed, counted, put right; its files count to the same result."""

import json
import time
from contextlib import contextmanager

import pytest
from peewee import Value
from portal.plugins.halls.models import Ballot, Poll
from portal.plugins.halls.polls import casting, choices, closing, exports, opening, preflight, queries, results
from portal.plugins.halls.polls import states as moves
from portal.plugins.halls.tally import formats, report, rules, words

from portal.base import clock, sites
from portal.base.due import Due
from portal.jobs import Work
from portal.people.models import Notice
from tests.halls.conftest import DAY, STAFF, drafted, ready

NOON = 1_900_000_000
GIVEN = {  # rule → (parameters, ballots)
    "yesno": ({"quorum": "1/2", "majority": "2/3", "of": "cast"}, [{"ticks": [0]}] * 3 + [{"ticks": [1]}]),
    "plurality": ({}, [{"ticks": [1]}, {"ticks": [0]}, {"blank": True}, {"ticks": [1]}]),
    "multiple": ({"most": 2, "seats": 2}, [{"ticks": [0, 2]}, {"ticks": [1, 2]}, {"ticks": [2]}]),
    "approval": ({"seats": 1}, [{"ticks": [0, 1, 2]}, {"ticks": [1]}, {"ticks": [0]}]),
    "score": ({"high": 10}, [{"scores": [[0, 9], [1, 10]]}, {"scores": [[0, 3], [2, 0]]}, {"blank": True}]),
    "star": ({}, [{"scores": [[0, 5], [1, 4]]}, {"scores": [[1, 4], [2, 5]]}, {"scores": [[0, 3], [1, 4]]}]),
    "irv": ({}, [{"ranks": [[2], [0]]}, {"ranks": [[0], [1]]}, {"ranks": [[1], [0], [2]]}, {"ranks": [[0]]}]),
    "stv.scottish": ({"seats": 2}, [{"ranks": [[2], [0]]}] * 3 + [{"ranks": [[1], [2]]}]),
    "schulze": ({"equal": True}, [{"ranks": [[2], [0, 1]]}, {"ranks": [[0, 1], [2]]}, {"ranks": [[0], [1], [2]]}]),
    "pb.greedy": ({}, [{"points": {"0": 1, "2": 1}}, {"points": {"1": 1}}, {"points": {"2": 1}}]),
    "pb.greedy-no-skip": ({"vote_type": "cumulative", "points": 10}, [{"points": {"0": 7, "1": 3}}] * 2),
    "pb.greedy-threshold": ({"threshold": 2}, [{"points": {"0": 1}}, {"points": {"0": 1, "1": 1}}]),
    "pb.mes.add1": ({}, [{"points": {"0": 1, "1": 1}}, {"points": {"0": 1}}, {"points": {"2": 1}}, {"blank": True}]),
}
COSTS = (60_00, 50_00, 40_00)


@contextmanager
def inside(town, at="north", write=True):
    with town.app.app_context(), town.unit(at, write=write):
        yield


def work(town) -> None:
    """All that is due now, as the worker does it."""
    worker = Work(town.app)
    while worker.turn():
        pass


def state(town, poll_id) -> str:
    with inside(town, write=False):
        return queries.poll(poll_id).state


@pytest.fixture
def draft(town):
    """`draft("irv", …)`: a draft in north that is ready but for its roll; its id."""
    def make(rule="plurality", at="north", costs=COSTS, parameters=None, **fields):
        with inside(town, at):
            return drafted(rule, ("长椅", "雨棚", "路灯"), costs, parameters or {}, **{
                "text": "春天要修一样。", "closes_at": clock.now() + DAY, "money_fen": 100_00} | fields).id
    return make


@pytest.fixture
def voted(town, poll):
    """`voted(rule)`: a poll of that rule in which everybody has voted as GIVEN says, closed and counted."""
    def make(rule, **fields):
        parameters, given = GIVEN[rule]
        poll_id, voters = poll(rule, costs=COSTS, parameters=parameters, people=len(given) + 1, money_fen=100_00,
                               **fields)
        for person, choice in zip(voters, given, strict=False):
            with inside(town):
                who = {"actor_id": person.id, "person_id": person.id, "channel": "web"}
                assert isinstance(casting.cast(poll_id, person.id, choice, who), casting.Cast)
        with inside(town):
            assert closing.close(poll_id, early=True)
        work(town)
        with inside(town, write=False):
            return queries.poll(poll_id)
    return make


def test_the_moves_of_a_poll():
    assert moves.moved("draft", "open") == "open" and moves.moved("open", "open") is None
    assert all(moves.moved(end, move) is None for end in moves.FINAL for move in moves.MOVES)
    assert set(moves.STATES) == {state for origins, end in moves.MOVES.values() for state in (*origins, end)}


def test_a_draft_opens_when_everything_is_ready(town, draft):
    town.person("甲", home="north")
    poll_id = draft()
    with inside(town):
        assert opening.open_poll(poll_id, STAFF) == [preflight.NO_ROLL, preflight.NOT_TOLD, preflight.NO_PAPER]
        ready(poll_id)
        assert opening.open_poll(poll_id, STAFF) == []
        assert opening.open_poll(poll_id, STAFF) == [opening.NOT_A_DRAFT]
        flight = json.loads(queries.poll(poll_id).flight)
    assert state(town, poll_id) == "open"
    assert flight["rehearsed"]["ballots"] == 20 and flight["problems"] == []


def test_a_poll_closes_although_a_workers_clock_is_ahead_of_the_database(town, draft, monkeypatch):
    town.person("甲", home="north")
    poll_id = draft()
    with inside(town):
        ready(poll_id)
        assert opening.open_poll(poll_id, STAFF) == []
        end = queries.poll(poll_id).closes_at
    with clock.frozen(end), monkeypatch.context() as patch:
        patch.setattr(closing, "database_now", lambda: Value(end - 2))
        work(town)
        assert state(town, poll_id) == "open"
    with clock.frozen(end + 2):
        work(town)
    assert state(town, poll_id) == "counted"


SHUT = [
    ("plurality", {"title": " "}, preflight.NO_TITLE), ("plurality", {"text": ""}, preflight.NO_TEXT),
    ("plurality", {"closes_at": None}, preflight.NO_CLOSE), ("plurality", {"closes_at": 5}, preflight.NO_CLOSE),
    ("multiple", {"parameters": {"most": -1}}, preflight.NO_COUNT),
    ("yesno", {"parameters": {"quorum": "two thirds"}}, preflight.NO_COUNT),
    ("pb.greedy", {"money_fen": 0}, preflight.NO_MONEY), ("pb.mes.add1", {"costs": ()}, preflight.NO_MONEY)]


def test_what_keeps_a_poll_shut(town, draft):
    town.person("甲", home="north")
    for rule, fields, problem in SHUT:
        poll_id = draft(rule, **fields)
        with inside(town):
            ready(poll_id)
            assert opening.open_poll(poll_id, STAFF) == [problem], (rule, fields)
        assert state(town, poll_id) == "draft"


def test_nobody_on_the_roll_and_one_option(town, draft):
    with inside(town):
        poll_id = drafted("approval", ["长椅"], (), {}, text="x", closes_at=clock.now() + DAY).id
        ready(poll_id)
        assert opening.open_poll(poll_id, STAFF) == [preflight.NO_OPTIONS, preflight.EMPTY_ROLL]


def test_every_rule_is_rehearsed(town, draft):
    for rule in rules.RULES:
        poll_id = draft(rule, parameters=GIVEN[rule][0])
        with inside(town):
            row = queries.poll(poll_id)
            rehearsed = preflight.rehearse(row, queries.options(row))
        assert rehearsed["ballots"] == 20 and "error" not in rehearsed, rule


def test_a_rehearsal_of_much_money_is_quick(town, draft):
    with inside(town):
        poll_id = draft("pb.mes.add1", costs=[n * 1_000_000 for n in (9, 17, 28)], money_fen=45_000_000)
        row = queries.poll(poll_id)
        began = time.process_time()
        assert preflight.rehearse(row, queries.options(row))["winners"]
        assert time.process_time() - began < 5  # with every step it would be minutes


def test_the_clock_opens_closes_and_counts(town, draft):
    clerk, ada = town.person("Clerk", home="south", role="staff"), town.person("甲", home="north")
    with clock.frozen(NOON):
        poll_id = draft(opens_at=NOON + 60, closes_at=NOON + DAY, actor_id=clerk.id)
        with inside(town):
            ready(poll_id, {"actor_id": clerk.id, "person_id": clerk.id, "channel": "desk"})
            opening.plan(poll_id)
        work(town)
        assert state(town, poll_id) == "draft"
    with clock.frozen(NOON + 60):
        work(town)
        assert state(town, poll_id) == "open"
    with clock.frozen(NOON + DAY):
        work(town)
        assert state(town, poll_id) == "counted"
    with inside(town):
        told = {(n.person_id, n.kind) for n in Notice.select()}
    assert told == {(ada.id, "halls.poll_soon"), (ada.id, "halls.poll_open"),
                    (ada.id, "halls.result"), (clerk.id, "halls.result")}


def test_a_poll_opens_by_the_databases_clock(town, draft, monkeypatch):
    town.person("甲", home="north")
    with clock.frozen(NOON):
        poll_id = draft(opens_at=NOON + 60, closes_at=NOON + DAY)
        with inside(town):
            ready(poll_id)
            opening.plan(poll_id)
    with clock.frozen(NOON + 60), monkeypatch.context() as patch:
        patch.setattr(opening, "database_now", lambda: Value(NOON + 40))
        work(town)
        assert state(town, poll_id) == "draft"
    with clock.frozen(NOON + 80):
        work(town)
    assert state(town, poll_id) == "open"


def test_what_is_not_ready_stays_shut_at_the_hour_and_staff_hear_of_it(town, draft):
    clerk = town.person("Clerk", home="south", role="staff")
    with clock.frozen(NOON):
        poll_id = draft(opens_at=NOON + 60, closes_at=NOON + DAY, actor_id=clerk.id)
        with inside(town):
            opening.plan(poll_id)
    with clock.frozen(NOON + 60):
        work(town)
    assert state(town, poll_id) == "draft"
    with inside(town):
        assert [(n.person_id, n.kind) for n in Notice.select()] == [(clerk.id, "halls.poll_shut")]


def test_a_close_waits_for_its_hour(town, poll):
    with clock.frozen(NOON):
        poll_id, _voters = poll(closes=60)
    for seconds, done in ((59, False), (60, True), (61, True)):
        with clock.frozen(NOON + seconds), inside(town):
            assert closing.close(poll_id) is done


def test_a_draft_is_withdrawn_and_an_open_poll_is_not(town, draft, poll):
    poll_id, open_id = draft(), poll()[0]
    with inside(town):
        assert opening.withdraw(poll_id, "写错了", STAFF) and not opening.withdraw(open_id, "x", STAFF)
        assert not opening.withdraw(poll_id, "x", STAFF)
        assert (queries.poll(poll_id).state, queries.poll(poll_id).why) == ("withdrawn", "写错了")


def test_a_poll_is_put_right_by_another_one(town, poll):
    poll_id, (ada, *_rest) = poll("pb.greedy", costs=COSTS, text="x", money_fen=100_00)
    with inside(town):
        casting.cast(poll_id, ada.id, {"points": {"0": 1}}, STAFF)
        new = opening.put_right(poll_id, "费用写错了", STAFF)
        assert opening.put_right(new, "x", STAFF) is None
        assert queries.poll(poll_id).state == "open" and queries.poll(new).why == "费用写错了"
        assert [o[:5] for o in queries.options(queries.poll(new))] == [
            o[:5] for o in queries.options(queries.poll(poll_id))]
        ready(new)
        Poll.update(closes_at=clock.now() + DAY).where(Poll.id == new).execute()
        assert opening.open_poll(new, STAFF) == []
        assert queries.poll(poll_id).state == "superseded" and not closing.close(poll_id, early=True)
        assert not closing.count(poll_id)
        assert casting.cast(poll_id, ada.id, {"points": {"0": 1}}, STAFF) == casting.Refusal(casting.REPLACED)


# The count.


ONE_OF_EACH_KIND = ("yesno", "approval", "irv", "star", "pb.mes.add1")


def test_a_poll_is_counted_as_tally_counts_it_and_so_is_each_of_its_files(town, voted, tmp_path):
    for rule in GIVEN:
        for shown in ("numbers", "named") if rule in ONE_OF_EACH_KIND else ("numbers",):
            row = voted(rule, shown=shown)
            _as_tally_counts_it(town, row, rule)
            _every_file_counts_to_the_same(town, row, rule, shown, tmp_path)


def _as_tally_counts_it(town, row, rule):
    parameters, given = GIVEN[rule]
    kept = json.loads(row.result)
    with inside(town, write=False):
        options = queries.options(row)
    election = choices.election(row, options, [choices.packed(choice) for choice in given])
    known = {k: v for k, v in parameters.items() if k in rules.RULES[rule].parameters}
    more = {"roll": len(given) + 1} if rule == "yesno" else {"high": 5} if rule == "star" else {}
    count = rules.count(election, rule, seed=row.seed, **known, **more)
    assert kept["winners"] == list(count.winners) and row.state == "counted"
    names = [o.title for o in options]
    assert [words.say(s, names) for s in results.stages(kept)] == [words.say(s, names, count.places)
                                                                  for s in count.stages]
    assert json.loads(row.turnout) == {"cast": len(given), "roll": len(given) + 1, "roads": {"web": len(given)}}


def test_what_other_rules_would_have_chosen(voted):
    others = {o["rule"]: o["winners"] for o in json.loads(voted("irv").result)["others"]}
    assert others == {"plurality": [0], "schulze": [0]}


def test_a_voters_bill_is_that_of_the_count(town, voted):
    row = voted("pb.mes.add1")
    given = [choices.packed(choice) for choice in GIVEN["pb.mes.add1"][1]]
    with inside(town, write=False):
        election = choices.election(row, queries.options(row), given)
    count, kept = rules.count(election, row.rule, seed=row.seed), json.loads(row.result)
    assert [results.bill(kept, choice) for choice in map(json.loads, given)] == list(count.facts["bills"])
    assert any(count.facts["bills"]) and results.bill({"shares": None}, {}) == {}


def test_a_count_that_is_asked_for_again_changes_nothing(town, voted):
    row = voted("irv")
    with inside(town):
        assert closing.count(row.id) and queries.poll(row.id) == row
        closing.run(Due(kind="halls.poll_counts", ref=str(row.id), data="{}"))
        assert queries.poll(row.id) == row
        assert not closing.count(999_999)


def test_an_open_poll_is_not_counted(town, poll):
    poll_id, _voters = poll()
    with inside(town):
        assert not closing.count(poll_id) and queries.poll(poll_id).result == ""


def test_whoever_counts_is_followed_by_a_row(town, poll, monkeypatch):
    """Killed after the close, or while counting: the count is made by whoever comes next, once."""
    poll_id, (ada, *_rest) = poll()
    with inside(town):
        casting.cast(poll_id, ada.id, {"ticks": [1]}, STAFF)
        closing.close(poll_id, early=True)
    real = closing.counted

    def killed(*_given):
        raise SystemExit
    monkeypatch.setattr(closing, "counted", killed)
    with pytest.raises(SystemExit):
        work(town)
    assert state(town, poll_id) == "closed"
    monkeypatch.setattr(closing, "counted", real)
    work(town)
    assert state(town, poll_id) == "closed"
    with town.unit():
        Due.update(due_at=0).where(Due.state == "waiting").execute()
    work(town)
    assert state(town, poll_id) == "counted"


def test_a_count_that_fails_is_heard_of_in_the_end(town, poll):
    poll_id, (ada, *_rest) = poll("multiple", parameters={"most": 1})
    with inside(town):
        casting.cast(poll_id, ada.id, {"ticks": [1]}, STAFF)
        closing.close(poll_id, early=True)
        Poll.update(parameters='{"most": -1}').execute()
    for _try in range(14):
        work(town)
        with town.unit():
            Due.update(due_at=0).where(Due.state == "waiting").execute()
    with town.unit():
        assert [row.kind for row in Due.select().where(Due.state == "failed")] == ["halls.poll_counts"]
    with inside(town):
        Poll.update(parameters='{"most": 1}').execute()
    with town.unit():
        from portal.base import due
        assert due.again(Due.get(Due.state == "failed").id, sites.Site.get(sites.Site.slug == "north").id)
    work(town)
    assert state(town, poll_id) == "counted"


# The files.


def _every_file_counts_to_the_same(town, row, rule, shown, tmp_path):
    kept = json.loads(row.result)
    with inside(town, write=False):
        files = {form: exports.made(row, form) for form in exports.formats_of(row)}
        assert exports.is_right(row)
    known = choices.counted_with(rule, row.parameters, row.roll_size)
    for form, text in files.items():
        given = formats.read(text.encode(), f"poll.{form}")
        assert rules.count(given, rule, seed=row.seed, **known).winners == tuple(kept["winners"]), form
        assert formats.kind_of("", text) == ("blt" if form == "blt" else form)
        assert ("居民" in text) == (shown == "named" and form == "csv")
    (tmp_path / "poll.json").write_text(files["json"])
    again, _names = report.counted(tmp_path / "poll.json", rule)
    assert results.packed(again, row.parameters, formats.read(tmp_path / "poll.json")) | {"others": 0} == kept | {
        "others": 0}
    assert json.loads(files["json"])["ballots_hash"] == row.ballots_hash == results.hash_of(
        choices.packed(ballot) for ballot in json.loads(files["json"])["ballots"])


def test_no_file_before_the_count_and_none_that_is_not_there(town, poll, voted):
    poll_id, _voters = poll()
    with inside(town, write=False):
        assert exports.formats_of(queries.poll(poll_id)) == ()
    row = voted("score")
    with inside(town, write=False), pytest.raises(formats.NotAnElection):
        exports.made(row, "blt")


def test_the_order_of_a_file_tells_nothing(town, poll):
    """Whoever votes when, and in whatever order of the roll: the same ballots make the same file."""
    texts = []
    for turn in (1, -1):
        poll_id, voters = poll("plurality", people=3)
        for person, choice in zip(voters[::turn], ({"ticks": [2]}, {"ticks": [0]}, {"ticks": [1]}), strict=True):
            with inside(town):
                casting.cast(poll_id, person.id, choice, STAFF)
        with inside(town):
            closing.close(poll_id, early=True)
            closing.count(poll_id)
            texts.append(exports.made(queries.poll(poll_id), "csv"))
    assert texts[0] == texts[1]


def test_a_result_that_was_tampered_with_is_found_out(town, voted):
    row = voted("plurality")
    with inside(town):
        Ballot.update(choice='{"ticks":[2]}').where(Ballot.choice == '{"ticks":[0]}').execute()
        assert not exports.is_right(queries.poll(row.id))


def test_no_cell_of_a_table_is_a_formula(town, voted):
    row = voted("plurality")
    with inside(town):
        Poll.update(title="=1+1").execute()
        row = queries.poll(row.id)
        text = exports.made(row, "csv")
    assert "'=1+1" in text and formats.read(text.encode(), "x.csv").title == "=1+1"
