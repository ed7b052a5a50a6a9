"""`portal huts availability, hold, lend, return, check`: lending from a terminal, under all rules."""

import json
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import click

from portal import (
    Person,
    SiteView,
    as_person,
    clock,
    find_site,
    scope_id,
    site_view,
    takes_part,
    unit,
    use,
    within,
    within_all,
)

from ..models import Code, Hut, Item, Loan, Range, Unit
from ..refusals import Refusal
from . import asking, checks, handing, nearest, queries, queue, ranges, returning
from .opening import opening

NOBODY = {"actor_id": None, "person_id": None, "channel": "import"}
TIMES = ("from", "to", "until", "due", "ready_until")
FROM = click.option("--from", "start", required=True, help="The first day (2026-11-24), or an hour of one.")
TO = click.option("--to", "end", required=True, help="The day on which it is brought back: free again from then on.")
AS = click.option("--as", "person", required=True, help="Who: an id, e-mail address or mobile number.")
COMMUNITY = click.option("--community", help="The slug of the site; needed where ITEM is in none or several.")
JSON = click.option("--json", "as_json", is_flag=True, help="As JSON.")


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
            found = _readable(nearest.plain(no.refusal.nearest), zone[0] if zone else "UTC")
            click.echo(json.dumps({"refused": sentence, "nearest": found}, ensure_ascii=False))
            raise SystemExit(1) from None
        raise click.ClickException(sentence) from None
    said = _readable(said, zone[0] if zone else "UTC")
    click.echo(json.dumps(said, ensure_ascii=False) if as_json else _lines(said))


def _readable(said: dict[str, Any], zone: str) -> dict[str, Any]:
    """Instants as local times."""
    return {name: clock.local(value, zone).isoformat() if name in TIMES and isinstance(value, int) else value
            for name, value in said.items()}


def _lines(said: dict[str, Any]) -> str:
    rows = [(name, value) for name, value in said.items() if value not in (None, "", [])]
    return "\n".join(f"{name}: {value if not isinstance(value, list) else json.dumps(value, ensure_ascii=False)}"
                     for name, value in rows)


@contextmanager
def _site(opened, slug: str | None, find: Callable[[], int | None], zone: list[str]):
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


def _site_of_item(said: str) -> int | None:
    if said.isdecimal() and len(said) < 10:
        found = Item.select(Item.site).where(Item.id == int(said)).tuples().first()
        if found is not None:
            return found[0]
    return Code.select(Code.site_id).where(Code.code == handing.code_of(said)).scalar()


def _item(said: str) -> Item:
    """The thing of the open site with this number, or of the unit with this label."""
    item = Item.get_or_none(Item.id == int(said)) if said.isdecimal() and len(said) < 10 else None
    if item is None:
        of_unit = Unit.select(Unit.item_id).where(Unit.code == handing.code_of(said))
        item = Item.get_or_none(Item.id.in_(of_unit))
    if item is None:
        raise No(Refusal(asking.NO_ITEM))
    return item


def _instant(said: str, zone: str) -> int:
    """The first moment of a day, or an hour of it."""
    try:
        if len(said) == 10:
            return clock.start_of_day(date.fromisoformat(said), zone)
        at = datetime.fromisoformat(said)
    except ValueError:
        raise No(Refusal("%(said)s is no day like 2026-11-24.", {"said": said})) from None
    return int((at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).timestamp())


def _person(said: str) -> int:
    which = Person.email == said if "@" in said else Person.phone == said
    if said.isdecimal() and len(said) < 10:
        which = Person.id == int(said)
    found = Person.select(Person.id).where(which).order_by(Person.id).tuples().first()
    if found is None:
        raise No(Refusal("There is nobody %(said)s.", {"said": said}))
    return found[0]


@click.command("availability")
@click.argument("item")
@FROM
@TO
@COMMUNITY
@JSON
@click.pass_obj
def availability(opened, item: str, start: str, end: str, community: str | None, as_json: bool):
    """Say when ITEM, a number or the label of a unit, is free: units by day, and what is taken of each."""
    zone: list[str] = []

    def act() -> dict[str, Any]:
        with _site(opened, community, lambda: _site_of_item(item), zone) as site, within(site.id):
            return _availability(_item(item), _instant(start, site.zone), _instant(end, site.zone))
    told(act, as_json, zone)


def _availability(item: Item, start: int, end: int) -> dict[str, Any]:
    if end <= start:
        raise No(Refusal(asking.BACKWARDS))
    hours, found = opening(item.hut_id), ranges.stock(item.id)
    first = hours.day(start)
    days = [{"day": row.day.isoformat(), "free": row.free, "open": row.open}
            for row in ranges.strip(found, first, min(366, (hours.day(end - 1) - first).days + 1), hours)]
    rows = (Range.select(Unit.code, Range.kind, Range.starts_at, Range.ends_at).join(Unit, on=(
        Unit.id == Range.unit_id)).where((Range.item_id == item.id) & (Range.starts_at < end) & (Range.ends_at > start))
        .order_by(Range.unit_id, Range.starts_at).tuples())
    taken = [{"unit": code, "kind": kind} | _readable({"from": a, "to": b}, hours.zone) for code, kind, a, b in rows]
    return {"item": item.id, "name": item.name, "units": item.units, "waiting": item.waiting,
            "free": len(found.free(max(start, found.at), end)), "days": days, "ranges": taken}


