"""What staff fill in: a topic, the dates of its stages, why a statement is hidden."""

from datetime import date, timedelta

from flask import request
from wtforms import FileField, HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from portal import AUDIENCES, Form, _, clock, lazy, site

from . import stages
from .moderating import RULES
from .queries import TopicRow

N_ = str



class TopicForm(Form):
    """What a topic says of itself."""

    version = HiddenField()
    title = StringField(lazy("Title"), [InputRequired(), Length(max=120)],
                        description=lazy("As a question, if there is one"))
    summary = TextAreaField(lazy("In plain words"), [InputRequired(), Length(max=400)],
                            description=lazy("Two or three short sentences that can be read aloud"))
    text = TextAreaField(lazy("More about it"), [Length(max=20_000)],
                         description=lazy("An empty line begins a paragraph, ## a heading, - a list."))
    audience = RadioField(lazy("Who takes part"), default="community",
                          choices=[SelectChoice(k, lazy(v)) for k, v in AUDIENCES.items()])
    threshold = IntegerField(lazy("Signatures that a proposal needs"), [Optional(), NumberRange(0, 100_000)],
                             description=lazy("With so many it gets an official answer. 0: every proposal does."))
    picture = FileField(lazy("Picture"), description=lazy("PNG, JPEG or WebP, at most 5 MB"))
    picture_alt = StringField(lazy("What the picture shows"), [Length(max=200)],
                              description=lazy("For people who cannot see it"))

    @classmethod
    def of(cls, row: TopicRow) -> "TopicForm":
        """The form as it stands for a topic."""
        return cls(data=row._asdict() | {"picture": None})

    def validate_picture_alt(self, field) -> None:
        upload = request.files.get("picture")
        if upload is not None and upload.filename and not field.data:
            raise ValidationError(_("Say what the picture shows, for those who cannot see it."))

    def values(self, before: str = "") -> dict | None:
        """What was typed, as columns, its picture stored; None when the picture is refused (its field says why)."""
        found = {name: (self[name].data or "").replace("\r\n", "\n").strip()
                 for name in ("title", "summary", "text", "picture_alt")}
        found |= {"audience": self.audience.data, "threshold": self.threshold.data or 0}
        found |= {"picture": self.stored_picture(before)}
        return None if self.problems else found


class HideForm(Form):
    """By which rule and why a statement is hidden; its author reads both."""

    rule = RadioField(lazy("Which rule does it break?"), [InputRequired()],
                      choices=[SelectChoice(k, lazy(v)) for k, v in RULES.items()])
    reason = StringField(lazy("In your own words"), [InputRequired(), Length(max=200)],
                         description=lazy("Whoever wrote it reads this."))


def steps_typed(form, row: TopicRow) -> tuple[list[stages.Step], list[tuple[str, str]]]:
    """The stages as they were typed, and what is wrong: (id of the field, words)."""
    steps, problems = [], []
    for stage in stages.STAGES:
        if not form.get(f"{stage}-on"):
            continue
        days = []
        for end in ("from", "to"):
            typed = form.get(f"{stage}-{end}", "").strip()
            try:
                days.append(_day(typed) if typed else None)
            except ValueError:
                days.append(None)
                problems.append((f"{stage}-{end}", _("Not a valid date value.")))
        steps.append(stages.Step(stage, _start(days[0]), _start(days[1] and days[1] + timedelta(days=1))))
    if not steps:
        problems.append(("listen-on", _("A topic has at least one stage.")))
    elif row.state != "draft" and row.stage not in (s.stage for s in steps):
        problems.append((f"{row.stage}-on", _("The topic is in this stage now.")))
    elif stages.wrong(steps) and not problems:
        problems.append(("listen-from", _(stages.wrong(steps))))
    return steps, problems


def _day(typed: str) -> date:
    """The day. Errors: ValueError for what is none, or none that a topic could last until."""
    day = date.fromisoformat(typed)
    if not 2000 <= day.year <= 2100:
        raise ValueError(typed)
    return day


def _start(day: date | None) -> int | None:
    return None if day is None else clock.start_of_day(day, site.zone)


def days_of(row: TopicRow) -> dict[str, tuple[bool, str, str]]:
    """(whether the topic has it, first day, last day) of each stage, as the form shows them."""
    found = {stage: (False, "", "") for stage in stages.STAGES}
    for stage, start, end in row.steps:
        found[stage] = (True, *(clock.local_date(at, site.zone).isoformat() if at else ""
                                for at in (start, end and end - 1)))
    return found
