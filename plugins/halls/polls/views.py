"""What residents see of polls: the list, a poll, its ballot, the receipt."""

from typing import Any

from flask import Response, abort, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from portal import (
    Viewer,
    _,
    answer,
    answer_kept,
    changes,
    dates,
    kept,
    markdown,
    may,
    now,
    refused,
    require_viewer,
    see_other,
    unpacked,
    viewer,
)

from ..pages import pages
from . import casting, choices, languages, lookups, queries, show
from .casting import Refusal
from .queries import Head, PollRow

N_ = str
NOT_ON = N_("This roll was fixed on %(day)s, without your name. Think it's wrong? Call us.")


@pages.get("/polls/")
def polls():
    """All polls that the public sees; those that wait for the viewer's vote first."""
    mine = queries.waits(viewer.person_id, now()) if viewer else None
    return answer_kept("halls/polls/list.html", lambda: {
        "groups": show.groups(queries.listed()), "lines": show.calls(unpacked(mine))}, seen=changes("halls"), mine=mine,
        edits=may("halls.edit"))


@pages.get("/polls/<int:poll_id>")
def poll(poll_id: int):
    """The question, who decides, how it is counted; and what the viewer has in it. Once counted, the result."""
    head = _head(poll_id)
    return _result(head) if head.state == "counted" and head.has_result else _poll(head)


def _head(poll_id: int) -> Head:
    """A poll that the viewer may see, with what is theirs in it; else 404."""
    return _seen(queries.head(poll_id, viewer.person_id if viewer else 0) if poll_id < 2**31 else None)


def _seen(row):
    if row is None or (row.state in ("draft", "withdrawn") and not may("halls.edit")):
        abort(404)
    return row


def _result(head: Head) -> Response:
    from . import result  # with all that counts
    shared = head.choice if head.rule in result.SHARED else None
    bill = kept("halls/polls/bill.html", lambda: {"bill": result.bill(found(head.id), shared)}, seen=head.seen,
                choice=shared) if shared else Markup()

    def made() -> dict[str, Any]:
        row = found(head.id)
        return result.of(row) | {"body": markdown(row.text)}
    return answer_kept("halls/polls/result.html", made, {"receipt": head.receipt or "", "bill": bill}, seen=head.seen,
                       voted=bool(head.receipt), edits=may("halls.edit"))


def _poll(head: Head) -> Response:
    known, open_, voter = bool(viewer), is_open(head), head.voter_id is not None
    calls = "" if not (open_ and (voter or not known)) else (
        _("Vote now") if voter and not head.receipt else _("Vote again") if voter else _("Sign in to vote"))
    successor = lookups.successor(head.id) if head.state == "superseded" else None
    return answer_kept("halls/polls/poll.html", lambda: _about(found(head.id), head.road), {
        "receipt": head.receipt or ""}, seen=head.seen, calls=calls, successor=successor, voter=voter,
        voted=bool(head.receipt), by=head.road, is_open=open_, known=known, typing=typing_until(head),
        proxies=open_ and voter and bool(head.proxies), edits=may("halls.edit"))


def _about(row: PollRow, road: str | None) -> dict[str, Any]:
    """What the page of a poll shows beside what is in its key."""
    return {"poll": row, "road": _(casting.ROADS[road]) if road else "", "not_on": _not_on(row),
            "until": dates.said_at(row.closes_at) if row.closes_at else "", **show.about(row)}


def typing_until(row: PollRow | Head) -> str:
    """Until when papers are typed into a closed poll, in words; empty where none are."""
    return dates.said_at(row.typing_until) if typing(row) else ""


def _not_on(row: PollRow) -> str:
    return _(NOT_ON, day=dates.said(row.frozen_at)) if row.frozen_at else ""


def is_open(row: PollRow | Head) -> bool:
    """Whether votes are taken just now."""
    return casting.barred(row.state, row.closes_at, now()) is None


def typing(row: PollRow | Head) -> bool:
    """Whether papers are still typed into a closed poll."""
    return casting.types_papers(row.state, row.typing_until, now())


def found(poll_id: int) -> PollRow:
    """A poll that the viewer may see, in their language; else 404."""
    return languages.said(_seen(queries.poll(poll_id) if poll_id < 2**31 else None))


@pages.get("/polls/<int:poll_id>/vote")
def ballot(poll_id: int):
    """The ballot, empty; who cannot vote goes to the poll's page, which says why."""
    me, head = require_viewer(), _head(poll_id)
    if head.voter_id is None or not is_open(head):
        return see_other(f"halls/polls/{head.id}")
    if me.acting:
        return _ballot(found(head.id), bool(head.receipt))
    return answer_kept("halls/polls/ballot.html", lambda: _fields(found(head.id)), seen=head.seen,
                       voted=bool(head.receipt), action=f"/halls/polls/{head.id}/vote", for_whom="", replaces=False)


