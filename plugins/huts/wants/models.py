"""What is kept of wants, and of what nobody had: the latter is a count without names."""

from peewee import CharField, IntegerField

from portal import Owned


class Miss(Owned):
    """How often in a week something was looked for in vain. It knows nobody: there is no person and no time of day."""

    week = CharField(max_length=8)  # 2026-W10
    reason = CharField(max_length=6)  # search: nothing was found; hold: none was free
    kind = CharField(max_length=40, default="")  # a code of categories.toml; else
    word = CharField(max_length=20, default="")  # what was typed, where it can be nobody's name or number
    n = IntegerField(default=0)

    class Meta:
        table_name = "huts_miss"
        indexes = ((("site", "week", "reason", "kind", "word"), True),)


MODELS = (Miss,)
