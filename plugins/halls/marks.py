"""How often what pages show has changed: of the hall's lists and of each topic, and how often people got other names.

Triggers count it, see migrations/0010_changes.py.
"""

from peewee import CharField, IntegerField

from portal import District, changes_of

from .models import Topic


class Renamed(District):
    """How often somebody got another name, in one row."""

    what = CharField(max_length=10, unique=True)
    n = IntegerField(default=0)

    class Meta:
        table_name = "halls_renamed"


def of_topic():
    """A column of a query of topics: how often something of the topic has changed that everybody sees."""
    return changes_of("halls", Topic.id, Topic.site)


def renamings():
    """A column: how often people got other names, for pages that name somebody."""
    return Renamed.select(Renamed.n).where(Renamed.what == "names")


MODELS = (Renamed,)
