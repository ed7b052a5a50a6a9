"""The forms of a promise, and what they give."""

from datetime import date

from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, ValidationError

from portal import Form, PictureError, _, clock, lazy, site, store_picture

from .rows import Row


class PromiseForm(Form):
    """What is promised: by whom, until when."""

    version = HiddenField()
    text = StringField(lazy("What is promised?"), [DataRequired(), Length(max=300)])
    who = StringField(lazy("Who does it?"), [DataRequired(), Length(max=80)])
    due = DateField(lazy("Until when?"), [DataRequired()])

    @classmethod
    def of(cls, row: Row) -> "PromiseForm":
        """The form as it stands for a promise."""
        return cls(data=row._asdict() | {"due": date.fromisoformat(row.due)})

    def values(self) -> dict:
        """What was typed, as columns."""
        return {"text": self.text.data.strip(), "who": self.who.data.strip(), "due": self.due.data.isoformat()}


class DoneForm(Form):
    """How a promise has ended."""

    version = HiddenField()
    state = RadioField(lazy("How did it end?"), choices=[
        SelectChoice("kept", lazy("It is done")), SelectChoice("dropped", lazy("It will not be done")),
        SelectChoice("open", lazy("It is still to be done"))], default="kept")
    evidence = TextAreaField(lazy("How can one see it, or why not?"), [Length(max=4000)])
    picture = FileField(lazy("A picture of it"))
    picture_alt = StringField(lazy("What the picture shows"), [Length(max=120)])

    @classmethod
    def of(cls, row: Row) -> "DoneForm":
        """The form as it stands for a promise."""
        return cls(data=row._asdict() | {"picture": None, "state": "kept" if row.state == "open" else row.state})

    def validate_evidence(self, field) -> None:
        if self.state.data != "open" and not field.data.strip():
            raise ValidationError(_("Say it in a sentence, so that everybody can check it."))

    def validate_picture_alt(self, field) -> None:
        if self.picture.data and not field.data:
            raise ValidationError(_("Say what the picture shows, for those who cannot see it."))

    def values(self) -> dict | None:
        """What was typed, as columns, its picture stored; None when that is refused (its field says why)."""
        ended = self.state.data != "open"
        found = {"state": self.state.data, "evidence": self.evidence.data.strip(),
                 "picture_alt": self.picture_alt.data,
                 "done_on": clock.local_date(clock.now(), site.zone).isoformat() if ended else ""}
        if not self.picture.data:
            return found
        try:
            return found | {"picture": store_picture(self.picture.data)}
        except PictureError as e:
            self.picture.errors = [_(str(e))]
            return None
