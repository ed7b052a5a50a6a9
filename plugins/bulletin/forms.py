"""The form of a bulletin, and what it gives."""

from datetime import date, timedelta

from flask_wtf.file import FileField, MultipleFileField
from wtforms import BooleanField, DateField, HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, NumberRange, Optional, ValidationError

from portal import Form, PictureError, _, clock, lazy, picture_url, plain, site, store_picture

from .models import ANNOUNCEMENT, PAGE, Row


class BulletinForm(Form):
    """What staff write."""

    version = HiddenField()
    kind = RadioField(lazy("What is it?"), default=ANNOUNCEMENT, choices=[
        SelectChoice(ANNOUNCEMENT, lazy("Announcement: news that passes")),
        SelectChoice(PAGE, lazy("Page: a guide, useful numbers, opening hours"))])
    title = StringField(lazy("Title"), [DataRequired(), Length(max=80)])
    text = TextAreaField(lazy("Text"), [DataRequired(), Length(max=20_000)])
    picture = FileField(lazy("Picture above the text"))
    picture_alt = StringField(lazy("What the picture shows"), [Length(max=120)])
    no_picture = BooleanField(lazy("Take the picture away"))
    more = MultipleFileField(lazy("More pictures"))
    pinned = BooleanField(lazy("Pin to the top"))
    until = DateField(lazy("Show until"), [Optional()])
    weight = IntegerField(lazy("Order among the pages"), [NumberRange(0, 999)], default=100)

    @classmethod
    def of(cls, row: Row) -> "BulletinForm":
        """The form as it stands for a bulletin."""
        last = clock.local_date(row.until - 1, site.zone) if row.until else None
        return cls(data=row._asdict() | {"until": last, "picture": None})

    def validate_picture_alt(self, field) -> None:
        if self.picture.data and not field.data:
            raise ValidationError(_("Say what the picture shows, for those who cannot see it."))

    def values(self) -> dict | None:
        """What was typed, as columns, its pictures stored; None when a picture is refused (its field says why)."""
        above, below = self._stored(self.picture), self._stored(self.more)
        if above is None or below is None:
            return None
        typed = {name: self[name].data for name in ("kind", "title", "text", "picture_alt", "pinned", "weight")}
        typed["text"] = "\n\n".join([typed["text"], *(f"![]({picture_url(name)})" for name in below)])
        if above or self.no_picture.data:
            typed["picture"] = "".join(above)
        return typed | {"until": _end_of(self.until.data), "summary": plain(typed["text"])}

    @staticmethod
    def _stored(field) -> list[str] | None:
        """Names of the pictures that were uploaded with a field."""
        uploads = field.data if isinstance(field.data, list) else [field.data]
        try:
            return [store_picture(upload) for upload in uploads if upload]
        except PictureError as e:
            field.errors = [_(str(e))]
            return None


def _end_of(day: date | None) -> int | None:
    return clock.start_of_day(day + timedelta(days=1), site.zone) if day else None
