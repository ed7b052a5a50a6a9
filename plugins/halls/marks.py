"""How often what pages show has changed, counted by the database itself: pages that were made hold until then."""

from peewee import CharField, IntegerField, fn

from portal import District, Owned

HALL = 0  # in the place of a topic: topics in lists, polls, promises


class Mark(Owned):
    """One row a topic, and one of the hall; triggers count it up with all that stands on a topic's pages."""

    topic_id = IntegerField()
    n = IntegerField(default=0)

    class Meta:
        table_name = "halls_mark"
        indexes = ((("site", "topic_id"), True),)


class Renamed(District):
    """How often somebody got another name, in one row."""

    what = CharField(max_length=10, unique=True)
    n = IntegerField(default=0)

    class Meta:
        table_name = "halls_renamed"


def changes(topic):
    """A column: how often something of a topic has changed that everybody sees, or of the lists (HALL)."""
    return Mark.select(Mark.n).where(Mark.topic_id == topic)


def changes_of_halls():
    """How often the lists of all open sites have changed, together."""
    return Mark.select(fn.COALESCE(fn.SUM(Mark.n), 0)).where(Mark.topic_id == HALL)


def renamings():
    """A column: how often people got other names, for pages that name somebody."""
    return Renamed.select(Renamed.n).where(Renamed.what == "names")


MODELS = (Mark, Renamed)
