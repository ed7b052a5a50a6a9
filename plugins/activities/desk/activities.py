"""What staff do with activities: announce, change, publish, cancel, and see who comes."""

import json
from datetime import date

from flask import abort, request
from peewee import fn

from portal import (
    AUDIENCES,
    _,
    answer,
    audit,
    clock,
    dates,
    may,
    ngettext,
    now,
    offered_places,
    refused,
    require,
    say,
    see_other,
    site,
    stale,
    working_time,
)

from .. import changes, forms, rules, show
from ..attendance import missed
from ..calendars import series
from ..joining import pages
from ..models import Activity, Occurrence, SignUp, Source
from ..places import seats
from ..places.held import ANYBODY, NEEDED
from ..views import row_id

N_ = str
PAGE = 50
MOST_DATES = 400
MOST_MONTHS = 60  # how long ago what is copied may have been
STATES = {"draft": (N_("Draft"), "warn"), "published": (N_("Published"), "ok"), "cancelled": (N_("Cancelled"), "bad"),
          "incoming": (N_("Being taken in"), "")}
RULES = ("helpers", "companions", "leave_hours", "approval", "guests", "questions")  # folded up while none is used
COMPARED = ("title", "text", "place", "organiser", "tags", "audience", "capacity", "price", "bring", "access", *RULES,
            "picture_alt")
COPIED = ("title", "text", "place", "organiser", "tags", "picture", "picture_alt", "audience", "price_fen", "capacity",
          "bring", "access", *RULES)


@pages.get("/desk/")
def desk():
    """All activities, the newest first, each with its next date."""
    require("activities.edit")
    state, before = request.args.get("state", ""), row_id(request.args, "before")
    ahead = (Occurrence.select(fn.MIN(Occurrence.starts_at)).where(
        (Occurrence.activity_id == Activity.id) & (Occurrence.ends_at > now()) & (Occurrence.state == "published")))
    query = Activity.select(Activity.id, Activity.title, Activity.state, Activity.place, ahead.alias("next_at"))
    if state in STATES:
        query = query.where(Activity.state == state)
    if before:
        query = query.where(Activity.id < before)
    rows = list(query.order_by(Activity.id.desc()).limit(PAGE + 1).tuples())
    more = f"?state={state}&before={rows[PAGE - 1][0]}" if len(rows) > PAGE else ""
    return answer("activities/desk.html", rows=rows[:PAGE], more=more, state=state, states=STATES,
                  appeals=missed.open_appeals() if may("activities.no_show") else 0)


@pages.route("/desk/new", methods=["GET", "POST"])
def desk_new():
    """Write a new activity; it is a draft until it is published."""
    me = require("activities.edit")
    form = forms.NewForm()
    if not form.validate_on_submit():
        return _form(form, None)
    picture = form.stored_picture()
    if form.problems:
        return _form(form, None)
    activity = Activity.create(uid=changes.new_uid(), picture=picture, series=form.kept(), **form.values(),
                               **_made_by(me))
    changes.add_dates(activity, form.spans(site.zone, working_time(site.zone)))
    audit(me, "activities.new", activity.title)
    say(_("Kept as a draft. Look it over, then publish it."))
    return see_other(f"activities/desk/{activity.id}")


def _made_by(me) -> dict:
    who = me.who
    return {"actor_id": who["actor_id"], "person_id": who["person_id"], "channel": "desk"}


@pages.get("/desk/<int:activity_id>")
def desk_activity(activity_id: int):
    """An activity with its dates, and what can be done with it."""
    require("activities.edit")
    return _overview(_activity(activity_id), forms.SeriesForm())


def _overview(activity: Activity, form, status: int = 200, further=None):
    rows = (Occurrence.select(Occurrence.id, Occurrence.starts_at, Occurrence.ends_at, Occurrence.all_day,
                              Occurrence.capacity, Occurrence.taken, Occurrence.state, Occurrence.note)
            .where((Occurrence.activity_id == activity.id) & (Occurrence.ends_at > now() - 31 * 86400))
            .order_by(Occurrence.starts_at).limit(MOST_DATES).tuples())
    source = Source.select(Source.name, Source.file).where(Source.id == activity.source_id).tuples().first() \
        if activity.source_id else None
    return answer("activities/desk_activity.html", status=status, activity=activity, rows=list(rows), form=form,
                  holiday=_holiday,
                  state=STATES[activity.state], source=source and (source[0] or source[1]), now=now(),
                  further=further or (forms.ContinueForm(formdata=None) if activity.series else None),
                  until=activity.series and dates.day(clock.start_of_day(
                      date.fromisoformat(json.loads(activity.series)["until"]), site.zone)))


