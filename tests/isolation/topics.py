"""What a community has of topics, for the country: statements of each state, an answer and a map."""

from portal.plugins.halls.models import Poll, Topic
from portal.plugins.halls.topics.models import OpinionMap, Statement, StatementVote

MAP = ('{"k": 0, "silhouette": 0, "groups": [], "represents": [], "consensus": [], "statements": [{"id": "%d", '
       '"all": {"agree": 5, "disagree": 0, "passed": 0, "seen": 5}, "groups": []}]}')


def plant(mark: str, text: dict, who: dict, resident: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """A topic that goes on, one that has ended and a draft; statements that are shown, wait and are hidden."""
    topics = tuple(Topic.create(summary=mark, state=state, stages='[["listen", null, null]]', template="map",
                                **text, **who).id for state in ("open", "ended", "draft"))
    statements = tuple(Statement.create(topic_id=topics[0], text=f"{mark} {state}", state=state, reason=mark,
                                        actor_id=resident, person_id=resident).id
                       for state in ("shown", "waiting", "hidden"))
    StatementVote.create(topic_id=topics[0], statement_id=statements[0], participant=f"{mark.lower():x<16}", vote=1)
    OpinionMap.create(topic_id=topics[0], found=MAP % statements[0], participants=5, votes=5)
    Poll.create(topic_id=topics[0], rule="approval", state="draft", **text)
    return topics, statements
