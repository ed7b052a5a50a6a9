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
    helpers = IntegerField(default=0)  # how many helpers each of its new occurrences wants
    companions = IntegerField(default=0)  # how many unnamed people a party may bring
    approval = BooleanField(default=False)  # staff look at each sign-up first
    guests = BooleanField(default=False)  # people without an account may sign up with name and phone
    leave_hours = IntegerField(default=0)  # leaving is late from so many hours before the start
    questions = TextField(default="")  # one a line; with * at its end it must be answered
    access = TextField(default="")  # how to get in with a wheelchair, a guide dog, weak ears
    bring = TextField(default="")  # what to bring along
    series = TextField(default="")  # JSON of an activity of our own that repeats: pattern, first, until, holidays
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
    held = IntegerField(default=0)  # places offered to those who wait
    waiting = IntegerField(default=0)  # parties that wait
    queue = IntegerField(default=0)  # the last number given to a party that waits
    asked = IntegerField(default=0)  # parties that staff have to look at
    helpers = IntegerField(default=0)  # how many are wanted
    helping = IntegerField(default=0)
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


# What lasts for more than a day, so that a list finds what still goes on.
Occurrence.add_index(Occurrence.index(
    Occurrence.site, Occurrence.listed, Occurrence.starts_at, Occurrence.ends_at,
    where=Occurrence.ends_at - Occurrence.starts_at > 86400, name="activities_occurrence_lasting"))


class SignUp(Owned):
    """That a person comes to an occurrence with a party of `size`. The person is empty for a guest and once erased."""

    occurrence_id = IntegerField()
    person_id = IntegerField(null=True)
    role = CharField(max_length=12, default="participant")  # participant, helper
    size = IntegerField(default=1)
    oneself = BooleanField(default=True)
    companions = IntegerField(default=0)
    state = CharField(max_length=10, default="joined")  # see rules.LIVE and rules.GONE
    number = IntegerField(null=True)  # grows along the waitlist; the place in it is counted from it
    offered_until = BigIntegerField(null=True)
    answers = TextField(default="")  # JSON: a list beside the activity's questions
    guest_name = CharField(max_length=60, default="")
    guest_phone = CharField(max_length=20, null=True)
    key = CharField(max_length=64, default="")  # the hash of what a guest's own page is found by
    late = BooleanField(default=False)  # left after the time for it
    came = IntegerField(null=True)  # how many of them, said at the door
    came_at = BigIntegerField(null=True)
    missed = CharField(max_length=9, default="")  # no-show, excused, or forgiven: a no-show that was lifted
    minutes = IntegerField(null=True)  # how long a helper helped; none: from the start to the end
    actor_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    at = BigIntegerField(default=now)
    left_at = BigIntegerField(null=True)

    class Meta:
        table_name = "activities_sign_up"
        indexes = ((("site", "id"), True), (("site", "occurrence_id", "person_id"), True),
                   (("site", "occurrence_id", "state", "number"), False),
                   (("site", "person_id", "state"), False), (("site", "at"), False),
                   (("site", "guest_phone"), False))
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


class Sheet(Owned):
    """A spreadsheet of activities that staff have uploaded. Its rows wait as parts until they are taken in."""

    key = CharField(max_length=32)  # the beginning of the UIDs of its activities
    file = CharField(max_length=200, default="")
    digest = CharField(max_length=64)
    state = CharField(max_length=10, default="checking")  # see sheets.STATES
    publish = BooleanField(default=False)  # or leave drafts
    problems = TextField(default="")  # JSON: (row, column, reason, values), the first of them
    wrong = IntegerField(default=0)  # how many problems there are
    activities = IntegerField(default=0)
    total = IntegerField(default=0)  # dates
    done = IntegerField(default=0)
    found = IntegerField(default=0)  # the last of its activities that the search knows
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "activities_sheet"
        indexes = ((("site", "id"), True), (("site", "state"), False), (("site", "digest"), False))


class SheetPart(Owned):
    """Some rows of a spreadsheet, as they will be stored."""

    sheet_id = IntegerField()
    n = IntegerField()
    data = TextField()  # JSON: activities by their number in the file, dates

    class Meta:
        table_name = "activities_sheet_part"
        indexes = ((("site", "sheet_id", "n"), True),)
        constraints = [same_site("sheet_id", "activities_sheet")]


class Tag(Owned):
    """How many activities that residents see carry a tag; kept so that the list need not count."""

    name = CharField(max_length=40)
    n = IntegerField(default=0)

    class Meta:
        table_name = "activities_tag"
        indexes = ((("site", "name"), True), (("site", "n"), False))


class Appeal(Owned):
    """What somebody says against having to wait first; their last one."""

    person_id = IntegerField()
    text = CharField(max_length=500)
    state = CharField(max_length=8, default="open")  # open, lifted, kept
    answer = CharField(max_length=200, default="")
    actor_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    decided_by = IntegerField(null=True)
    at = BigIntegerField(default=now)
    decided_at = BigIntegerField(null=True)

    class Meta:
        table_name = "activities_appeal"
        indexes = ((("site", "person_id"), True), (("site", "state", "at"), False))


class Recap(Owned):
    """What staff tell of a date afterwards."""

    occurrence_id = IntegerField()
    text = TextField(default="")  # Markdown
    pictures = TextField(default="")  # JSON: [name, what it shows] of each
    version = IntegerField(default=1)
    actor_id = IntegerField(null=True)
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "activities_recap"
        indexes = ((("site", "occurrence_id"), True),)
        constraints = [same_site("occurrence_id", "activities_occurrence")]


class Feedback(Owned):
    """How somebody who came liked it. Staff never see whose it is; the person is empty once erased."""

    occurrence_id = IntegerField()
    person_id = IntegerField(null=True)
    stars = IntegerField()
    text = CharField(max_length=300, default="")
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "activities_feedback"
        indexes = ((("site", "occurrence_id", "person_id"), True), (("site", "person_id"), False))
        constraints = [same_site("occurrence_id", "activities_occurrence")]


MODELS = (Source, Activity, Occurrence, SignUp, SignUpMember, Sheet, SheetPart, Tag, Appeal, Recap, Feedback)
