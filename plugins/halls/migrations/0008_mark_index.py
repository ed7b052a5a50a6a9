"""The marks' index by site, which a class of the same name in another plugin had kept from being made."""


def up(migrator, db):
    """Nothing by itself: with each upgrade, every index that a table lacks is made."""
