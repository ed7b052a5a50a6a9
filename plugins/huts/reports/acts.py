"""What is done about skills and wants that break a rule. Who decides is told apart by number."""

from portal import Viewer, audit, notify, now

from ..models import ThingHiding, ThingReport
from .kinds import KINDS, Thing

N_ = str

KIND = "huts.report"  # of the notices
KEPT = N_("What you wrote stays hidden"), N_("Somebody else has looked at it again: %(answer)s")
BACK = N_("What you wrote is shown again"), N_("Somebody else has looked at it again: %(answer)s")
DONE = N_("What you reported is hidden"), N_("Thank you. Neighbours do not see it any more.")
LEFT = N_("What you reported stays"), N_("Staff have looked at it and see no rule broken. Thank you all the same.")


def one(viewer: Viewer) -> int:
    """The person who decides, also while they act for somebody."""
    return viewer.actor_id or viewer.person_id


def report(thing: Thing, rule: str, text: str, viewer: Viewer) -> str:
    """Keep what somebody reports: `told`, `again` where they have told it already, `looked` where staff have looked
    at it and it has not changed since."""
    values = {"rule": rule, "text": text[:400]}
    new = ThingReport.insert(kind=thing.kind, thing_id=thing.id, at=now(), **values, **viewer.who)
    target = [ThingReport.site, ThingReport.kind, ThingReport.thing_id, ThingReport.person_id]
    if new.on_conflict(conflict_target=target, action="IGNORE").as_rowcount().execute():
        return "told"
    mine = _of(thing) & (ThingReport.person_id == viewer.person_id)
    anew = mine & (ThingReport.state != "waiting") & (ThingReport.decided_at < thing.changed_at)
    if ThingReport.update(state="waiting", at=now(), decided_at=None, decided_by=None, **values).where(anew).execute():
        return "told"
    return "again" if ThingReport.select().where(mine & (ThingReport.state == "waiting")).exists() else "looked"


def _of(thing: Thing):
    return (ThingReport.kind == thing.kind) & (ThingReport.thing_id == thing.id)


def leave(thing: Thing, viewer: Viewer) -> bool:
    """Settle the reports of a thing: it breaks no rule. False where none waits."""
    told = _settle(thing, "dismissed", viewer, LEFT)
    if told:
        audit(viewer, "huts.leave", thing.title)
    return told


def hide(thing: Thing, rule: str, reason: str, viewer: Viewer) -> bool:
    """Hide a thing by a rule with a reason, which its author reads; False where somebody else was quicker."""
    if thing.state != "shown" or not KINDS[thing.kind].hide(thing.id, reason, viewer):
        return False
    ThingHiding.create(kind=thing.kind, thing_id=thing.id, rule=rule, reason=reason[:200], author_id=thing.author_id,
                       **viewer.who | {"channel": "desk"})
    _settle(thing, "hidden", viewer, DONE)
    return True


def _settle(thing: Thing, state: str, viewer: Viewer, said: tuple[str, str]) -> bool:
    """Settle the reports of a thing that wait, and tell who made them, in the order of their ids."""
    waiting = _of(thing) & (ThingReport.state == "waiting")
    people = [n for n, in ThingReport.select(ThingReport.person_id).where(waiting)
              .order_by(ThingReport.person_id).tuples()]
    ThingReport.update(state=state, decided_at=now(), decided_by=one(viewer)).where(waiting).execute()
    for person_id in filter(None, people):
        notify(person_id, KIND, f"report {thing.key} {now()}", *said, {}, thing.url if state == "dismissed" else "")
    return bool(people)


def appeal(row: ThingHiding, person_id: int, text: str) -> bool:
    """The author sees it otherwise: once for each hiding."""
    mine = (ThingHiding.id == row.id) & (ThingHiding.author_id == person_id) & (ThingHiding.appeal == "")
    return bool(ThingHiding.update(appeal="waiting", appeal_text=text[:1000], appeal_at=now()).where(mine).execute())


def decides(row: ThingHiding, person_id: int) -> bool:
    """Whether somebody can decide an appeal: neither who hid it, nor its author."""
    return person_id not in (row.actor_id, row.author_id)


def decide(row: ThingHiding, granted: bool, answer: str, viewer: Viewer) -> bool:
    """Decide an appeal; False for who has hidden it or written it, or where it is decided already."""
    if not decides(row, one(viewer)):
        return False
    state = "granted" if granted else "refused"
    waits = (ThingHiding.id == row.id) & (ThingHiding.appeal == "waiting")
    if not ThingHiding.update(appeal=state, answer=answer[:400], decided_by=one(viewer)).where(waits).execute():
        return False
    if granted:
        KINDS[row.kind].show(row.thing_id, viewer)
    audit(viewer, f"huts.appeal_{state}", f"{row.kind} {row.thing_id}", answer)
    if row.author_id is not None:
        notify(row.author_id, KIND, f"appeal {row.id}", *(BACK if granted else KEPT), {"answer": answer},
               f"huts/hidden/{row.id}")
    return True
