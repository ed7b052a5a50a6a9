"""What every test can ask for; `tests/README.md` lists the fixtures."""

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support import compiled, tripwire

pytest_plugins = [
    "tests.support.turns",
    "tests.support.databases",
    "tests.support.serving",
    "tests.support.browser",
    "tests.support.mail",
    "tests.support.pages",
    "tests.support.town",
    "tests.support.beside",
    "tests.support.walks",
]

OPEN_DATA = "PORTAL_OPEN_DATA"


def pytest_addoption(parser):
    parser.addoption(
        "--database", choices=("sqlite", "postgresql", "both"),
        default=os.environ.get("PORTAL_TEST_DATABASE", "both"),
        help="the database of the tests that need one; both unless PORTAL_TEST_DATABASE says otherwise")


settings.register_profile("any machine", deadline=None)  # how long an example takes is no matter of the example
settings.load_profile("any machine")


def pytest_configure(config):
    tripwire.lay()
    compiled.share()


def pytest_collection_finish():
    """What is loaded now stays to the end: looking through it for garbage again and again is a tenth of a run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


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


@pytest.fixture(scope="session")
def open_data() -> Path:
    """The folder of real open data (calendars, ballots, maps) that the project does not ship."""
    folder = os.environ.get(OPEN_DATA)
    if not folder:
        pytest.skip(f"{OPEN_DATA} is not set: the README says where the open data can be had")
    if not Path(folder).is_dir():
        pytest.fail(f"{OPEN_DATA} names no folder")
    return Path(folder).resolve()
