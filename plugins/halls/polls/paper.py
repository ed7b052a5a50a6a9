"""Paper ballots: typed by two members of staff who do not see each other's, and cast once both are the same.

Where the two differ, either looks at the paper once more and types it again, or a third one does. Papers are typed
while the poll is open and, where it says so, for some hours after its close: until then it is not counted. Every
function runs in the caller's writing unit.
"""

from typing import Any, NamedTuple

from peewee import JOIN

from portal import later, now, scope_id

from ..models import Ballot, Paper, Poll, Voter
from . import casting, choices, locks
from .casting import Cast, Refusal

N_ = str

SAME_HAND = N_("You have typed this paper already. Somebody else has to type it the second time.")
DONE = N_("This paper is counted in already.")


class Sheet(NamedTuple):
    """A paper in the list that staff go through: who it is of, how far it is, and whether there is another vote."""

    voter_id: int
    number: int
    name: str
    address: str
    state: str
    first_by: int | None
    second_by: int | None
    voted: str | None


def enter(poll_id: int, voter_id: int, choice: choices.Choice, who: dict[str, Any]) -> str | Refusal:
    """Keep what one member of staff read on a voter's paper: "first", "differs", or "agreed" once it is cast."""
    found = casting.standing(poll_id, Voter.id == voter_id, on_paper=True)
    if isinstance(found, Refusal):
        return found
    before = Ballot.select(Ballot.road).where((Ballot.poll_id == poll_id) & (Ballot.voter_id == voter_id)).scalar()
    if before not in (None, "proxy", "paper"):
        return Refusal(casting.HAS_VOTED, {"road": casting.ROADS[before]})
    text, actor = choices.packed(choice), who["actor_id"]
    new = Paper.insert(poll_id=poll_id, voter_id=voter_id, first=text, first_by=actor)
    if new.on_conflict(action="IGNORE").as_rowcount().execute():
        return "first"
    paper = locks.row(Paper.select().where((Paper.poll_id == poll_id) & (Paper.voter_id == voter_id))).get()
    values = _typed(paper, text, actor)
    return values if isinstance(values, Refusal) else _kept(paper, values, choice, who)


def _typed(paper: Paper, text: str, actor: int | None) -> dict[str, Any] | Refusal:
    """What the paper's row has then."""
    if paper.state == "agreed":
        return Refusal(DONE)
    if actor == paper.first_by:
        return {"first": text} if paper.state == "differs" else Refusal(SAME_HAND)
    return {"second": text, "second_by": actor}


def _kept(paper: Paper, values: dict[str, Any], choice: choices.Choice, who: dict[str, Any]) -> str | Refusal:
    agreed = values.get("first", paper.first) == values.get("second", paper.second)
    if agreed:
        casting.end_proxy(paper.poll_id, paper.voter_id)
        done = casting.store(paper.poll_id, paper.voter_id, choice, who, "paper")
        if not isinstance(done, Cast):
            return done
    state = "agreed" if agreed else "differs"
    Paper.update(state=state, at=now(), **values).where(Paper.id == paper.id).execute()
    return state


def sheets(poll_id: int) -> list[Sheet]:
    """All papers of a poll, those that still have to be looked at first; never what is on them."""
    rows = (Paper.select(Voter.id, Voter.number, Voter.name, Voter.address, Paper.state, Paper.first_by,
                         Paper.second_by, Ballot.road)
            .join(Voter, on=(Voter.id == Paper.voter_id))
            .join(Ballot, JOIN.LEFT_OUTER, on=((Ballot.poll_id == Paper.poll_id)
                                               & (Ballot.voter_id == Paper.voter_id)))
            .where(Paper.poll_id == poll_id).order_by(Voter.number).tuples())
    order = {"differs": 0, "first": 1, "agreed": 2}
    return sorted((Sheet(*row) for row in rows), key=lambda sheet: (order[sheet.state], sheet.number))


def typed(poll_id: int) -> bool:
    """All papers are typed, so that the count can begin; False where nobody waits for them. What is typed once only,
    or differs, is left out."""
    poll = locks.take(poll_id)
    if poll is None or poll.state != "closed" or poll.typing_until is None:
        return False
    end(poll_id)
    later(now(), "halls.poll_counts", poll_id, scope_id(), once=True)
    return True


def end(poll_id: int) -> None:
    """Take no paper any more; the caller holds the poll for itself, so whoever typed just now is done."""
    Poll.update(typing_until=None, version=Poll.version + 1).where(Poll.id == poll_id).execute()