@click.command("hold")
@click.argument("item")
@FROM
@TO
@AS
@COMMUNITY
@click.option("--key", default="", help="Said again with the same key, it is the same hold.")
@JSON
@click.pass_obj
def hold(opened, item: str, start: str, end: str, person: str, community: str | None, key: str, as_json: bool):
    """Hold ITEM for a person from one day to another."""
    zone: list[str] = []

    def act() -> dict[str, Any]:
        with (_site(opened, community, lambda: _site_of_item(item), zone) as site,
              as_person(_person(person), site) as me):
            thing = _item(item)
            hut = Hut.select(Hut.audience).where(Hut.id == thing.hut_id).scalar()
            if not (takes_part(thing.audience) and takes_part(hut)):
                raise No(Refusal("This is lent to other residents only."))
            done = asking.ask(thing.id, me.person_id, me.who, start=_instant(start, site.zone),
                              end=_instant(end, site.zone), key=key)
            return _loan(_done(done))
    told(act, as_json, zone)


def _done(done: Any) -> Any:
    """What was done; raises No where it was refused."""
    if isinstance(done, Refusal):
        raise No(done)
    return done


def _loan(loan_id: int) -> dict[str, Any]:
    row, waits = queries.loan(loan_id), queue.place(Loan.get_by_id(loan_id))
    return {"loan": row.id, "state": row.state, "item": row.item_id, "name": row.item, "unit": row.code,
            "person": row.person_id, "from": row.starts, "to": row.ends, "due": row.due_at,
            "ready_until": row.ready_until, "place": waits}


@click.command("lend")
@click.argument("codes", nargs=-1, required=True)
@AS
@click.option("--until", help="The day on which it is brought back, in place of the usual days.")
@click.option("--reason", default="", help="Why it goes past the limits of the person.")
@COMMUNITY
@JSON
@click.pass_obj
def lend(opened, codes: tuple[str, ...], person: str, until: str | None, reason: str, community: str | None,
         as_json: bool):
    """Hand the units with these labels over to a person: all of them, or none."""
    zone: list[str] = []

    def act() -> dict[str, Any]:
        with _site(opened, community, lambda: _site_of_code(codes[0]), zone) as site, within(site.id):
            end = _instant(until, site.zone) if until else None
            done = _done(handing.lend(codes, _person(person), NOBODY, until=end, reason=reason))
            return {"loans": [_readable({"loan": one.loan_id, "unit": one.code, "due": one.due_at}, site.zone)
                              for one in done]}
    told(act, as_json, zone)


def _site_of_code(code: str) -> int | None:
    return Code.select(Code.site_id).where(Code.code == handing.code_of(code)).scalar()


@click.command("return")
@click.argument("code")
@click.option("--hut", help="The code of the hut where it was brought; without, its own.")
@click.option("--broken", is_flag=True, help="It goes to repair.")
@COMMUNITY
@JSON
@click.pass_obj
def give_back(opened, code: str, hut: str | None, broken: bool, community: str | None, as_json: bool):
    """Take the unit with this label back, whoever brings it, in whatever hut."""
    zone: list[str] = []

    def act() -> dict[str, Any]:
        with _site(opened, community, lambda: _site_of_hut(hut) or _site_of_code(code), zone) as site, within(site.id):
            hut_id = Hut.select(Hut.id).where(Hut.code == hut.strip().upper()).scalar() if hut else None
            if hut and hut_id is None:
                raise No(Refusal(returning.NO_HUT))
            done = _done(returning.give_back(code, hut_id, NOBODY, broken=broken))
            with within(done.site_id):
                return _back(done, site_view(scope_id()))
    told(act, as_json, zone)


def _site_of_hut(code: str | None) -> int | None:
    """The site of the only hut with this code; None where there are several, or none."""
    found = list(Hut.select(Hut.site).where(Hut.code == code.strip().upper()).limit(2).tuples()) if code else []
    return found[0][0] if len(found) == 1 else None


def _back(done: returning.Back, site: SiteView) -> dict[str, Any]:
    unit_ = Unit.get_by_id(done.unit_id)
    return {"unit": unit_.code, "state": unit_.state, "community": site.slug, "note": unit_.note, "loan": done.loan_id,
            "home": done.home, "again": done.again, "ready": done.ready, "until": done.paused_until}


@click.command("check")
@click.argument("slug")
@click.pass_obj
def check(opened, slug: str):
    """Prove that units, loans, ranges and queues of a site agree; ends with 1 and the first that does not."""
    with opened.app.app_context(), use(opened.app.portal.db):
        with unit():
            site = find_site(slug=slug)
        if site is None:
            raise click.ClickException(f"There is no site {slug}.")
        with unit(), within(site.id):
            wrong = checks.first_broken()
            n = Loan.select().count(), Unit.select().count()
    if wrong:
        raise click.ClickException(wrong)
    click.echo(f"{n[0]} loans of {n[1]} units: all of them agree.")


LENDING: list[click.Command] = [availability, hold, lend, give_back, check]
