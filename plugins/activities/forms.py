"""What staff fill in: an activity, a date, a cancellation, a calendar file."""

import json
import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from wtforms import (
    BooleanField,
    DateField,
    FileField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from portal import AUDIENCES, Form, _, lazy

from . import rules
from .calendars import series

PRICE = re.compile(r"(\d{1,6})(?:[.,](\d{1,2}))?")
LONGEST_DAYS = 60  # of one date
REQUIRED = InputRequired()


def _text(most: int) -> Length:
    return Length(max=most)


class ActivityForm(Form):
    """What an activity says of itself."""

    title = StringField(lazy("Title"), [REQUIRED, _text(120)])
    text = TextAreaField(lazy("Description"), [_text(8000)], description=lazy("Blank lines make paragraphs."))
    place = StringField(lazy("Place"), [_text(120)])
    organiser = StringField(lazy("Organiser"), [_text(120)])
    tags = StringField(lazy("Tags"), [_text(200)], description=lazy("A few words with spaces between them"))
    audience = RadioField(lazy("For whom"), choices=[SelectChoice(k, lazy(v)) for k, v in AUDIENCES.items()],
                          default="community")
    capacity = IntegerField(lazy("Places"), [Optional(), NumberRange(1, 100_000)],
                            description=lazy("Empty: nobody needs to sign up."))
    helpers = IntegerField(lazy("Helpers wanted"), [Optional(), NumberRange(0, 1000)],
                           description=lazy("Empty: none. They sign up beside those who take part."))
    companions = IntegerField(lazy("People one may bring without naming them"), [Optional(), NumberRange(0, 20)])
    approval = BooleanField(lazy("Staff look at each sign-up first"))
    guests = BooleanField(lazy("People without an account may sign up with name and phone"))
    leave_hours = IntegerField(lazy("Cancelling is late from so many hours before"), [Optional(), NumberRange(0, 720)])
    questions = TextAreaField(lazy("Questions to those who sign up"), [_text(2000)],
                              description=lazy("One a line. With * at its end it must be answered."))
    bring = StringField(lazy("What to bring"), [_text(200)])
    access = StringField(lazy("How to get in"), [_text(300)],
                         description=lazy("For wheelchairs, prams, guide dogs; where the nearest toilet is"))
    price = StringField(lazy("Price in yuan"), description=lazy("Empty: free. It is paid there."))
    picture = FileField(lazy("Picture"), description=lazy("PNG, JPEG or WebP, at most 5 MB"))
    picture_alt = StringField(lazy("What the picture shows"), [_text(200)],
                              description=lazy("For people who cannot see it"))
    version = HiddenField()

    def validate_price(self, field) -> None:
        text = (field.data or "").strip()
        if text and not PRICE.fullmatch(text):
            raise ValidationError(_("Write the price as 12 or 12.50."))

    def values(self) -> dict:
        """What the row keeps, but for the picture."""
        found = PRICE.fullmatch((self.price.data or "").strip())
        fen = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else 0
        return {
            "title": self.title.data.strip(), "text": (self.text.data or "").replace("\r\n", "\n").strip(),
            "place": (self.place.data or "").strip(), "organiser": (self.organiser.data or "").strip(),
            "tags": rules.packed(rules.tags_of(self.tags.data or "")), "audience": self.audience.data,
            "capacity": self.capacity.data, "price_fen": fen, "helpers": self.helpers.data or 0,
            "companions": self.companions.data or 0, "approval": self.approval.data, "guests": self.guests.data,
            "leave_hours": self.leave_hours.data or 0,
            "questions": (self.questions.data or "").replace("\r\n", "\n").strip(),
            "bring": (self.bring.data or "").strip(), "access": (self.access.data or "").strip(),
            "picture_alt": (self.picture_alt.data or "").strip()}


class DateForm(Form):
    """When something takes place."""

    day = DateField(lazy("Day"), [REQUIRED])
    start = TimeField(lazy("Begins at"), [Optional()])
    end = TimeField(lazy("Ends at"), [Optional()])
    last_day = DateField(lazy("Last day"), [Optional()], description=lazy("Only when it is not the same day"))
    all_day = BooleanField(lazy("The whole day"))

    def validate(self, extra_validators=None) -> bool:
        """Each field by itself, then whether the times fit together."""
        return super().validate(extra_validators) and self._fits()

    def _fits(self) -> bool:
        first, last, whole = self.day.data, self.last_day.data or self.day.data, self.all_day.data
        if not 2000 <= first.year <= 2100:
            self.day.errors = [_("Not a valid date value.")]
        elif not whole and self.start.data is None:
            self.start.errors = [_("Say when it begins, or choose the whole day.")]
        elif not 0 <= (last - first).days <= LONGEST_DAYS:
            self.last_day.errors = [_("The last day must lie within %(n)s days after the first.", n=LONGEST_DAYS)]
        elif not whole and last == first and self.end.data and self.end.data <= self.start.data:
            self.end.errors = [_("It must end after it begins.")]
        elif not whole and last > first and not self.end.data:
            self.end.errors = [_("Say when it ends on the last day.")]
        return not self.problems

    def span(self, zone: str) -> tuple[int, int, bool]:
        """(start, end, whole days) in epoch seconds; without an end it takes an hour."""
        last = self.last_day.data or self.day.data
        if self.all_day.data:
            return _at(self.day.data, time(), zone), _at(last + timedelta(days=1), time(), zone), True
        start = _at(self.day.data, self.start.data, zone)
        return start, _at(last, self.end.data, zone) if self.end.data else start + 3600, False


def _at(day: date, clock: time, zone: str) -> int:
    return int(datetime.combine(day, clock, ZoneInfo(zone)).timestamp())


class SeriesForm(DateForm):
    """When something takes place, once or again and again."""

    repeat = RadioField(lazy("Does it repeat?"), default="",
                        choices=[SelectChoice(k, lazy(v)) for k, v in series.PATTERNS.items()])
    until = DateField(lazy("Until"), [Optional()], description=lazy("The last day on which it may take place"))
    holidays = RadioField(lazy("When a date is a public holiday"), default="keep",
                          choices=[SelectChoice(k, lazy(v)) for k, v in series.HOLIDAYS.items()])

    def _fits(self) -> bool:
        if not super()._fits():
            return False
        problem = series.wrong(self.repeat.data, self.day.data, self.until.data)
        if problem:
            self.until.errors = [_(problem.reason, **problem.values)]
        return problem is None

    def spans(self, zone: str, working) -> list[tuple[int, int, bool]]:
        """(start, end, whole days) of every date; holidays by the site's working time."""
        start, end, whole = self.span(zone)
        planned = series.days(self.repeat.data, self.day.data, self.until.data or self.day.data)
        kept = series.around_holidays(planned, self.holidays.data, working.holiday_name, working.next_open)
        return [(*series.on_day(day, start, end, zone), whole) for day in kept]

    def kept(self) -> str:
        """What the activity remembers of its series."""
        if not self.repeat.data:
            return ""
        return json.dumps({"pattern": self.repeat.data, "first": self.day.data.isoformat(),
                           "until": self.until.data.isoformat(), "holidays": self.holidays.data})


class NewForm(ActivityForm, SeriesForm):
    """A new activity with its first date, or its series."""


class ContinueForm(Form):
    """Until when a series goes on."""

    until = DateField(lazy("Go on until"), [REQUIRED])


class ChangeDateForm(DateForm):
    """One date of an activity, or several."""

    title = StringField(lazy("Title"), [REQUIRED, _text(120)])
    scope = RadioField(lazy("What shall change?"), default="this",
                       choices=[SelectChoice(k, lazy(v)) for k, v in series.SCOPES.items()])

    capacity = IntegerField(lazy("Places"), [Optional(), NumberRange(1, 100_000)],
                            description=lazy("Empty: nobody needs to sign up."))
    place = StringField(lazy("Place"), [_text(120)])


class CancelForm(Form):
    """Why something is cancelled."""

    scope = RadioField(lazy("What shall be cancelled?"), default="this",
                       choices=[SelectChoice(k, lazy(v)) for k, v in series.SCOPES.items()])
    reason = StringField(lazy("Why"), [_text(200)], description=lazy("Everybody who signed up reads this sentence."))


class ImportForm(Form):
    """A calendar file."""

    file = FileField(lazy("Calendar file (.ics)"))
    places = IntegerField(lazy("Places of each date of new activities"), [Optional(), NumberRange(1, 100_000)],
                          description=lazy("Empty: nobody needs to sign up."))


class SheetForm(Form):
    """A spreadsheet of activities."""

    file = FileField(lazy("Spreadsheet (.xlsx)"), description=lazy("Up to 10,000 rows"))
