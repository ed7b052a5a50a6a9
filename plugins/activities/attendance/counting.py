"""How many people signed up, came and waited: by month, by estate, by age; small numbers are hidden."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from peewee import JOIN, Case, Value, fn

from portal import Figure, Household, Membership, Person, SiteView, _, clock, dates, now

from .. import rules
from ..models import Occurrence, SignUp, SignUpMember
from .suppress import Shown, suppressed

N_ = rules.N_
MONTHS = 12
JOINED, CAME, WAITED = "joined", "came", "waited"
KINDS = {JOINED: N_("Signed up"), CAME: N_("Came"), WAITED: N_("Waited without a place")}
WITHOUT = ("waiting", "offered", "expired")
BANDS = ((5, "0–5"), (17, "6–17"), (34, "18–34"), (59, "35–59"), (74, "60–74"), (200, "75+"))
UNKNOWN = ""
KIND = Case(None, [(SignUp.state == "joined", JOINED)], WAITED)


class Counted(NamedTuple):
    """People of one kind, counted three times."""

    months: Counter
    estates: Counter
    bands: Counter


def months_until(last: int, zone: str, n: int = MONTHS) -> list[int]:
    """The first instants of so many months, the last of which holds `last`, and the end of that one."""
    start, end = clock.month_bounds(last, zone)
    found = [end, start]
    while len(found) <= n:
        found.append(clock.month_bounds(found[-1] - 1, zone)[0])
    return found[::-1]


def count(which, bounds: Sequence[int], zone: str) -> dict[str, Counted]:
    """The people of the dates among `which` that begin within the months between `bounds`, by kind."""
    which, month = _within(which, bounds)
    years = [clock.local_date(at, zone).year for at in bounds[:-1]]
    found = {kind: Counted(Counter(dict.fromkeys(range(len(years)), 0)), Counter(), Counter()) for kind in KINDS}
    parties = (*_parties(which, month, KIND, SignUp.size),
               *_parties(which & (SignUp.came > 0), month, Value(CAME), SignUp.came))
    for kind, n, estate, born, oneself, people in parties:
        counted = found[kind]
        counted.months[n] += people
        counted.estates[estate or UNKNOWN] += people
        counted.bands[band(born, years[n])] += oneself
        counted.bands[UNKNOWN] += people - oneself
    for kind, n, born, people in (*_members(which, month, KIND), *_members(which & _whole(), month, Value(CAME))):
        found[kind].bands[UNKNOWN] -= people
        found[kind].bands[band(born, years[n])] += people
    return {kind: Counted(c.months, +c.estates, +c.bands) for kind, c in found.items()}


def _within(which, bounds: Sequence[int]):
    """The sign-ups that are counted, and the number of the month that each belongs to."""
    which &= (Occurrence.starts_at >= bounds[0]) & (Occurrence.starts_at < bounds[-1])
    which &= (Occurrence.state == "published") & SignUp.state.in_(("joined", *WITHOUT))
    return which, Case(None, [(Occurrence.starts_at < end, n) for n, end in enumerate(bounds[1:])])


def _parties(which, month, kind, people):
    """(kind, month, estate, year of birth, of whom so many the person themself, people)."""
    home = (Membership.person == SignUp.person_id) & (Membership.site == SignUp.site)
    keys = (month, Membership.estate, Person.birth_year)
    return list(
        SignUp.select(kind, *keys, fn.SUM(SignUp.oneself.cast("integer")), fn.SUM(people))
        .join(Occurrence, on=(Occurrence.id == SignUp.occurrence_id))
        .join(Person, JOIN.LEFT_OUTER, on=(Person.id == SignUp.person_id))
        .join(Membership, JOIN.LEFT_OUTER, on=home)
        .where(which).group_by(*_grouped(kind), *keys).tuples())


def _grouped(kind) -> tuple:
    """What is counted by: a kind that is the same for all is not."""
    return () if isinstance(kind, Value) else (kind,)


def _whole():
    """Parties that came as a whole: of others nobody knows which of the family stayed at home."""
    return SignUp.came == SignUp.size


def _members(which, month, kind):
    """(kind, month, year of birth, people) of family members."""
    keys = (month, Household.birth_year)
    return list(
        SignUpMember.select(kind, *keys, fn.COUNT(SignUpMember.id))
        .join(SignUp, on=(SignUp.id == SignUpMember.sign_up_id))
        .join(Occurrence, on=(Occurrence.id == SignUp.occurrence_id))
        .join(Household, JOIN.LEFT_OUTER, on=(Household.id == SignUpMember.household_id))
        .where(which).group_by(*_grouped(kind), *keys).tuples())


def band(born: int | None, year: int) -> str:
    """The age band of somebody born in one year, in another."""
    if born is None or born > year:
        return UNKNOWN
    return next((name for most, name in BANDS if year - born <= most), UNKNOWN)


def charts(kind: str, counted: Counted, bounds: Sequence[int]) -> list[Figure]:
    """What is counted as charts with their words, small numbers hidden; nothing where nobody is counted."""
    if not counted.months.total():
        return []
    order = [name for _most, name in BANDS]
    unknown = _("unknown")
    return [
        _by_month(kind, counted.months, bounds),
        _figure(_("%(what)s, by estate", what=_(KINDS[kind])), suppressed(counted.estates),
                {name: name or unknown for name in sorted(counted.estates, key=lambda e: (not e, e))}),
        _figure(_("%(what)s, by age", what=_(KINDS[kind])), suppressed(counted.bands),
                {name: name or unknown for name in (*order, UNKNOWN) if name in counted.bands}),
    ]


def _by_month(kind: str, months: Counter, bounds: Sequence[int]) -> Figure:
    names = {n: dates.month_title(at) for n, at in enumerate(bounds[:-1])}
    return _figure(_("%(what)s, by month", what=_(KINDS[kind])), suppressed(months), names)


def _figure(label: str, shown: Shown, names: dict) -> Figure:
    """Rows in the order of `names`. A hidden number has words in its place, and no bar."""
    rows = tuple((name, *((0, _("hidden")) if shown.cells[key] is None else (shown.cells[key],)))
                 for key, name in names.items())
    return Figure(label, 0 if shown.total is None else shown.total, rows, _("hidden") if shown.total is None else "")


def of_site(site: SiteView) -> list[Figure]:
    """The site's own, over the last twelve months; of a street or district, with all below it, by month only."""
    bounds = months_until(now(), site.zone)
    if site.kind == "community":
        found = count(Occurrence.listed == 1, bounds, site.zone)
        return [figure for kind in KINDS for figure in charts(kind, found[kind], bounds)]
    which, month = _within(Occurrence.listed == 1, bounds)
    rows = (SignUp.select(KIND, month, fn.SUM(SignUp.size)).join(Occurrence, on=(Occurrence.id == SignUp.occurrence_id))
            .where(which).group_by(KIND, month).tuples())
    came = (SignUp.select(month, fn.SUM(SignUp.came)).join(Occurrence, on=(Occurrence.id == SignUp.occurrence_id))
            .where(which & (SignUp.came > 0)).group_by(month).tuples())
    sums = {(kind, n): people for kind, n, people in rows} | {(CAME, n): people for n, people in came}
    by_kind = {kind: Counter({n: sums.get((kind, n), 0) for n in range(MONTHS)}) for kind in KINDS}
    return [_by_month(kind, months, bounds) for kind, months in by_kind.items() if months.total()]


def of_activity(activity_id: int, zone: str) -> list[tuple[str, list[Figure]]]:
    """One activity's, over the twelve months up to its last date: (what is counted, its charts)."""
    mine = Occurrence.activity_id == activity_id
    last = Occurrence.select(fn.MAX(Occurrence.starts_at)).where(mine).scalar()
    bounds = months_until(last or now(), zone)
    found = count(mine, bounds, zone)
    return [(_(words), made) for kind, words in KINDS.items() if (made := charts(kind, found[kind], bounds))]
