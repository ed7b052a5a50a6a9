"""What stands in calendars: when a person fetches and brings back, and on which days huts are closed."""

from collections.abc import Iterator
from datetime import date, timedelta

from peewee import fn

from portal import Day, SiteView, _, clock, param, prepared, site_view, working_time

from ..lending.states import LIVE
from ..models import Hut, Item, Loan, SpecialDay

HALF_HOUR, MOST = 1800, 1000

_mine = prepared(lambda: (
    Loan.select(Loan.site, Loan.id, Loan.state, Loan.starts_at, Loan.ends_at, Loan.ready_until, Loan.due_at,
                Loan.version, Loan.changed_at, Item.name, Hut.name)
    .join(Item, on=(Item.id == Loan.item_id)).join(Hut, on=(Hut.id == Loan.hut_id))
    .where((Loan.person_id == param("person")) & Loan.state.in_(LIVE)).order_by(Loan.id.desc()).limit(MOST)))
_special = prepared(lambda: (
    SpecialDay.select(SpecialDay.site, SpecialDay.id, SpecialDay.day, SpecialDay.hours, SpecialDay.why, Hut.id,
                      Hut.name)
    .join(Hut, on=(Hut.id == SpecialDay.hut_id))
    .where((Hut.state == "open") & (SpecialDay.day >= param("first")) & (SpecialDay.day <= param("last")))
    .order_by(SpecialDay.day, SpecialDay.id).limit(MOST)))
_resting = prepared(lambda: (
    Hut.select(Hut.site, fn.COUNT(Hut.id)).where((Hut.state == "open") & (Hut.holidays == "closed"))
    .group_by(Hut.site)))


def of(person_id: int, start: int, end: int) -> Iterator[Day]:
    """What a person has to fetch or to bring back between two instants.

    A loan is one entry, which moves as the loan goes on: its uid stays, its sequence grows with every step.
    """
    for row in _mine(person=person_id):
        site_id, loan_id, state, *times, version, changed, item, hut = row
        when = _when(state, *times)
        if when and when[1] > start and when[0] < end:
            yield Day(when[0], when[1], _said(state, item), f"huts/loans/{loan_id}", hut, when[2], False,
                      f"loan-{loan_id}.{site_id}@huts", site_id, version, changed)


def _when(state: str, starts: int | None, ends: int | None, ready: int | None,
          due: int | None) -> tuple[int, int, bool] | None:
    """(From, to, all day) of what is next in a loan; None while it only waits."""
    at = {"ready": ready, "out": due}.get(state)
    if at is not None:
        return at - HALF_HOUR, at, False
    return (starts, ends, True) if state == "approved" and starts is not None and ends is not None else None


def _said(state: str, item: str) -> str:
    if state == "out":
        return _("Bring back: %(item)s", item=item)
    return _("Pick up: %(item)s", item=item) if state == "ready" else _("Held for you: %(item)s", item=item)


def days(site: SiteView, start: int, end: int) -> Iterator[Day]:
    """In all open sites: days on which a hut keeps other hours, and holidays on which huts rest."""
    first, last = clock.local_date(start, site.zone), clock.local_date(end - 1, site.zone)
    for site_id, row_id, day, spans, why, hut_id, hut in _special(first=first.isoformat(), last=last.isoformat()):
        at = clock.start_of_day(date.fromisoformat(day), site_view(site_id).zone)
        said = _("%(hut)s is closed", hut=hut) if spans == "[]" else _("%(hut)s has other hours", hut=hut)
        title = _("%(what)s: %(why)s", what=said, why=why) if why else said
        yield Day(at, at + 86400, title, f"huts/{hut_id}", hut, True, uid=f"special-{row_id}.{site_id}@huts",
                  site_id=site_id)
    runs = list(_holidays(site.zone, first, last))
    for site_id, _n in _resting() if runs else ():
        for name, begin, until in runs:
            yield Day(clock.start_of_day(begin, site.zone), clock.start_of_day(until, site.zone),
                      _("Huts are closed: %(holiday)s", holiday=_(name)), "huts/", "", True,
                      uid=f"holiday-{begin}.{site_id}@huts", site_id=site_id)


def _holidays(zone: str, first: date, last: date) -> Iterator[tuple[str, date, date]]:
    """(name, first day, day after the last) of the official days off in a row."""
    working, name, begin = working_time(zone), None, first
    for n in range((last - first).days + 2):
        day = first + timedelta(days=n)
        now = working.holiday_name(day) if day <= last else None
        if now != name:
            if name:
                yield name, begin, day
            name, begin = now, day
