"""Bulletins of a made-up site."""

import tomllib
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import NamedTuple

from portal import bulk, clock, index, now, plain

from .models import ANNOUNCEMENT, PAGE, Bulletin

FIELDS = ("kind", "title", "text", "summary", "picture", "picture_alt", "pinned", "until", "weight", "state",
          "published_at", "created_at", "actor_id", "person_id", "channel")
WEEKDAYS = "一二三四五六日"


class Draft(NamedTuple):
    """A bulletin, as seeds.toml has it."""

    title: str
    text: str
    days: int = 10
    until: int = 0
    pinned: bool = False
    picture: str = ""
    alt: str = ""


@cache
def drafts() -> dict[str, tuple[Draft, ...]]:
    """What communities say, and what is said above them."""
    text = resources.files(__package__).joinpath("seeds.toml").read_text("utf-8")
    return {kind: tuple(Draft(**row) for row in rows) for kind, rows in tomllib.loads(text).items()}


def fill(site, plot) -> None:
    """Announcements and pages, fewer where the staff have only begun."""
    above = "" if site.kind == "community" else "_above"
    news, pages = drafts()[f"news{above}"], drafts()[f"page{above}"]
    if plot.beginning:
        news, pages = news[8:9] + news[2:4], pages[:3]
    chosen = _chosen(news, plot)
    rows = [_row(site, plot, draft, ANNOUNCEMENT, n) for n, draft in enumerate(chosen)]
    rows += [_row(site, plot, draft, PAGE, n) for n, draft in enumerate(pages)]
    for number, row in zip(bulk(Bulletin, FIELDS, rows), rows, strict=True):
        index("bulletin", str(number), row[1], f"bulletin/{number}", row[2], row[3])


def _chosen(news: tuple[Draft, ...], plot) -> list[Draft]:
    """Neighbouring sites do not say the same; the newest comes last."""
    if plot.number < 0 or plot.beginning:
        return sorted(news, key=lambda d: -d.days)
    n = 9 if plot.scale == "demo" else plot.random.randint(6, 15)
    start = plot.number * 4
    found = [news[(start + k) % len(news)] for k in range(n)]
    return sorted(found, key=lambda d: -d.days)


def _row(site, plot, draft: Draft, kind: str, n: int) -> tuple:
    random = plot.random
    ago = draft.days * 86400 + random.randint(0, 6 * 3600) if kind == ANNOUNCEMENT else random.randint(60, 300) * 86400
    day = clock.local_date(now(), site.zone) + timedelta(days=min(draft.until or 5, 6))
    filled = {"estate": random.choice(plot.estates) if plot.estates else site.name, "phone": plot.phone,
              "place": f"{site.name}服务站" if site.kind == "community" else f"{site.name}办事大厅",
              "day": f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"}
    title, text = (part.format_map(filled) for part in (draft.title, draft.text))
    shown = draft.picture and (plot.scale == "demo" or plot.random.random() < 0.4)
    until = clock.start_of_day(day + timedelta(days=1), site.zone) if draft.until else None
    at = now() - ago
    return (kind, title, text, plain(text), plot.picture(draft.picture) if shown else "", draft.alt if shown else "",
            draft.pinned and kind == ANNOUNCEMENT, until, 10 * (n + 1) if kind == PAGE else 100, "published",
            at, at - 3600, plot.staff, plot.staff, "desk")
