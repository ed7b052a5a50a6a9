"""After a date: the desk's page of it, hours of helpers, the recap; and what those who came say of it."""

from flask import abort, request
from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, TextAreaField
from wtforms.validators import Length

from portal import (
    Form,
    PictureError,
    _,
    answer,
    audit,
    dates,
    lazy,
    may,
    now,
    refused,
    require,
    require_viewer,
    say,
    see_other,
    store_picture,
)

from .. import show
from ..attendance import afterwards, door, missed
from ..models import Occurrence
from ..rules import STARS, Refusal, hours
from ..views import found, page_of, row_id
from .dates import date_of, when_of
from .missed import pages


class RecapForm(Form):
    """What staff tell of a date."""

    text = TextAreaField(lazy("A few sentences"), [Length(max=8000)], description=lazy("Blank lines make paragraphs."))
    more = MultipleFileField(lazy("Add pictures"), description=lazy(
        "At most 6 in all; PNG, JPEG or WebP, 5 MB each. Ask people before you show their faces."))
    version = HiddenField()


@pages.get("/desk/date/<int:occurrence_id>/after")
def desk_after(occurrence_id: int):
    """How a date went: who came, what they say of it, how long helpers helped."""
    require("activities.edit")
    return _after(date_of(occurrence_id))


def _after(date: Occurrence, wrong: dict[int, str] | None = None):
    stars, sentences = afterwards.said_of(date.id)
    n = sum(stars.values())
    shown = refused if wrong else answer
    return shown("activities/after.html", date=date, when=when_of(date), counts=door.counts(date.id),
                 absent=[row for row in missed.absent(date.id) if not row.missed], marks=may("activities.no_show"),
                 begun=date.starts_at <= dates.now, over=date.ends_at <= dates.now, said=n, sentences=sentences,
                 mean=f"{sum(k * v for k, v in stars.items()) / n:.1f}" if n else "",
                 stars=[(_(STARS[k]), v) for k, v in stars.items()], helpers=afterwards.helpers(date), hours=hours,
                 wrong=wrong or {}, recap=afterwards.recap_of(date.id))


@pages.post("/desk/date/<int:occurrence_id>/hours")
def desk_hours(occurrence_id: int):
    """Put right how long helpers helped; an empty field means the whole time."""
    me, date = require("activities.edit"), date_of(occurrence_id)
    typed = {one.id: request.form[f"h{one.id}"].strip() for one in afterwards.helpers(date)
             if f"h{one.id}" in request.form}
    minutes = {number: afterwards.minutes_of(text) if text else None for number, text in typed.items()}
    wrong = {number: text for number, text in typed.items() if text and minutes[number] is None}
    if wrong:
        return _after(date, wrong)
    afterwards.keep_minutes(date, minutes)
    audit(me, "activities.hours", date.title)
    say(_("Saved."))
    return see_other(f"activities/desk/date/{date.id}/after")


@pages.route("/desk/date/<int:occurrence_id>/recap", methods=["GET", "POST"])
def desk_recap(occurrence_id: int):
    """Tell how a date was; residents read it on the date's page."""
    me, date = require("activities.edit"), date_of(occurrence_id)
    told = afterwards.recap_of(date.id)
    if request.method == "GET":
        return _recap(date, told, RecapForm(data={"text": told.text if told else "",
                                                  "version": told.version if told else 0}))
    form = RecapForm()
    pictures = _pictures(form, afterwards.pictures_of(told)) if form.validate_on_submit() and _ready(date, form) \
        else None
    if pictures is None:
        return _recap(date, told, form)
    version = form.version.data if (form.version.data or "").isascii() else ""
    if not afterwards.keep_recap(date.id, form.text.data.replace("\r\n", "\n").strip(), pictures,
                                 int(version) if version.isdecimal() and len(version) < 9 else 0, me.who):
        form.text.errors = [_("Someone changed this meanwhile. Compare both versions.")]
        return _recap(date, told, form, theirs=told.text if told else "")
    audit(me, "activities.recap", date.title)
    say(_("Saved. Residents see it on the page of this date."))
    return see_other(f"activities/{date.activity_id}?on={date.id}")


def _ready(date: Occurrence, form: RecapForm) -> bool:
    if date.ends_at > now():
        form.text.errors = [_("The date is not over yet.")]
    return date.ends_at <= now()


def _recap(date: Occurrence, told: afterwards.Told | None, form: RecapForm, theirs: str = ""):
    shown = refused if form.problems else answer
    return shown("activities/desk_recap.html", date=date, when=when_of(date), form=form, theirs=theirs,
                 over=date.ends_at <= dates.now,
                 pictures=[(name, show.picture(name)[0], alt) for name, alt in afterwards.pictures_of(told)])


def _pictures(form: RecapForm, before: list[list[str]]) -> list[list[str]] | None:
    """The pictures as they are to be: some taken away, some new; None when they are refused (the field says why)."""
    kept = [[name, request.form.get(f"alt-{name}", alt).strip()[:200]] for name, alt in before
            if f"gone-{name}" not in request.form]
    uploads = [upload for upload in form.more.data or () if upload]
    if len(kept) + len(uploads) > afterwards.MOST_PICTURES:
        form.more.errors = [_("At most %(n)s pictures.", n=afterwards.MOST_PICTURES)]
        return None
    try:
        names = [store_picture(upload) for upload in uploads]
    except PictureError as e:
        form.more.errors = [_(str(e))]
        return None
    there = {name for name, _alt in kept}
    return kept + [[name, ""] for name in dict.fromkeys(names) if name not in there]


@pages.post("/<int:activity_id>/feedback")
def feedback(activity_id: int):
    """Say how it was, once."""
    me, on = require_viewer(), row_id(request.form)
    thing = found(activity_id, on, exactly=True)
    if on is None:
        abort(404)
    problem = afterwards.say_how(thing.on, thing.ends_at, thing.came is not None, me.person_id,
                                 request.form.get("stars", ""), " ".join(request.form.get("text", "").split())[:300])
    if problem:
        return _again(activity_id, on, problem)
    say(_("Thank you! Staff read it without your name."))
    return see_other(f"activities/{activity_id}?on={thing.on}")


def _again(activity_id: int, on: int, problem: Refusal):
    return page_of(found(activity_id, on, exactly=True), problem)
