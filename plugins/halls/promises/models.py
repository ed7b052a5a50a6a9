"""What is kept of promises, and of every change of one."""

from peewee import BigIntegerField, CharField, IntegerField, TextField

from portal import Owned, now, same_site


class Promise(Owned):
    """Something that is to be done after a result. Whether it is late follows from its day."""

    topic_id = IntegerField()
    poll_id = IntegerField(null=True)
    text = CharField(max_length=300)
    who = CharField(max_length=80)  # who promises: an office, a committee, a person in their function
    due = CharField(max_length=10)  # the day, as 2027-05-01
    state = CharField(max_length=8, default="open")  # open, kept, dropped
    evidence = TextField(default="")  # Markdown: how one sees that it was kept, or why it was dropped
    picture = CharField(max_length=120, default="")
    picture_alt = CharField(max_length=200, default="")
    done_on = CharField(max_length=10, default="")  # the day on which it was kept or dropped
    version = IntegerField(default=1)
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="desk")
    created_at = BigIntegerField(default=now)
    changed_at = BigIntegerField(default=now)

    class Meta:
        table_name = "halls_promise"
        indexes = ((("site", "id"), True), (("site", "topic_id"), False), (("site", "state", "due"), False))
        constraints = [same_site("topic_id", "halls_topic")]


class PromiseChange(Owned):
    """A promise as it was before a change, so that nobody can move a day in silence."""

    promise_id = IntegerField()
    version = IntegerField()
    was = TextField()  # JSON: the fields that changed, as they were
    actor_id = IntegerField(null=True)
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "halls_promise_change"
        indexes = ((("site", "promise_id", "version"), True),)
        constraints = [same_site("promise_id", "halls_promise")]


MODELS = (Promise, PromiseChange)
