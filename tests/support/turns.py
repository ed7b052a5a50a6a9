"""The processes of one run work beside each other; tests marked `alone` have the machine to themselves, at the end."""

import fcntl
import shutil
from pathlib import Path

import pytest
from xdist.scheduler import WorkStealingScheduling
from xdist.scheduler.worksteal import MIN_PENDING

from tests.support import memory

COSTLY = "seeded_settings", "demo_server", "browser"
RUN = pytest.StashKey[Path]()  # the folder that the processes of a run have in common


def pytest_configure(config):
    given = getattr(config, "workerinput", None)  # in a process that the first one started
    config.stash[RUN] = Path(given["run"]) if given else memory.folder()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node):
    node.workerinput["run"] = str(node.config.stash[RUN])


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        shutil.rmtree(config.stash[RUN], ignore_errors=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """Those alone come last; what is costly to make is asked for first, and so by one process."""
    items.sort(key=lambda item: (_alone(item), *(name not in item.fixturenames for name in COSTLY)))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_finish(session):
    _turn(session.config).write_text(str(sum(map(_alone, session.items))))


def _turn(config) -> Path:
    """The file whose lock is the turn; it says how many tests are alone."""
    return config.stash[RUN] / "turn"


def _alone(item) -> bool:
    return item.get_closest_marker("alone") is not None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    with _turn(item.config).open("a") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX if _alone(item) else fcntl.LOCK_SH)
        return (yield)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return AloneLast(config, log) if config.getvalue("dist") == "worksteal" else None


class AloneLast(WorkStealingScheduling):
    """Gives out those alone when little else is left: whoever had them before would wait until the others end."""

    alone: list[int] | None = None  # their numbers, until they are given out

    def check_schedule(self) -> None:
        if self.alone is None:
            number = int(_turn(self.config).read_text())
            self.alone = [self.pending.pop() for _ in range(number)][::-1]
        up = [pending for node, pending in self.node2pending.items() if not node.shutting_down]
        if len(self.pending) < len(up) * MIN_PENDING and all(len(pending) < MIN_PENDING for pending in up):
            self.pending += self.alone  # a process that is left with less than this is ended
            self.alone = []
        super().check_schedule()

    @property
    def tests_finished(self) -> bool:
        return not self.alone and super().tests_finished
