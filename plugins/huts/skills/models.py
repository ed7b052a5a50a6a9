"""What is kept of skills: the offer, each request for it, and the steps of a request."""

from peewee import BigIntegerField, BooleanField, CharField, IntegerField, TextField

from portal import Owned, now, same_site


class Skill(Owned):
    """What a resident offers to do for neighbours. Staff look at it before others see it."""

    category = CharField(max_length=12)  # a code of kinds.KINDS
    title = CharField(max_length=80)
    text = TextField(default="")  # Markdown
    per = CharField(max_length=6, default="task")  # hour, task: how it is counted; nothing is paid
    places = CharField(max_length=40, default="")  # codes of kinds.PLACES, comma between
    hours = CharField(max_length=120, default="")  # when, in words
    picture = CharField(max_length=120, default="")
    picture_alt = CharField(max_length=200, default="")
    audience = CharField(max_length=10, default="community")  # who may ask
    state = CharField(max_length=10, default="asked")  # asked, shown, hidden, withdrawn
    reason = CharField(max_length=200, default="")  # why it is hidden
    thanks = IntegerField(default=0)
    version = IntegerField(default=1)
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)  # who offers it; empty once erased
    channel = CharField(max_length=8, default="web")
    created_at = BigIntegerField(default=now)
    changed_at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_skill"
        indexes = ((("site", "id"), True), (("site", "state", "id"), False),
                   (("site", "state", "category", "id"), False), (("site", "person_id"), False))


class SkillAsk(Owned):
    """That a neighbour asks for a skill, from the words to the thank-you: a state machine, see states.py."""

    skill_id = IntegerField()
    words = CharField(max_length=400)
    wished = CharField(max_length=120, default="")  # when, in words
    state = CharField(max_length=9, default="asked")
    thanks = CharField(max_length=200, default="")
    thanks_open = BooleanField(default=False)  # the thanker lets others read it
    key = CharField(max_length=64, default="")  # of the form: a second tap is the same request
    version = IntegerField(default=1)
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)  # who asks; empty once erased
    channel = CharField(max_length=8, default="web")
    at = BigIntegerField(default=now)
    changed_at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_skill_ask"
        indexes = ((("site", "id"), True), (("site", "skill_id", "state"), False),
                   (("site", "person_id", "state"), False))
        constraints = [same_site("skill_id", "huts_skill")]


class SkillMove(Owned):
    """A step of a request: what it was, what it is, who took it, for whom and how."""

    ask_id = IntegerField()
    old = CharField(max_length=9, default="")
    new = CharField(max_length=9)
    why = CharField(max_length=200, default="")
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_skill_move"
        indexes = ((("site", "ask_id", "id"), False), (("site", "person_id"), False))
        constraints = [same_site("ask_id", "huts_skill_ask")]


MODELS = (Skill, SkillAsk, SkillMove)
