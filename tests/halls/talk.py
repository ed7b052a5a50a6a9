"""Topics for tests: opened, with statements, with people who answer."""

from portal.plugins.halls.models import Topic
from portal.plugins.halls.topics import moving, queries, saying, stages
from portal.plugins.halls.topics.models import Statement

from portal.base import clock
from portal.jobs import Work


def opened(town, at: str = "north", title: str = "充电棚放在哪里好？", names=("listen", "discuss", "result"),
           state: str = "open", **fields) -> int:
    """A topic that goes on in its first stage; its id."""
    steps = [stages.Step(name) for name in names]
    with town.app.app_context(), town.unit(at):
        row = Topic.create(title=title, summary="棚要建，放在哪里？", stages=stages.write(steps), stage=names[0],
                           template="map", state=state, **fields)
        moving.settle(row.id)
    return row.id


def said(town, topic_id: int, *texts: str, at: str = "north", state: str = "shown", **fields) -> list[int]:
    """Statements of a topic; their ids."""
    with town.unit(at):
        return [Statement.create(topic_id=topic_id, text=text, state=state, **fields).id for text in texts]


def answered(town, topic_id: int, answers: dict[str, dict[int, int]], at: str = "north") -> None:
    """Letters → statement → vote, as if they had answered."""
    with town.app.app_context(), town.unit(at):
        for letters, votes in answers.items():
            for statement, vote in votes.items():
                assert saying.vote(topic_id, statement, letters.ljust(16, "x"), vote)


def two_camps(statements: list[int], size: int = 10) -> dict[str, dict[int, int]]:
    """Two groups that disagree on all but the last statement."""
    *apart, shared = statements
    return {f"{side}{n}": {**{s: vote if (k + n) % 9 else -vote for k, s in enumerate(apart)}, shared: 1}
            for side, vote in (("a", 1), ("b", -1)) for n in range(size)}


def worked(town, until: int | None = None) -> None:
    """The worker does all that is due."""
    with clock.frozen(until) if until else clock.frozen(clock.now()):
        work = Work(town.app)
        for _turn in range(50):
            if not work.turn():
                return


def row_of(town, topic_id: int, at: str = "north") -> queries.TopicRow:
    with town.unit(at):
        return queries.topic(topic_id)
