"""What is kept of activities: the thing, its dates, who comes, and the calendar files they came from."""

from peewee import BigIntegerField, BooleanField, CharField, IntegerField, TextField

from portal import Owned, now, same_site


class Source(Owned):
    """A calendar file as it was last imported; its activities are extended from its text."""

    name = CharField(max_length=200, default="")  # what the calendar calls itself
    file = CharField(max_length=200, default="")
    text = TextField()
    digest = CharField(max_length=64)
    state = CharField(max_length=10, default="applied")  # staged, applying, applied
    replaces_id = IntegerField(null=True)  # a staged file: which source it will become
    activity_capacity = IntegerField(null=True)  # places of activities that are new in it
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="import")
    imported_at = BigIntegerField(default=now)

    class Meta:
        table_name = "activities_source"
        indexes = ((("site", "id"), True), (("site", "state"), False))


class Activity(Owned):
    """Something that people do together, once or many times."""

    uid = TextField()
    title = TextField()
    text = TextField(default="")  # Markdown
    place = TextField(default="")
    organiser = CharField(max_length=120, default="")
    tags = CharField(max_length=300, default="")  # ",长者,亲子,": found by LIKE
    picture = CharField(max_length=120, default="")
    picture_alt = CharField(max_length=200, default="")
    audience = CharField(max_length=10, default="community")
    state = CharField(max_length=10, default="draft")
    price_fen = IntegerField(default=0)
    capacity = IntegerField(null=True)  # of its new occurrences; none: nobody needs to sign up
    source_id = IntegerField(null=True)
    cancelled_by = CharField(max_length=5, default="")  # staff, or the file that no longer has it
    expanded_to = BigIntegerField(default=0)  # a repeating one has its rows up to here
    repeats = BooleanField(default=False)
    version = IntegerField(default=1)
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="desk")
    created_at = BigIntegerField(default=now)
    changed_at = BigIntegerField(default=now)

    class Meta:
        table_name = "activities_activity"
        indexes = ((("site", "id"), True), (("site", "uid"), True), (("site", "state"), False),
                   (("site", "source_id"), False))
        constraints = [same_site("source_id", "activities_source")]


class Occurrence(Owned):
    """One date of an activity, with the places taken on it. What a list shows stands here once more."""

    activity_id = IntegerField()
    recurrence_key = CharField(max_length=40, default="")  # its place in the series, also after a move
    starts_at = BigIntegerField()
    ends_at = BigIntegerField()  # of whole days: the midnight after the last
    all_day = BooleanField(default=False)
    capacity = IntegerField(null=True)
    taken = IntegerField(default=0)
    state = CharField(max_length=10, default="published")  # published, cancelled
    cancelled_by = CharField(max_length=5, default="")  # staff, or the file that no longer has it
    listed = IntegerField(default=0)  # 1: residents see it
    note = CharField(max_length=300, default="")  # why it was cancelled
    title = TextField()
    place = TextField(default="")
    tags = CharField(max_length=300, default="")
    picture = CharField(max_length=120, default="")
    audience = CharField(max_length=10, default="community")
    price_fen = IntegerField(default=0)
    sequence = IntegerField(default=0)  # grows when time, place or state change: calendars follow it
    changed_at = BigIntegerField(default=now)

    class Meta:
        table_name = "activities_occurrence"
        indexes = ((("site", "id"), True), (("site", "activity_id", "recurrence_key"), True),
                   (("site", "activity_id", "starts_at"), False),
                   (("site", "listed", "starts_at", "id", "ends_at"), False))
        constraints = [same_site("activity_id", "activities_activity")]


class SignUp(Owned):
    """That a person comes to an occurrence with a party of `size`. The person is empty once erased."""

    occurrence_id = IntegerField()
    person_id = IntegerField(null=True)
    size = IntegerField(default=1)
    oneself = BooleanField(default=True)
    state = CharField(max_length=10, default="joined")  # joined, left
    actor_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    at = BigIntegerField(default=now)
    left_at = BigIntegerField(null=True)

    class Meta:
        table_name = "activities_sign_up"
        indexes = ((("site", "id"), True), (("site", "occurrence_id", "person_id"), True),
                   (("site", "person_id", "state"), False), (("site", "at"), False))
        constraints = [same_site("occurrence_id", "activities_occurrence")]


class SignUpMember(Owned):
    """Somebody of the person's family who comes with them."""

    sign_up_id = IntegerField()
    household_id = IntegerField(null=True)
    name = CharField(max_length=60)

    class Meta:
        table_name = "activities_sign_up_member"
        indexes = ((("site", "sign_up_id"), False),)
        constraints = [same_site("sign_up_id", "activities_sign_up")]


class Tag(Owned):
    """How many activities that residents see carry a tag; kept so that the list need not count."""

    name = CharField(max_length=40)
    n = IntegerField(default=0)

    class Meta:
        table_name = "activities_tag"
        indexes = ((("site", "name"), True), (("site", "n"), False))


MODELS = (Source, Activity, Occurrence, SignUp, SignUpMember, Tag)
