"""`portal activities …`: take in a calendar file, list the dates; and all commands."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from portal import clock, unit, use, within

from .calendars import horizon, ical, imports
from .commands_people import check, leave, offer_accept, sign_up, site_of


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--community", required=True, help="The slug of the site.")
@click.option("--capacity", type=click.IntRange(1, 100_000), help="Places of each date of activities that are new.")
@click.pass_obj
def take_in(opened, file: Path, community: str, capacity: int | None):
    """Take in a calendar file (.ics): new, changed, moved and cancelled dates, by UID."""
    with opened.app.app_context(), use(opened.app.portal.db):
        site = site_of(opened, community)
        if "activities" not in site.plugins:
            raise click.ClickException(f"activities is off in {community}. Switch it on: "
                                       f"portal plugin enable activities --community {community}")
        places = capacity or _places(site)
        with within(site.id):
            try:
                plan = imports.take_in(file.read_bytes(), file.name, site.zone, places)
            except ical.CalendarError as e:
                raise click.ClickException(f"{file.name}, {e}\nNothing is stored.") from None
    _report(plan)


def _places(site) -> int | None:
    given = site.settings.get("activities", {}).get("places") or 0
    return int(given) or None


def _report(plan) -> None:
    kinds = ("new", "changed", "moved", "cancelled", "restored")
    counted = {kind: 0 for kind in kinds}
    for change in plan.changes():
        counted[change.kind] += 1
    said = ", ".join(f"{n} {kind}" for kind, n in counted.items() if n) or "none has changed"
    steps = [s for s in plan.steps if s.event]
    click.echo(f"{len(steps)} activities, {sum(s.known is None for s in steps)} of them new. Dates: {said}.")


class Day(click.ParamType):
    """A date as 2026-03-04."""

    name = "date"

    def convert(self, value, param, ctx):
        try:
            day = date.fromisoformat(value)
            if 1900 <= day.year <= 2900:
                return day
            self.fail(f"{value} is too far away.", param, ctx)
        except ValueError:
            self.fail(f"{value} is not a date like 2026-03-04.", param, ctx)


@click.command()
@click.option("--community", required=True, help="The slug of the site.")
@click.option("--from", "first", type=Day(), required=True, help="The first day.")
@click.option("--to", "last", type=Day(), required=True, help="The day after the last.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--ids", is_flag=True, help="With the id of each date that has a row.")
@click.pass_obj
def occurrences(opened, community: str, first: date, last: date, as_json: bool, ids: bool):
    """List the dates from one day up to another (not included), in the site's zone.

    Whole days are dates, and their end is the day after, as in calendar files.
    """
    with opened.app.app_context(), use(opened.app.portal.db):
        site = site_of(opened, community)
        start, end = (clock.start_of_day(d, site.zone) for d in (first, last))
        try:
            if end > clock.now():
                horizon.extend(site, end)
            with within(site.id), unit():
                found = horizon.occurrences(site, start, end)
        except ical.CalendarError as e:
            raise click.ClickException(f"{e}\nAsk for fewer days.") from None
    rows = [_row(ZoneInfo(site.zone), *each[:-1]) | ({"id": each[-1]} if ids else {}) for each in found]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            click.echo(f"{row['start']}  {row['end']}  {row['status']}  {row['title']}")


def _row(zone, uid, title, start, end, all_day, state, capacity, taken, waiting) -> dict:
    said = [_said(at, zone, all_day) for at in (start, end)]
    return {"uid": uid, "title": title, "start": said[0], "end": said[1], "status": state, "capacity": capacity,
            "taken": taken, "waiting": waiting}


def _said(at: int, zone, all_day: bool) -> str:
    local = datetime.fromtimestamp(at, UTC).astimezone(zone)
    return local.date().isoformat() if all_day else local.isoformat()

COMMANDS = [take_in, occurrences, sign_up, leave, offer_accept, check]
