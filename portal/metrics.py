"""Figures for Prometheus: each process counts in a small file of its own; who is asked adds them up."""

import logging
import mmap
import os
import struct
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock

log = logging.getLogger("portal.metrics")

LIMITS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, float("inf"))
SLOT = struct.Struct(f"<48sQd{len(LIMITS)}Q")  # "blueprint 2xx", count, seconds, one counter for each limit
SLOTS = 128
LAST = SLOTS - 1

Gauges = Mapping[str, tuple[str, Callable[[], float]]]


class Metrics:
    """The counters of this process, in `folder`, and the sums of all processes."""

    def __init__(self, folder: Path):
        self.folder, self.lock = folder, Lock()
        self.opened_by, self.slots, self.map = 0, {}, None

    def _open(self) -> None:
        """Without room on the disk this process counts nothing; its answers do not suffer from that."""
        self.opened_by, self.slots, self.map = os.getpid(), {}, None
        path = self.folder / f"metrics-{os.getpid()}-{time.time_ns()}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with open(path, "w+b") as file:
                _reserve(file.fileno(), SLOT.size * SLOTS)
                self.map = mmap.mmap(file.fileno(), SLOT.size * SLOTS)
        except OSError as e:
            log.warning("the figures are not counted: %s", e.strerror)

    def count(self, blueprint: str, status: int, seconds: float) -> None:
        """Note one answer."""
        name = blueprint.encode()[:40] + b" %dxx" % (status // 100)
        with self.lock:
            if self.opened_by != os.getpid():
                self._open()
            if self.map is None:
                return
            at = self.slots.setdefault(name, min(len(self.slots), LAST))
            _, count, total, *counts = SLOT.unpack_from(self.map, at * SLOT.size)
            counts[next(n for n, limit in enumerate(LIMITS) if seconds <= limit)] += 1
            name = b"other 0xx" if at == LAST else name
            SLOT.pack_into(self.map, at * SLOT.size, name, count + 1, total + seconds, *counts)

    def text(self, gauges: Gauges | None = None) -> str:
        """All figures in Prometheus' form; a gauge is a name with its help and a callable."""
        requests, seconds, counts = self._sums()
        lines = ["# HELP portal_requests_total Answers.", "# TYPE portal_requests_total counter"]
        for (blueprint, status), number in sorted(requests.items()):
            lines.append(f'portal_requests_total{{blueprint="{blueprint}",status="{status}"}} {number}')
        lines += ["# HELP portal_request_seconds Time to answer.", "# TYPE portal_request_seconds histogram"]
        for at, limit in enumerate(LIMITS):
            word = "+Inf" if limit == LIMITS[-1] else limit
            lines.append(f'portal_request_seconds_bucket{{le="{word}"}} {sum(counts[:at + 1])}')
        lines += [f"portal_request_seconds_sum {seconds:.6f}", f"portal_request_seconds_count {sum(counts)}"]
        for name, (said, ask) in (gauges or {}).items():
            lines += [f"# HELP {name} {said}", f"# TYPE {name} gauge", f"{name} {ask()}"]
        return "\n".join(lines) + "\n"

    def _sums(self) -> tuple[dict, float, list[int]]:
        requests, seconds, counts = {}, 0.0, [0] * len(LIMITS)
        for file in self.folder.glob("metrics-*"):
            for name, count, total, *own in SLOT.iter_unpack(file.read_bytes()):
                if count:
                    key = tuple(name.rstrip(b"\0").decode("utf-8", "replace").rsplit(" ", 1))
                    requests[key] = requests.get(key, 0) + count
                    seconds += total
                    counts = [a + b for a, b in zip(counts, own, strict=True)]
        return requests, seconds, counts


def _reserve(file: int, size: int) -> None:
    """Have the room on the disk now: a hole in a file that cannot be filled later would end the process."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(file, 0, size)
    else:
        os.truncate(file, size)


def clear(folder: Path) -> None:
    """Forget the counters of processes that are gone; for the start of the server."""
    for file in folder.glob("metrics-*"):
        file.unlink(missing_ok=True)
