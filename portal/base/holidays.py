"""Official days off: what is published with the house, and the years that staff have loaded."""

import json
from datetime import date

from peewee import BigIntegerField, IntegerField, TextField

from . import clock
from .clock import WorkingTime
from .database import current
from .prepared import prepared
from .records import District
from .sites import Site


class Holidays(District):
    """A year's official days off and make-up workdays, as staff loaded them."""

    year = IntegerField(unique=True)
    days = TextField()  # JSON: {"2027-01-01": ["元旦", true], …}: name, and whether it is off
    loaded_at = BigIntegerField(default=clock.now)


_known: dict[tuple[str, str], tuple[tuple, WorkingTime]] = {}


_stamp = prepared(lambda: Holidays.select(Holidays.year, Holidays.loaded_at).order_by(Holidays.year))


def working_time(zone: str) -> WorkingTime:
    """Working time in a zone with all loaded years; read anew when a year was loaded. One query."""
    stamp = tuple(_stamp())
    key = (str(current.obj.database), zone)
    found = _known.get(key)
    if found is None or found[0] != stamp:
        found = _known[key] = (stamp, WorkingTime(zone, _loaded() if stamp else {}))
    return found[1]


def load(days: dict[date, tuple[str, bool]]) -> list[int]:
    """Keep the days of a year, in place of what was loaded for it; pages of all sites are made anew.

    Days of the years beside it are added to what is there. Returns the years.
    """
    years, main = sorted({d.year for d in days}), clock.main_year(days)
    before = dict(Holidays.select(Holidays.year, Holidays.loaded_at).tuples())
    for year in years:
        kept = {} if year == main else of_year(year)
        rows = kept | {d: v for d, v in days.items() if d.year == year}
        text = json.dumps({d.isoformat(): v for d, v in sorted(rows.items())}, ensure_ascii=False)
        at = max(clock.now(), before.get(year, 0) + 1)  # also within one second another stamp
        (Holidays.insert(year=year, days=text, loaded_at=at)
         .on_conflict(conflict_target=[Holidays.year], update={Holidays.days: text, Holidays.loaded_at: at})
         .execute())
    Site.update(version=Site.version + 1).execute()
    return years


def of_year(year: int) -> dict[date, tuple[str, bool]]:
    """The days that staff have loaded for a year."""
    return {d: v for d, v in _loaded().items() if d.year == year}


def _loaded() -> dict[date, tuple[str, bool]]:
    found = {}
    for text, in Holidays.select(Holidays.days).tuples():
        found |= {date.fromisoformat(d): (name, off) for d, (name, off) in json.loads(text).items()}
    return found
