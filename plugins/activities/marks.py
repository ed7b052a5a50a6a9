"""How often a site's dates have changed, counted by the database itself: what was made from them holds until then."""

from peewee import CharField, IntegerField, fn

from portal import Owned, prepared


class Mark(Owned):
    """One row a site; triggers on its occurrences count it up for whatever a calendar shows of them."""

    what = CharField(max_length=10, default="dates")
    n = IntegerField(default=0)

    class Meta:
        table_name = "activities_mark"
        indexes = ((("site", "what"), True),)


changes_so_far = prepared(lambda: Mark.select(fn.COALESCE(fn.SUM(Mark.n), 0)))
