"""The desk on the day: a vote for somebody of the roll who is here or on the phone, and ballots of paper."""

from flask import Response, abort, request

from portal import _, answer, dates, param, prepared, require, say, see_other

from ..models import Voter
from ..pages import pages
from . import casting, languages, paper, show
from .desk import row_of
from .queries import PollRow
from .views import is_open, read, refusal, typing

N_ = str
FOUND = 30
_named = prepared(lambda: (
    Voter.select(Voter.id, Voter.number, Voter.name, Voter.address)
    .where((Voter.poll_id == param("id")) & Voter.person_id.is_null(False)
           & ((Voter.name.contains(param("words"))) | (Voter.number == param("number"))))
    .order_by(Voter.number).limit(FOUND)))
PAPERS = {"first": (N_("Typed once"), "warn"), "differs": (N_("The two differ: look again"), "bad"),
          "agreed": (N_("Stored"), "ok")}


@pages.get("/desk/polls/<int:poll_id>/voters")
def desk_voters(poll_id: int):
    """Who on the roll has this name or number; whether they have voted is told to nobody."""
    require("halls.desk")
    return _search(poll_id, "voters")


def _search(poll_id: int, leads: str, **more) -> Response:
    row, words = languages.said(row_of(poll_id)), " ".join(request.args.get("q", "").split())[:40]
    if not (is_open(row) or leads == "papers" and typing(row)):
        return see_other(f"halls/desk/polls/{row.id}")
    number = int(words) if words.isascii() and words.isdigit() and len(words) < 9 else 0
    return answer("halls/polls/desk_voters.html", poll=row, words=words, leads=leads, most=FOUND,
                  lines=_named(id=row.id, words=words, number=number) if words else [], **more)


def _voter(row: PollRow, voter_id: int) -> Voter:
    """A line of the poll's roll whose person is known; else 404."""
    found = Voter.get_or_none((Voter.id == voter_id) & (Voter.poll_id == row.id)) if voter_id < 2**31 else None
    if found is None or found.person_id is None:
        abort(404)
    return found


@pages.route("/desk/polls/<int:poll_id>/voters/<int:voter_id>", methods=["GET", "POST"])
def desk_vote(poll_id: int, voter_id: int):
    """Fill in a ballot for a person who is at the desk or on the phone; it ends with a slip to take home."""
    me, row = require("halls.desk"), row_of(poll_id)
    voter, road = _voter(row, voter_id), "phone" if request.values.get("road") == "phone" else "desk"
    if request.method == "GET":
        return _ballot(row, voter) if is_open(row) else see_other(f"halls/desk/polls/{row.id}")
    choice, problems = read(row)
    if choice is None:
        return _ballot(row, voter, problems)
    who = {"actor_id": me.actor_id or me.person_id, "person_id": voter.person_id, "channel": road}
    done = casting.cast(row.id, voter.person_id, choice, who, road, replace="replace" in request.form)
    if isinstance(done, casting.Cast):
        say(_("Stored for %(name)s. Give them the number, or print it.", name=voter.name))
        return see_other(f"halls/polls/{row.id}/receipt/{done.receipt}")
    return _ballot(row, voter, [("ballot", refusal(done))], asks=done.msgid == casting.VOTED_ELSEWHERE)


def _ballot(row: PollRow, voter: Voter, problems: list[tuple[str, str]] = (), asks: bool = False,
            on_paper: bool = False) -> Response:
    return answer("halls/polls/desk_ballot.html", status=422 if problems else 200, poll=languages.said(row),
                  voter=voter, problems=problems, bad={field for field, _words in problems},
                  given=request.form, replaces=asks, on_paper=on_paper, phone=request.values.get("road") == "phone",
                  until=dates.said_at(row.closes_at) if row.closes_at else "", **show.ballot(row))


@pages.get("/desk/polls/<int:poll_id>/papers")
def desk_papers(poll_id: int):
    """The paper ballots, how far each is, and a search for the next one; never what is on them."""
    me = require("halls.desk")
    hand = me.actor_id or me.person_id
    sheets = [(sheet, PAPERS[sheet.state], _waits(sheet, hand)) for sheet in paper.sheets(row_of(poll_id).id)]
    return _search(poll_id, "papers", sheets=sheets)


def _waits(sheet: paper.Sheet, hand: int) -> bool:
    """Whether this member of staff is the one to type it now."""
    return sheet.state == "differs" or sheet.state == "first" and sheet.first_by != hand


@pages.route("/desk/polls/<int:poll_id>/papers/<int:voter_id>", methods=["GET", "POST"])
def desk_paper(poll_id: int, voter_id: int):
    """Type what is on a voter's paper, without seeing what the other one typed."""
    me, row = require("halls.desk"), row_of(poll_id)
    voter = _voter(row, voter_id)
    if request.method == "GET":
        takes = is_open(row) or typing(row)
        return _ballot(row, voter, on_paper=True) if takes else see_other(f"halls/desk/polls/{row.id}")
    choice, problems = read(row)
    if choice is None:
        return _ballot(row, voter, problems, on_paper=True)
    who = {"actor_id": me.actor_id or me.person_id, "person_id": voter.person_id, "channel": "desk"}
    done = paper.enter(row.id, voter.id, choice, who)
    if isinstance(done, casting.Refusal):
        return _ballot(row, voter, [("ballot", refusal(done))], on_paper=True)
    said = {"first": N_("Typed once. Somebody else has to type it the second time."),
            "differs": N_("The two differ. Please look at the paper again, both of you."),
            "agreed": N_("Both are the same: the ballot is stored.")}
    say(_(said[done]), "warn" if done == "differs" else "ok")
    return see_other(f"halls/desk/polls/{row.id}/papers")
