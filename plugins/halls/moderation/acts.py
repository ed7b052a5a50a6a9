"""What is done about things that break a rule: reported, hidden, appealed. Who decides is told apart by number."""

from portal import Viewer, audit, notify, now

from ..models import Poll
from ..reportable import KINDS
from .kinds import RULES, Thing
from .models import Hiding, Report

N_ = str  # marks a text that is translated where it is shown

KIND = "halls.moderation"  # of the notices
HIDDEN = N_("What you wrote is hidden")
HIDDEN_TEXT = N_("For this reason what you wrote is hidden: %(reason)s If you see it otherwise, you can appeal.")
SHOWN = N_("What you wrote is shown again"), N_("Everybody can read it again.")
KEPT = N_("What you wrote stays hidden"), N_("Somebody else has looked at it again: %(answer)s")
BACK = N_("What you wrote is shown again"), N_("Somebody else has looked at it again: %(answer)s")
DONE = N_("What you reported is hidden"), N_("Thank you. The reason stands in its place.")
LEFT = N_("What you reported stays"), N_("Staff have looked at it and see no rule broken. Thank you all the same.")


def one(viewer: Viewer) -> int:
    """The person who decides, also while they act for somebody."""
    return viewer.actor_id or viewer.person_id


def poll_runs(topic_id: int) -> bool:
    """Whether people vote on the topic just now, so that one person alone hides nothing of it, and shows nothing again.
    """
    return Poll.select().where((Poll.topic_id == topic_id) & (Poll.state == "open")).exists()


def report(thing: Thing, rule: str, text: str, viewer: Viewer) -> str:
    """Keep what somebody reports: `told`, `again` where they have told it already, `looked` where staff have looked
    at it and it has not changed since."""
    values = {"rule": rule, "text": text[:400]}
    new = Report.insert(kind=thing.kind, thing_id=thing.id, topic_id=thing.topic_id, at=now(), **values, **viewer.who)
    target = [Report.site, Report.kind, Report.thing_id, Report.person_id]
    if new.on_conflict(conflict_target=target, action="IGNORE").as_rowcount().execute():
        return "told"
    mine = _of(thing) & (Report.person_id == viewer.person_id)
    anew = mine & (Report.state != "waiting") & (Report.decided_at < thing.changed_at)
    if Report.update(state="waiting", at=now(), decided_at=None, decided_by=None, **values).where(anew).execute():
        return "told"
    return "again" if Report.select().where(mine & (Report.state == "waiting")).exists() else "looked"


def _of(thing: Thing):
    return (Report.kind == thing.kind) & (Report.thing_id == thing.id)


def leave(thing: Thing, viewer: Viewer) -> bool:
    """Settle the reports of a thing: it breaks no rule. False where none waits."""
    told = _settle(thing, "dismissed", one(viewer))
    for person_id in told:
        if person_id is not None:
            notify(person_id, KIND, f"report {thing.key} {now()}", *LEFT, {}, thing.url)
    if told:
        audit(viewer, "halls.leave", thing.key)
    return bool(told)


def hide(thing: Thing, rule: str, reason: str, viewer: Viewer) -> str:
    """Hide a thing by a rule with a reason: `hidden`; `asked` where a second person has to agree, since a poll of
    its topic is open; nothing where somebody else was quicker."""
    two = poll_runs(thing.topic_id)
    row = Hiding.insert(kind=thing.kind, thing_id=thing.id, topic_id=thing.topic_id, rule=rule, reason=reason[:200],
                        state="asked" if two else "hidden", live=thing.key, author_id=thing.author_id, at=now(),
                        settled_at=None if two else now(), **viewer.who)
    alone = row.on_conflict(conflict_target=[Hiding.site, Hiding.live], action="IGNORE").as_rowcount().execute()
    if not alone:
        return ""
    audit(viewer, "halls.ask_to_hide" if two else "halls.hide", thing.key, rule)
    if not two:
        _out(Hiding.get(Hiding.live == thing.key))
    return "asked" if two else "hidden"


def agree(row: Hiding, viewer: Viewer) -> bool:
    """The second person hides what the first has asked to; False for the first one, or where it is settled."""
    others = ((Hiding.id == row.id) & (Hiding.state == "asked")
              & (Hiding.actor_id.is_null() | (Hiding.actor_id != one(viewer))))
    if not Hiding.update(state="hidden", second_id=one(viewer), settled_at=now()).where(others).execute():
        return False
    audit(viewer, "halls.agree_to_hide", row.live, row.rule)
    _out(row)
    return True


