"""What is kept of wants."""

from peewee import BigIntegerField, BooleanField, CharField, IntegerField

from portal import Owned, now, same_site


class Want(Owned):
    """What a resident needs: a kind of thing, or a skill. Everybody reads it, with the family name alone."""

    what = CharField(max_length=5)  # thing, skill
    category = CharField(max_length=40)  # a code of categories.toml, or of skills/kinds.py
    title = CharField(max_length=80)
    text = CharField(max_length=400, default="")
    state = CharField(max_length=9, default="open")  # see states.py
    met_with = CharField(max_length=160, default="")
    reason = CharField(max_length=200, default="")  # why it is hidden
    answers = IntegerField(default=0)
    ends_at = BigIntegerField()
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)  # empty once erased
    channel = CharField(max_length=8, default="web")
    created_at = BigIntegerField(default=now)
    changed_at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_want"
        indexes = ((("site", "id"), True), (("site", "state", "id"), False), (("site", "state", "category"), False),
                   (("site", "person_id"), False))


class WantAnswer(Owned):
    """That a neighbour has what somebody wants, or can help: once a person and want."""

    want_id = IntegerField()
    how = CharField(max_length=4)  # have, help
    words = CharField(max_length=200, default="")
    phone_open = BooleanField(default=False)  # who wants it may see the phone
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_want_answer"
        indexes = ((("site", "want_id", "person_id"), True), (("site", "person_id"), False))
        constraints = [same_site("want_id", "huts_want")]


MODELS = (Want, WantAnswer)
