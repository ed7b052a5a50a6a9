"""A signed-in resident of the district, and the pages that they look at."""

import gc
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from statistics import median

from flask import Flask
from peewee import fn
from portal.plugins.activities.models import Occurrence
from portal.plugins.halls.models import Topic
from portal.plugins.halls.topics import mapping
from portal.plugins.halls.topics.models import Statement
from werkzeug.test import EnvironBuilder

from portal.app import create_app
from portal.base import database, sites
from portal.base.settings import Settings
from portal.base.sites import Site
from portal.people import signin
from portal.people.models import Membership, Role
from portal.requests import COOKIE
from tests.bench import halls

ROUNDS, CALLS = 9, 200
USUAL = 37  # communities of a street
PARTY = 24  # people who are expected at a door
READS = re.compile(r"\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b", re.IGNORECASE)


class Visit:
    """An app, and a resident of its first community who is signed in; so is one of its staff."""

    def __init__(self, settings: Settings, community: str = ""):
        self.app: Flask = create_app(settings)
        self.db = self.app.portal.db
        with database.use(self.db), database.unit(write=True):
            row = Site.get(Site.slug == community) if community else \
                Site.select().where(Site.kind == "community").order_by(Site.id).first()
            self.site, self.slug = sites.view(row.id), row.slug
            person = Membership.select().where((Membership.site == row.id) & (Membership.state == "verified")).first()
            self.token = signin.start(person.person_id, "bench")
            staff = Role.select().where((Role.site == row.id) & (Role.role == "staff")).order_by(Role.id).first()
            self.staff = signin.start(staff.person_id, "bench")

    def call(self, path: str, signed_in: bool = True, token: str = "") -> Callable[[], bytes]:
        """A function that asks the app for a page, as its server does, and answers with the body.

        It is the resident who asks, or whoever has the `token`.
        """
        cookie = f"{COOKIE}={token or self.token}" if signed_in else "x=1"
        headers = {"Accept-Language": "zh-CN,zh;q=0.9", "Cookie": cookie}
        environ = EnvironBuilder(path, base_url="https://127.0.0.1/", headers=headers).get_environ()

        def ask() -> bytes:
            started: list = []
            body = self.app.wsgi_app(dict(environ), lambda status, headers, exc_info=None: started.append(status))
            whole = b"".join(body)
            if hasattr(body, "close"):
                body.close()
            assert started[0].startswith("200"), (path, started[0])
            return whole
        return ask

    def text(self, path: str) -> str:
        return self.call(path)().decode()

    def pages(self) -> dict[str, str]:
        """The pages that are measured, by name."""
        shown = self.text(f"/{self.slug}/activities/")
        row = next(li for li in shown.split("<li>") if 'data-k="ok"' in li and "?on=" in li)
        bulletins = re.findall(rf'href="(/{self.slug}/bulletin/\d+)"', self.text(f"/{self.slug}/bulletin/"))
        return {
            "activity list": f"/{self.slug}/activities/",
            "activity page": unescape(re.search(r'href="([^"]+\?on=\d+)"', row)[1]),
            "bulletin": bulletins[len(bulletins) // 2],
            "front page": f"/{self.slug}/",
        } | self._month() | self._hall()

    def _hall(self) -> dict[str, str]:
        """The pages of topics; of the one with statements the map is drawn first, as the worker does."""
        with database.use(self.db), database.unit(), sites.within(self.site.id):
            heard = Statement.select(fn.MIN(Statement.topic_id)).scalar()
            other = Topic.select(fn.MIN(Topic.id)).where(Topic.id != heard).scalar()
        with self.app.app_context(), database.use(self.db), sites.within(self.site.id):
            mapping.make(heard)
        base = f"/{self.slug}/halls/"
        return {"topic list": base, "topic page": f"{base}topics/{heard}", "topic page without statements":
                f"{base}topics/{other}", "statement card": f"{base}topics/{heard}/card",
                "opinion map": f"{base}topics/{heard}/map"} | self._busy_hall()

    def _busy_hall(self) -> dict[str, str]:
        """The pages of the topic that has everything, where the grounds have one."""
        with database.use(self.db):
            return halls.pages(self.site.id, self.slug)

    def door(self) -> tuple[int, str]:
        """How many people are expected at the door of a date, as near to the usual as can be; its address."""
        with database.use(self.db), database.unit(), sites.within(self.site.id):
            found = Occurrence.select(Occurrence.taken, Occurrence.id).where(Occurrence.taken > 0).tuples()
            n, number = min(found, key=lambda row: (abs(row[0] - PARTY), row[1]))
        return n, f"/{self.slug}/activities/desk/date/{number}/door"

    def _month(self) -> dict[str, str]:
        """The month of the street that has the most usual number of communities."""
        with database.use(self.db), database.unit():
            streets = [(Site.select().where(Site.parent == s).count(), s.slug)
                       for s in Site.select().where(Site.kind == "street")]
        n, slug = min(streets, key=lambda s: abs(s[0] - USUAL))
        return {f"month calendar of a street with {n} communities": f"/{slug}/calendar/"}

    def last_page(self) -> str:
        """The address of the last page of the list of activities, turned to so that it is full."""
        base = f"/{self.slug}/activities/"
        end = self._turned(base + "?before=99999999999.9", "before")
        return self._turned(end, "after")

    def _turned(self, path: str, way: str) -> str:
        found = re.search(rf'href="(\?[^"]*{way}=[^"]+)"', self.text(path))
        return path.partition("?")[0] + unescape(found[1])

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        """The statements of what happens inside, without those of the transaction."""
        seen: list[str] = []
        run = self.db._execute_cursor

        def note(sql, params, **options):
            if READS.match(sql):
                seen.append(sql)
            return run(sql, params, **options)
        self.db._execute_cursor = note
        try:
            yield seen
        finally:
            del self.db._execute_cursor


def compared(calls: dict[str, Callable], rounds: int = ROUNDS, n: int = CALLS) -> dict[str, float]:
    """Seconds of CPU of one call of each, medians of rounds in which they take turns."""
    for call in calls.values():
        for _ in range(20):
            call()
    gc.collect()
    gc.freeze()
    spent: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            began = time.process_time()
            for _ in range(n):
                call()
            spent[name].append((time.process_time() - began) / n)
    return {name: median(found) for name, found in spent.items()}
