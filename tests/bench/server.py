"""The real server: how fast it comes up, and what it holds in memory."""

import http.client
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from portal.base.settings import Settings
from portal.requests import COOKIE
from tests.bench.seeded import CACHE, Grounds, environment
from tests.bench.tables import Figure
from tests.bench.visit import Visit
from tests.support.files import ROOT
from tests.support.postgres import free_port

STARTS, TRIES = 5, 60.0  # rounds; seconds for the first answer
SLOWER, LARGEST, REQUESTS = 3.0, 250, 1000  # times; MB; requests
BARE = "tests.bench.server:bare_app"
IMPORTS, BEST_OF = 30, 5  # milliseconds of CPU; processes
IMPORTED = """
import sys, time
import portal.app, portal.plugins.activities.desk.figures, portal.plugins.activities.desk.poster
import portal.plugins.bulletin.views
began = time.process_time()
import portal.plugins.halls.routes
print(time.process_time() - began, *sorted({"numpy"} & set(sys.modules)))
"""
PORTAL = [str(Path(sys.executable).with_name("portal")), "serve"]
BARE_SERVER = [sys.executable, "-c", "from tests.bench.server import serve_bare; serve_bare()"]


def bare_app(settings):
    """The yardstick, for the portal's own server."""
    from tests.bench.bare import app
    return app


def serve_bare() -> None:
    """Serve the yardstick with the settings of the environment."""
    from portal.base.settings import load
    from portal.server import serve
    serve(load(), factory=BARE)


@contextmanager
def running(settings: Settings, command: list[str], path: str) -> Iterator[tuple[int, int, float]]:
    """A server until the block ends: its process, its port, and the seconds up to its first answer to `path`."""
    port = free_port()
    placed = replace(settings, host="127.0.0.1", port=port, base_url=f"http://127.0.0.1:{port}", workers=2)
    CACHE.mkdir(parents=True, exist_ok=True)
    with open(CACHE / "server.log", "w") as log:
        began = time.monotonic()
        process = subprocess.Popen(command, env=environment(placed), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=log, start_new_session=True)
        try:
            _first_answer(process, port, path)
            yield process.pid, port, time.monotonic() - began
        finally:
            process.terminate()
            process.wait(timeout=15)


def _first_answer(process: subprocess.Popen, port: int, path: str) -> None:
    until = time.monotonic() + TRIES
    while True:
        try:
            if get(port, path) == 200:
                return
        except OSError:
            pass
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"no answer: {(CACHE / 'server.log').read_text()[-2000:]}")
        time.sleep(0.005)


def get(port: int, path: str, connection: http.client.HTTPConnection | None = None, cookie: str = "") -> int:
    """The status of one request."""
    used = connection or http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    used.request("GET", path, headers={"Cookie": cookie} if cookie else {})
    answer = used.getresponse()
    answer.read()
    if connection is None:
        used.close()
    return answer.status


def start(grounds: Grounds) -> list[Figure]:
    """Seconds by the clock from the command to its first page; the two take turns."""
    settings = grounds.district("sqlite")
    page = f"/{Visit(settings).slug}/activities/"
    spent: dict[str, list[float]] = {"portal": [], "bare": []}
    for _ in range(STARTS):
        for name, command, path in (("bare", BARE_SERVER, "/"), ("portal", PORTAL, page)):
            with running(settings, command, path) as (_pid, _port, seconds):
                spent[name].append(seconds)
    bare, ours = median(spent["bare"]), median(spent["portal"])
    ratio = ours / bare
    return [Figure("first page", f"{ratio:.2f} × ({ours:.2f} s; bare {bare:.2f} s)", f"≤ {SLOWER:.0f} ×",
                   ratio / SLOWER,
                   ratio <= SLOWER), imports()]


def imports() -> Figure:
    """What the plugin halls with all its addresses adds to a start, beside the other plugins; compiled before."""
    compiled = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    compiled |= {"PYTHONPYCACHEPREFIX": str(CACHE / "pyc")}
    runs = [subprocess.run([sys.executable, "-c", IMPORTED], cwd=ROOT, env=compiled, check=True, capture_output=True,
                           text=True).stdout.split() for _ in range(1 + BEST_OF)]
    least, *more = min(runs[1:], key=lambda words: float(words[0]))
    spent = float(least) * 1000
    return Figure("the hall's share, best of five", f"{spent:.0f} ms{' with numpy' if more else ''}", f"≤ {IMPORTS} ms",
                  spent / IMPORTS, spent <= IMPORTS and not more)


def memory(grounds: Grounds) -> list[Figure]:
    """The share of memory (PSS) that belongs to the server's processes, on both databases."""
    return [figure for backend in ("sqlite", "postgresql") for figure in _memory(grounds, backend)]


def _memory(grounds: Grounds, backend: str) -> list[Figure]:
    settings = grounds.district(backend)
    visit = Visit(settings)
    paths = _mixed(visit)
    visit.db.close()
    cookie = f"{COOKIE}={visit.token}"
    with running(settings, PORTAL, paths[0]) as (pid, port, _seconds):
        connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=10) for _ in range(8)]
        seen = {get(port, paths[n % len(paths)], connections[n % 8], cookie if n % 2 else "") for n in range(REQUESTS)}
        held = [pss(p) for p in below(pid)]
    together = sum(held[1:])
    words = f"{together:.0f} MB ({', '.join(f'{h:.0f}' for h in held[1:])}), with the first process {sum(held):.0f} MB"
    odd = sorted(seen - {200, 303, 404})
    return [Figure(f"{backend} · two workers", words + (f", answers {odd}" if odd else ""), f"≤ {LARGEST} MB",
                   together / LARGEST, together <= LARGEST)]


def _mixed(visit: Visit) -> list[str]:
    """Pages of the first community in all its corners, and the front pages of thirty others."""
    slug = f"/{visit.slug}/"
    own = [*visit.pages().values(), slug + "bulletin/", slug + "calendar/", slug + "search?q=窗花", slug + "me",
           slug + "about", slug + "activities/calendar.ics", slug + "nothing", slug + "activities/mine", slug + "inbox"]
    with visit.counting():
        district = visit.text("/chancheng/")
    streets = re.findall(r'href="(/\w+/)"', visit.text("/zumiao/")) if district else []
    return [_quoted(p) for p in own + [s for s in streets if s != slug][:30]]


def _quoted(path: str) -> str:
    from urllib.parse import quote
    return quote(path, safe="/?=&%")


def below(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for one in found:
        for task in Path(f"/proc/{one}/task").glob("*/children"):
            found += [p for p in map(int, task.read_text().split()) if p not in found]
    return found


def pss(pid: int) -> float:
    """The megabytes of a process, shared pages by share."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)[1]) / 1000
