"""Papers that were handed in before the close are typed in after it, while the count waits."""

import json
import threading
from dataclasses import replace

import pytest
from peewee import Value
from portal.plugins.halls.models import Ballot, Paper, Poll, Voter
from portal.plugins.halls.polls import casting, closing, paper, queries
from portal.plugins.halls.polls.casting import Refusal

from portal.app import create_app
from portal.base import clock, database, sites
from portal.testing import Town
from tests.halls.talk import worked
from tests.halls.test_polls_race import opened
from tests.halls.test_polls_roads import OTHER, TICK, Hall

DESK, HOUR = "/north/halls/desk/polls/", 3600


@pytest.fixture
def hall(town, poll):
    """An open poll whose papers are typed for two hours after the close."""
    return Hall(town, poll, 4, paper_hours=2)


@pytest.fixture
def clerks(town):
    return [town.person(f"Clerk {n}", home="north", role="staff") for n in range(2)]


def closed(hall) -> None:
    assert hall.do(closing.close, hall.poll_id, early=True)


def count(hall) -> bool:
    with hall.town.app.app_context(), database.use(hall.town.db), sites.within(hall.town.north.id):
        return closing.count(hall.poll_id)


def poll_of(hall) -> queries.PollRow:
    return hall.do(queries.poll, hall.poll_id)


def test_two_type_a_paper_after_the_close_and_it_is_counted(hall, clerks):
    hall.cast("b")
    assert hall.enter("a", TICK, clerks[0]) == "first"
    closed(hall)
    assert poll_of(hall).state == "closed" and not count(hall)
    assert hall.enter("a", TICK, clerks[0]) == Refusal(paper.SAME_HAND)
    assert hall.enter("a", TICK, clerks[1]) == "agreed"
    assert hall.do(paper.typed, hall.poll_id) and not hall.do(paper.typed, hall.poll_id)
    assert hall.enter("c", TICK, clerks[0]) == Refusal(casting.CLOSED)
    worked(hall.town)
    assert json.loads(poll_of(hall).turnout)["roads"] == {"paper": 1, "web": 1}


def test_only_paper_is_taken_then(hall):
    hall.give("a", "b")
    closed(hall)
    for road in ("web", "desk", "phone"):
        assert hall.cast("c", road=road) == Refusal(casting.CLOSED)
    assert hall.cast_for("b", "a") == hall.ask("c", "d") == Refusal(casting.CLOSED)
    assert hall.ballots() == set()


def test_when_the_time_is_over_it_is_counted_and_no_paper_is_taken(hall, clerks):
    closed(hall)
    worked(hall.town, clock.now() + 1)
    assert hall.enter("a", TICK, clerks[0]) == "first" and poll_of(hall).state == "closed"
    hall.do(lambda: Poll.update(typing_until=clock.now() - 1).execute())
    assert hall.enter("a", TICK, clerks[1]) == Refusal(casting.CLOSED)
    worked(hall.town, clock.now() + 2 * HOUR + 1)
    assert poll_of(hall).state == "counted" and json.loads(poll_of(hall).turnout)["cast"] == 0


def test_papers_are_counted_although_a_workers_clock_is_far_ahead_of_the_database(hall, monkeypatch):
    closed(hall)
    end = poll_of(hall).typing_until
    with monkeypatch.context() as patch:
        patch.setattr(closing, "database_now", lambda: Value(end - 2 * HOUR))
        for minutes in range(0, 30):
            worked(hall.town, end + 60 * minutes)
        assert poll_of(hall).state == "closed"
    worked(hall.town, end + 3 * HOUR)
    assert poll_of(hall).state == "counted"


def test_without_hours_nothing_changes(town, poll, clerks):
    hall = Hall(town, poll, 2)
    assert hall.enter("a", TICK, clerks[0]) == "first"
    closed(hall)
    assert hall.enter("a", TICK, clerks[1]) == Refusal(casting.CLOSED) and count(hall)


def test_who_turns_out_to_be_one_has_one_ballot_while_papers_are_typed(hall, clerks):
    from portal.plugins.halls.polls import personal
    hall.cast("a")
    hall.cast("b", OTHER)
    closed(hall)
    hall.do(personal.merge, hall.people["a"].id, hall.people["b"].id)
    assert len(hall.ballots()) == 1


