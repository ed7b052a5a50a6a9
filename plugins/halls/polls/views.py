"""A poll's page with its ballot, the vote, and the receipt."""

from flask import abort, request

from portal import _, answer, may, now, refused, require_viewer, see_other, viewer

from ..pages import pages
from . import casting, choices, queries
from .casting import Refusal
from .queries import PollRow


@pages.get("/polls/<int:poll_id>")
def poll(poll_id: int):
    """The question, and the ballot for who can vote. It arrives empty, also for who has voted."""
    return answer("halls/poll.html", **_shown(_found(poll_id)))


@pages.post("/polls/<int:poll_id>/vote")
def vote(poll_id: int):
    """Take a vote, or say in words why not."""
    me, row = require_viewer(), _found(poll_id)
    options = queries.options(row)
    choice, problems = choices.read(
        row.kind, request.form, len(options), row.parameters, most=choices.most_of(row.rule, row.parameters),
        costs=[o.cost_fen or 0 for o in options], money=row.money_fen)
    if choice is None:
        return refused("halls/poll.html", **_shown(row, problems))
    done = casting.cast(row.id, me.person_id, choice, me.who, me.channel, replace="replace" in request.form)
    if isinstance(done, Refusal):
        return refused("halls/poll.html", **_shown(row, [("", done.msgid, done.values)]))
    return see_other(f"halls/polls/{row.id}/receipt")


@pages.get("/polls/<int:poll_id>/receipt")
def receipt(poll_id: int):
    """That a vote is stored, and its number; never what was chosen, nor when."""
    me, row = require_viewer(), _found(poll_id)
    mine = queries.mine(row.id, me.person_id)
    if mine is None or mine.receipt is None:
        return see_other(f"halls/polls/{row.id}")
    return answer("halls/receipt.html", poll=row, mine=mine)


def _found(poll_id: int) -> PollRow:
    """A poll that the viewer may see; else 404."""
    row = queries.poll(poll_id)
    if row is None or (row.state in ("draft", "withdrawn") and not may("halls.edit")):
        abort(404)
    return row


def _shown(row: PollRow, problems: list[choices.Problem] = ()) -> dict:
    mine = queries.mine(row.id, viewer.person_id) if viewer else None
    barrier = casting.barred(row.state, row.closes_at, now())
    if not barrier and viewer and mine is None:
        barrier = Refusal(casting.NOT_ON_THE_ROLL)
    said = [(field, _(msgid, **{k: _(v) if isinstance(v, str) and k == "road" else v for k, v in values.items()}))
            for field, msgid, values in problems]
    return {"poll": row, "options": queries.options(row), "mine": mine, "problems": said,
            "barrier": _(barrier.msgid, **barrier.values) if barrier else ""}
