"""The pages of walks."""

from flask import Blueprint, abort
from wtforms import DateTimeLocalField, StringField
from wtforms.validators import DataRequired, Length

from portal import Form, _, answer, audit, clock, index, lazy, now, refused, require, say, see_other, setting, site

from .models import Walk, coming, one

pages = Blueprint("walks", __name__)


class WalkForm(Form):
    """What a volunteer fills in."""

    title = StringField(lazy("Name of the walk"), [DataRequired(), Length(max=60)])
    starts = DateTimeLocalField(lazy("Sets off"), [DataRequired()], format="%Y-%m-%dT%H:%M")

    def validate_starts(self, field):
        if field.data and self.starts_at <= now():
            field.errors.append(_("That moment has passed."))

    @property
    def starts_at(self) -> int:
        at = self.starts.data
        return clock.at_minute(at.date(), at.hour * 60 + at.minute, site.zone)


@pages.get("/")
def walks():
    """The walks to come."""
    return answer("walks/list.html", rows=coming(now=now(), rows=24))


@pages.get("/<int:number>")
def show(number: int):
    """One walk."""
    return answer("walks/page.html", walk=one.one(id=number) or abort(404))


@pages.route("/new", methods=["GET", "POST"])
def new():
    """Plan a walk; it is public at once."""
    viewer = require("walks.plan")
    form = WalkForm()
    if not form.validate_on_submit():
        return (refused if form.is_submitted() else answer)("walks/new.html", form=form)
    walk = Walk.create(title=form.title.data, place=setting("walks", "meet"), starts_at=form.starts_at,
                       minutes=setting("walks", "minutes"), **viewer.who)
    index("walks", str(walk.id), walk.title, f"walks/{walk.id}", walk.place)
    audit(viewer, "walks.plan", walk.title)
    say(_("The walk is in the calendar."))
    return see_other(f"walks/{walk.id}")