def _holiday(at: int) -> str:
    """The public holiday that an instant falls on, if one does."""
    name = working_time(site.zone).holiday_name(clock.local_date(at, site.zone))
    return _(name) if name else ""


@pages.route("/desk/<int:activity_id>/edit", methods=["GET", "POST"])
def desk_edit(activity_id: int):
    """Change what an activity says; refused with both versions when somebody else was quicker."""
    me = require("activities.edit")
    activity = _activity(activity_id)
    form = forms.ActivityForm(data=_as_typed(activity)) if request.method == "GET" else forms.ActivityForm()
    if not form.validate_on_submit():
        return _form(form, activity)
    if stale(activity.version):
        return _form(form, activity, _both(activity, form))
    if not _roomy(activity, form.capacity.data):
        form.capacity.errors = [_("On one of its dates more places are taken already.")]
    picture = form.stored_picture(activity.picture) if not form.problems else ""
    if form.problems:
        return _form(form, activity)
    _save(activity, form.values() | {"picture": picture})
    audit(me, "activities.edit", activity.title)
    say(_("Saved."))
    return see_other(f"activities/desk/{activity.id}")


def _save(activity: Activity, values: dict) -> None:
    """Store the changed activity and bring its dates ahead into line, but for those that differ on purpose."""
    before = {name: getattr(activity, name) for name in ("title", "place", "capacity", "helpers")}
    kept = (Activity.id == activity.id) & (Activity.version == activity.version)
    if not Activity.update(**values, version=Activity.version + 1, changed_at=now()).where(kept).execute():
        abort(409)
    ahead = (Occurrence.activity_id == activity.id) & (Occurrence.ends_at > now())
    elsewhere = _elsewhere(ahead, before["place"], values["place"])
    for name in ("title", "place"):
        field = getattr(Occurrence, name)
        if values[name] != before[name]:
            Occurrence.update(**{name: values[name]}, **changes.touched()).where(
                ahead & (field == before[name])).execute()
    if values["capacity"] != before["capacity"]:
        _resize(ahead, before["capacity"], values["capacity"])
    if values["helpers"] != before["helpers"]:
        Occurrence.update(helpers=values["helpers"]).where(
            ahead & (Occurrence.helpers == before["helpers"]) & (Occurrence.helping <= values["helpers"])).execute()
    for occurrence_id in elsewhere:
        changes.tell_place(occurrence_id)
    for name, value in values.items():
        setattr(activity, name, value)
    changes.settle(activity)


def _elsewhere(ahead, old: str, new: str) -> list[int]:
    """The dates ahead that will take place somewhere else than people know."""
    moving = ahead & (Occurrence.place == old) & (Occurrence.state == "published")
    rows = Occurrence.select(Occurrence.id).where(moving).order_by(Occurrence.id).tuples()
    return [] if old == new else [occurrence_id for occurrence_id, in rows]


def _same_capacity(capacity: int | None):
    return Occurrence.capacity.is_null() if capacity is None else Occurrence.capacity == capacity


def _resize(ahead, old: int | None, new: int | None) -> None:
    for occurrence_id, in list(Occurrence.select(Occurrence.id).where(ahead & _same_capacity(old))
                               .order_by(Occurrence.id).tuples()):
        seats.set_capacity(occurrence_id, new)


def _roomy(activity: Activity, capacity: int | None) -> bool:
    """Whether the dates ahead that follow the activity can have so many places."""
    most, anybody = Occurrence.select(fn.MAX(NEEDED), fn.MAX(ANYBODY)).where(
        (Occurrence.activity_id == activity.id) & (Occurrence.ends_at > now())
        & _same_capacity(activity.capacity)).tuples().get()
    return not anybody if capacity is None else (most or 0) <= capacity


def _as_typed(activity: Activity) -> dict:
    """An activity as its form shows it."""
    values = {name: getattr(activity, name) for name in COMPARED if name != "price"}
    values |= {name: getattr(activity, name) or None for name in ("helpers", "companions", "leave_hours")}
    values["tags"] = " ".join(rules.unpacked(activity.tags))
    values["price"] = rules.yuan(activity.price_fen) if activity.price_fen else ""
    return values | {"version": activity.version}