def test_staff_type_papers_and_say_that_all_are_in(town, hall, clerks):
    one, two = map(town.visitor, clerks)
    page, line = f"{DESK}{hall.poll_id}", hall.line["a"]
    assert one.get(f"{page}/typed").status_code == 404
    assert one.submit(f"{page}/close", f"{page}/close").status_code == 303
    assert f'href="{page}/papers"' in one.get(page).text and one.get(f"{page}/voters").status_code == 303
    sheet = f"{page}/papers/{line}"
    for clerk in (one, two):
        assert clerk.submit(sheet, sheet, tick="1").status_code == 303
    assert hall.ballots() == {("a", 1, "paper")}
    public = town.visitor().get(f"/north/halls/polls/{hall.poll_id}").text
    assert "截止前交来的纸质选票" in public
    assert one.submit(f"{page}/typed", f"{page}/typed").status_code == 303
    worked(town)
    assert poll_of(hall).state == "counted" and one.get(sheet).status_code == 303
    assert one.get(f"{page}/typed").status_code == 404


def test_the_draft_says_for_how_long(town, staff):
    new = f"{DESK}new"
    edit = staff.submit(new, new, title="单车棚改不改？", rule="yesno").location
    for wrong in ("-1", "many", "999"):
        answer = staff.submit(edit, edit, paper_hours=wrong)
        assert answer.status_code == 422 and 'href="#paper_hours"' in answer.text
    assert staff.submit(edit, edit, paper_hours="36").status_code == 303
    with town.unit("north"):
        assert Poll.get().paper_hours == 36
    assert staff.form(edit, edit).values["paper_hours"] == "36"


# At once.


@pytest.fixture
def busy(settings):
    town = Town(create_app(replace(settings, threads=8)))
    yield town
    town.db.close()


def typing(busy) -> tuple[int, int]:
    """A closed poll whose papers are being typed, one of them once; (poll, line of its voter)."""
    poll_id, (ada, *_rest) = opened(busy, 3)
    with busy.app.app_context(), busy.unit("north"):
        Poll.update(paper_hours=1).where(Poll.id == poll_id).execute()
        line = Voter.get((Voter.poll_id == poll_id) & (Voter.person_id == ada)).id
        assert paper.enter(poll_id, line, TICK, by(1)) == "first"
        assert closing.close(poll_id, early=True)
    return poll_id, line


def by(actor: int) -> dict:
    return {"actor_id": actor, "person_id": None, "channel": "desk"}


@pytest.mark.backend("postgresql")
def test_the_count_waits_for_the_paper_that_is_being_stored(busy, backend):
    poll_id, line = typing(busy)
    done = threading.Event()

    def end():
        with busy.app.app_context(), busy.unit("north"):
            assert paper.typed(poll_id)
        with busy.app.app_context(), database.use(busy.db), sites.within(busy.north.id):
            assert closing.count(poll_id)
        done.set()
        busy.db.close()
    with busy.app.app_context(), busy.unit("north"):
        assert paper.enter(poll_id, line, TICK, by(2)) == "agreed"
        thread = threading.Thread(target=end)
        thread.start()
        assert not done.wait(0.4)
    thread.join(10)
    assert done.is_set()
    with busy.unit("north", write=False):
        assert json.loads(queries.poll(poll_id).turnout)["cast"] == 1


def test_a_paper_is_either_in_the_count_or_refused(busy):
    """Two hands and the end of the typing at the same moment, again and again."""
    for _turn in range(4):
        poll_id, line = typing(busy)
        answers, start = [], threading.Barrier(2)

        def second(poll_id=poll_id, line=line, answers=answers, start=start):
            start.wait()
            with busy.app.app_context(), busy.unit("north"):
                answers.append(paper.enter(poll_id, line, TICK, by(2)))
            busy.db.close()
        thread = threading.Thread(target=second)
        thread.start()
        start.wait()
        with busy.app.app_context(), busy.unit("north"):
            assert paper.typed(poll_id)
        with busy.app.app_context(), database.use(busy.db), sites.within(busy.north.id):
            assert closing.count(poll_id)
        thread.join(10)
        with busy.unit("north", write=False):
            cast = json.loads(queries.poll(poll_id).turnout)["cast"]
            stored = Ballot.select().where(Ballot.poll_id == poll_id).count()
            agreed = Paper.select().where((Paper.poll_id == poll_id) & (Paper.state == "agreed")).count()
        assert cast == stored == agreed == (1 if answers == ["agreed"] else 0)
        assert answers[0] in ("agreed", Refusal(casting.CLOSED))
