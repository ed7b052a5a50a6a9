"""What Chromium fetches for a first visit and for later pages, by its own count."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Page, sync_playwright

from portal.requests import COOKIE
from tests.bench.seeded import Grounds
from tests.bench.server import PORTAL, running
from tests.bench.tables import Figure
from tests.bench.visit import Visit
from tests.support.browser import FLAGS, PHONE

FIRST, LATER = 45_000, 12_000  # bytes
SETTLED = 700  # milliseconds after the last request, so that the service worker has its page


class Fetched:
    """What a page has fetched, pictures apart."""

    def __init__(self, page: Page):
        self.bytes, self.pictures, self.hosts = 0, 0, set()
        self._kinds: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._came)
        session.send("Network.enable")

    def _asked(self, event: dict) -> None:
        url = urlsplit(event["request"]["url"])
        self._kinds[event["requestId"]] = event.get("type", "")
        if url.scheme.startswith("http") and url.hostname != "127.0.0.1":
            self.hosts.add(url.hostname)

    def _came(self, event: dict) -> None:
        if self._kinds.get(event["requestId"]) == "Image":
            self.pictures += event["encodedDataLength"]
        else:
            self.bytes += event["encodedDataLength"]


@contextmanager
def phone() -> Iterator:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield lambda **more: chromium.new_context(**PHONE | more)
        chromium.close()


def transfer(grounds: Grounds) -> list[Figure]:
    """Each page as the first that somebody opens, and as one that they come to from the front page."""
    settings = grounds.district("sqlite")
    visit = Visit(settings)
    paths = visit.pages() | {name: f"/{visit.slug}/{path}" for name, path in
                             (("bulletins", "bulletin/"), ("calendar", "calendar/"), ("sign-in", "sign-in"),
                              ("search", "search?q=%E7%AA%97%E8%8A%B1"), ("about",
                                                                          "about"))} | {"district": "/chancheng/"}
    known = {"me": f"/{visit.slug}/me", "inbox": f"/{visit.slug}/inbox"}
    visit.db.close()
    with running(settings, PORTAL, paths["front page"]) as (_pid, port, _seconds), phone() as fresh:
        base = f"http://127.0.0.1:{port}"
        found = [_first(fresh(), base, name, path) for name, path in paths.items()]
        # A page that comes through the service worker counts as nothing fetched: measured without one.
        found += _later(fresh(service_workers="block"), base, paths, {})
        cookie = {"name": COOKIE, "value": visit.token, "url": base}
        found += _later(fresh(service_workers="block"), base, known, cookie)
    return found


def _opened(page: Page, url: str) -> Fetched:
    fetched = Fetched(page)
    page.goto(url, wait_until="networkidle")
    page.wait_for_timeout(SETTLED)
    return fetched


def _first(context: BrowserContext, base: str, name: str, path: str) -> Figure:
    fetched = _opened(context.new_page(), base + path)
    offline = context.request.get(base + "/" + path.split("/")[1] + "/offline", headers={"Accept-Encoding": "gzip"})
    worker = int(offline.headers.get("content-length", 0)) + 1200  # the worker's own script and the heads of both
    context.close()
    return _figure(f"first visit · {name}", fetched, FIRST, worker)


def _later(context: BrowserContext, base: str, paths: dict[str, str], cookie: dict) -> list[Figure]:
    """Pages after another one has been seen, in one tab."""
    if cookie:
        context.add_cookies([cookie])
    page = context.new_page()
    slug = next(iter(paths.values())).split("/")[1]
    page.goto(f"{base}/{slug}/about", wait_until="networkidle")
    page.wait_for_timeout(SETTLED)
    found = [_figure(f"later · {name}", _opened(page, base + path), LATER) for name, path in paths.items()]
    context.close()
    return found


def _figure(what: str, fetched: Fetched, most: int, worker: int = 0) -> Figure:
    whole = fetched.bytes + worker
    words = f"{whole / 1000:.1f} kB" + (f", {worker / 1000:.1f} of it the offline page" if worker else "")
    words += f", pictures {fetched.pictures / 1000:.0f} kB" if fetched.pictures else ""
    words += f", other hosts {sorted(fetched.hosts)}" if fetched.hosts else ""
    return Figure(what, words, f"≤ {most // 1000} kB", whole / most, whole <= most and not fetched.hosts)
