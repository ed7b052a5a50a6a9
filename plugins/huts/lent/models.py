"""That a resident lends or gives a thing through the hut. The thing itself is an item like all others."""

from peewee import BigIntegerField, CharField, IntegerField

from portal import Owned, now, same_site


class Offer(Owned):
    """A resident's thing, from the offer to its way back: see states.py."""

    item_id = IntegerField()
    state = CharField(max_length=9, default="asked")
    reason = CharField(max_length=200, default="")  # why staff did not take it
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)  # whose it is; empty once erased
    channel = CharField(max_length=8, default="web")
    at = BigIntegerField(default=now)
    changed_at = BigIntegerField(default=now)

    class Meta:
        table_name = "huts_offer"
        indexes = ((("site", "item_id"), True), (("site", "state", "id"), False), (("site", "person_id"), False))
        constraints = [same_site("item_id", "huts_item")]


MODELS = (Offer,)
