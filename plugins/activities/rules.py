"""The rules of activities in plain Python, which knows neither Flask nor the database."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

N_ = str  # marks a text that is translated where it is shown

# What staff (or an import) may make of an activity; whatever is not here is refused.
MOVES: dict[tuple[str, str], str] = {
    ("draft", "publish"): "published",
    ("published", "withdraw"): "draft",
    ("published", "cancel"): "cancelled",
    ("cancelled", "publish"): "published",
    ("incoming", "publish"): "published",  # new in a calendar that is being taken in
}
AUDIENCES = {
    "community": N_("Residents of this community"),
    "street": N_("Residents of the street"),
    "district": N_("Residents of the district"),
    "anyone": N_("Everyone"),
}
FEW = 3  # this many places left are said with “only”
LONGEST_TAG = 40


class Refusal(NamedTuple):
    """Why something cannot be: a msgid and what fills it."""

    reason: str
    values: dict[str, object] = {}


class Spot(NamedTuple):
    """What the rules need to know of an occurrence."""

    id: int
    activity_id: int
    title: str
    starts_at: int
    ends_at: int
    all_day: bool
    capacity: int | None
    taken: int
    state: str
    shown: bool = True

    @property
    def left(self) -> int | None:
        """Places left; None where nobody needs to sign up."""
        return None if self.capacity is None else max(0, self.capacity - self.taken)


class Party(NamedTuple):
    """Who is to come: oneself or not, and these family members (id, name)."""

    oneself: bool
    members: tuple[tuple[int, str], ...] = ()

    @property
    def size(self) -> int:
        return self.oneself + len(self.members)


def moved(state: str, move: str) -> str | None:
    """The state after a move; None when it is not allowed."""
    return MOVES.get((state, move))


def is_open(spot: Spot, now: int) -> Refusal | None:
    """Why nobody can sign up for this occurrence, whoever asks; None when it is open."""
    if spot.state == "cancelled":
        return Refusal(N_("This date has been cancelled."))
    if not spot.shown:
        return Refusal(N_("This activity is not open for sign-up."))
    if spot.starts_at <= now and not (spot.all_day and spot.ends_at > now):
        return Refusal(N_("This date is over or has begun, so signing up is closed."))
    if spot.capacity is None:
        return Refusal(N_("Nobody needs to sign up here: just come."))
    return None


def party_of(chosen: Sequence[str], household: Iterable[tuple[int, str]]) -> Party | Refusal:
    """The party that a form names: "me" and ids of the person's own family members."""
    known = {str(key): (key, name) for key, name in household}
    if not chosen:
        return Refusal(N_("Please choose at least one person who comes."))
    members = [c for c in dict.fromkeys(chosen) if c != "me"]
    if any(m not in known for m in members):
        return Refusal(N_("One of these people is not in your family list. Please choose again."))
    return Party("me" in chosen, tuple(known[m] for m in members))


def fits(size: int, spot: Spot) -> Refusal | None:
    """Why a party of this size cannot come; None when there is room just now."""
    if spot.capacity is not None and size > spot.capacity:
        return Refusal(N_("You are %(n)s people, but there are only %(most)s places in all."),
                       {"n": size, "most": spot.capacity})
    if spot.left is not None and size > spot.left:
        if spot.left:
            return Refusal(N_("Only %(left)s places left, and you are %(n)s."),
                           {"left": spot.left, "n": size})
        return Refusal(N_("This date is full."))
    return None


def nearest(spots: Iterable[Spot], size: int, now: int, instead_of: Spot) -> Spot | None:
    """The alternative to offer: a date of the same activity with room, else of another."""
    free = [s for s in spots if s.id != instead_of.id and not is_open(s, now) and not fits(size, s)]
    return min(free, key=lambda s: _distance(s, instead_of), default=None)


def _distance(spot: Spot, wanted: Spot) -> tuple[bool, int, int]:
    return spot.activity_id != wanted.activity_id, abs(spot.starts_at - wanted.starts_at), spot.id


def chip(state: str, capacity: int | None, taken: int, over: bool = False) -> tuple[str, str, int]:
    """(msgid, kind, places left) of the state that a list shows. The msgid may want %(n)s."""
    if state == "cancelled":
        return N_("Cancelled"), "", 0
    if over:
        return N_("Ended"), "", 0
    if capacity is None:
        return N_("No sign-up needed"), "", 0
    left = max(0, capacity - taken)
    if not left:
        return N_("Full"), "bad", 0
    return (N_("Only %(n)s left"), "warn", left) if left <= FEW else (N_("%(n)s places left"), "ok", left)


def tags_of(text: str) -> tuple[str, ...]:
    """The tags that somebody typed, split at commas, spaces and 、, each once."""
    for mark in "，、;；,\n\t":
        text = text.replace(mark, " ")
    return tuple(dict.fromkeys(word[:LONGEST_TAG] for word in text.split()))


def packed(tags: Iterable[str], most: int = 290) -> str:
    """Tags as a row keeps them: `,长者,亲子,`; those beyond its length are left out."""
    kept, length = [], 1
    for tag in tags:
        tag = tag.replace(",", " ").strip()[:LONGEST_TAG]
        if tag and tag not in kept and length + len(tag) + 1 <= most:
            kept.append(tag)
            length += len(tag) + 1
    return f",{','.join(kept)}," if kept else ""


def unpacked(tags: str) -> list[str]:
    """The tags that a row keeps."""
    return [tag for tag in tags.split(",") if tag]


def yuan(fen: int) -> str:
    """A price as people say it: 12 or 12.50."""
    return f"{fen // 100}" if fen % 100 == 0 else f"{fen / 100:.2f}"
