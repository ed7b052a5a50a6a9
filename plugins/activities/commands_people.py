"""`portal activities sign-up|leave|offer-accept|check`: act as a person, and prove that the counts are right."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from portal import as_person, find_person, now, site_view, unit, use, within

from . import queries, rules
from .joining import cannot_leave, no_room
from .models import Activity, Occurrence
from .places import checks, offering, seats
from .rules import Refusal
from .views import barred


def site_of(opened, slug: str):
    """The view of a site named on the command line."""
    with unit():
        return site_view(opened.site(slug).id)


def _options(command):
    for option in (
            click.option("--json", "as_json", is_flag=True, help="As JSON."),
            click.option("--as", "person", required=True, help="Who: an id, e-mail address or mobile number."),
            click.option("--community", required=True, help="The slug of the site."),
            click.option("--start", help="When the date begins (2026-03-04T15:00), where its activity has several."),
            click.argument("occurrence")):
        command = option(command)
    return click.pass_obj(command)


@click.command("sign-up")
@click.option("--member", "members", multiple=True, help="The id of a family member who comes, too; may be repeated.")
@click.option("--companions", default=0, help="How many people without a name come, too.")
@click.option("--without-oneself", is_flag=True, help="Only the family comes.")
@click.option("--helper", is_flag=True, help="To help out.")
@click.option("--answer", "answers", multiple=True, help="An answer to each question of the activity.")
@click.option("--wait/--no-wait", default=True, help="Join the waitlist when there is no room.")
@_options
def sign_up(opened, occurrence, start, community, person, as_json, members, companions, without_oneself, helper,
            answers, wait):
    """Sign a person up for OCCURRENCE under all rules, with a party.

    OCCURRENCE is the id of a date, or the UID of its activity with --start.
    """
    def act(me, thing):
        chosen = [*members] if without_oneself else ["me", *members]
        family = [(int(key), name) for key, name, _year in queries.unpack(thing.family)]
        party = rules.party_of(chosen, family, str(companions), thing.companions)
        problem = barred(thing) or (party if isinstance(party, Refusal) else rules.unanswered(thing.questions, answers))
        if problem is None:
            wish = seats.Wish(party, "helper" if helper else "participant", answers)
            problem = no_room(thing, wish, wait)
        if problem is None and seats.sign_up(thing.on, wish, me.who, wait, thing.approval) not in rules.LIVE:
            problem = Refusal("This date is full.")
        return problem
    _do(opened, community, person, (occurrence, start), as_json, act)


@click.command()
@_options
def leave(opened, occurrence, start, community, person, as_json):
    """Leave OCCURRENCE: give places back, leave its waitlist, or decline an offer."""
    def act(me, thing):
        problem = cannot_leave(thing) or (None if thing.mine else Refusal("This person is not signed up."))
        if problem is None:
            seats.give_back(thing.on, me.who)
        return problem
    _do(opened, community, person, (occurrence, start), as_json, act)


@click.command("offer-accept")
@_options
def offer_accept(opened, occurrence, start, community, person, as_json):
    """Say yes to the places of OCCURRENCE that are offered to a person."""
    def act(me, thing):
        return None if offering.accept(thing.on, me.who) else Refusal("There is no offer, or it has ended.")
    _do(opened, community, person, (occurrence, start), as_json, act)


def _do(opened, community: str, person: str, date: tuple[str, str | None], as_json: bool, act) -> None:
    """Do something as a person; says how they stand afterwards, and ends with 1 when it was refused."""
    with opened.app.app_context(), use(opened.app.portal.db):
        site = site_of(opened, community)
        if "activities" not in site.plugins:
            raise click.ClickException(f"activities is off in {community}.")
        with unit(write=True), as_person(_person(person), site) as me:
            activity_id, occurrence_id = _date(*date, site.zone)
            thing = _thing(activity_id, occurrence_id, me)
            problem = act(me, thing)
            after = _thing(activity_id, occurrence_id, me)
    reason = problem.reason % problem.values if problem else ""
    said = {"occurrence": occurrence_id, "person": me.person_id, "state": after.my_state or "", "size": after.mine or 0,
            "number": after.my_number if after.my_state == "waiting" else None, "offered_until": after.until,
            "refused": reason}
    click.echo(json.dumps(said, ensure_ascii=False) if as_json else reason or said["state"] or "not signed up")
    if problem:
        raise SystemExit(1)


def _person(said: str) -> int:
    try:
        return find_person(said).id
    except LookupError as e:
        raise click.ClickException(str(e)) from None


def _date(said: str, start: str | None, zone: str) -> tuple[int, int]:
    """(activity, occurrence) of an occurrence's id, or of the next date of the activity with this UID."""
    rows = Occurrence.select(Occurrence.activity_id, Occurrence.id)
    if said.isdecimal() and len(said) < 10 and not start:
        rows = rows.where(Occurrence.id == int(said))
    else:
        rows = rows.join(Activity, on=(Activity.id == Occurrence.activity_id)).where(Activity.uid == said)
        rows = rows.where(Occurrence.starts_at == _instant(start, zone) if start else Occurrence.ends_at > now())
    found = rows.order_by(Occurrence.starts_at).tuples().first()
    if found is None:
        raise click.ClickException(f"There is no date {' '.join(filter(None, (said, start)))} in this site.")
    return found


def _instant(said: str, zone: str) -> int:
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        raise click.ClickException(f"{said} is not a time like 2026-03-04T15:00.") from None
    return int((at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).timestamp())


def _thing(activity_id: int, occurrence_id: int, me) -> queries.Thing:
    return queries.thing(activity_id, occurrence_id, me.person_id, now())


@click.command()
@click.argument("slug")
@click.pass_obj
def check(opened, slug: str):
    """Prove that the counts of all dates of a site are right; ends with 1 and the first that is not."""
    with opened.app.app_context(), use(opened.app.portal.db):
        site = site_of(opened, slug)
        with unit(), within(site.id):
            wrong = checks.broken()
            n = Occurrence.select().count()
    if wrong:
        raise click.ClickException(wrong[0])
    click.echo(f"{n} dates: every count is right.")
