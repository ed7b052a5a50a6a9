"""A community with a poll, its roll, and its voters."""

import json
from types import SimpleNamespace

import click
import pytest
from click.testing import CliRunner
from portal.plugins.halls.commands import ALL
from portal.plugins.halls.models import Option, Poll
from portal.plugins.halls.polls import roll

from portal.base import clock
from portal.people.models import Membership

STAFF = {"actor_id": None, "person_id": None, "channel": "import"}
DAY = 86400


@pytest.fixture
def poll(town):
    """`poll("irv", ["A", "B"], people=4)`: (id, those on its roll) of an open poll in an estate of north's."""
    def make(rule="plurality", titles=("长椅", "雨棚", "路灯"), people=3, state="open", costs=(), parameters=None,
             closes=DAY, at="north", **fields):
        voters = [town.person(f"居民{n:03}", home=at) for n in range(people)]
        with town.app.app_context(), town.unit(at):
            poll_id = drafted(rule, titles, costs, parameters or {}, **fields).id
            Membership.update(estate=f"苑{poll_id}").where(Membership.person.in_(voters)).execute()
            Poll.update(wanted=json.dumps({"estates": [f"苑{poll_id}"]})).where(Poll.id == poll_id).execute()
            roll.freeze(poll_id, STAFF)
            now = clock.now()
            Poll.update(state=state, opened_at=now, closes_at=now + closes).where(Poll.id == poll_id).execute()
        return poll_id, voters
    return make


def drafted(rule, titles, costs, parameters, **fields) -> Poll:
    """A draft in the open site."""
    row = Poll.create(**{"title": "先修哪一样？", "rule": rule, "parameters": json.dumps(parameters),
                         "wanted": json.dumps({"site": True})} | fields)
    for n, title in enumerate(titles if rule != "yesno" else ()):
        Option.create(poll_id=row.id, number=n, title=title, cost_fen=costs[n] if costs else None)
    return row


@pytest.fixture
def staff(town):
    """Somebody at the northern community's desk."""
    return town.visitor(town.person("Staff", home="north", role="staff"))


@pytest.fixture
def halls(town):
    """`halls("check", "--community", "north")`: the command, as `portal halls` runs it."""
    group = click.Group("halls", {command.name: command for command in ALL})

    def run(*words):
        return CliRunner().invoke(group, list(map(str, words)), obj=SimpleNamespace(app=town.app))
    return run
