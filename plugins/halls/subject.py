"""A topic as the parts that hang on it see it: what it is called, and who may take part in it now."""

from typing import NamedTuple

from portal import AUDIENCES, _, param, prepared, takes_part

from .models import Topic

N_ = str


class Subject(NamedTuple):
    """A topic that residents see."""

    id: int
    title: str
    state: str
    stage: str
    template: str
    audience: str
    threshold: int

    @property
    def open(self) -> bool:
        """Whether it has not ended."""
        return self.state == "open"


COLUMNS = tuple(getattr(Topic, name) for name in Subject._fields)
SEEN = Topic.state != "draft"
_one = prepared(lambda: Topic.select(*COLUMNS).where((Topic.id == param("id")) & SEEN))


def find(topic_id: int) -> Subject | None:
    """A topic of the open site; drafts are not found."""
    found = _one.one(id=topic_id)
    return found and Subject(*found)


def barred(subject: Subject) -> str:
    """Why the viewer cannot take part in a topic, in words; empty where they can."""
    if not subject.open:
        return _("This topic has ended.")
    if not takes_part(subject.audience):
        return _("This topic is for: %(who)s.", who=_(AUDIENCES[subject.audience]))
    return ""
