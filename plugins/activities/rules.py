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
LIVE = ("joined", "offered", "waiting", "asked")  # a sign-up that counts somewhere
GONE = ("left", "refused", "expired")  # one that does not; the person may sign up again
ROLES = {"participant": N_("Take part"), "helper": N_("Help out")}
MOST_MISSED, MISSED_DAYS = 3, 90  # who did not come so often in so many days waits first
DOOR_OPENS = 12 * 3600  # before the start
WHOLE_DAY = 8 * 60  # minutes that a helper's whole day counts as
STARS = {5: N_("Very good"), 4: N_("Good"), 3: N_("All right"), 2: N_("Not so good"), 1: N_("Bad")}
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
    held: int = 0
    waiting: int = 0
    shown: bool = True

    @property
    def left(self) -> int | None:
        """Places that anybody can take; None where nobody needs to sign up. While others wait there are none."""
        if self.capacity is None:
            return None
        return 0 if self.waiting else max(0, self.capacity - self.taken - self.held)


class Party(NamedTuple):
    """Who is to come: oneself or not, these family members (id, name), and so many people without a name."""

    oneself: bool
    members: tuple[tuple[int, str], ...] = ()
    companions: int = 0

    @property
    def size(self) -> int:
        return self.oneself + len(self.members) + self.companions


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


def party_of(chosen: Sequence[str], household: Iterable[tuple[int, str]], companions: str = "",
             most: int = 0) -> Party | Refusal:
    """The party that a form names: "me", ids of the person's own family members, and at most `most` others."""
    known = {str(key): (key, name) for key, name in household}
    others = companions.strip() or "0"
    if not (others.isascii() and others.isdecimal() and len(others) < 10 and int(others) <= most):
        return Refusal(N_("You can bring at most %(most)s more people."), {"most": most})
    if not chosen:
        return Refusal(N_("Please choose at least one person who comes."))
    members = [c for c in dict.fromkeys(chosen) if c != "me"]
    if any(m not in known for m in members):
        return Refusal(N_("One of these people is not in your family list. Please choose again."))
    return Party("me" in chosen, tuple(known[m] for m in members), int(others))


def fits(size: int, spot: Spot, wait: bool = False) -> Refusal | None:
    """Why a party of this size cannot come, or with `wait` not even join the waitlist; None when it can."""
    if spot.capacity is not None and size > spot.capacity:
        return Refusal(N_("You are %(n)s people, but there are only %(most)s places in all."),
                       {"n": size, "most": spot.capacity})
    if wait:
        return None
    if spot.left is not None and size > spot.left:
        if spot.waiting:
            return Refusal(N_("Others are waiting for a place already. You can join the waitlist."))
        if spot.left:
            return Refusal(N_("Only %(left)s places left, and you are %(n)s."),
                           {"left": spot.left, "n": size})
        return Refusal(N_("This date is full."))
    return None


def helps(party: Party, helpers: int, helping: int) -> Refusal | None:
    """Why somebody cannot help; None when they can."""
    if not party.oneself or party.size != 1:
        return Refusal(N_("Who helps signs up alone. Please choose only yourself."))
    return None if helping < helpers else Refusal(N_("There are helpers enough already."))


def nearest(spots: Iterable[Spot], size: int, now: int, instead_of: Spot) -> Spot | None:
    """The alternative to offer: a date of the same activity with room, else of another."""
    free = [s for s in spots if s.id != instead_of.id and not is_open(s, now) and not fits(size, s)]
    return min(free, key=lambda s: _distance(s, instead_of), default=None)


def _distance(spot: Spot, wanted: Spot) -> tuple[bool, int, int]:
    return spot.activity_id != wanted.activity_id, abs(spot.starts_at - wanted.starts_at), spot.id


def asked_in(questions: str) -> list[tuple[str, bool]]:
    """(question, whether it must be answered) of each line that staff wrote."""
    lines = [line.strip() for line in questions.splitlines()]
    return [(line.rstrip("*＊").strip(), line.endswith(("*", "＊"))) for line in lines if line.strip("*＊ ")]


def unanswered(questions: str, answers: Sequence[str]) -> Refusal | None:
    """Which question still wants an answer; None when all that must be are answered."""
    for n, (question, must) in enumerate(asked_in(questions)):
        if must and not (n < len(answers) and answers[n].strip()):
            return Refusal(N_("Please answer: %(question)s"), {"question": question})
    return None


def waits_first(missed: int) -> Refusal | None:
    """Why somebody can only join the waitlist; None when they did not miss so many dates of late."""
    if missed < MOST_MISSED:
        return None
    return Refusal(N_("Three missed in 90 days, so new sign-ups wait first. Not right? Tell us."))


def door_shut(state: str, starts_at: int, now: int) -> Refusal | None:
    """Why nobody can be checked in; None when the door is open."""
    if state == "cancelled":
        return Refusal(N_("This date has been cancelled."))
    if now < starts_at - DOOR_OPENS:
        return Refusal(N_("It is too early: the door opens 12 hours before the start."))
    return None


def some_of(typed: str, size: int) -> int | None:
    """How many of a party of `size` are here; nothing typed means all, None that it makes no sense."""
    typed = typed.strip() or str(size)
    n = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 7 else 0
    return n if 1 <= n <= size else None


def helped(starts_at: int, ends_at: int, all_day: bool, minutes: int | None) -> int:
    """How many minutes somebody helped: as staff say, else the whole time."""
    if minutes is not None:
        return minutes
    return round((ends_at - starts_at) / 86400) * WHOLE_DAY if all_day else (ends_at - starts_at) // 60


def hours(minutes: int) -> str:
    """Minutes as people say hours: 2 or 2.5."""
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def settled(state: str, ends_at: int, now: int) -> Refusal | None:
    """Why nothing about who comes to a date can change any more; None while it can."""
    if state == "cancelled":
        return Refusal(N_("This date has been cancelled."))
    if ends_at <= now:
        return Refusal(N_("This date is over, so nothing can be changed any more."))
    return None


def stays(state: str, ends_at: int, came: bool, now: int) -> Refusal | None:
    """Why somebody who is signed up cannot leave any more; None while they can."""
    if came:
        return Refusal(N_("You are checked in already. If that is wrong, please tell those at the door."))
    return settled(state, ends_at, now)


def leaves_late(starts_at: int, leave_hours: int, now: int) -> bool:
    """Whether the time for leaving is over, so that staff are told."""
    return leave_hours > 0 and now > starts_at - leave_hours * 3600


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