def decline(row: Hiding, viewer: Viewer) -> bool:
    """What somebody has asked to hide stays; also for whoever asked."""
    asked = (Hiding.id == row.id) & (Hiding.state == "asked")
    values = {"state": "declined", "live": None, "second_id": one(viewer), "settled_at": now()}
    if not Hiding.update(**values).where(asked).execute():
        return False
    audit(viewer, "halls.decline_to_hide", row.live, row.rule)
    return True


def undo(row: Hiding, viewer: Viewer) -> str:
    """Show a thing again that should not have been hidden: `shown`; `asked` where a second person has to agree, since
    a poll of its topic is open; nothing where that cannot be, as while an appeal waits, which somebody else decides."""
    here = (Hiding.id == row.id) & (Hiding.state == "hidden") & (Hiding.appeal != "waiting")
    if poll_runs(row.topic_id):
        if Hiding.update(back_by=one(viewer)).where(here & Hiding.back_by.is_null()).execute():
            audit(viewer, "halls.ask_to_show", row.live, row.rule)
            return "asked"
        here &= Hiding.back_by != one(viewer)
    if not Hiding.update(state="undone", live=None, settled_at=now()).where(here).execute():
        return ""
    KINDS[row.kind].show(row.thing_id)
    audit(viewer, "halls.show_again", row.live, row.rule)
    _tell(row.author_id, SHOWN, row)
    return "shown"


def keep(row: Hiding, viewer: Viewer) -> bool:
    """What somebody has asked to show again stays hidden; also for whoever asked."""
    asked = (Hiding.id == row.id) & (Hiding.state == "hidden") & Hiding.back_by.is_null(False)
    if not Hiding.update(back_by=None).where(asked).execute():
        return False
    audit(viewer, "halls.decline_to_show", row.live, row.rule)
    return True


def appeal(row: Hiding, person_id: int, text: str) -> bool:
    """The author sees it otherwise: once for each hiding."""
    mine = ((Hiding.id == row.id) & (Hiding.author_id == person_id) & (Hiding.state == "hidden")
            & (Hiding.appeal == ""))
    return bool(Hiding.update(appeal="waiting", appeal_text=text[:1000], appeal_at=now()).where(mine).execute())


def decides(row: Hiding, person_id: int) -> bool:
    """Whether somebody can decide an appeal: none of those who hid it, and not its author."""
    return person_id not in (row.actor_id, row.second_id, row.author_id)


def decide(row: Hiding, granted: bool, answer: str, viewer: Viewer) -> bool:
    """Decide an appeal; False for who has hidden it or written it, or where it is decided already."""
    me = one(viewer)
    waits = ((Hiding.id == row.id) & (Hiding.state == "hidden") & (Hiding.appeal == "waiting")
             & (Hiding.actor_id.is_null() | (Hiding.actor_id != me))
             & (Hiding.second_id.is_null() | (Hiding.second_id != me))
             & (Hiding.author_id.is_null() | (Hiding.author_id != me)))
    values = {"appeal": "granted" if granted else "refused", "answer": answer[:400], "decided_by": me}
    if granted:
        values |= {"state": "undone", "live": None, "settled_at": now()}
    if not Hiding.update(**values).where(waits).execute():
        return False
    if granted:
        KINDS[row.kind].show(row.thing_id)
    audit(viewer, f"halls.appeal_{values['appeal']}", row.live, answer)
    _tell(row.author_id, BACK if granted else KEPT, row, answer=answer)
    return True


def _out(row: Hiding) -> None:
    """Take it off the pages, and tell its author and who has reported it."""
    kind = KINDS[row.kind]
    thing = kind.find([row.thing_id]).get(row.thing_id)
    kind.hide(row.thing_id, row.rule, row.reason)
    told = _settle(thing, "hidden", row.actor_id) if thing else []
    for person_id in sorted({*told, row.author_id} - {None}):  # in the order of their ids, as `notify` asks
        if person_id == row.author_id:
            _tell(person_id, (RULES.get(row.rule, HIDDEN), HIDDEN_TEXT), row, reason=row.reason)
        else:
            notify(person_id, KIND, f"report {thing.key} {now()}", *DONE, {}, thing.url)


def _settle(thing: Thing, state: str, by: int | None) -> list[int | None]:
    """Settle the reports of a thing that wait; who made them."""
    waiting = _of(thing) & (Report.state == "waiting")
    told = [n for n, in Report.select(Report.person_id).where(waiting).order_by(Report.person_id).tuples()]
    Report.update(state=state, decided_at=now(), decided_by=by).where(waiting).execute()
    return told


def _tell(person_id: int | None, said: tuple[str, str], row: Hiding, **values) -> None:
    if person_id is not None:
        notify(person_id, KIND, f"hiding {row.id} {said[0]} {now()}", *said, values, f"halls/hidden/{row.id}")
