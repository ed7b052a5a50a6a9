"""`portal serve`: granian's workers around the portal, and beside them the process that does what is due.

No process outlives the first one: the kernel ends them with it, so that a port is never held by orphans.
"""

import ctypes
import gc
import importlib
import logging
import os
import resource
import signal
import socket
import sys
import threading
import time
from functools import partial
from multiprocessing import get_context, get_start_method

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from . import logs, metrics
from .compress import Compress
from .intake import Intake

log = logging.getLogger("portal.server")

FACTORY = "portal.app:create_app"
LOOP = "portal.jobs:run_loop"
BACKLOG = 2048
FILES = 8192
STOP_WITHIN = 6  # seconds that a worker has to end what it began
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
FORKING = threading.Lock()  # made at once, one process would hold open the pipe that tells the other's end


class ServeError(Exception):
    """Why the portal cannot be served; the text is the sentence to show."""


def serve(settings, workers: int | None = None, threads: int | None = None, jobs: bool = False,
          factory: str = FACTORY, loop: str = LOOP) -> None:
    """Serve the portal until SIGTERM or SIGINT; `jobs` runs the worker loop of due rows beside it.

    `factory` names the function that makes the WSGI app from the settings, `loop` the worker loop.
    Raises ServeError when the port is taken or a worker cannot start.
    """
    _refuse_taken_port(settings.host, settings.port)
    logs.set_up(settings)
    named(factory)
    gc.collect()
    gc.freeze()
    _allow_many_connections()
    parent = os.getpid()
    load = partial(load_app, settings, threads or settings.threads, factory, parent)
    server = Workers(
        factory, address=settings.host, port=settings.port, interface=Interfaces.RSGI,
        workers=workers or settings.workers, http=HTTPModes.http1, websockets=False, backlog=BACKLOG,
        http1_settings=HTTP1Settings(header_read_timeout=20_000), respawn_failed_workers=True,
        workers_kill_timeout=STOP_WITHIN, log_level=LogLevels.warning)
    logs.set_up(settings)
    metrics.clear(settings.data / "run")
    beside = Beside(settings, loop, parent) if jobs else None
    if beside:
        server.on_startup(beside.start)
        server.on_shutdown(beside.stop)
    server.on_startup(lambda: print(f"Xiaowu answers at {address(settings)} (Ctrl-C stops it)", flush=True))
    try:
        server.serve(target_loader=load, wrap_loader=False)
    except SystemExit:  # granian's way to end where a second worker has failed while it stops
        if not server.failed:
            raise
    if server.failed:
        raise ServeError("A worker could not start; the reason is in the log above.")


def address(settings) -> str:
    """Where a browser on this machine finds the portal."""
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)
    return f"http://{host}:{settings.port}/"


def load_app(settings, threads: int, factory: str, parent: int) -> Intake:
    """What a worker serves, made inside the worker."""
    die_with(parent)
    logs.set_up(settings)
    return Intake(Compress(named(factory)(settings)), threads)


def named(target: str):
    """The thing that `module:name` names."""
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)


def die_with(parent: int) -> None:
    """Have this process end at once when `parent` ends, however that happens."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os._exit(1)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(1)


class _Forgetful(dict):
    """Keeps nothing: granian would take a second death within seconds for a crash loop and stop."""

    def __setitem__(self, key, value):
        return


class Workers(Server):
    """granian's server, which starts a killed worker again as often as it is killed.

    A worker that ends by itself soon after its start will do so again: then all stop."""

    def __init__(self, *args, **named_args):
        super().__init__(*args, **named_args)
        self.respawned_wrks = _Forgetful()
        self.failed = False

    def _respawn_workers(self, workers, spawn_target, target_loader, delay=0):
        if any(self._failed_to_start(self.wrks[at]) for at in workers):
            self.failed = self.interrupt_signal = True
            self.main_loop_interrupt.set()
            return
        for at in workers:
            log.warning("worker %s ended, another takes its place", at + 1)
        with FORKING:
            super()._respawn_workers(workers, spawn_target, target_loader, delay)
        self._find_lost()

    def _failed_to_start(self, worker) -> bool:
        code = worker.inner.exitcode
        return code is not None and code > 0 and time.monotonic() - worker.birth < 10

    def _find_lost(self) -> None:
        """Two workers that end in the same instant may be noted as one: look again."""
        time.sleep(0.05)
        for worker in self.wrks:
            if worker.inner.exitcode is not None and worker.idx not in self.interrupt_children:
                self.interrupt_children.append(worker.idx)
                self.main_loop_interrupt.set()


class Beside:
    """The worker loop in a process of its own, started again when it ends."""

    def __init__(self, settings, loop: str, parent: int):
        method = get_start_method() if get_start_method() in ("fork", "spawn") else "spawn"
        process = get_context(method).Process
        self.make = partial(process, target=_loop, args=(settings, loop, parent), name="jobs")
        self.ending = threading.Event()
        self.keeper = threading.Thread(target=self._keep, daemon=True)

    def start(self) -> None:
        self._begin()
        self.keeper.start()

    def _begin(self) -> None:
        with FORKING:
            self.process = self.make()
            self.process.start()

    def _keep(self) -> None:
        while True:
            self.process.join()
            if self.ending.wait(1):
                return
            log.warning("the worker loop ended, another takes its place")
            self._begin()

    def stop(self) -> None:
        self.ending.set()
        self.process.terminate()
        self.keeper.join(STOP_WITHIN)
        if self.keeper.is_alive():
            self.process.kill()


def _loop(settings, loop: str, parent: int) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    die_with(parent)
    logs.set_up(settings)
    named(loop)(settings)


def _allow_many_connections() -> None:
    """Each open connection is a file; many machines allow a process only 1,024 unless it asks."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _refuse_taken_port(host: str, port: int) -> None:
    """The workers share a port among themselves, so they would share it with a stranger, too: ask first."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ServeError(f"Port {port} on {host} cannot be used: {error.strerror}.") from error
