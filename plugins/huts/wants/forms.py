"""What is filled in about wants."""

from datetime import date

from wtforms import BooleanField, DateField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError

from portal import Form, _, clock, lazy, now, site

from . import show
from .states import DAYS

DAY = 86400


class WantForm(Form):
    """What somebody needs."""

    title = StringField(lazy("What do you need?"), [DataRequired(), Length(max=80)])
    category = StringField(lazy("Kind"), [InputRequired(), Length(max=40)],
                           description=lazy("Type a kind of thing or help, and choose from the list."))
    text = TextAreaField(lazy("What for, and how long?"), [Length(max=400)])
    until = DateField(lazy("Wanted until"), [Optional()], description=lazy("Empty: for 60 days"))

    def validate_category(self, field) -> None:
        self.kind = show.kind_of(field.data or "")
        if self.kind is None:
            raise ValidationError(_("This kind is not in the list. Choose the nearest one."))

    def validate_until(self, field) -> None:
        if self.ends_at() <= now():
            raise ValidationError(_("This day is over. Please choose a later one."))

    def ends_at(self) -> int:
        """The end of the day that was chosen, and not later than 60 days from now."""
        latest = now() + DAYS * DAY
        if not isinstance(self.until.data, date):
            return latest
        return min(latest, clock.start_of_day(self.until.data, site.zone) + DAY)


class AnswerForm(Form):
    """That a neighbour has one, or can help."""

    how = RadioField(lazy("What can you say?"), [InputRequired()], default="have", choices=[
        SelectChoice("have", lazy("I have one: I lend or give it through the hut")),
        SelectChoice("help", lazy("I can help"))])
    words = TextAreaField(lazy("A few words"), [Length(max=200)])
    phone_open = BooleanField(lazy("Who wants it may see my phone"))


class MetForm(Form):
    """What met a want."""

    met_with = StringField(lazy("With what?"), [DataRequired(), Length(max=160)],
                           description=lazy("Like: the rollator in the hut"))
