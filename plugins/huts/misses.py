"""What was looked for in vain, counted by kind and week: one more, once the page that says so is answered."""

import logging
from collections import Counter
from datetime import date, timedelta
from functools import partial
from threading import Lock

from flask import Response, after_this_request, current_app
from peewee import fn

from portal import clock, now, scope_id, site, site_view, unit, within

from . import categories
from .models import Miss

log = logging.getLogger("portal.huts")

LONGEST = 12  # signs of a word that is kept; a longer one is rather a sentence, or somebody's address
NUMERALS = 3  # more of 〇一二三 than this is rather a phone number
FEWEST = 3  # so often counted, a word can be no single person's
WEEKS = 8  # that staff look back; words are forgotten after it
YEAR = 53  # weeks after which counts are forgotten


def searched(words: str) -> None:
    """A search found nothing: counted under the kind that it means, else under the word where one may be kept."""
    kind = categories.found(words).code or ""
    word = "" if kind else kept(words)
    if kind or word:
        _later("search", kind, word)


def refused(kind: str) -> None:
    """A hold was refused since none was free."""
    _later("hold", kind, "")


def kept(words: str) -> str:
    """The word as it is counted; empty where it could be a name with a number, a phone, an address or a sentence."""
    word = categories.plain(words)
    fits = word.isalpha() and len(word) <= LONGEST and sum(sign.isnumeric() for sign in word) <= NUMERALS
    return word if fits else ""


class Waiting:
    """What an app has yet to write down. Whoever writes takes along what others have counted meanwhile: they do not
    wait for the one row in which all count, and what could not be written is written with the next."""

    def __init__(self):
        self._guard, self.writing, self._n = Lock(), Lock(), Counter()

    def add(self, counts: Counter) -> None:
        """Count these as well."""
        with self._guard:
            self._n.update(counts)

    def take(self) -> Counter:
        """All that waits, which waits no longer."""
        with self._guard:
            taken, self._n = self._n, Counter()
            return taken


def _later(reason: str, kind: str, word: str) -> None:
    """Count behind the request's transaction: a page that only reads may not write, and a refusal stores nothing."""
    key = site.id, week(clock.local_date(now(), site.zone)), reason, kind, word
    after_this_request(partial(_count, key))


def _count(key: tuple, response: Response) -> Response:
    waiting = current_app.extensions.setdefault("huts.misses", Waiting())
    waiting.add(Counter([key]))
    if waiting.writing.acquire(blocking=False):
        try:
            _write(waiting)
        finally:
            waiting.writing.release()
    return response


def _write(waiting: Waiting) -> None:
    taken = waiting.take()
    try:
        with unit(write=True, wait=False):
            for (site_id, *what), n in sorted(taken.items()):
                with within(site_id):
                    add(*what, n)
    except Exception as e:  # a count must not break the answer that is made already
        waiting.add(taken)
        log.info("what was looked for in vain is yet to be counted: %s", type(e).__name__)


def add(week: str, reason: str, kind: str, word: str, n: int = 1) -> None:
    """So many more of these in a week."""
    target = [Miss.site, Miss.week, Miss.reason, Miss.kind, Miss.word]
    (Miss.insert(week=week, reason=reason, kind=kind, word=word, n=n)
     .on_conflict(conflict_target=target, update={Miss.n: Miss.n + n}).execute())


def week(day: date) -> str:
    """The ISO week of a day, as texts that sort."""
    year, number, _day = day.isocalendar()
    return f"{year}-W{number:02}"


def _today(site_id: int) -> date:
    return clock.local_date(now(), site_view(site_id).zone)


def _since(weeks: int) -> str:
    return week(_today(scope_id()) - timedelta(weeks=weeks - 1))


def counted() -> list[tuple[str, str, str, int]]:
    """(reason, kind, word, n) of the last eight weeks, the most first; a word only where it was counted three times."""
    total = fn.SUM(Miss.n)
    rows = (Miss.select(Miss.reason, Miss.kind, Miss.word, total).where(Miss.week >= _since(WEEKS))
            .group_by(Miss.reason, Miss.kind, Miss.word).having((Miss.word == "") | (total >= FEWEST))
            .order_by(total.desc(), Miss.kind, Miss.word, Miss.reason).limit(60))
    return [(reason, kind, word, int(n)) for reason, kind, word, n in rows.tuples()]


def tidy() -> None:
    """Forget words after eight weeks, and counts after a year."""
    Miss.delete().where(((Miss.word != "") & (Miss.week < _since(WEEKS))) | (Miss.week < _since(YEAR))).execute()
