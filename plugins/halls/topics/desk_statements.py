"""What staff do with statements: look at each, show or hide it, put one on the ballot."""

from flask import abort, request
from peewee import fn

from portal import _, answer, audit, refused, require, say, see_other

from ..models import Option, Poll
from ..pages import pages
from ..polls.drafts import MOST_OPTIONS
from . import moderating, saying
from .desk import found
from .forms import HideForm
from .models import Statement

MOST = 200  # on one page
TITLE = 160


@pages.get("/desk/statements")
def desk_waiting():
    """Statements of all topics that nobody has looked at, the oldest first."""
    require("halls.moderate")
    rows = Statement.select(Statement.id, Statement.topic_id, Statement.text, Statement.state, Statement.rule,
                            Statement.reason, Statement.at).where(Statement.state == "waiting")
    return answer("halls/desk_statements.html", topic=None, rules=moderating.RULES, held={},
                  rows=list(rows.order_by(Statement.id).limit(MOST).tuples()))


@pages.route("/desk/topics/<int:topic_id>/statements", methods=["GET", "POST"])
def desk_statements(topic_id: int):
    """The statements of a topic, those that wait first; staff add the first ones here."""
    me = require("halls.moderate")
    topic = found(topic_id)
    problem, text = "", " ".join(request.form.get("text", "").split())
    if request.method == "POST":
        problem = _added(me, topic_id, text)
        if not problem:
            return see_other(f"halls/desk/topics/{topic_id}/statements")
    rows = Statement.select(Statement.id, Statement.topic_id, Statement.text, Statement.state, Statement.rule,
                            Statement.reason, Statement.at).where(Statement.topic_id == topic_id)
    rows = sorted(rows.order_by(Statement.id.desc()).limit(MOST).tuples(), key=lambda row: row[3] != "waiting")
    page = refused if problem else answer
    return page("halls/desk_statements.html", topic=topic, rules=moderating.RULES, rows=rows,
                held=moderating.hidings(topic_id), problem=problem, text=text, longest=saying.LONGEST)


def _added(me, topic_id: int, text: str) -> str:
    """Add a statement of the staff's own, shown at once; what is wrong where it cannot be."""
    if not text or len(text) > saying.LONGEST:
        return _("Write one sentence of at most %(n)s signs.", n=saying.LONGEST)
    row = saying.say(topic_id, text, me.who | {"person_id": None, "channel": "desk"})
    if row is None:
        return _("Somebody has said the same in the same words.")
    moderating.decide(me, row, "shown")
    say(_("The statement is shown."))
    return ""


@pages.post("/desk/statements/<int:statement_id>/show")
def desk_statement_show(statement_id: int):
    """Show a statement to everybody; one that the common moderation holds leads there."""
    me = require("halls.moderate")
    row = _statement(statement_id)
    if moderating.decide(me, row, "shown"):
        say(_("The statement is shown."))
    elif held := moderating.hiding(statement_id):
        return see_other(f"halls/desk/hidings/{held}")
    return see_other(_back(row))


@pages.route("/desk/statements/<int:statement_id>/hide", methods=["GET", "POST"])
def desk_statement_hide(statement_id: int):
    """Hide a statement that waits by a rule with a reason, for its author; moderation hides what is shown."""
    me = require("halls.moderate")
    row = _statement(statement_id)
    if row.state == "shown":
        return see_other(f"halls/desk/moderation/statement/{statement_id}")
    form = HideForm()
    if not form.validate_on_submit():
        page = refused if request.method == "POST" else answer
        return page("halls/desk_hide.html", form=form, row=row)
    if moderating.decide(me, row, "hidden", form.rule.data, form.reason.data.strip()):
        say(_("The statement is hidden. Whoever wrote it has been told why."))
    return see_other(_back(row))


def _back(row: Statement) -> str:
    return "halls/desk/statements" if row.state == "waiting" else f"halls/desk/topics/{row.topic_id}/statements"


def _statement(statement_id: int) -> Statement:
    return Statement.get_or_none(Statement.id == statement_id) or abort(404)


@pages.route("/desk/statements/<int:statement_id>/ballot", methods=["GET", "POST"])
def desk_ballot(statement_id: int):
    """Put a statement on the ballot of a poll of its topic that is still a draft."""
    me = require("halls.edit")
    row = _statement(statement_id)
    if row.state != "shown":
        abort(404)
    drafts = list(Poll.select(Poll.id, Poll.title).where((Poll.topic_id == row.topic_id) & (Poll.state == "draft"))
                  .order_by(Poll.id).tuples())
    problem = ""
    if request.method == "POST":
        problem = _put(me, row, request.form.get("poll", type=int))
        if not problem:
            return see_other(f"halls/topics/{row.topic_id}/map")
    page = refused if problem else answer
    return page("halls/desk_ballot.html", row=row, drafts=drafts, problem=problem)


def _put(me, row: Statement, poll_id: int | None) -> str:
    """Add the option under the lock of the poll's row; what is wrong where it cannot be."""
    mine = (Poll.id == (poll_id or 0)) & (Poll.topic_id == row.topic_id) & (Poll.state == "draft")
    if not 0 < (poll_id or 0) < 2**31 or not Poll.update(version=Poll.version).where(mine).execute():
        return _("Choose a poll that is still a draft.")
    there = Option.select().where(Option.poll_id == poll_id)
    if there.where(Option.statement_id == row.id).exists():
        return _("It is on this ballot already.")
    if there.count() >= MOST_OPTIONS:
        return _("There are %(n)s options on this ballot; that is the most there can be.", n=MOST_OPTIONS)
    number = there.select(fn.COALESCE(fn.MAX(Option.number) + 1, 0)).scalar()
    Option.create(poll_id=poll_id, number=number, title=row.text[:TITLE], statement_id=row.id,
                  text=row.text if len(row.text) > TITLE else "")
    Poll.update(version=Poll.version + 1, flight="{}").where(mine).execute()  # rehearsed and printed was another ballot
    audit(me, "halls.statement_ballot", f"{poll_id}/{row.id}")
    say(_("It is on the ballot."))
    return ""
