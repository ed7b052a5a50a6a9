"""What residents see of polls: the list, a poll, its ballot, the receipt."""

from flask import Response, abort, request
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from portal import (
    _,
    answer,
    answer_kept,
    dates,
    markdown,
    may,
    now,
    refused,
    render,
    require_viewer,
    see_other,
    viewer,
)

from ..pages import pages
from . import casting, choices, languages, lookups, queries, result, show
from .casting import Refusal
from .queries import Mine, PollRow

N_ = str
NOT_ON = N_("This roll was fixed on %(day)s, without your name. Think it's wrong? Call us.")


@pages.get("/polls/")
def polls():
    """All polls that the public sees; those that wait for the viewer's vote first."""
    rows = tuple(queries.listed())
    known = bool(viewer)
    mine = render("halls/polls/mine.html", lines=show.calls(queries.waiting(viewer.person_id, now())) if known else [])
    return answer_kept("halls/polls/list.html", lambda: {"groups": show.groups(rows)}, {"mine": mine}, rows=rows,
                       edits=known and may("halls.edit"))


@pages.get("/polls/<int:poll_id>")
def poll(poll_id: int):
    """The question, who decides, how it is counted; and what the viewer has in it. Once counted, the result."""
    row = found(poll_id)
    mine = queries.mine(row.id, viewer.person_id) if viewer else None
    if row.state == "counted" and row.result:
        return _result(row, mine)
    return _poll(row, mine)


def _result(row: PollRow, mine: Mine | None) -> Response:
    choice = lookups.choice(row.id, mine.voter_id) if mine and mine.receipt else None
    panel = render("halls/polls/own_result.html", poll=row, mine=mine, bill=result.bill(row, mine, choice))
    return answer_kept("halls/polls/result.html", lambda: result.of(row) | {"body": markdown(row.text)},
                       {"own": panel}, seen=seen(row), edits=bool(viewer) and may("halls.edit"))


def _poll(row: PollRow, mine: Mine | None) -> Response:
    known, open_ = bool(viewer), is_open(row)
    calls = "" if not (open_ and (mine or not known)) else (
        _("Vote now") if mine and not mine.receipt else _("Vote again") if mine else _("Sign in to vote"))
    successor = lookups.successor(row.id) if row.state == "superseded" else None
    return answer_kept("halls/polls/poll.html", lambda: {"poll": row, **show.about(row)}, {"own": own(row, mine)},
                       seen=seen(row), calls=calls, successor=successor, edits=known and may("halls.edit"))


def seen(row: PollRow) -> tuple:
    """What a kept page of a poll depends on."""
    return row.id, row.version, row.state, row.closes_at


def own(row: PollRow, mine: Mine | None) -> Markup:
    """The viewer's part of a poll's page."""
    open_, known = is_open(row), bool(viewer)
    return render("halls/polls/own.html", poll=row, mine=mine, is_open=open_, known=known,
                  road=_(casting.ROADS[mine.road]) if mine and mine.road else "",
                  until=dates.said_at(row.closes_at) if row.closes_at else "", proxies=open_ and mine and row.proxies,
                  not_on=_not_on(row), typing=typing_until(row))


def typing_until(row: PollRow) -> str:
    """Until when papers are typed into a closed poll, in words; empty where none are."""
    return dates.said_at(row.typing_until) if typing(row) else ""


def _not_on(row: PollRow) -> str:
    return _(NOT_ON, day=dates.said(row.frozen_at)) if row.frozen_at else ""


def is_open(row: PollRow) -> bool:
    """Whether votes are taken just now."""
    return casting.barred(row.state, row.closes_at, now()) is None


def typing(row: PollRow) -> bool:
    """Whether papers are still typed into a closed poll."""
    return casting.types_papers(row.state, row.typing_until, now())


def found(poll_id: int) -> PollRow:
    """A poll that the viewer may see, in their language; else 404."""
    row = queries.poll(poll_id) if poll_id < 2**31 else None
    if row is None or (row.state in ("draft", "withdrawn") and not may("halls.edit")):
        abort(404)
    return languages.said(row)


@pages.get("/polls/<int:poll_id>/vote")
def ballot(poll_id: int):
    """The ballot, empty; who cannot vote goes to the poll's page, which says why."""
    me, row = require_viewer(), found(poll_id)
    mine = queries.mine(row.id, me.person_id)
    if mine is None or not is_open(row):
        return see_other(f"halls/polls/{row.id}")
    if me.acting:
        return _ballot(row, mine)
    return answer_kept("halls/polls/ballot.html", lambda: _fields(row), seen=seen(row), voted=bool(mine.receipt),
                       action=f"/halls/polls/{row.id}/vote", for_whom="", replaces=False)


def _fields(row: PollRow, given: MultiDict | None = None, problems: list[tuple[str, str]] = ()) -> dict:
    """What a ballot shows beside who fills it in."""
    return {"poll": row, "until": dates.said_at(row.closes_at), "given": MultiDict() if given is None else given,
            "problems": problems, "bad": {field for field, _words in problems},
            "title": _("Your vote is not stored yet.") if problems else "", **show.ballot(row)}


def _ballot(row: PollRow, mine: Mine | None, problems: list[tuple[str, str]] = (), asks: bool = False) -> Response:
    return answer("halls/polls/ballot.html", status=422 if problems else 200, action=f"/halls/polls/{row.id}/vote",
                  voted=bool(mine and mine.receipt), replaces=asks,
                  for_whom=_("You vote for %(name)s.", name=viewer.acting) if viewer.acting else "",
                  **_fields(row, request.form if problems else None, problems))


@pages.post("/polls/<int:poll_id>/vote")
def vote(poll_id: int):
    """Take a vote and lead to its receipt; or say why not, with what was filled in."""
    me, row = require_viewer(), found(poll_id)
    choice, problems = read(row)
    if choice is None:
        return _ballot(row, queries.mine(row.id, me.person_id), problems)
    done = casting.cast(row.id, me.person_id, choice, me.who, me.channel, replace="replace" in request.form)
    if isinstance(done, casting.Cast):
        return see_other(f"halls/polls/{row.id}/receipt/{done.receipt}")
    if done.msgid == casting.VOTED_ELSEWHERE:
        return _ballot(row, queries.mine(row.id, me.person_id), [("ballot", refusal(done))], asks=True)
    return refused("halls/polls/refused.html", poll=row, words=refusal(done))


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


