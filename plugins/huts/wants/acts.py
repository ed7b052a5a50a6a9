"""What people do with wants. Whoever changes one holds its row first."""

from collections.abc import Mapping
from typing import Any

from portal import Person, Viewer, audit, later, notify, now, scope_id

from ..lending import loans
from ..refusals import Refusal
from .models import Want, WantAnswer
from .states import moved

N_ = str

KIND = "huts.want"  # of the notices
MOST = 5  # wants of one person that are open
MANY = N_("You have posted enough for now. Take one back first.")
CLOSED = N_("This is not wanted any more.")
YOURS = N_("This is your own want.")
TEXTS = {
    "have": (N_("Somebody has one: %(title)s"), N_("%(name)s has one and offers it through the hut. %(said)s")),
    "help": (N_("Somebody can help: %(title)s"), N_("%(name)s can help. %(said)s")),
    "met": (N_("Found: %(title)s"), N_("What you wanted has been found: %(said)s")),
    "ended": (N_("Over: %(title)s"), N_("Your want has ended by itself. If you need it still, post it again.")),
    "hidden": (N_("Not shown: %(title)s"), N_("Staff do not show your want, for this reason: %(said)s")),
    "open": (N_("Shown again: %(title)s"), N_("Neighbours read your want again.")),
}


def post(values: Mapping[str, Any], who: Mapping[str, Any]) -> int | Refusal:
    """A new want; it ends by itself at `ends_at`."""
    open_ = (Want.person_id == who["person_id"]) & (Want.state == "open")
    if Want.select().where(open_).count() >= MOST:
        return Refusal(MANY)
    row = Want.create(**values, **who)
    later(row.ends_at, "huts.want_ends", row.id, scope_id(), once=True)
    return row.id


def held(want_id: int) -> Want | None:
    """A want for oneself alone, until the unit ends."""
    return loans.row(Want.select().where(Want.id == want_id)).first()


def answer(want_id: int, how: str, words: str, phone_open: bool, who: Mapping[str, Any]) -> bool | Refusal:
    """A neighbour has one, or can help: whether they say so for the first time. Said again, the newer words hold."""
    want = held(want_id)
    if want is None or want.state != "open":
        return Refusal(CLOSED)
    if want.person_id == who["person_id"]:
        return Refusal(YOURS)
    said = {"how": how, "words": words, "phone_open": phone_open}
    new = WantAnswer.insert(want_id=want_id, at=now(), **said, **who).on_conflict(
        conflict_target=[WantAnswer.site, WantAnswer.want_id, WantAnswer.person_id],
        action="IGNORE").as_rowcount().execute()
    if not new:
        mine = (WantAnswer.want_id == want_id) & (WantAnswer.person_id == who["person_id"])
        WantAnswer.update(**said).where(mine).execute()
        return False
    Want.update(answers=Want.answers + 1).where(Want.id == want_id).execute()
    name = Person.select(Person.name).where(Person.id == who["person_id"]).scalar()
    _tell(want, how, f"answer {want_id} {who['person_id']}", name or "", words)
    return True


def step(want_id: int, move: str, said: str = "", staff: Viewer | None = None,
         who: Mapping[str, Any] = loans.CLOCK) -> str | Refusal:
    """Take a want further: `said` is what met it, or why it is hidden. What staff do is written down and told; what
    somebody does for the one who wants it is written down."""
    want = held(want_id)
    new = moved(want.state, move) if want else None
    if new is None:
        return Refusal(CLOSED)
    said = said[:160]
    more = {"meet": {"met_with": said}, "hide": {"reason": said}, "show": {"reason": ""}}.get(move, {})
    Want.update(state=new, changed_at=now(), **more).where(Want.id == want_id).execute()
    if staff is not None:
        audit(staff, f"huts.want_{new}", want.title, said)
    else:
        loans.noted(who, f"huts.want_{new}", want.title, said)
    if staff is not None or move == "end":
        _tell(want, new, f"{new} {want_id} {now()}", said=said)
    return new


def _tell(want: Want, what: str, event: str, name: str = "", said: str = "") -> None:
    if want.person_id is not None:
        notify(want.person_id, KIND, event, *TEXTS[what], {"title": want.title, "name": name, "said": said},
               f"huts/wants/{want.id}")


def ends(want_id: int) -> None:
    """The time of a want is over."""
    want = held(want_id)
    if want is not None and want.state == "open" and want.ends_at <= now():
        step(want_id, "end")
