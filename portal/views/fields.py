"""Fields that several forms about people share."""

from flask import g
from wtforms import IntegerField
from wtforms.validators import Optional, ValidationError

from ..pages.i18n import _, ngettext
from ..people.signin import TooMany

EARLIEST_BIRTH = 1900


def stripped(text: str | None) -> str:
    """A filter: a name or address without spaces around it and with single ones inside."""
    return " ".join((text or "").split())


class BirthYear(IntegerField):
    """A year of birth that may stay empty."""

    def __init__(self, label=None, validators=(), **more):
        super().__init__(label, [Optional(), *validators], **more)

    def process_formdata(self, valuelist):
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_wanted()) from None

    def pre_validate(self, form):
        if self.data is not None and not EARLIEST_BIRTH <= self.data <= g.dates.today.year:
            raise ValidationError(_wanted())


def _wanted() -> str:
    return _("Write the year of birth with four digits, such as 1956.")


def too_often(error: TooMany) -> str:
    """How long to wait, in words."""
    return ngettext("Too many tries. Wait %(n)s minute, then try again.",
                    "Too many tries. Wait %(n)s minutes, then try again.", error.minutes)
