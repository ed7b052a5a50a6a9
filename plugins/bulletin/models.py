"""What is kept of bulletins, and the few questions that are asked of it."""

from typing import NamedTuple

from peewee import BigIntegerField, BooleanField, CharField, IntegerField, TextField, Tuple, fn

from portal import Owned, index, now, param, prepared, unindex

ANNOUNCEMENT, PAGE = "announcement", "page"
# A move, the states it is allowed from, and the state it leads to.
MOVES = {"publish": (("draft", "withdrawn"), "published"), "withdraw": (("published",), "withdrawn")}
ROWS = 24  # on a page of a list
AT_HOME = 3  # pinned ones, and as many of the newest


class Bulletin(Owned):
    """An announcement, which passes, or a page, which stays."""

    kind = CharField(max_length=12, default=ANNOUNCEMENT)
    title = CharField(max_length=80)
    text = TextField()  # Markdown
    summary = CharField(max_length=120)  # its first words, for lists
    picture = CharField(max_length=80, default="")
    picture_alt = CharField(max_length=120, default="")
    pinned = BooleanField(default=False)
    until = BigIntegerField(null=True)  # no longer listed from then on
    weight = IntegerField(default=100)  # pages: the lowest comes first
    state = CharField(max_length=10, default="draft")
    version = IntegerField(default=1)
    published_at = BigIntegerField(null=True)
    created_at = BigIntegerField(default=now)
    actor_id = IntegerField(null=True)
    person_id = IntegerField(null=True)
    channel = CharField(max_length=8, default="web")

    class Meta:
        table_name = "bulletin"
        indexes = ((("site", "kind", "state", "pinned", "published_at", "id"), False),)


class Row(NamedTuple):
    """A bulletin as its page and its form read it."""

    id: int
    kind: str
    title: str
    text: str
    summary: str
    picture: str
    picture_alt: str
    pinned: bool
    until: int | None
    weight: int
    state: str
    version: int
    published_at: int | None

    @property
    def listed(self) -> bool:
        """Whether residents find it in lists and in the search."""
        return self.state == "published" and (self.until is None or self.until > now())


def _listed(row):
    return (row.state == "published") & (row.until.is_null() | (row.until > param("now")))


def _next_passes():
    """A column: when the next of all that is listed is no longer."""
    row = Bulletin.alias()
    return row.select(fn.MIN(row.until)).where(_listed(row))


LISTED = _listed(Bulletin)
PLACE = Tuple(Bulletin.pinned, Bulletin.published_at, Bulletin.id)  # of an announcement in the list
FIRST = (True, 2**62, 0)

one = prepared(lambda: Bulletin.select(*(getattr(Bulletin, name) for name in Row._fields))
               .where(Bulletin.id == param("id")))
announcements = prepared(
    lambda: Bulletin.select(Bulletin.id, Bulletin.title, Bulletin.summary, Bulletin.pinned, Bulletin.published_at,
                            _next_passes())
    .where((Bulletin.kind == ANNOUNCEMENT) & LISTED)
    .where(PLACE < Tuple(param("pinned"), param("published_at"), param("id")))
    .order_by(Bulletin.pinned.desc(), Bulletin.published_at.desc(), Bulletin.id.desc()).limit(param("rows")))
standing = prepared(
    lambda: Bulletin.select(Bulletin.id, Bulletin.title, Bulletin.summary, _next_passes())
    .where((Bulletin.kind == PAGE) & LISTED).order_by(Bulletin.weight, Bulletin.id).limit(ROWS))
at_desk = prepared(
    lambda: Bulletin.select(Bulletin.id, Bulletin.title, Bulletin.kind, Bulletin.state, Bulletin.pinned, Bulletin.until)
    .where(Bulletin.id < param("before")).order_by(Bulletin.id.desc()).limit(ROWS + 1))
listed_ids = prepared(lambda: Bulletin.select(Bulletin.id).where(LISTED).order_by(Bulletin.id))
by_state = prepared(lambda: Bulletin.select(Bulletin.state, fn.COUNT(Bulletin.id)).group_by(Bulletin.state))


def announced(after: tuple[bool, int, int] = FIRST, rows: int = ROWS + 1) -> list[tuple]:
    """(id, title, summary, pinned, published_at, when the next of all that is listed passes) of what is listed: pinned
    first, then the newest, after a place."""
    pinned, published_at, number = after
    return announcements(now=now(), pinned=pinned, published_at=published_at, id=number, rows=rows)


def at_home() -> tuple[tuple[tuple, ...], int | None]:
    """What the front page shows of them, pinned ones and the newest, and when the next one passes."""
    found = announced(rows=2 * AT_HOME)
    pinned, others = ([row[:-1] for row in found if row[3] == wanted][:AT_HOME] for wanted in (True, False))
    return (*pinned, *others), found[0][-1] if found else None


def listed(after: tuple[bool, int, int]) -> tuple[tuple[tuple, tuple], int | None]:
    """A page of the list and one more, on the first one also the pages that stay; and when the next one passes."""
    found, staying = announced(after), standing(now=now()) if after == FIRST else []
    passes = [row[-1] for row in (*found[:1], *staying[:1])]
    return tuple(tuple(row[:-1] for row in rows) for rows in (found, staying)), passes[0] if passes else None


def find(number: int) -> Row | None:
    """The bulletin of the open site with this number."""
    found = one.one(id=number)
    return Row(*found) if found else None


def change(row: Row, **values) -> bool:
    """Store new values; False when somebody else has changed the bulletin since `row` was read."""
    same = (Bulletin.id == row.id) & (Bulletin.version == row.version)
    return bool(Bulletin.update(version=Bulletin.version + 1, **values).where(same).execute())


def keep_findable(number: int) -> None:
    """Have the search know the bulletin while it is listed, and no longer."""
    row = find(number)
    if row is None or not row.listed:
        unindex("bulletin", str(number))
    else:
        index("bulletin", str(number), row.title, f"bulletin/{number}", row.text, row.summary)
