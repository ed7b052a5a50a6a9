"""The processes of one run work beside each other; tests marked `alone` have the machine to themselves."""

import fcntl
import os
from pathlib import Path
from tempfile import gettempdir

import pytest

TURN = pytest.StashKey[str]()  # the file whose lock is the turn


def pytest_configure(config):
    given = getattr(config, "workerinput", None)  # in a process that the first one started
    own = Path(gettempdir()) / f"xiaowu-tests-{os.getpid()}.lock"
    config.stash[TURN] = given["turn"] if given else str(own)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["turn"] = node.config.stash[TURN]


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        Path(config.stash[TURN]).unlink(missing_ok=True)


def pytest_collection_modifyitems(items):
    """Those alone come last."""
    items.sort(key=lambda item: item.get_closest_marker("alone") is not None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    kind = fcntl.LOCK_EX if item.get_closest_marker("alone") else fcntl.LOCK_SH
    with open(item.config.stash[TURN], "a") as turn:
        fcntl.flock(turn, kind)
        return (yield)
