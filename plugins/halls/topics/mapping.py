"""The opinion map of a topic: planned with the votes, made by the worker outside of any transaction, then stored."""

import json
import logging
from typing import TYPE_CHECKING

from portal import Due, after_commit, later, now, scope_id, unit, within

from .models import OpinionMap, Statement, StatementVote

if TYPE_CHECKING:
    from .. import opinions

log = logging.getLogger("portal.halls")
KIND = "halls.map"
PAUSE = 300  # seconds between two maps of a topic
AGAIN = 900  # seconds after which a map is tried again whose worker died over it
LETTERS = 16


def changed(topic_id: int, at_once: bool = False) -> None:
    """Have the worker make the map anew, five minutes after the last one; at once where it shows what it must not."""
    last = None if at_once else OpinionMap.select(OpinionMap.at).where(OpinionMap.topic_id == topic_id).scalar()
    later(max(now(), (last or 0) + PAUSE), KIND, topic_id, scope_id(), once=True, move=at_once)


def run(row: Due) -> None:
    """Do a due row: the map is made once the row is stored as done, so that nobody waits for the sums.

    Until it is stored a second row stands by, for a worker that dies meanwhile.
    """
    topic_id, site_id = int(row.ref.split()[0]), scope_id()
    later(now() + AGAIN, KIND, f"{topic_id} again", site_id, once=True)
    after_commit(lambda: _made(topic_id, site_id))


def _made(topic_id: int, site_id: int) -> None:
    try:
        with within(site_id):
            make(topic_id)
        with unit(write=True):
            Due.delete().where((Due.kind == KIND) & (Due.ref == f"{topic_id} again") & (Due.state == "waiting")
                               & (Due.site_id == site_id)).execute()
    except Exception:
        log.exception("the opinion map of topic %s failed", topic_id)  # the second row tries it again


def make(topic_id: int) -> "opinions.Map | None":
    """Make and store the map of a topic of the open site, in two transactions with the sums between them.

    None where nobody has answered anything that is shown: then a map that was there is no more.
    """
    from .. import opinions
    with unit():
        read = answers(topic_id)
    if not read[1]:
        with unit(write=True):
            OpinionMap.delete().where(OpinionMap.topic_id == topic_id).execute()
        return None
    found = opinions.chart(matrix(*read))
    with unit(write=True):
        keep(topic_id, found, len(read[1]))
    return found


def answers(topic_id: int) -> tuple[list[int], list[tuple[str, int, int]]]:
    """The statements that are shown, and (participant, statement, vote) of every answer to one of them."""
    shown = [n for n, in Statement.select(Statement.id).where(
        (Statement.topic_id == topic_id) & (Statement.state == "shown")).order_by(Statement.id).tuples()]
    votes = list(StatementVote.select(StatementVote.participant, StatementVote.statement_id, StatementVote.vote)
                 .where(StatementVote.topic_id == topic_id).tuples())
    kept = set(shown)
    return shown, [vote for vote in votes if vote[1] in kept]


def matrix(statements: list[int], votes: list[tuple[str, int, int]]):
    """The answers as `opinions` takes them; participants in the order of their letters."""
    import numpy as np

    from ..opinions.votes import UNSEEN, Votes
    people = sorted({participant for participant, _statement, _vote in votes})
    rows, columns = ({name: n for n, name in enumerate(names)} for names in (people, statements))
    cells = np.full((len(people), len(statements)), UNSEEN, np.int8)
    for participant, statement, vote in votes:
        cells[rows[participant], columns[statement]] = vote
    return Votes(cells, tuple(people), tuple(map(str, statements)))


def keep(topic_id: int, found: "opinions.Map", votes: int) -> None:
    """Store a map in the place of the one before."""
    values = {"found": json.dumps(found.to_dict(people=False)), "people": packed(found.people),
              "participants": len(found.people), "votes": votes, "at": now()}
    (OpinionMap.insert(topic_id=topic_id, **values).on_conflict(
        conflict_target=[OpinionMap.site, OpinionMap.topic_id],
        update={**{getattr(OpinionMap, k): v for k, v in values.items()},
                OpinionMap.version: OpinionMap.version + 1}).execute())


def packed(people) -> str:
    """Where everybody stands, in one text: sixteen letters, then as many signs for group, x and y."""
    return "".join(f"{name}{'-' if group is None else group}{x:+05d}{y:+05d}"
                   for name, (group, x, y) in sorted(people.items()))


WIDTH = 11  # signs after the letters


def unpacked(text: str | None) -> tuple[int | None, int, int] | None:
    """(group, x, y) of one participant, from the signs behind their letters; None where there are none."""
    if not text or len(text) < WIDTH:
        return None
    return None if text[0] == "-" else int(text[0]), int(text[1:6]), int(text[6:11])


def stale(topic_id: int) -> None:
    """Have pages that show the stored map be made anew: a statement of it is no longer shown."""
    OpinionMap.update(version=OpinionMap.version + 1).where(OpinionMap.topic_id == topic_id).execute()
