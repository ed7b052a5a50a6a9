"""A request for a skill, as its two sides see it. Nobody else does."""

from flask import abort, request

from portal import Viewer, _, answer, require_viewer, say, see_other

from ..pages import pages
from ..refusals import Refusal
from . import acts, queries, show

N_ = str

DONE = {"accept": N_("Agreed. You now see each other's phone."), "decline": N_("They are told."),
        "withdraw": N_("Taken back. They are told."), "finish": N_("Done. How good."),
        "thank": N_("Thank you. They are glad.")}


@pages.get("/skills/asks/<int:ask_id>")
def skill_request(ask_id: int):
    """A request: where it stands, and what this side can do."""
    _me, row, by = _mine(ask_id)
    return answer("huts/skills/ask.html", row=row, by=by, **show.ask(row, by),
                  steps=show.steps(queries.moves(ask_id)))


@pages.post("/skills/asks/<int:ask_id>/<any(accept, decline, withdraw, finish, thank):move>")
def skill_step(ask_id: int, move: str):
    """Take a request further; what is not this side's is refused."""
    me, _row, by = _mine(ask_id)
    said = " ".join(request.form.get("why", "").split())[:200]
    more = {"thanks": said, "thanks_open": bool(request.form.get("open"))} if move == "thank" else {}
    done = acts.step(ask_id, move, by, me.who, said, **more)
    if isinstance(done, Refusal):
        say(_(done.reason), "bad")
    else:
        say(_(DONE[move]))
    return see_other(f"huts/skills/asks/{ask_id}")


def _mine(ask_id: int) -> tuple[Viewer, queries.Ask, str]:
    """The viewer, the request, and which side of it they are."""
    me, row = require_viewer(), queries.ask(ask_id)
    by = show.side(row, me.person_id) if row else ""
    return (me, row, by) if by else abort(404)
