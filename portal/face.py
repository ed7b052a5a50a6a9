"""A plugin's face: what can be wrong with what it says of itself at start, found before it meets a visitor."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from weakref import WeakSet

import click
from flask import Blueprint, Flask
from peewee import Model

from .base.records import District, Owned
from .base.routes import LateRule
from .offers import Said

NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")
RESERVED = frozenset("static files healthz readyz metrics me sign in search calendar about desk district inbox "
                     "portal core site themes manifest offline privacy brand root tests migrations".split())
# What a blueprint can lay over the whole app, by the attribute of Flask that keeps it.
APP_WIDE = ("before_request_funcs", "after_request_funcs", "teardown_request_funcs", "url_value_preprocessors",
            "url_default_functions", "template_context_processors", "error_handler_spec")


class Refused(Exception):
    """A plugin cannot be used; the text is the reason."""


def check_face(name: str, answers: dict[str, Any], tables: dict[str, str]) -> None:
    """Raise Refused for a wrong answer to what is asked at start; else note the plugin's tables."""
    for hook in ("title", "describe"):
        _is(answers[hook], (str, Said), f"its {hook} must be a text")
    for hook in ("settings", "actions", "notice_kinds"):
        _names(name, hook, answers[hook] or ())
    for command in answers["commands"] or ():
        _is(command, click.Command, "a command must be one of click's")
    models = list(answers["models"] or ())
    for model in models:
        _model(name, model, tables)
    if answers["blueprint"] is not None:
        _is(answers["blueprint"], Blueprint, "blueprint() must answer with a Blueprint")
        _blueprint(name, answers["blueprint"])
    tables |= {model._meta.table_name: name for model in models}


def check_name(name: str) -> None:
    """Raise Refused when no plugin can have this name."""
    if not NAME.fullmatch(name) or name in RESERVED:
        raise Refused(f"{name} is not a name for a plugin")


def _is(answer: Any, kind: type | tuple, sentence: str) -> None:
    if answer is not None and not isinstance(answer, kind):
        raise Refused(f"{sentence}, not {type(answer).__name__}")


def _names(name: str, hook: str, items: Iterable) -> None:
    names = [item.name for item in items]
    twice = [n for n in names if names.count(n) > 1]
    if twice:
        raise Refused(f"{hook} name {twice[0]} twice")
    wrong = [n for n in names if hook != "settings" and not n.startswith(f"{name}.")]
    if wrong:
        raise Refused(f"{wrong[0]} takes another's name: it must begin with {name}.")


def _model(name: str, model: Any, tables: dict[str, str]) -> None:
    if not (isinstance(model, type) and issubclass(model, Model) and issubclass(model, Owned | District)):
        raise Refused("its models must be Owned or District")
    table = model._meta.table_name
    if table != name and not table.startswith(f"{name}_"):
        raise Refused(f"the table {table} must be named {name} or begin with {name}_")
    if tables.get(table, name) != name:
        raise Refused(f"the table {table} is the plugin {tables[table]}'s")


_sound: WeakSet[Blueprint] = WeakSet()  # Flask lets nobody change one that was registered before


class Probe(Flask):
    """An app that nobody uses."""

    url_rule_class = LateRule


def _blueprint(name: str, blueprint: Blueprint) -> None:
    """Register the blueprint in an app that nobody uses, to see what it would do to ours."""
    if blueprint.name != name:
        raise Refused(f"its blueprint is named {blueprint.name} instead of {name}")
    if blueprint.url_prefix not in (None, f"/{name}"):
        raise Refused(f"its pages must live under /{name}, not {blueprint.url_prefix}")
    if blueprint in _sound:
        return
    probe = Probe("portal", static_folder=None)
    before = {attribute: _laid(probe, attribute) for attribute in APP_WIDE}
    probe.register_blueprint(blueprint, url_prefix=f"/{name}")
    for rule in probe.url_map.iter_rules():
        if not f"{rule.rule}/".startswith(f"/{name}/") or not rule.endpoint.startswith(f"{name}."):
            raise Refused(f"the page {rule.rule} does not live under /{name}")
    for attribute, laid in before.items():
        if _laid(probe, attribute) != laid:
            raise Refused(f"its blueprint lays something over every page ({attribute})")
    _sound.add(blueprint)


def _laid(app: Flask, attribute: str) -> list[Callable]:
    kept = getattr(app, attribute).get(None, ())
    return [kind for kind, by_class in kept.items() if by_class] if isinstance(kept, dict) else list(kept)
