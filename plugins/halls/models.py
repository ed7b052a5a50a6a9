"""What is kept of topics and polls. Whatever else hangs on a topic is kept by the part that it belongs to."""

from peewee import BigIntegerField, BooleanField, CharField, IntegerField, TextField

from portal import Owned, now, same_site


class Topic(Owned):
    """Something that the community talks over, from the first complaint to the promise that follows."""

    title = CharField(max_length=120)
    summary = CharField(max_length=400, default="")  # plain words, for lists and the top of its page
    text = TextField(default="")  # Markdown
    picture = CharField(max_length=120, default="")
    picture_alt = CharField(max_length=200, default="")
    template = CharField(max_length=20, default="vote")  # which template staff began with
    stages = TextField(default="[]")  # JSON: [stage, from, to] of each that it has; from and to may be null
    stage = CharField(max_length=10, default="listen")  # see stages.STAGES
    state = CharField(max_length=10, default="draft")  # draft, open, ended
    audience = CharField(max_length=10, default="community")
    threshold = IntegerField(default=0)  # signatures that a proposal needs for an official answer
    version = IntegerField(default=1)
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="desk")
    created_at = BigIntegerField(default=now)
    changed_at = BigIntegerField(default=now)

    class Meta:
        table_name = "halls_topic"
        indexes = ((("site", "id"), True), (("site", "state", "changed_at"), False))


class Poll(Owned):
    """A question that the people of a roll decide. Once it is open nothing of it changes but its state."""

    topic_id = IntegerField(null=True)
    title = CharField(max_length=160)
    text = TextField(default="")  # Markdown
    rule = CharField(max_length=24)  # a name of tally.RULES
    parameters = TextField(default="{}")  # JSON: every parameter of the rule
    seed = CharField(max_length=64, default="")  # of the lots; drawn and shown before anybody votes
    money_fen = BigIntegerField(default=0)  # of a budget
    shown = CharField(max_length=8, default="numbers")  # what is told of choices after the close: named, numbers
    proxies = BooleanField(default=False)
    wanted = TextField(default="{}")  # JSON: who is on the roll; see polls/roll.py
    state = CharField(max_length=10, default="draft")  # see polls/states.py
    opens_at = BigIntegerField(null=True)  # by the clock; none: by hand
    closes_at = BigIntegerField(null=True)
    roll_size = IntegerField(null=True)  # none until the roll is frozen
    roll_hash = CharField(max_length=64, default="")
    frozen_at = BigIntegerField(null=True)
    opened_at = BigIntegerField(null=True)
    closed_at = BigIntegerField(null=True)
    ballots_hash = CharField(max_length=64, default="")  # of the ballots that were counted
    turnout = TextField(default="")  # JSON: how many by which road
    result = TextField(default="")  # JSON: the count, stage by stage
    flight = TextField(default="{}")  # JSON: what is ready for the opening; see preflight
    texts = TextField(default="{}")  # JSON: what it says in further languages; see polls/languages.py
    paper_hours = IntegerField(default=0)  # so long after the close papers that were handed in are typed in
    typing_until = BigIntegerField(null=True)  # of a closed poll: while there is one, it is not counted
    supersedes_id = IntegerField(null=True)  # the poll that this one puts right
    why = CharField(max_length=300, default="")  # why it was withdrawn
    version = IntegerField(default=1)
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="desk")
    created_at = BigIntegerField(default=now)
    changed_at = BigIntegerField(default=now)

    class Meta:
        table_name = "halls_poll"
        indexes = ((("site", "id"), True), (("site", "topic_id"), False), (("site", "state", "closes_at"), False))
        constraints = [same_site("topic_id", "halls_topic")]


class Option(Owned):
    """What a poll can choose: a candidate, an answer, or a project with its cost."""

    poll_id = IntegerField()
    number = IntegerField()  # from 0, in the order of the ballot
    title = CharField(max_length=160)
    text = TextField(default="")
    cost_fen = BigIntegerField(null=True)
    code = CharField(max_length=40, default="")  # its id in a file that it came from
    proposal_id = IntegerField(null=True)
    statement_id = IntegerField(null=True)

    class Meta:
        table_name = "halls_option"
        indexes = ((("site", "id"), True), (("site", "poll_id", "number"), True))
        constraints = [same_site("poll_id", "halls_poll")]


class Voter(Owned):
    """A line of a frozen roll. What it says of the person is what was so when it was frozen."""

    poll_id = IntegerField()
    number = IntegerField()  # from 1, the same for everybody who orders the same roll
    person_id = IntegerField(null=True)  # empty once erased
    name = CharField(max_length=60, default="")
    address = CharField(max_length=160, default="")  # estate and building

    class Meta:
        table_name = "halls_voter"
        indexes = ((("site", "id"), True), (("site", "poll_id", "number"), True),
                   (("site", "poll_id", "person_id"), True), (("site", "person_id"), False))
        constraints = [same_site("poll_id", "halls_poll")]


class Ballot(Owned):
    """The one ballot of a voter; cast again it is this row that changes."""

    poll_id = IntegerField()
    voter_id = IntegerField()
    choice = TextField()  # JSON, see tally and polls/choices.py
    receipt = CharField(max_length=12)
    road = CharField(max_length=8, default="web")  # web, desk, phone, paper, proxy
    by_voter_id = IntegerField(null=True)  # the holder, where it was cast by proxy
    changed = IntegerField(default=0)  # how often it was cast again
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "halls_ballot"
        indexes = ((("site", "id"), True), (("site", "poll_id", "voter_id"), True),
                   (("site", "poll_id", "receipt"), True), (("site", "person_id"), False))
        constraints = [same_site("poll_id", "halls_poll"), same_site("voter_id", "halls_voter")]


class Paper(Owned):
    """A paper ballot: typed by two people who do not see each other's, and a ballot once both are the same."""

    poll_id = IntegerField()
    voter_id = IntegerField()
    first = TextField(default="")  # JSON, as Ballot.choice
    first_by = IntegerField(null=True)
    second = TextField(default="")
    second_by = IntegerField(null=True)
    state = CharField(max_length=10, default="first")  # first, differs, agreed
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "halls_paper"
        indexes = ((("site", "id"), True), (("site", "poll_id", "voter_id"), True),
                   (("site", "poll_id", "state"), False))
        constraints = [same_site("poll_id", "halls_poll"), same_site("voter_id", "halls_voter")]


class Proxy(Owned):
    """That a voter lets another one vote for them in one poll; it counts only while both want it."""

    poll_id = IntegerField()
    giver_id = IntegerField()  # voters
    holder_id = IntegerField()
    state = CharField(max_length=8, default="asked")  # asked, given, ended
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    at = BigIntegerField(default=now)

    class Meta:
        table_name = "halls_proxy"
        indexes = ((("site", "id"), True), (("site", "poll_id", "giver_id"), True),
                   (("site", "poll_id", "holder_id"), False))
        constraints = [same_site("poll_id", "halls_poll"), same_site("giver_id", "halls_voter"),
                       same_site("holder_id", "halls_voter")]


MODELS = (Topic, Poll, Option, Voter, Ballot, Paper, Proxy)
