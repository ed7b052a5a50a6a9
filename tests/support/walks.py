"""A town whose plugin `walks` sends messages of every sort, with a mail server, texts and WeChat."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from portal import hookimpl
from portal.app import create_app
from portal.base import clock, database
from portal.hooks import Plugins
from portal.jobs import Work
from portal.offers import NoticeKind
from portal.pages import notices
from portal.testing import Town

NOON = clock.at_minute(clock.local_date(1_764_000_000, "Asia/Shanghai"), 12 * 60, "Asia/Shanghai")  # 25 November 2025
DAY, HOUR = 86400, 3600


class Walks:
    """A plugin that announces walks, sends texts and WeChat messages, and knows whose WeChat it has."""

    __name__ = "walks"
    __package__ = ""

    def __init__(self):
        self.texts: list[tuple[str, str]] = []
        self.wechats: list[tuple] = []
        self.bound: set[int] = set()
        self.answer = True

    @hookimpl
    def title(self):
        return "Walks"

    @hookimpl
    def notice_kinds(self):
        return [NoticeKind("walks.moved", "A walk is moved"), NoticeKind("walks.today", "A walk is today", urgent=True),
                NoticeKind("walks.rain", "It rains", email=False, sms=True, wechat=False)]

    @hookimpl
    def sms(self, phone, text):
        self.texts.append((phone, text))
        return self.answer

    @hookimpl
    def wechat(self, person_id, title, text, url):
        self.wechats.append((person_id, title, text, url))
        return self.answer

    @hookimpl
    def knows_wechat(self, person_id):
        return person_id in self.bound


class WalksTown(Town):
    """A town with `walks` on in both communities; `mail_server` and `walks` have what left the house."""

    language = "en"

    def __init__(self, settings, mail_server):
        self.walks, self.mail_server, plugins = Walks(), mail_server, Plugins(True)
        plugins.manager.register(self.walks, name="walks")
        wanted = replace(settings, smtp=mail_server.url, sms="hook", base_url="https://town.example",
                         mail_from="xiaowu@town.example")
        super().__init__(create_app(wanted, raising=True, plugins=plugins))

    @contextmanager
    def unit(self, site=None, write: bool = True) -> Iterator[None]:
        """As of every town; messages can be sent in it."""
        with self.app.app_context(), super().unit(site, write):
            yield

    def tell(self, person, kind="moved", event="1", site="north", **more) -> bool:
        """Send the person one message of a kind of the plugin."""
        with self.unit(site):
            return notices.notify(person.id, f"walks.{kind}", event, f"Walk {event}", "At the lake.", url="walks/7",
                                  **more)

    def work(self, at: int, turns: int = 40) -> None:
        """What a worker does at that time, until there is nothing left; it plans no nights."""
        worker = Work(self.app)
        worker.looked = float("inf")
        with clock.frozen(at):
            for _ in range(turns):
                if not worker.turn():
                    return
        raise AssertionError("the worker finds no end")

    def work_at_once(self, at: int, workers: int = 3) -> None:
        """The same by several workers, each with a connection of its own."""
        def one():
            with self.app.app_context(), database.use(self.db):
                self.work(at)
            self.db.close()
        threads = [threading.Thread(target=one) for _ in range(workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)

    @property
    def subjects(self) -> list[str]:
        """Of the mails that have arrived."""
        return [mail.message["Subject"] for mail in self.mail_server.mails]


@pytest.fixture
def walks_town(settings, mail_server) -> Iterator[WalksTown]:
    """A town whose plugin `walks` sends messages."""
    made = WalksTown(settings, mail_server)
    yield made
    made.db.close()


@pytest.fixture
def ada(walks_town):
    """A resident with an e-mail address and a phone, who reads English."""
    return walks_town.person("Ada", "north", email="ada@example.org", phone="13826000426", locale="en")
