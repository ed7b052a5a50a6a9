"""What every test can ask for; `tests/README.md` lists the fixtures."""

import fcntl
import os
from pathlib import Path

import pytest

from tests.support import tripwire

pytest_plugins = [
    "tests.support.databases",
    "tests.support.sites",
    "tests.support.serving",
    "tests.support.browser",
    "tests.support.mail",
    "tests.support.pages",
    "tests.support.town",
]

OPEN_DATA = "PORTAL_OPEN_DATA"


def pytest_addoption(parser):
    parser.addoption(
        "--database", choices=("sqlite", "postgresql", "both"),
        default=os.environ.get("PORTAL_TEST_DATABASE", "both"),
        help="the database of the tests that need one; both unless PORTAL_TEST_DATABASE says otherwise")


def pytest_configure(config):
    if not hasattr(config, "workerinput"):
        config.stash[LOCK] = _lock_file(config)
    tripwire.lay()


def pytest_generate_tests(metafunc):
    """A test that asks for a database runs once on each; one in tests/browser on SQLite, unless marked."""
    if "backend" in metafunc.fixturenames:
        metafunc.parametrize("backend", _backends(metafunc), scope="session")


def _backends(metafunc) -> list[str]:
    asked = metafunc.config.getoption("database")
    both = ["sqlite", "postgresql"] if asked == "both" else [asked]
    mark = metafunc.definition.get_closest_marker("backend")
    if mark:
        return [b for b in both if b in mark.args]
    in_browser = "browser" in Path(metafunc.module.__file__).relative_to(Path(__file__).parent).parts
    return [b for b in both if b == "sqlite"] if in_browser else both


def pytest_collection_modifyitems(items):
    """Tests that need the machine to themselves come last."""
    items.sort(key=lambda item: item.get_closest_marker("alone") is not None)


LOCK = pytest.StashKey[Path]()


def _lock_file(config) -> Path:
    return Path(os.environ.setdefault("PORTAL_TEST_LOCK", f"/tmp/xiaowu-tests-{os.getpid()}.lock"))


def pytest_unconfigure(config):
    if LOCK in config.stash:
        config.stash[LOCK].unlink(missing_ok=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    """Tests run beside each other in the processes of one run, but for those marked `alone`."""
    kind = fcntl.LOCK_EX if item.get_closest_marker("alone") else fcntl.LOCK_SH
    with open(os.environ["PORTAL_TEST_LOCK"], "a") as turn:
        fcntl.flock(turn, kind)
        return (yield)


@pytest.fixture(scope="session")
def open_data() -> Path:
    """The folder of real open data (calendars, ballots, maps) that the project does not ship."""
    folder = os.environ.get(OPEN_DATA)
    if not folder:
        pytest.skip(f"{OPEN_DATA} is not set: the README says where the open data can be had")
    if not Path(folder).is_dir():
        pytest.fail(f"{OPEN_DATA} names no folder")
    return Path(folder).resolve()
