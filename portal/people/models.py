"""Rows of persons: who they are, where they live, what they may, how they sign in, what reaches them."""

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField, TextField

from ..base import clock
from ..base.records import District, Owned
from ..base.sites import Site


class Person(District):
    """Somebody who can sign in, or for whom staff keep records."""

    name = CharField(max_length=60)
    phone = CharField(max_length=20, null=True, index=True)  # several residents may share one
    email = CharField(max_length=120, null=True, unique=True)
    password = CharField(max_length=200, default="")
    birth_year = IntegerField(null=True)
    locale = CharField(max_length=12, default="")
    large = BooleanField(default=False)
    unread = IntegerField(default=0)  # notices not yet read, kept with them
    created_at = BigIntegerField(default=clock.now)


class Household(District):
    """Somebody in a person's family, who needs no account of their own."""

    person = ForeignKeyField(Person, on_delete="CASCADE", backref="household")
    name = CharField(max_length=60)
    birth_year = IntegerField(null=True)


class Membership(District):
    """That a person lives in a community; `state`: stated, verified, refused."""

    person = ForeignKeyField(Person, on_delete="CASCADE", backref="memberships")
    site = ForeignKeyField(Site, on_delete="CASCADE")
    estate = CharField(max_length=60, default="")
    building = CharField(max_length=40, default="")
    state = CharField(max_length=10, default="stated")
    stated_at = BigIntegerField(default=clock.now)
    verified_by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    verified_at = BigIntegerField(null=True)

    class Meta:
        indexes = ((("person", "site"), True), (("site", "state"), False))


class Role(District):
    """What a person does in a site and, for street and district roles, below it."""

    person = ForeignKeyField(Person, on_delete="CASCADE", backref="roles")
    site = ForeignKeyField(Site, on_delete="CASCADE")
    role = CharField(max_length=20)
    buildings = TextField(default="[]")  # JSON: where a grid worker works; empty: everywhere
    granted_by = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    granted_at = BigIntegerField(default=clock.now)

    class Meta:
        indexes = ((("person", "site", "role"), True),)


class Session(District):
    """One sign-in on one device. Only the hash of its token is kept."""

    token = CharField(max_length=64, unique=True)
    person = ForeignKeyField(Person, on_delete="CASCADE", backref="sessions")
    device = CharField(max_length=80, default="")
    created_at = BigIntegerField(default=clock.now)
    seen_at = BigIntegerField(default=clock.now)
    acting_for = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    acting_site = ForeignKeyField(Site, null=True, on_delete="SET NULL")
    acting_channel = CharField(max_length=8, default="")


class SignInCode(District):
    """A code that was sent to a phone, hashed."""

    phone = CharField(max_length=20, index=True)
    code = CharField(max_length=64)
    expires_at = BigIntegerField()
    tries = IntegerField(default=0)
    used = BooleanField(default=False)


class HandOver(District):
    """A one-time token that carries a session from one host to another."""

    token = CharField(max_length=64, unique=True)
    session = ForeignKeyField(Session, on_delete="CASCADE")
    host = CharField(max_length=120)
    expires_at = BigIntegerField()


class CalendarLink(District):
    """The secret address of a person's own calendar. Only the hash of its token is kept."""

    person = ForeignKeyField(Person, unique=True, on_delete="CASCADE")
    token = CharField(max_length=64, unique=True)
    made_at = BigIntegerField(default=clock.now)


class Count(District):
    """How often something limited has happened since `since`."""

    what = CharField(max_length=120, unique=True)
    n = IntegerField(default=0)
    since = BigIntegerField()


class Notice(District):
    """A message to a person, in the inbox and, if they wish, by e-mail."""

    person = ForeignKeyField(Person, on_delete="CASCADE", backref="notices")
    site_id = IntegerField(null=True)
    kind = CharField(max_length=60)
    event = CharField(max_length=120)  # one notice a person and event, however often it is asked for
    title = CharField(max_length=200)
    text = TextField(default="")
    url = CharField(max_length=200, default="")
    sent_at = BigIntegerField(default=clock.now)
    read_at = BigIntegerField(null=True)
    digest = BooleanField(default=False)  # waits for the person's e-mail of the day

    class Meta:
        indexes = ((("person", "kind", "event"), True), (("person", "sent_at"), False))


class NoticeWishes(District):
    """How messages may reach a person; who has no row has said nothing and gets what the kinds say."""

    person = ForeignKeyField(Person, on_delete="CASCADE", unique=True, backref="notice_wishes")
    chosen = TextField(default="{}")  # JSON: {channel: {kind of notice: true or false}}
    quiet_from = IntegerField(null=True)  # minute of the day; None: no quiet hours
    quiet_until = IntegerField(default=0)
    digest = IntegerField(null=True)  # minute of the day for the one e-mail; None: each by itself
    zone = CharField(max_length=40, default="")  # of the site where this was said


class Mail(District):
    """The outbox: a message that is to go out once, by `channel`: email, sms, wechat. `state`: waiting, sent, failed.

    `person` is who it is for, where it keeps their quiet hours; a code that somebody waits for has none.
    """

    channel = CharField(max_length=8, default="email")
    person = ForeignKeyField(Person, null=True, on_delete="CASCADE", backref="mails")
    site_id = IntegerField(null=True)
    to = CharField(max_length=120)
    subject = CharField(max_length=200)
    text = TextField()
    html = TextField(default="")
    url = CharField(max_length=300, default="")
    only = CharField(max_length=60, null=True, unique=True)  # what there is one of only: "digest 17 2026-11-23"
    state = CharField(max_length=8, default="waiting", index=True)
    tries = IntegerField(default=0)
    next_at = BigIntegerField(default=clock.now)
    claimed_at = BigIntegerField(default=0)
    created_at = BigIntegerField(default=clock.now)
    error = CharField(max_length=200, default="")
    until = BigIntegerField(null=True)  # from then on it tells nothing any more, and is not sent


class FormAnswer(District):
    """What a form that was sent with a key has been answered, so that a second tap gets the same."""

    key = CharField(max_length=64, unique=True)
    session_id = IntegerField(null=True)
    status = IntegerField()
    location = TextField(default="")
    body = TextField(default="")
    at = BigIntegerField(default=clock.now)


class PluginFault(District):
    """That a plugin's hook raised or was too slow; shown on the desk."""

    site_id = IntegerField(null=True, index=True)
    plugin = CharField(max_length=60)
    hook = CharField(max_length=60)
    reason = CharField(max_length=200)
    n = IntegerField(default=1)
    last_at = BigIntegerField(default=clock.now)

    class Meta:
        indexes = ((("site_id", "plugin", "hook"), False),)


class Building(Owned):
    """An estate's building, as staff listed it."""

    estate = CharField(max_length=60)
    building = CharField(max_length=40, default="")

    class Meta:
        indexes = ((("site", "estate", "building"), True),)


class Audit(Owned):
    """One thing that staff did: who, for whom, by which channel."""

    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")
    action = CharField(max_length=60)
    thing = CharField(max_length=120, default="")
    detail = CharField(max_length=300, default="")
    at = BigIntegerField(default=clock.now)

    class Meta:
        indexes = ((("site", "at"), False),)