def _both(activity: Activity, form) -> list[tuple[str, str, str]]:
    """(part, saved now, typed) of everything that differs."""
    theirs, yours = _as_typed(activity), form.data
    found = []
    for name in COMPARED:
        a, b = (str("" if v is None else v).replace("\r\n", "\n").strip() for v in (theirs[name], yours.get(name)))
        if a != b:
            said = (lambda v: _(AUDIENCES.get(v, v))) if name == "audience" else str
            found.append((form[name].label.text, said(a), said(b)))
    return found


def _form(form, activity: Activity | None, compare: list | None = None):
    """The form, as it stands or refused."""
    bad = bool(form.problems) or compare is not None
    if activity is not None and compare is not None:
        form.version.data = str(activity.version)
    picture = show.picture(activity.picture)[0] if activity and activity.picture else ""
    return answer("activities/desk_form.html", status=422 if bad else 200, form=form, activity=activity,
                  compare=compare, picture=picture, places=offered_places(),
                  more=any(form[name].data or form[name].errors for name in RULES))


def _activity(activity_id: int) -> Activity:
    found = Activity.get_or_none(Activity.id == activity_id)
    if found is None:
        abort(404)
    return found


@pages.post("/desk/<int:activity_id>/move")
def desk_move(activity_id: int):
    """Publish a draft, or withdraw it again."""
    me = require("activities.edit")
    activity = _activity(activity_id)
    name = request.form.get("do", "")
    if name not in ("publish", "withdraw") or activity.state == "cancelled":
        abort(404)
    if name == "withdraw" and _people(activity):
        say(_("People have signed up. Cancel it instead, so that they are told."), "bad")
    elif changes.move(activity, name):
        audit(me, f"activities.{name}", activity.title)
        say(_("Published. Residents see it now.") if name == "publish" else _("Residents no longer see it."))
    return see_other(f"activities/desk/{activity.id}")


def _people(activity: Activity) -> int:
    """How many people have to do with the dates ahead."""
    return SignUp.select(fn.COALESCE(fn.SUM(SignUp.size), 0)).join(
        Occurrence, on=(Occurrence.id == SignUp.occurrence_id)).where(
        (Occurrence.activity_id == activity.id) & (Occurrence.ends_at > now())
        & (Occurrence.state == "published") & SignUp.state.in_(rules.LIVE)).scalar()


@pages.route("/desk/<int:activity_id>/cancel", methods=["GET", "POST"])
def desk_cancel(activity_id: int):
    """Ask once more, then cancel an activity with all its dates and tell everybody."""
    me = require("activities.edit")
    activity = _activity(activity_id)
    if activity.state != "published":
        abort(404)
    form = forms.CancelForm()
    if not form.validate_on_submit():
        return ask_cancel(form, activity.title, "", _people(activity), f"activities/desk/{activity.id}")
    told = changes.cancel(activity, form.reason.data or "")
    audit(me, "activities.cancel", activity.title, form.reason.data or "")
    say(ngettext("Cancelled. %(n)s person was told.", "Cancelled. %(n)s people were told.", told))
    return see_other(f"activities/desk/{activity.id}")


def ask_cancel(form, title: str, when: str, people: int, back: str, several: bool = False):
    page = refused if form.problems else answer
    return page("activities/desk_cancel.html", form=form, title=title, when=when, people=people, back_to=back,
                several=several)


@pages.post("/desk/<int:activity_id>/dates")
def desk_add_date(activity_id: int):
    """Give an activity another date, or a series of them."""
    me = require("activities.edit")
    activity, form = _activity(activity_id), forms.SeriesForm()
    if not form.validate_on_submit():
        return _overview(activity, form, 422)
    spans = form.spans(site.zone, working_time(site.zone))
    n = changes.add_dates(activity, _new(activity, spans))
    if not n:
        form.day.errors = [_("There is a date at this time already.")]
        return _overview(activity, form, 422)
    if form.repeat.data:
        Activity.update(series=form.kept()).where(Activity.id == activity.id).execute()
    return _added(me, activity, n)


