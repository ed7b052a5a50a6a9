"""Figures for Prometheus: each process counts in a small file of its own; who is asked adds them up."""

import logging
import mmap
import os
import struct
import time
from bisect import bisect_left
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock

log = logging.getLogger("portal.metrics")

LIMITS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, float("inf"))
COUNTERS = struct.Struct(f"<Qd{len(LIMITS)}Q")  # answers, their seconds, one counter for each limit
NAME = struct.Struct("<48s")  # "blueprint 2xx"
SLOT = struct.Struct(NAME.format + COUNTERS.format[1:])
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
        with self.lock:
            if self.opened_by != os.getpid():
                self._open()
            if self.map is None:
                return
            kind = blueprint, status // 100
            at = self.slots.get(kind) or self._slot(*kind)
            count, total, *counts = COUNTERS.unpack_from(self.map, at)
            counts[bisect_left(LIMITS, seconds)] += 1
            COUNTERS.pack_into(self.map, at, count + 1, total + seconds, *counts)

    def _slot(self, blueprint: str, family: int) -> int:
        """Where the counters of these answers are; all for which there is no place of their own share the last."""
        number = min(len(self.slots), LAST)
        name = b"other 0xx" if number == LAST else blueprint.encode()[:40] + b" %dxx" % family
        NAME.pack_into(self.map, number * SLOT.size, name)
        return self.slots.setdefault((blueprint, family), number * SLOT.size + NAME.size)

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
