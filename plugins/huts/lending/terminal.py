"""What the commands of lending share: the site, person and thing they name, and how an answer is said."""

import json
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from portal import clock, find_person, find_site, site_view, takes_part, unit, use, within_all

from ..models import Code, Hut, Item, Unit
from ..neighbours import LIVES_HERE, checked
from ..refusals import Refusal
from . import asking, handing, nearest

FIRST, LAST = date(1970, 1, 1), date(9000, 1, 1)  # beyond these a day has no instant, or none before it
TIMES = ("from", "to", "until", "due", "ready_until")


class No(Exception):
    """Something cannot be, in words."""

    def __init__(self, refusal: Refusal):
        super().__init__(refusal.reason)
        self.refusal = refusal


def told(act: Callable[[], dict[str, Any]], as_json: bool, zone: list[str]) -> None:
    """Do something and say what came of it; a sentence and an end with 1 where it was refused."""
    try:
        said = act()
    except No as no:
        sentence = str(no.refusal.reason % no.refusal.values)
        if as_json:
            found = readable(nearest.plain(no.refusal.nearest), zone[0] if zone else "UTC")
            click.echo(json.dumps({"refused": sentence, "nearest": found}, ensure_ascii=False))
            raise SystemExit(1) from None
        raise click.ClickException(sentence) from None
    said = readable(said, zone[0] if zone else "UTC")
    click.echo(json.dumps(said, ensure_ascii=False) if as_json else _lines(said))


def readable(said: dict[str, Any], zone: str) -> dict[str, Any]:
    """Instants as local times."""
    return {name: clock.local(value, zone).isoformat() if name in TIMES and isinstance(value, int) else value
            for name, value in said.items()}


def _lines(said: dict[str, Any]) -> str:
    rows = [(name, value) for name, value in said.items() if value not in (None, "", [])]
    return "\n".join(f"{name}: {value if not isinstance(value, list) else json.dumps(value, ensure_ascii=False)}"
                     for name, value in rows)


@contextmanager
def site_for(opened, slug: str | None, find: Callable[[], int | None], zone: list[str]):
    """The site that is named, else the one that `find` finds while all are open; in a writing unit, with an app."""
    with opened.app.app_context(), use(opened.app.portal.db), unit(write=True):
        view = find_site(slug=slug) if slug else None
        if slug is None:
            with within_all(_everywhere()):
                found = find()
            view = site_view(found) if found is not None else None
        if view is None:
            raise No(Refusal("There is no site %(slug)s.", {"slug": slug}) if slug else Refusal(asking.NO_ITEM))
        if "huts" not in view.plugins:
            raise No(Refusal("huts is off in %(slug)s.", {"slug": view.slug}))
        zone.append(view.zone)
        yield view


def _everywhere() -> tuple[int, ...]:
    district = find_site()
    return (district.id, *(kin.id for kin in district.below)) if district is not None else ()


def site_of_item(said: str) -> int | None:
    if said.isdecimal() and len(said) < 10:
        found = Item.select(Item.site).where(Item.id == int(said)).tuples().first()
        if found is not None:
            return found[0]
    return Code.select(Code.site_id).where(Code.code == handing.code_of(said)).scalar()


def item_of(said: str) -> Item:
    """The thing of the open site with this number, or of the unit with this label."""
    item = Item.get_or_none(Item.id == int(said)) if said.isdecimal() and len(said) < 10 else None
    if item is None:
        of_unit = Unit.select(Unit.item_id).where(Unit.code == handing.code_of(said))
        item = Item.get_or_none(Item.id.in_(of_unit))
    if item is None:
        raise No(Refusal(asking.NO_ITEM))
    return item


def theirs(item: Item) -> None:
    """Raises No where a thing, or its hut, is for others than the person who is acting."""
    hut = Hut.select(Hut.audience).where(Hut.id == item.hut_id).scalar()
    if not (takes_part(item.audience) and takes_part(hut)):
        raise No(Refusal("This is lent to other residents only."))


def checked_neighbour(item: Item) -> None:
    """Raises No while staff have yet to check where the person who is acting lives, and the thing is not for anyone."""
    if item.audience != "anyone" and not checked():
        raise No(Refusal(LIVES_HERE))


def instant(said: str, zone: str) -> int:
    """The first moment of a day, or an hour of it."""
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        at = None
    if at is None or not FIRST < at.date() < LAST:
        raise No(Refusal("%(said)s is no day like 2026-11-24.", {"said": said}))
    if len(said) == 10:
        return clock.start_of_day(at.date(), zone)
    return int((at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).timestamp())


def person_of(said: str) -> int:
    try:
        return find_person(said).id
    except LookupError as e:
        raise No(Refusal("%(said)s", {"said": str(e)})) from None


def done(found: Any) -> Any:
    """What was done; raises No where it was refused."""
    if isinstance(found, Refusal):
        raise No(found)
    return found


def site_of_code(code: str) -> int | None:
    return Code.select(Code.site_id).where(Code.code == handing.code_of(code)).scalar()


def site_of_hut(code: str | None) -> int | None:
    """The site of the only hut with this code; None where there are several, or none."""
    found = list(Hut.select(Hut.site).where(Hut.code == code.strip().upper()).limit(2).tuples()) if code else []
    return found[0][0] if len(found) == 1 else None
