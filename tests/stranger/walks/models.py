"""What is kept of walks."""

from peewee import BigIntegerField, CharField, IntegerField

from portal import Owned, now, param, prepared

MINUTE = 60


class Walk(Owned):
    """A walk that sets off once."""

    title = CharField(max_length=60)
    place = CharField(max_length=60)
    starts_at = BigIntegerField()
    minutes = IntegerField()
    planned_at = BigIntegerField(default=now)
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")

    class Meta:
        table_name = "walks_walk"
        indexes = ((("site", "starts_at"), False),)


FIELDS = Walk.id, Walk.title, Walk.place, Walk.starts_at, Walk.minutes
one = prepared(lambda: Walk.select(*FIELDS).where(Walk.id == param("id")))
coming = prepared(lambda: Walk.select(*FIELDS).where(Walk.starts_at > param("now")).order_by(Walk.starts_at, Walk.id)
                  .limit(param("rows")))
between = prepared(lambda: Walk.select(*FIELDS).where((Walk.starts_at >= param("start"))
                                                      & (Walk.starts_at < param("end"))).order_by(Walk.starts_at))
ahead = prepared(lambda: Walk.select(Walk.id).where(Walk.starts_at > param("now")).order_by(Walk.id))
