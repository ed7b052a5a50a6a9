"""The counter: choose the hut, scan or type, lend, take back."""

from typing import Any

from flask import abort, request

from portal import PictureError, Viewer, _, answer, answer_kept, refused, require, say, see_other, store_picture

from .. import codes
from ..lending import returning
from ..pages import pages
from ..refusals import Refusal
from ..shelf import queries as shelf
from ..shelf import words
from . import hand, rows, scan, show, steps
from .scan import Scene

EMPTY: dict[str, Any] = {"found": Scene(), "said": hand.Said(), "done": (), "slip": (), "problem": None,
                         "panel": None, "unit": None}
DEAREST = 10_000_000  # fen of a deposit
N_ = str
NO_PERSON = N_("Please say who borrows it: scan or type the person first.")
NOTHING = N_("Please scan what they take along.")


@pages.get("/counter/")
def counters():
    """Choose the hut at whose counter one stands; where there is one only, it is that."""
    require("huts.desk")
    found = rows.huts()
    if len(found) == 1:
        return see_other(f"huts/counter/{found[0][0]}")
    return answer("huts/counters.html", huts=found, states=words.HUTS)


@pages.get("/counter/<int:hut_id>")
def counter(hut_id: int):
    """The screen as it stands, or as a scan has changed it."""
    require("huts.desk")
    hut = house(hut_id)
    if not request.args:
        return _idle(hut)
    return _screen(hut, scan.looked(hut, request.args))


def _idle(hut: shelf.House):
    """The screen while nobody stands there; it is kept, and so are the lists beside, which it asks for again."""
    day = show.day_of(hut)
    if request.headers.get("HX-Request-Type") == "partial":
        return answer_kept("huts/counter_lists.html", lambda: {"lists": show.lists(day)}, hut=hut, day=day)
    return answer_kept("huts/counter.html", lambda: EMPTY | {"lists": lambda: show.lists(day)}, hut=hut, day=day)


def house(hut_id: int) -> shelf.House:
    """A hut of the open site."""
    return shelf.house(hut_id) or abort(404)


def by(me: Viewer, person_id: int | None = None) -> dict[str, Any]:
    """Who does something at the counter, and for whom."""
    return {"actor_id": me.actor_id or me.person_id, "person_id": person_id or me.person_id, "channel": "desk"}


def _screen(hut: shelf.House, found: Scene, problem: Refusal | None = None, said: hand.Said | None = None):
    said = said or hand.Said()
    problem = problem or found.problem
    done, slip = show.done(request.args, found.person)
    return (refused if problem and request.method == "POST" else answer)(
        "huts/counter.html", "counter", hut=hut, found=found, said=said, done=done, slip=slip,
        problem=show.refusal(problem, hut.id) if problem else None,
        panel=show.panel(hut, found, said.until, said.reason) if found.person or found.labels else None,
        unit=show.unit(hut, found.piece, found.loan) if found.piece else None,
        lists=lambda: show.lists(show.day_of(hut)))


@pages.get("/counter/<int:hut_id>/lists")
def counter_lists(hut_id: int):
    """What lies beside the counter, asked for every half minute."""
    require("huts.desk")
    return _idle(house(hut_id))


@pages.post("/counter/<int:hut_id>/lend")
def counter_lend(hut_id: int):
    """Hand over what is on the list; all of it, or nothing."""
    me, hut = require("huts.desk"), house(hut_id)
    found, said = scan.given(hut, request.form), _said()
    if isinstance(said, Refusal):
        return _screen(hut, found, said)
    if found.person is None or not found.labels:
        return _screen(hut, found, Refusal(NOTHING if found.person else NO_PERSON), said)
    done = hand.lend(found.person, found.labels, by(me, found.person.id), said)
    if isinstance(done, Refusal):
        return _screen(hut, found, done, said)
    loans = "-".join(str(one.loan_id) for one in done)
    return see_other(f"huts/counter/{hut.id}?p={found.person.id}&lent={loans}")


def _said() -> hand.Said | Refusal:
    """What was ticked, typed and photographed."""
    until = scan.day_typed(request.form, show.start_of)
    if isinstance(until, Refusal):
        return until
    sent = photo()
    if isinstance(sent, Refusal):
        return sent
    ticked = frozenset(name for name in request.form if name[0] in "ab" and request.form[name] == "1")
    amounts = {name[1:]: int(value) for name, value in request.form.items()
               if name[:1] == "d" and codes.read(name[1:]) and value.isdecimal() and len(value) < 10}
    deposits = {code: fen for code, fen in amounts.items() if fen <= DEAREST}
    more = {"deposit"} if request.form.get("deposit") == "1" else set()
    return hand.Said(ticked | more, deposits, sent, until, request.form.get("reason", "").strip()[:200],
                     request.form.get("_key", "")[:64], request.form.get("condition") == "damaged",
                     request.form.get("text", "").strip()[:2000])


def photo() -> str | Refusal:
    """The name of the photo that came with the form; empty without one."""
    upload = request.files.get("photo")
    if upload is None or not upload.filename:
        return ""
    try:
        return store_picture(upload)
    except PictureError as e:
        return Refusal(str(e))


@pages.post("/counter/<int:hut_id>/back")
def counter_back(hut_id: int):
    """Take a unit back by its label, whoever brings it."""
    me, hut = require("huts.desk"), house(hut_id)
    found, said = scan.given(hut, request.form), _said()
    code = codes.read(request.form.get("code", "")) or ""
    done = said if isinstance(said, Refusal) else hand.take_back(code, hut.id, by(me), said)
    if isinstance(done, Refusal):
        again = (scan.scanned(found, code) if code else None) or found
        return _screen(hut, again, done, said if isinstance(said, hand.Said) else None)
    if done.paused_until:
        say(_("Borrowing is paused until %(day)s.", day=show.dates.day(done.paused_until)), "warn")
    return see_other(f"huts/counter/{hut.id}?{_kept(found)}back={code}")


def _kept(found: Scene) -> str:
    """The person and the list, as an address carries them on."""
    person = f"p={found.person.id}&" if found.person else ""
    return person + (f"u={'.'.join(found.labels)}&" if found.labels else "")


@pages.post("/counter/<int:hut_id>/arrived")
def counter_arrived(hut_id: int):
    """A unit that another hut took back is home."""
    me, hut = require("huts.desk"), house(hut_id)
    code = codes.read(request.form.get("code", "")) or ""
    piece = rows.piece(code)
    if piece is None or piece.home_id != hut.id:
        return _screen(hut, Scene(), Refusal(steps.NOT_HERE))
    done = returning.arrived(code, by(me))
    if isinstance(done, Refusal):
        return _screen(hut, Scene(), done)
    return see_other(f"huts/counter/{hut.id}?back={code}")
