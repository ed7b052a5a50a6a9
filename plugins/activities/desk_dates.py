"""What staff do with one date of an activity: move it, change its places, cancel it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import abort, request

from portal import _, answer, audit, dates, ngettext, now, refused, require, say, see_other, site

from . import changes, forms, seats
from .desk import ask_cancel, pages
from .models import Occurrence


def date_of(occurrence_id: int) -> Occurrence:
    found = Occurrence.get_or_none(Occurrence.id == occurrence_id)
    if found is None:
        abort(404)
    return found


def when_of(date: Occurrence) -> str:
    return dates.when(date.starts_at, date.ends_at, date.all_day)


@pages.route("/desk/date/<int:occurrence_id>", methods=["GET", "POST"])
def desk_date(occurrence_id: int):
    """Change when and where a date takes place and how many places it has; a new time is told to those who come."""
    me = require("activities.edit")
    date = date_of(occurrence_id)
    form = forms.ChangeDateForm(data=_as_typed(date)) if request.method == "GET" else forms.ChangeDateForm()
    if not form.validate_on_submit():
        return _page(form, date)
    if not seats.set_capacity(date.id, form.capacity.data):
        form.capacity.errors = [_("%(n)s places are taken already.", n=date.taken + date.held)]
        return _page(form, date)
    told = _move(date, *form.span(site.zone), (form.place.data or "").strip())
    audit(me, "activities.date", date.title)
    say(ngettext("Saved. %(n)s person was told.", "Saved. %(n)s people were told.", told) if told else _("Saved."))
    return see_other(f"activities/desk/{date.activity_id}")


def _move(date: Occurrence, start: int, end: int, all_day: bool, place: str) -> int:
    """Store a new time and place; how many people were told."""
    moved = (start, end) != (date.starts_at, date.ends_at)
    if not moved and (place, all_day) == (date.place, bool(date.all_day)):
        return 0
    Occurrence.update(starts_at=start, ends_at=end, all_day=all_day, place=place, **changes.touched()).where(
        Occurrence.id == date.id).execute()
    return changes.tell_moved(date.id) if moved and end > now() and date.state == "published" else 0


def _page(form, date: Occurrence):
    page = refused if form.problems else answer
    return page("activities/desk_date.html", form=form, date=date, when=when_of(date))


def _as_typed(date: Occurrence) -> dict:
    start, end = (datetime.fromtimestamp(at, ZoneInfo(site.zone)) for at in (date.starts_at, date.ends_at))
    last = end - timedelta(days=1) if date.all_day else end
    return {"day": start.date(), "last_day": last.date() if last.date() != start.date() else None,
            "start": None if date.all_day else start.time(), "end": None if date.all_day else end.time(),
            "all_day": bool(date.all_day), "capacity": date.capacity, "place": date.place}


@pages.route("/desk/date/<int:occurrence_id>/cancel", methods=["GET", "POST"])
def desk_cancel_date(occurrence_id: int):
    """Ask once more, then cancel one date and tell those who signed up."""
    me = require("activities.edit")
    date, form = date_of(occurrence_id), forms.CancelForm()
    if date.state != "published":
        abort(404)
    if not form.validate_on_submit():
        return ask_cancel(form, date.title, when_of(date), date.taken, f"activities/desk/{date.activity_id}")
    told = changes.cancel_date(date.id, form.reason.data or "")
    audit(me, "activities.cancel", date.title, form.reason.data or "")
    say(ngettext("Cancelled. %(n)s person was told.", "Cancelled. %(n)s people were told.", told))
    return see_other(f"activities/desk/{date.activity_id}")
