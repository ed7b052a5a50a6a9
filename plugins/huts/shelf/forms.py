"""What staff fill in: a hut, a day with hours of its own, an item, its units."""

import re

from flask import request
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    FloatField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from portal import AUDIENCES, Form, _, lazy

from .. import categories, hours
from ..refusals import Refusal
from . import words

MONEY = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?")
CODE = re.compile(r"[A-Z0-9]{1,12}")
REQUIRED = InputRequired()


def choices(said: dict[str, str]) -> list[SelectChoice]:
    """Radio buttons of states and kinds, in the reader's language."""
    return [SelectChoice(name, lazy(text)) for name, text in said.items()]


class HutForm(Form):
    """A hut, with the hours that it keeps from Monday to Sunday."""

    version = HiddenField()
    name = StringField(lazy("Name"), [REQUIRED, Length(max=60)])
    code = StringField(lazy("Short code"), [REQUIRED, Length(max=12)],
                       description=lazy("Capital letters and digits: it stands on slips and in lists."))
    character = StringField(lazy("What it is known for"), [Length(max=120)],
                            description=lazy("A line: one hut, one character."))
    address = StringField(lazy("Address"), [Length(max=160)])
    keepers = StringField(lazy("Who looks after it"), [Length(max=120)])
    phone = StringField(lazy("Phone"), [Length(max=40)])
    story = TextAreaField(lazy("Its story"), [Length(max=8000)], description=lazy("Blank lines make paragraphs."))
    holidays = RadioField(lazy("On public holidays"), choices=choices(words.HOLIDAYS), default="closed")
    audience = RadioField(lazy("Who may borrow here"), choices=choices(AUDIENCES), default="community")
    lat = FloatField(lazy("Latitude"), [Optional(), NumberRange(-90, 90)])
    lon = FloatField(lazy("Longitude"), [Optional(), NumberRange(-180, 180)])

    def validate_code(self, field) -> None:
        field.data = field.data.strip().upper()
        if not CODE.fullmatch(field.data):
            raise ValidationError(_("Only letters A to Z and digits."))


class SpecialForm(Form):
    """A day on which a hut keeps other hours."""

    day = DateField(lazy("Day"), [REQUIRED])
    times = StringField(lazy("Opening times"), [Length(max=60)],
                        description=lazy("Like 9:00-12:00, 14:00-21:00. Empty: closed all day."))
    why = StringField(lazy("Why"), [Length(max=80)])

    def validate_times(self, field) -> None:
        read = hours.read_day(field.data or "")
        if isinstance(read, Refusal):
            raise ValidationError(_(read.reason, **read.values))
        self.spans = read


class ItemForm(Form):
    """A kind of thing that a hut lends or gives away."""

    version = HiddenField()
    name = StringField(lazy("Name"), [REQUIRED, Length(max=80)])
    category = StringField(lazy("Kind"), [REQUIRED, Length(max=40)],
                           description=lazy("Type what it is, and choose from the list."))
    summary = StringField(lazy("In a line"), [Length(max=160)],
                          description=lazy("Size, weight, what it is good for"))
    text = TextAreaField(lazy("How to use it"), [Length(max=8000)])
    rules = TextAreaField(lazy("What to mind"), [Length(max=300)], description=lazy("One thing a line"))
    inside = TextAreaField(lazy("What is in the box"), [Length(max=2000)], description=lazy("One thing a line"))
    asked_out = TextAreaField(lazy("Asked when it is taken"), [Length(max=600)],
                              description=lazy("One question a line"))
    asked_back = TextAreaField(lazy("Asked when it comes back"), [Length(max=600)],
                               description=lazy("One question a line"))
    owner = RadioField(lazy("Whose is it"), choices=choices(words.OWNERS), default="community")
    owner_name = StringField(lazy("Name of the organisation"), [Length(max=60)])
    gives = BooleanField(lazy("It is given away: who takes it keeps it"))
    value = StringField(lazy("What it is worth (yuan)"), [Length(max=12)])
    deposit = StringField(lazy("Deposit (yuan)"), [Length(max=12)], description=lazy("Kept as a record; empty: none"))
    audience = RadioField(lazy("Who may borrow it"), choices=choices(AUDIENCES), default="community")

    def validate_category(self, field) -> None:
        self.kind = categories.found(field.data or "").code
        if self.kind is None:
            raise ValidationError(_("This kind is not in the list. Choose the nearest one."))

    def validate_value(self, field) -> None:
        self.value_fen = fen(field.data)

    def validate_deposit(self, field) -> None:
        self.deposit_fen = fen(field.data)


def fen(text: str | None) -> int:
    """An amount of yuan as it was typed, in fen; nothing is 0."""
    typed = (text or "").strip().removeprefix("¥")
    if not typed:
        return 0
    found = MONEY.fullmatch(typed)
    if found is None:
        raise ValidationError(_("This is no amount of money, like 120 or 9.50."))
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


class PictureForm(Form):
    """One more picture of a hut or an item."""

    picture = FileField(lazy("Picture"))
    picture_alt = StringField(lazy("What the picture shows"), [DataRequired(), Length(max=200)],
                              description=lazy("For those who cannot see it."))

    def validate_picture(self, field) -> None:
        if not (upload := request.files.get("picture")) or not upload.filename:
            raise ValidationError(_("Choose a picture."))


class UnitsForm(Form):
    """How many more units an item gets."""

    number = IntegerField(lazy("How many"), [REQUIRED, NumberRange(1, 200)], default=1)
    condition = RadioField(lazy("Condition"), choices=choices(words.CONDITIONS), default="good")


class UnitForm(Form):
    """What staff say of one unit."""

    condition = RadioField(lazy("Condition"), choices=choices(words.CONDITIONS))
    note = StringField(lazy("Note"), [Length(max=200)])
