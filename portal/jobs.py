"""The worker loop: rows that have come due, the outbox, and once a night what plugins do at night.

Any number of workers may run it; each thing is done once. SIGTERM ends it after what it has begun.
"""

import json
import logging
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import date

from flask import Flask, g

from .app import create_app
from .base import clock, database, due, sites
from .base.due import Due, NotNow, later
from .base.settings import Settings
from .base.sites import Site, SitePlugin, SiteView
from .pages import digest, i18n
from .people import mail, messages, outbox, signin

log = logging.getLogger("portal.jobs")

NIGHT = 3 * 60  # the minute of the local day after which a night's work is planned
LOOK = 60  # seconds between two looks at what has to be planned or woken
LONGEST = 60.0  # seconds between two tries while the database is away
MAIL_PAUSE, MAIL_LONGEST = 30, 600  # seconds between two tries while the mail server is away


def run_loop(settings: Settings, once: bool = False, sleep: float = 1.0) -> None:
    """Do what is due until SIGTERM; with `once`, what is due now.

    Looks again after `sleep` seconds when there was nothing. While the database is away it tries again after growing
    pauses; with `once` that is an error.
    """
    with _stopping() as stop:
        work, pause = None, sleep
        while not stop.is_set():
            try:
                work = work or Work(create_app(settings))
                busy, pause = work.turn(), sleep
            except Exception as e:
                if once:
                    raise
                busy, pause = False, min(max(pause, 0.5) * 2, LONGEST)
                _tell(e, pause)
            if not busy and once:
                return
            if not busy:
                stop.wait(pause)


@contextmanager
def _stopping() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set; outside of the main thread nobody sets it."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {n: signal.signal(n, lambda *_: stop.set()) for n in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _tell(error: Exception, pause: float) -> None:
    if database.unavailable(error):
        log.warning("the database is away (%s): trying again in %.0f seconds", type(error).__name__, pause)
    else:
        log.error("the worker loop failed: trying again in %.0f seconds", pause, exc_info=error)


class Work:
    """What one worker does, turn by turn."""

    def __init__(self, app: Flask):
        self.app, self.portal = app, app.portal
        self.looked = self.post_at = float("-inf")
        self.post_pause = 0
        self.planned: set[tuple[int, date]] = set()

    def turn(self) -> bool:
        """One due row, and the messages that wait; whether there was anything."""
        with self.app.app_context(), database.use(self.portal.db):
            if time.monotonic() - self.looked >= LOOK:
                plan_nights(self.portal, self.planned)
                due.wake(self.portal.plugins.names)
                self.looked = time.monotonic()
            did = due.run_next(self.do)
            return self.post() or did

    def post(self) -> bool:
        """Send what waits in the outbox; whether there was anything."""
        sent = messages.send_waiting(self.portal.settings, self.portal.plugins)
        return self.post_mails() or sent > 0

    def post_mails(self) -> bool:
        """Send the e-mails that wait; while the mail server is away, less and less often."""
        if time.monotonic() < self.post_at:
            return False
        try:
            sent = mail.send_waiting(self.portal.settings)
        except OSError as e:
            self.post_pause = min(max(self.post_pause * 2, MAIL_PAUSE), MAIL_LONGEST)
            self.post_at = time.monotonic() + self.post_pause
            log.warning("the mail server is away (%s): trying again in %d seconds", type(e).__name__, self.post_pause)
            return False
        self.post_pause = 0
        return sent > 0

    def do(self, row: Due) -> None:
        """Do one due row in its site; a plugin's by its hook, the house's own by a function here."""
        site = sites.view(row.site_id) if row.site_id else None
        g.site, g.viewer = site, None
        with i18n.use(self.portal.translation(site, i18n.DEFAULT)) if site else nullcontext():
            owner, _dot, what = row.kind.partition(".")
            if owner != "core":
                self.call(owner, "due", site, row=row)
            elif row.kind == due.NIGHTLY:
                self.nightly(site, row)
            else:
                HOUSE[what](row)

    def nightly(self, site: SiteView, row: Due) -> None:
        """A plugin's night in a site; one that was switched off meanwhile sleeps."""
        try:
            self.call(json.loads(row.data)["plugin"], "nightly", site, today=date.fromisoformat(row.ref))
        except NotNow:
            log.info("a plugin that is off has no night")

    def call(self, plugin: str, hook: str, site: SiteView | None, **given) -> None:
        """Call one plugin's hook; unlike on pages it may take its time, and what it raises is heard."""
        if plugin not in self.portal.plugins.names or (site is not None and plugin not in site.plugins):
            raise NotNow(plugin)
        given["site"] = site
        found = [(f, a) for name, f, a in self.portal.plugins.implementations(hook) if name == plugin]
        if not found:
            raise LookupError(f"{plugin} has no hook {hook}")
        for function, arguments in found:
            function(*[given[a] for a in arguments])


def plan_nights(portal, planned: set[tuple[int, date]]) -> None:
    """Make the due rows of the past night: one for each site and enabled plugin, whoever of the workers is first.

    A machine that was off at three o'clock catches up when it is on again, on the same day.
    """
    now, nights = clock.now(), {0: (portal.settings.zone, [])}
    nightly = [name for name, _f, _a in portal.plugins.implementations("nightly")]
    with database.unit():
        rows = (Site.select(Site.id, Site.zone, SitePlugin.plugin).join(SitePlugin)
                .where(SitePlugin.enabled & SitePlugin.plugin.in_(nightly or [""]))
                .order_by(Site.id, SitePlugin.plugin))
        for site_id, zone, plugin in rows.tuples():
            nights.setdefault(site_id, (zone, []))[1].append(plugin)
    days = {site_id: _night(now, zone) for site_id, (zone, _plugins) in nights.items()}
    fresh = [i for i, day in days.items() if day is not None and (i, day) not in planned]
    if not fresh:
        return
    with database.unit(write=True):
        for site_id in fresh:
            _plan(site_id, days[site_id], nights[site_id][1])
    planned.clear()
    planned.update((i, day) for i, day in days.items() if day is not None)


def _night(now: int, zone: str) -> date | None:
    """Today, once its night is far enough; None before."""
    day = clock.local_date(now, zone)
    return day if now >= clock.at_minute(day, NIGHT, zone) else None


def _plan(site_id: int, day: date, plugins: list[str]) -> None:
    """One site's due rows of a night; site 0 is the house itself."""
    try:
        signin.count(f"night {site_id} {day}", 1, 2 * 86400)
    except signin.TooMany:
        return
    for plugin in plugins:
        later(clock.now(), due.NIGHTLY, day, site_id, plugin=plugin)
    if not site_id:
        later(clock.now(), "core.sweep", day)


def sweep(_row: Due) -> None:
    """Forget what has served: codes, sessions, messages, rows that are done."""
    signin.sweep()
    outbox.sweep()
    due.sweep()


HOUSE = {"sweep": sweep, "digest": lambda row: digest.make(int(row.ref))}
