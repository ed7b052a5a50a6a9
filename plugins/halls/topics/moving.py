"""How a topic comes to be and moves on: by staff or by the clock, each move by a condition on its own row."""

from portal import Due, index, later, now, scope_id, unindex

from ..models import Topic
from . import stages
from .queries import TopicRow, topic

KIND = "halls.topic_stage"


def change(row: TopicRow, **values) -> bool:
    """Store new values; False when somebody else has changed the topic since `row` was read."""
    same = (Topic.id == row.id) & (Topic.version == row.version)
    done = Topic.update(**values, version=Topic.version + 1, changed_at=now()).where(same).execute()
    if done:
        settle(row.id)
    return bool(done)


def move(row: TopicRow, name: str) -> bool:
    """Open or end a topic, or lead it to its next stage; False where that cannot be."""
    if name == "next":
        stage = stages.following(row.steps, row.stage)
        return bool(stage) and row.state == "open" and change(row, stage=stage)
    allowed, state = stages.MOVES[name]
    if row.state != allowed or not row.steps:
        return False
    more = {"stage": stages.by_clock(row.steps, row.steps[0].stage, now())} if name == "open" else {}
    return change(row, state=state, **more)


def settle(topic_id: int) -> None:
    """Bring the search and the clock in line with a topic."""
    row = topic(topic_id)
    if row is None or row.state == "draft":
        unindex("halls", f"topic {topic_id}")
        return
    index("halls", f"topic {topic_id}", row.title, f"halls/topics/{topic_id}", f"{row.summary} {row.text}", row.summary)
    at = stages.next_change(row.steps, row.stage) if row.state == "open" else None
    if at is not None:
        later(at, KIND, topic_id, scope_id(), once=True)


def run(due: Due) -> None:
    """The clock has come to a stage: go there, unless staff were quicker or the dates have changed."""
    row = topic(int(due.ref))
    if row is None or row.state != "open":
        return
    stage = stages.by_clock(row.steps, row.stage, now())
    if stage != row.stage:
        change(row, stage=stage)
    else:
        settle(row.id)
