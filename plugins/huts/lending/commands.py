"""`portal huts availability, hold, lend, return, check`: lending from a terminal, under all rules."""

from typing import Any

import click

from portal import SiteView, as_person, find_site, scope_id, site_view, unit, use, within

from ..models import Hut, Item, Loan, Range, Unit
from ..refusals import Refusal
from . import asking, checks, handing, queries, queue, ranges, returning
from .opening import opening
from .terminal import (
    No,
    checked_neighbour,
    done,
    instant,
    item_of,
    person_of,
    readable,
    site_for,
    site_of_code,
    site_of_hut,
    site_of_item,
    theirs,
    told,
)

NOBODY = {"actor_id": None, "person_id": None, "channel": "import"}
FROM = click.option("--from", "start", required=True, help="The first day (2026-11-24), or an hour of one.")
TO = click.option("--to", "end", required=True, help="The day on which it is brought back: free again from then on.")
AS = click.option("--as", "person", required=True, help="Who: an id, e-mail address or mobile number.")
COMMUNITY = click.option("--community", help="The slug of the site; without, that of the thing.")
JSON = click.option("--json", "as_json", is_flag=True, help="As JSON.")


@click.command("availability")
@click.argument("item")
@FROM
@TO
@COMMUNITY
@JSON
@click.pass_obj
def availability(opened, item: str, start: str, end: str, community: str | None, as_json: bool):
    """Say when ITEM is free: units by day (366 at most), and what is taken of each.

    ITEM is the number of a thing, as in its address, or the label of one of its units.
    """
    zone: list[str] = []

    def act() -> dict[str, Any]:
        with site_for(opened, community, lambda: site_of_item(item), zone) as site, within(site.id):
            return _availability(item_of(item), instant(start, site.zone), instant(end, site.zone))
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
    taken = [{"unit": code, "kind": kind} | readable({"from": a, "to": b}, hours.zone) for code, kind, a, b in rows]
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
    """Hold ITEM for a person from one day to another: whichever of its units is free.

    ITEM is the number of a thing, as in its address, or the label of one of its units.
    """
    zone: list[str] = []

    def act() -> dict[str, Any]:
        with (site_for(opened, community, lambda: site_of_item(item), zone) as site,
              as_person(person_of(person), site) as me):
            thing = item_of(item)
            theirs(thing)
            checked_neighbour(thing)
            loan = asking.ask(thing.id, me.person_id, me.who, start=instant(start, site.zone),
                              end=instant(end, site.zone), key=key)
            return _loan(done(loan))
    told(act, as_json, zone)


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
        with (site_for(opened, community, lambda: site_of_code(codes[0]), zone) as site,
              as_person(person_of(person), site) as me):
            end, read = instant(until, site.zone) if until else None, [handing.code_of(code) for code in codes]
            for thing in Item.select().where(Item.id.in_(Unit.select(Unit.item_id).where(Unit.code.in_(read)))):
                theirs(thing)
            lent = done(handing.lend(codes, me.person_id, NOBODY, until=end, reason=reason))
            return {"loans": [readable({"loan": one.loan_id, "unit": one.code, "due": one.due_at}, site.zone)
                              for one in lent]}
    told(act, as_json, zone)


@click.command("return")
@click.argument("code")
@click.option("--hut", help="The code of the hut where it was brought; without, its own.")
@click.option("--broken", is_flag=True, help="It goes to repair.")
@COMMUNITY
@JSON
@click.pass_obj
def give_back(opened, code: str, hut: str | None, broken: bool, community: str | None, as_json: bool):
    """Take the unit with this label back, whoever brings it, in whatever hut.

    In another hut than its own it is on its way home; said again with its own hut, it has arrived.
    """
    zone: list[str] = []

    def act() -> dict[str, Any]:
        with site_for(opened, community, lambda: site_of_hut(hut) or site_of_code(code), zone) as site, within(site.id):
            hut_id = Hut.select(Hut.id).where(Hut.code == hut.strip().upper()).scalar() if hut else None
            if hut and hut_id is None:
                raise No(Refusal(returning.NO_HUT))
            back = done(returning.give_back(code, hut_id, NOBODY, broken=broken))
            with within(back.site_id):
                if back.again and hut_id is not None and _lies_before(back.unit_id, hut_id):
                    back = done(returning.arrived(code, NOBODY))
                return _back(back, site_view(scope_id()))
    told(act, as_json, zone)


def _lies_before(unit_id: int, hut_id: int) -> bool:
    """Whether a unit was on its way to the hut in which it is now said to be."""
    unit_ = Unit.get_by_id(unit_id)
    return unit_.state == "transit" and unit_.home_id == hut_id


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