def _new(activity: Activity, spans: list[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    """Those at whose time there is no date yet."""
    there = {at for at, in Occurrence.select(Occurrence.starts_at).where(
        Occurrence.activity_id == activity.id).tuples()}
    return [span for span in spans if span[0] not in there]


def _added(me, activity: Activity, n: int):
    changes.find(activity)
    audit(me, "activities.date", activity.title, str(n))
    say(ngettext("The date is added.", "%(n)s dates are added.", n))
    return see_other(f"activities/desk/{activity.id}")


@pages.post("/desk/<int:activity_id>/continue")
def desk_continue(activity_id: int):
    """Let a series go on until a later day, at the hours of its last date; what was deleted stays so."""
    me = require("activities.edit")
    activity, form = _activity(activity_id), forms.ContinueForm()
    if not activity.series or activity.state == "cancelled":
        abort(404)
    plan = json.loads(activity.series)
    first, before = date.fromisoformat(plan["first"]), date.fromisoformat(plan["until"])
    if form.validate_on_submit():
        problem = series.wrong(plan["pattern"], before, form.until.data) if form.until.data > before else rules.Refusal(
            N_("The series goes on until then already."))
        form.until.errors = [_(problem.reason, **problem.values)] if problem else []
    if form.problems:
        return _overview(activity, forms.SeriesForm(formdata=None), 422, form)
    spans = _continued(activity, plan, first, before, form.until.data)
    if spans is None:
        form.until.errors = [_("No date is left whose hours could be taken. Please add a date first.")]
        return _overview(activity, forms.SeriesForm(formdata=None), 422, form)
    n = changes.add_dates(activity, _new(activity, spans))
    Activity.update(series=json.dumps(plan | {"until": form.until.data.isoformat()})).where(
        Activity.id == activity.id).execute()
    return _added(me, activity, n)


def _continued(activity: Activity, plan: dict, first: date, before: date,
               until: date) -> list[tuple[int, int, bool]] | None:
    """Further dates at the hours of the last one; None where none is left."""
    last = (Occurrence.select(Occurrence.starts_at, Occurrence.ends_at, Occurrence.all_day)
            .where(Occurrence.activity_id == activity.id).order_by(Occurrence.starts_at.desc()).tuples().first())
    if last is None:
        return None
    start, end, whole = last
    kept = _around(plan["holidays"], series.days(plan["pattern"], first, until, before))
    return [(*series.on_day(day, start, end, site.zone), bool(whole)) for day in kept]


def _around(how: str, planned: list[date]) -> list[date]:
    """Days with the site's public holidays kept, left out, or moved."""
    working = working_time(site.zone)
    return series.around_holidays(planned, how, working.holiday_name, working.next_open)


@pages.post("/desk/<int:activity_id>/copy")
def desk_copy(activity_id: int):
    """The same once more as a draft, with last month's dates on the same weekdays of the month after, or of the first
    that is not over.

    What a series does on public holidays holds for them, too.
    """
    me = require("activities.edit")
    old = _activity(activity_id)
    values = {name: getattr(old, name) for name in COPIED}
    activity = Activity.create(uid=changes.new_uid(), **values, **_made_by(me))
    spans = [(o.starts_at, o.ends_at, bool(o.all_day)) for o in Occurrence.select().where(
        Occurrence.activity_id == old.id).order_by(Occurrence.starts_at)]
    changes.add_dates(activity, _month_after(spans, json.loads(old.series or "{}").get("holidays", "keep")))
    audit(me, "activities.new", activity.title)
    say(_("Copied as a draft. Look the dates over, then publish it."))
    return see_other(f"activities/desk/{activity.id}")


def _month_after(spans: list[tuple[int, int, bool]], holidays: str) -> list[tuple[int, int, bool]]:
    """The dates of the last month that has some, a month later, or as many as it takes to be ahead of now."""
    on = [(clock.local_date(span[0], site.zone), span) for span in spans]
    last = [(day, span) for day, span in on if (day.year, day.month) == (on[-1][0].year, on[-1][0].month)]
    months = (_months_on(last, holidays, n) for n in range(1, MOST_MONTHS))
    return next((ahead for found in months if (ahead := [span for span in found if span[0] > now()])), [])


def _months_on(last: list[tuple[date, tuple[int, int, bool]]], holidays: str, n: int) -> list[tuple[int, int, bool]]:
    """These dates n months on, by their weekdays; no time twice."""
    return sorted({(*series.on_day(later, start, end, site.zone), whole) for day, (start, end, whole) in last
                   for later in _around(holidays, series.months_on([day], n))})
