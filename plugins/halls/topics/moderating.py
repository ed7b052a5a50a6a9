"""Which statements are shown: each is looked at by staff, and hidden by a rule with a reason only."""

from peewee import fn

from portal import audit, notify, now

from ..moderation import kinds
from ..moderation.models import Hiding
from . import mapping
from .models import Statement

N_ = str  # marks a text that is translated where it is shown

RULES = {  # by which a statement that waits is not shown: two of its own, and those that everything can break
    "double": N_("Another statement says the same"),
    "several": N_("It says several things at once"),
} | kinds.RULES
SHOWN = N_("Your statement is shown")
SHOWN_TEXT = N_("“%(text)s” is shown now. Others can agree or disagree.")
HIDDEN_TEXT = N_("For this reason your statement is not shown: “%(text)s”. %(reason)s You can put it differently and "
                 "send it again.")  # below the rule


def decide(viewer, row: Statement, state: str, rule: str = "", reason: str = "") -> bool:
    """Show or hide a statement and tell who wrote it; False when somebody else was quicker, and where it is for the
    common moderation: to hide one that is shown, and to show one again that was hidden there."""
    if state == "shown" and hiding(row.id):
        return False
    before = ("waiting",) if state == "hidden" else ("waiting", "hidden")
    values = {"state": state, "rule": rule, "reason": reason[:200], "decided_by": viewer.actor_id or viewer.person_id}
    if not Statement.update(**values).where((Statement.id == row.id) & Statement.state.in_(before)).execute():
        return False
    audit(viewer, f"halls.statement_{state}", f"{row.topic_id}/{row.id}", rule)
    if state == "shown":
        mapping.stale(row.topic_id)
        mapping.changed(row.topic_id)
    if row.person_id:
        _tell(row, state, rule, reason)
    return True


def hiding(statement_id: int) -> int | None:
    """The common moderation's hiding of a statement, asked for or done; None where there is none that counts."""
    row = Hiding.get_or_none(Hiding.live == f"statement {statement_id}")
    return row and row.id


def hidings(topic_id: int) -> dict[int, int]:
    """Statement → the hiding of it that counts, of a topic."""
    live = (Hiding.topic_id == topic_id) & (Hiding.kind == "statement") & Hiding.live.is_null(False)
    return dict(Hiding.select(Hiding.thing_id, Hiding.id).where(live).tuples())


def _tell(row: Statement, state: str, rule: str, reason: str) -> None:
    title, text = (SHOWN, SHOWN_TEXT) if state == "shown" else (RULES[rule], HIDDEN_TEXT)
    notify(row.person_id, "halls.statement", f"{row.id} {state} {now()}", title, text,
           {"text": row.text, "reason": reason}, f"halls/topics/{row.topic_id}")


def waiting():
    """A column: how many statements of the open site nobody has looked at."""
    return Statement.select(fn.COUNT(Statement.id)).where(Statement.state == "waiting")
