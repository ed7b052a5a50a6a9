"""What is filled in about a thing that a resident lends or gives."""

from wtforms import FileField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from portal import Form, _, lazy

from .. import categories
from ..shelf.forms import choices, fen
from ..shelf.words import CONDITIONS


class OfferForm(Form):
    """A thing that somebody lends through the hut, or gives away."""

    name = StringField(lazy("What is it?"), [InputRequired(), Length(max=80)])
    category = StringField(lazy("Kind"), [InputRequired(), Length(max=40)],
                           description=lazy("Type what it is, and choose from the list."))
    summary = StringField(lazy("In a line"), [Length(max=160)], description=lazy("Size, weight, what it is good for"))
    way = RadioField(lazy("Lend or give?"), [InputRequired()], default="lend", choices=[
        SelectChoice("lend", lazy("I lend it: it stays mine")),
        SelectChoice("give", lazy("I give it away: who takes it keeps it"))])
    days = IntegerField(lazy("For how many days at most at a time?"), [Optional(), NumberRange(1, 365)],
                        description=lazy("Empty: as the hut does it"))
    value = StringField(lazy("What it is worth (yuan)"), [Length(max=12)])
    picture = FileField(lazy("Picture"))
    picture_alt = StringField(lazy("What the picture shows"), [Length(max=200)])

    def validate_category(self, field) -> None:
        self.kind = categories.found(field.data or "").code
        if self.kind is None:
            raise ValidationError(_("This kind is not in the list. Choose the nearest one."))

    def validate_value(self, field) -> None:
        self.value_fen = fen(field.data)


class AcceptForm(Form):
    """How many units staff take in, and how they are."""

    number = IntegerField(lazy("How many"), [InputRequired(), NumberRange(1, 50)], default=1)
    condition = RadioField(lazy("Condition"), choices=choices(CONDITIONS), default="good")
