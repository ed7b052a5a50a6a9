"""A hut and an item have several pictures; a change of them counts as one of whatever else a page shows."""

from peewee import TextField

from portal import add_columns, count_changes

ITEM = ("hut_id, category, name, summary, text, rules, inside, picture, picture_alt, more_pictures, owner, owner_id, "
        "owner_name, gives, days, value_fen, deposit_fen, state, audience, units")


def up(migrator, db):
    for table in ("huts_hut", "huts_item"):
        add_columns(db, table, more_pictures=TextField(default=""))
    count_changes(db, "huts", "huts_item", ITEM)
