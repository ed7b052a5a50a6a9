"""What staff do with one date of an activity: move it, change its places, cancel it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import abort, request

from portal import _, answer, audit, dates, ngettext, now, offered_places, refused, require, say, see_other, site

from .. import changes, forms
from ..calendars import series
from ..models import Activity, Occurrence, SignUp
from ..places import seats
from .activities import ask_cancel, pages


def date_of(occurrence_id: int) -> Occurrence:
    found = Occurrence.get_or_none(Occurrence.id == occurrence_id)
    if found is None:
        abort(404)
    return found


def when_of(date: Occurrence) -> str:
    return dates.when(date.starts_at, date.ends_at, date.all_day)


@pages.route("/desk/date/<int:occurrence_id>", methods=["GET", "POST"])
def desk_date(occurrence_id: int):
    """Change what a date is called, when and where it is, and its places; others of its series too, if wanted."""
    me = require("activities.edit")
    date = date_of(occurrence_id)
    form = forms.ChangeDateForm(data=_as_typed(date)) if request.method == "GET" else forms.ChangeDateForm()
    if not form.validate_on_submit():
        return _page(form, date)
    chosen = changes.in_scope(date, form.scope.data)
    if (problem := _too_small(chosen, date, form.capacity.data)) is not None:
        form.capacity.errors = [problem]
        return _page(form, date)
    told = _changed(form, date, chosen)
    audit(me, "activities.date", date.title, form.scope.data)
    say(ngettext("Saved. %(n)s person was told.", "Saved. %(n)s people were told.", told) if told else _("Saved."))
    return see_other(f"activities/desk/{date.activity_id}")


def _too_small(chosen: list[Occurrence], date: Occurrence, capacity: int | None) -> str | None:
    """On which date more places are taken than there shall be."""
    if capacity == date.capacity:
        return None
    for one in chosen:
        used = one.taken + one.held + (one.waiting + one.asked + one.helping if capacity is None else 0)
        if one.capacity == date.capacity and used > (capacity or 0):
            return _("%(n)s places are taken already.", n=used) if one.id == date.id else _(
                "%(when)s: %(n)s places are taken already.", when=when_of(one), n=used)
    return None


def _changed(form, date: Occurrence, chosen: list[Occurrence]) -> int:
    """Do to every chosen date what was done to this one, but for what differs there on purpose; people told."""
    start, end, all_day = form.span(site.zone)
    place, title = (form.place.data or "").strip(), form.title.data.strip()
    change = series.Change((date.starts_at, date.ends_at), (start, end), site.zone)
    told = 0
    for one in chosen:
        if one.capacity == date.capacity and form.capacity.data != date.capacity:
            seats.set_capacity(one.id, form.capacity.data)
        span = (start, end) if one.id == date.id else change.moved(one.starts_at, one.ends_at)
        told += changes.move_date(one, *span, all_day if span != (one.starts_at, one.ends_at) or one.id == date.id
                                  else bool(one.all_day), place if one.place == date.place else one.place,
                                  title if one.title == date.title else one.title)
    return told


@pages.post("/desk/date/<int:occurrence_id>/delete")
def desk_delete_date(occurrence_id: int):
    """Delete a date that nobody has signed up for."""
    me = require("activities.edit")
    date = date_of(occurrence_id)
    if Activity.get_by_id(date.activity_id).source_id is not None:
        abort(404)
    if changes.delete_date(date):
        audit(me, "activities.date", date.title, when_of(date))
        say(_("The date is deleted."))
    else:
        say(_("People have signed up. Cancel it instead, so that they are told."), "bad")
    return see_other(f"activities/desk/{date.activity_id}")


def _page(form, date: Occurrence):
    page = refused if form.problems else answer
    activity = Activity.get_by_id(date.activity_id)
    return page("activities/desk_date.html", form=form, date=date, when=when_of(date), several=_several(date),
                imported=activity.source_id is not None, places=offered_places(),
                empty=not SignUp.select(SignUp.id).where(SignUp.occurrence_id == date.id).exists())


def _several(date: Occurrence) -> bool:
    """Whether its activity has other dates ahead."""
    return Occurrence.select(Occurrence.id).where(
        (Occurrence.activity_id == date.activity_id) & (Occurrence.state == "published")
        & (Occurrence.ends_at > now()) & (Occurrence.id != date.id)).exists()


def _as_typed(date: Occurrence) -> dict:
    start, end = (datetime.fromtimestamp(at, ZoneInfo(site.zone)) for at in (date.starts_at, date.ends_at))
    last = end - timedelta(days=1) if date.all_day else end
    return {"day": start.date(), "last_day": last.date() if last.date() != start.date() else None,
            "start": None if date.all_day else start.time(), "end": None if date.all_day else end.time(),
            "all_day": bool(date.all_day), "capacity": date.capacity, "place": date.place, "title": date.title}


@pages.route("/desk/date/<int:occurrence_id>/cancel", methods=["GET", "POST"])
def desk_cancel_date(occurrence_id: int):
    """Ask once more, then cancel one date and tell those who signed up."""
    me = require("activities.edit")
    date, form = date_of(occurrence_id), forms.CancelForm()
    if date.state != "published":
        abort(404)
    if not form.validate_on_submit():
        return ask_cancel(form, date.title, when_of(date), date.taken, f"activities/desk/{date.activity_id}",
                          _several(date))
    told = sum(changes.cancel_date(one.id, form.reason.data or "") for one in changes.in_scope(date, form.scope.data))
    audit(me, "activities.cancel", date.title, form.reason.data or "")
    say(ngettext("Cancelled. %(n)s person was told.", "Cancelled. %(n)s people were told.", told))
    return see_other(f"activities/desk/{date.activity_id}")
