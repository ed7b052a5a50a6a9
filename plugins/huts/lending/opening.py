"""When a hut is open, as its loans need it: local days, deadlines, and how long something is set aside."""

from datetime import date, timedelta
from typing import NamedTuple

from portal import clock, param, prepared, remembered, scope_id, site_view, working_time

from ..hours import Hours
from ..models import Hut, SpecialDay

DAY = timedelta(days=1)


class Opening(NamedTuple):
    """A hut's hours in the zone of its site. A hut that never opens closes at midnight."""

    hut_id: int
    zone: str
    hours: Hours

    def day(self, at: int) -> date:
        """The local day of an instant."""
        return clock.local_date(at, self.zone)

    def start(self, day: date) -> int:
        """The first moment of a local day."""
        return clock.start_of_day(day, self.zone)

    def is_day(self, at: int) -> bool:
        """Whether an instant is the first moment of a local day."""
        return self.start(self.day(at)) == at

    def ahead(self, at: int, days: int) -> int:
        """The first moment of the local day so many days after the one of `at`."""
        return self.start(self.day(at) + days * DAY)

    def due(self, ends_at: int) -> int:
        """When something is to be back that is lent up to `ends_at`: closing time of the first open day from that day
        on; for a loan by the hour that instant itself."""
        if not self.is_day(ends_at):
            return ends_at
        return self.hours.closing(self.day(ends_at)) or self.ahead(ends_at, 1)

    def kept_until(self, at: int, days: int) -> int:
        """The closing time of the n-th open day after the one of `at`."""
        tomorrow, days = self.day(at) + DAY, max(1, days)
        return self.hours.nth_open_closing(tomorrow, days) or self.ahead(at, days + 1)


_hut = prepared(lambda: Hut.select(Hut.hours, Hut.holidays).where(Hut.id == param("hut")))
_special = prepared(lambda: (
    SpecialDay.select(SpecialDay.day, SpecialDay.hours).where(SpecialDay.hut_id == param("hut"))))


def opening(hut_id: int) -> Opening:
    """The opening of a hut of the open site."""
    zone = site_view(scope_id()).zone
    hours, holidays, special = remembered("huts", ("opening", hut_id), lambda: (_read(hut_id), None))
    return Opening(hut_id, zone, Hours(hours, special=special, holidays=holidays, working=working_time(zone)))


def _read(hut_id: int) -> tuple[str, str, dict[str, str]]:
    return *(_hut.one(hut=hut_id) or ("[]", "closed")), dict(_special(hut=hut_id))
