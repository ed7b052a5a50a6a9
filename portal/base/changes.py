"""How often what pages show of a site has changed, counted by the database itself, whoever changes it.

What was made of it holds until then: read the count first, then the rows, and keep the piece under the count.
"""

from collections.abc import Callable, Hashable, Iterable
from math import inf
from typing import Any

from peewee import CharField, ForeignKeyField, IntegerField, fn

from . import clock, database
from .database import Repeated
from .sites import Plain, Site, scope, scope_id

MOST = 8000  # things that are remembered
NEW = ("INSERT INTO change_count (site_id, part, what, n) VALUES ({row}.site_id, COALESCE({part}, 0), '{what}', 1) "
       "ON CONFLICT (site_id, part, what) DO UPDATE SET n = change_count.n + 1")
# Of a row that goes, perhaps with its site: no count begins then.
OLD = ("UPDATE change_count SET n = n + 1 "
       "WHERE site_id = {row}.site_id AND part = COALESCE({part}, 0) AND what = '{what}'")
# PostgreSQL keeps every version of a row until long after: of ten thousand changes in one transaction one is counted.
ONCE = ("IF current_setting('portal.counted', true) IS DISTINCT FROM {key} THEN {does}; "
        "IF FOUND THEN PERFORM set_config('portal.counted', {key}, true); END IF; END IF")
# All sites in one value: one statement, planned once, for however many there are.
SUMS = {kind: Repeated(f"SELECT SUM(n) FROM change_count WHERE site_id {sites} AND part = 0 "
                       f"AND ({value} = '' OR what = {value})") for kind, sites, value in (
    ("sqlite", "IN (SELECT value FROM json_each(?))", "(SELECT ?)"), ("postgresql", "= ANY (%s::int[])", "%s::text"))}
KEY = "concat_ws(' ', '{what}', {row}.site_id, {part})"


class ChangeCount(Plain):
    """One row for each site, plugin and part of what it shows. Read with the site, before any is open."""

    site = ForeignKeyField(Site, on_delete="CASCADE")
    part = IntegerField(default=0)  # 0: what lists show; else the number of one thing
    what = CharField(max_length=60)  # the plugin's name, or what begins with it: halls.desk
    n = IntegerField(default=0)

    class Meta:
        table_name = "change_count"
        indexes = ((("site", "part", "what"), True),)


def count_changes(db, what: str, table: str, columns: str = "", parts: Iterable[str] = ("0",),
                  when: str = "") -> None:
    """For migrations: have the database count under `what` each change of a table's rows.

    `what` is the plugin's name for what its lists show, or begins with it: "swaps.desk". `columns`: those whose change
    counts, "a, b"; all of them when none are named. `parts` are SQL for the number that a change is counted under, with
    {row} for the row: "0" is what lists show, "{row}.topic_id" one thing. `when`: SQL that a row before or after its
    change has to fulfil, "{row}.state = 'open'"; so that busy rows of other kinds do not wait for each other. Called
    once more for the same table and `what`, it counts so instead.
    """
    parts = list(parts)
    moving = [part for part in parts if "{row}" in part]
    update = f"UPDATE OF {columns}" if columns else "UPDATE"
    for name, event, rows, steps in (
            ("counted_new", "INSERT", ("new",), _steps(NEW, "new", parts)),
            ("counted", update, ("old", "new"), [*_steps(OLD, "old", moving), *_steps(NEW, "new", parts)]),
            ("counted_gone", "DELETE", ("old",), _steps(OLD, "old", parts))):
        steps = [(does.replace("{what}", what), key.replace("{what}", what)) for does, key in steps]
        only = " OR ".join(f"({when.replace('{row}', row)})" for row in rows) if when else ""
        of = f"{table}_{name}_{what.replace('.', '_')}"
        (_on_sqlite if db.kind == "sqlite" else _on_postgresql)(db, of, table, event, only, steps)


def _steps(does: str, row: str, parts: list[str]) -> list[tuple[str, str]]:
    """(Statement, what it counts under) for each part of a row."""
    return [tuple(text.replace("{part}", part).replace("{row}", row) for text in (does, KEY)) for part in parts]


def _on_sqlite(db, name: str, table: str, event: str, only: str, steps: list[tuple[str, str]]) -> None:
    db.execute_sql(f"DROP TRIGGER IF EXISTS {name}")
    body, when = "; ".join(does for does, _ in steps), f"WHEN {only} " if only else ""
    db.execute_sql(f"CREATE TRIGGER {name} AFTER {event} ON {table} {when}BEGIN {body}; END")


def _on_postgresql(db, name: str, table: str, event: str, only: str, steps: list[tuple[str, str]]) -> None:
    db.execute_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
    body = "; ".join(ONCE.replace("{does}", does).replace("{key}", key) for does, key in steps)
    when = f"WHEN ({only}) " if only else ""
    db.execute_sql(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
                   f"$$ BEGIN {body}; RETURN NULL; END $$")
    db.execute_sql(f"CREATE TRIGGER {name} AFTER {event} ON {table} FOR EACH ROW {when}EXECUTE FUNCTION {name}()")


def changes(what: str = "") -> int:
    """How often what lists show of a plugin has changed in the open sites, together; of all plugins when none is named.

    In a request that has written nothing yet, the count of one site came with the site; else it is one query.
    """
    db, where, came = database.current.obj, scope(), counted() if what else None
    if came is not None:
        return _in_text(came, what)
    sites = where.key if db.kind == "postgresql" else f"[{where.key[1:-1]}]"
    return int(db.execute_sql(SUMS[db.kind], (sites, what, what)).fetchone()[0] or 0)


def counted() -> str | None:
    """All that was counted of the open site, as one text that came with it; None where it did not, or has changed."""
    unit = database.current.obj.open_unit
    if unit is None or unit.site is None or scope().ids != (unit.site.id,) or database.writing():
        return None
    return unit.counts or ""


def _in_text(text: str, what: str) -> int:
    """The count in what `sites.COUNTS` gives: `activities:7,halls:12`."""
    _, found, rest = f",{text}".partition(f",{what}:")
    return int(rest.partition(",")[0]) if found else 0


def remembered(what: str | tuple[str, ...], key: Hashable, find: Callable[[], tuple[Any, int | None]]) -> Any:
    """What `find` found for a key in the open sites, until something changes that is counted under `what`, or one of
    several such names.

    `find` returns what it found, and the instant (epoch seconds) from which time alone makes it another; None: never.
    Whoever writes finds it anew: it is theirs until it is stored.
    """
    if database.writing():
        return find()[0]
    known, place = database.current.obj.known, (what, scope().ids, key)
    seen = changes(what) if type(what) is str else tuple(map(changes, what))
    held = known.get(place)
    if held is not None and held[0] == seen and held[1] > clock.now():
        return held[2]
    found, until = find()
    if len(known) >= MOST:
        known.clear()
    known[place] = seen, inf if until is None else until, found
    return found


def changes_of(what: str, part, site):
    """A column: how often one thing of a plugin has changed; `part` and `site` are columns of its row."""
    one = ChangeCount
    return one.select(fn.SUM(one.n)).where((one.site == site) & (one.part == part) & (one.what == what))


def note_change(what: str) -> None:
    """Count a change that no row of the plugin's tells of. The count is the writer's own until the unit ends."""
    one = ChangeCount
    (one.insert(site=scope_id(), part=0, what=what, n=1)
     .on_conflict(conflict_target=[one.site, one.part, one.what], update={one.n: one.n + 1}).execute())
