"""The database counts how often bulletins change: lists are read anew only then."""

from portal import count_changes


def up(migrator, db):
    count_changes(db, "bulletin", "bulletin")
