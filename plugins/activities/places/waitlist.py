"""When a freed place is offered, and how long it is held: by day only, and at most for half the time that is left.

Plain arithmetic on epoch seconds; the day of offers goes from 8 to 21 o'clock in the site's zone.
"""

from collections.abc import Iterator
from datetime import timedelta

from portal import clock

OPENS, CLOSES = 8 * 60, 21 * 60  # minutes of the local day
SHORTEST = 300  # seconds; an offer that could not be held for so long is not made


def _days(start: int, zone: str) -> Iterator[tuple[int, int]]:
    """The hours of offers, day by day, from the one that `start` falls on."""
    day = clock.local_date(start, zone)
    while True:
        yield clock.at_minute(day, OPENS, zone), clock.at_minute(day, CLOSES, zone)
        day += timedelta(days=1)


def next_open(at: int, zone: str) -> int:
    """The first moment from `at` on at which offers are sent: `at` itself by day, else eight in the morning."""
    return next(max(at, opens) for opens, closes in _days(at, zone) if at < closes)


def open_seconds(start: int, end: int, zone: str) -> int:
    """How many seconds of the hours of offers lie between two instants."""
    found = 0
    for opens, closes in _days(start, zone):
        if opens >= end:
            return found
        found += max(0, min(end, closes) - max(start, opens))


def after(at: int, seconds: int, zone: str) -> int:
    """The instant by which so many seconds of the hours of offers have passed since `at`."""
    for opens, closes in _days(at, zone):
        begin = max(at, opens)
        if begin + seconds <= closes:
            return begin + seconds
        seconds -= max(0, closes - begin)


def held_until(at: int, starts_at: int, most: int, zone: str) -> int | None:
    """Until when a place offered at `at` is held: `most` seconds, or half the time left if that is less.

    Both count the hours of offers only. None where no offer is made: at night, or too shortly before the start.
    """
    if next_open(at, zone) != at:
        return None
    seconds = min(most, open_seconds(at, starts_at, zone) // 2)
    return after(at, seconds, zone) if seconds >= SHORTEST else None
