"""Floor 4: the pages that every site has."""

from importlib import import_module

from flask import Blueprint

MODULES = ("front", "feed", "calendar", "signin", "handover", "me", "account", "my_calendar", "wishes", "inbox", "desk",
           "failed_desk", "plugin_desk", "people_desk", "building_desk", "brand_desk", "district", "holiday_desk")


def blueprints() -> list[Blueprint]:
    """The core's blueprints, each from a module of its own."""
    return [import_module(f"{__name__}.{name}").pages for name in MODULES]
