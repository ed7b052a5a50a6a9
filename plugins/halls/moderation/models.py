"""What is kept of reports and of what was hidden."""

from peewee import BigIntegerField, CharField, IntegerField

from portal import Owned, now, same_site


class Report(Owned):
    """That somebody finds that a thing breaks a rule. One for each person and thing."""

    kind = CharField(max_length=10)  # a name of reportable.KINDS
    thing_id = IntegerField()
    topic_id = IntegerField()
    rule = CharField(max_length=12)  # of rules.RULES
    text = CharField(max_length=400, default="")
    state = CharField(max_length=10, default="waiting")  # waiting, hidden, dismissed
    decided_at = BigIntegerField(null=True)
    decided_by = IntegerField(null=True)
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "halls_report"
        indexes = ((("site", "kind", "thing_id", "person_id"), True), (("site", "state", "at"), False),
                   (("site", "person_id"), False))
        constraints = [same_site("topic_id", "halls_topic")]


class Hiding(Owned):
    """That a thing was hidden, or is to be once a second person agrees; with the author's appeal and what became of it.

    `actor_id` is who hid it or asked for it, `second_id` who agreed or did not.
    """

    kind = CharField(max_length=10)
    thing_id = IntegerField()
    topic_id = IntegerField()
    rule = CharField(max_length=12)
    reason = CharField(max_length=200)
    state = CharField(max_length=10, default="hidden")  # asked, hidden, declined, undone
    live = CharField(max_length=24, null=True)  # kind and thing, while it is asked for or hidden: never two at once
    author_id = IntegerField(null=True)  # the person whose thing it is
    second_id = IntegerField(null=True)
    appeal = CharField(max_length=10, default="")  # waiting, granted, refused
    appeal_text = CharField(max_length=1000, default="")
    appeal_at = BigIntegerField(null=True)
    answer = CharField(max_length=400, default="")  # to the appeal
    decided_by = IntegerField(null=True)
    settled_at = BigIntegerField(null=True)
    back_by = IntegerField(null=True)  # who has asked to show it again, where a second person has to agree
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="desk")
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "halls_hiding"
        indexes = ((("site", "id"), True), (("site", "live"), True), (("site", "state", "appeal"), False),
                   (("site", "author_id"), False))
        constraints = [same_site("topic_id", "halls_topic")]


MODELS = (Report, Hiding)