def _fields(row: PollRow, given: MultiDict | None = None, problems: list[tuple[str, str]] = ()) -> dict:
    """What a ballot shows beside who fills it in."""
    return {"poll": row, "until": dates.said_at(row.closes_at), "given": MultiDict() if given is None else given,
            "problems": problems, "bad": {field for field, _words in problems},
            "title": _("Your vote is not stored yet.") if problems else "", **show.ballot(row)}


def _ballot(row: PollRow, voted: bool, problems: list[tuple[str, str]] = (), asks: bool = False) -> Response:
    return answer("halls/polls/ballot.html", status=422 if problems else 200, action=f"/halls/polls/{row.id}/vote",
                  voted=voted, replaces=asks,
                  for_whom=_("You vote for %(name)s.", name=viewer.acting) if viewer.acting else "",
                  **_fields(row, request.form if problems else None, problems))


@pages.post("/polls/<int:poll_id>/vote")
def vote(poll_id: int):
    """Take a vote and lead to its receipt; or say why not, with what was filled in."""
    me, row = require_viewer(), found(poll_id)
    choice, problems = read(row)
    if choice is None:
        return _ballot(row, _voted(row, me), problems)
    done = casting.cast(row.id, me.person_id, choice, me.who, me.channel, replace="replace" in request.form)
    if isinstance(done, casting.Cast):
        return see_other(f"halls/polls/{row.id}/receipt/{done.receipt}")
    if done.msgid == casting.VOTED_ELSEWHERE:
        return _ballot(row, _voted(row, me), [("ballot", refusal(done))], asks=True)
    return refused("halls/polls/refused.html", poll=row, words=refusal(done))


def _voted(row: PollRow, me: Viewer) -> bool:
    mine = queries.mine(row.id, me.person_id)
    return bool(mine and mine.receipt)


def read(row: PollRow) -> tuple[choices.Choice | None, list[tuple[str, str]]]:
    """The choice in the sent form, or (field, words) of what is wrong with it."""
    options = queries.options(row)
    choice, problems = choices.read(
        row.kind, request.form, len(options), row.parameters, most=choices.most_of(row.rule, row.parameters),
        costs=[o.cost_fen or 0 for o in options], money=row.money_fen)
    return choice, [(field or "ballot", _(msgid, **values)) for field, msgid, values in problems]


def refusal(problem: Refusal) -> str:
    """Why a vote was not taken, in the reader's words."""
    return _(problem.msgid, **{k: _(v) if k == "road" else v for k, v in problem.values.items()})


@pages.get("/polls/<int:poll_id>/receipt")
def panelreceipt(poll_id: int):
    """The receipt that was typed in, else the viewer's own."""
    row = found(poll_id)
    code = "".join(request.args.get("code", "").upper().split())
    if code:
        return receipt(poll_id, code[:12]) if lookups.receipt(row.id, code[:12]) else _no_receipt(row, code[:12])
    mine = queries.mine(row.id, require_viewer().person_id)
    return see_other(f"halls/polls/{row.id}/receipt/{mine.receipt}" if mine and mine.receipt
                     else f"halls/polls/{row.id}")


def _no_receipt(row: PollRow, code: str) -> Response:
    words = _("There is no ballot with the receipt %(code)s in this poll. Please look at each letter again.", code=code)
    return answer("halls/polls/refused.html", status=404, poll=row, words=words, looks=True)


@pages.get("/polls/<int:poll_id>/receipt/<code>")
def receipt(poll_id: int, code: str):
    """That a ballot is stored, for whoever has its number: never what is on it, whose it is, or when it came."""
    row = found(poll_id)
    if not lookups.receipt(row.id, code):
        return _no_receipt(row, code[:12])
    return answer("halls/polls/receipt.html", poll=row, code=code, is_open=is_open(row), known=bool(viewer),
                  typing=typing_until(row), next=_next(row),
                  until=dates.said_at(row.closes_at) if row.closes_at else "")


def _next(row: PollRow) -> tuple[int, str] | None:
    """The next open question of the same topic in which the viewer has not voted."""
    if not viewer or row.topic_id is None:
        return None
    of_topic = {one.id for one in queries.listed() if one.topic_id == row.topic_id}
    return next(((n, title) for n, title, _at in queries.waiting(viewer.person_id, now()) if n in of_topic), None)


