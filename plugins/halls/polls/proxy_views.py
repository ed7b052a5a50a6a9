"""Voting for each other: a resident asks somebody on the same roll, who agrees, and then votes for them."""

from flask import Response, abort, request

from portal import _, answer, dates, require_viewer, say, see_other

from ..models import Proxy, Voter
from ..pages import pages
from . import proxies, queries, show
from .casting import Cast, Refusal
from .queries import Mine, PollRow
from .views import found, is_open, read, refusal

N_ = str


def _mine(poll_id: int) -> tuple[PollRow, Mine]:
    """An open poll with proxies, and the viewer's line of its roll; else 404."""
    me, row = require_viewer(), found(poll_id)
    mine = queries.mine(row.id, me.person_id)
    if not row.proxies or mine is None:
        abort(404)
    return row, mine


@pages.get("/polls/<int:poll_id>/proxy")
def proxy(poll_id: int):
    """Whom the viewer has asked, and who has asked the viewer."""
    return _page(*_mine(poll_id))


def _page(row: PollRow, mine: Mine, problem: str = "") -> Response:
    given = proxies.given_by(row.id, mine.voter_id)
    return answer("halls/polls/proxy.html", status=422 if problem else 200, poll=row, problem=problem, given=given,
                  held=proxies.held_by(row.id, mine.voter_id), most=proxies.MOST, is_open=is_open(row),
                  voted=bool(mine.receipt) and mine.road != "proxy", typed=request.form,
                  until=dates.said_at(row.closes_at) if row.closes_at else "")


@pages.post("/polls/<int:poll_id>/proxy")
def proxy_ask(poll_id: int):
    """Ask somebody of the roll, by the whole name; where two have it, the building tells them apart."""
    me, (row, mine) = require_viewer(), _mine(poll_id)
    name, at = (" ".join(request.form.get(field, "").split()) for field in ("name", "address"))
    same = list(Voter.select(Voter.id, Voter.address).where(
        (Voter.poll_id == row.id) & (Voter.name == name) & Voter.person_id.is_null(False)).tuples()) if name else []
    fitting = [voter for voter, address in same if at in (address, *address.split())]  # 1 is not 11
    fitting = fitting or [voter for voter, address in same if at in address]
    if len(fitting) != 1:
        return _page(row, mine, _("Several people on the roll have this name. Please write the building, too.")
                     if fitting else _("Nobody of this name is on the roll. Please write the whole name."))
    done = proxies.ask(row.id, me.person_id, fitting[0], me.who)
    if isinstance(done, Refusal):
        return _page(row, mine, refusal(done))
    say(_("Asked. It counts once they agree."))
    return see_other(f"halls/polls/{row.id}/proxy")


def _proxy(row: PollRow, mine: Mine, proxy_id: int) -> Proxy:
    """A proxy of this poll that the viewer gave or holds; else 404."""
    one = Proxy.get_or_none((Proxy.id == proxy_id) & (Proxy.poll_id == row.id)) if proxy_id < 2**31 else None
    if one is None or mine.voter_id not in (one.giver_id, one.holder_id):
        abort(404)
    return one


@pages.post("/polls/<int:poll_id>/proxy/<int:proxy_id>/<any(agree, end):what>")
def proxy_answer(poll_id: int, proxy_id: int, what: str):
    """Agree to vote for somebody, or end it."""
    me, (row, mine) = require_viewer(), _mine(poll_id)
    one = _proxy(row, mine, proxy_id)
    problem = (proxies.agree if what == "agree" else proxies.end)(one.id, me.person_id, me.who)
    if problem:
        return _page(row, mine, refusal(problem))
    say(_("Agreed. You can vote for them now.") if what == "agree" else _("Ended."))
    return see_other(f"halls/polls/{row.id}/proxy")


@pages.route("/polls/<int:poll_id>/proxy/<int:proxy_id>/vote", methods=["GET", "POST"])
def proxy_vote(poll_id: int, proxy_id: int):
    """The ballot of somebody who lets the viewer vote for them."""
    me, (row, mine) = require_viewer(), _mine(poll_id)
    one = _proxy(row, mine, proxy_id)
    votes = one.holder_id == mine.voter_id and one.state == "given" and is_open(row)
    if request.method == "GET" and not votes:
        return see_other(f"halls/polls/{row.id}/proxy")
    choice, problems = read(row) if request.method == "POST" else (None, [])
    if choice is None:
        return _ballot(row, one, problems)
    done = proxies.cast_for(row.id, me.person_id, one.giver_id, choice, me.who)
    if isinstance(done, Cast):
        return see_other(f"halls/polls/{row.id}/receipt/{done.receipt}")
    return _page(row, mine, refusal(done))


def _ballot(row: PollRow, one: Proxy, problems: list[tuple[str, str]]) -> Response:
    name = Voter.select(Voter.name).where(Voter.id == one.giver_id).scalar()
    return answer("halls/polls/ballot.html", status=422 if problems else 200, poll=row, problems=problems,
                  bad={field for field, _words in problems}, given=request.form, voted=False, replaces=False,
                  title=_("Your vote is not stored yet.") if problems else "",
                  action=f"/halls/polls/{row.id}/proxy/{one.id}/vote", for_whom=_("You vote for %(name)s.", name=name),
                  until=dates.said_at(row.closes_at), **show.ballot(row))
