"""What staff do with polls: prepare a draft, fix the roll, open, close, take back, put right."""

import json
from typing import Any, NamedTuple

from flask import Response, abort, request
from werkzeug.datastructures import MultiDict

from portal import Membership, _, answer, audit, dates, may, ngettext, now, require, say, see_other, site, stale

from ..models import Option, Poll, Topic
from ..pages import pages
from . import choices, drafts, languages, paper, queries, roll, show, states, words
from .queries import PollRow
from .views import typing, typing_until

N_ = str


class Draft(NamedTuple):
    """What the form of a draft holds, ready to store."""

    values: dict[str, Any]
    options: list[drafts.Typed]


@pages.get("/desk/polls/")
def desk_polls():
    """All polls, the newest first."""
    require("halls.edit" if not may("halls.desk") else "halls.desk")
    rows = queries.listed(drafts=True)
    return answer("halls/polls/desk.html", lines=[show.line(row, "halls/desk/polls") for row in rows],
                  edits=may("halls.edit"))


@pages.route("/desk/polls/new", methods=["GET", "POST"])
def desk_poll_new():
    """A new draft: the question and the rule; what the rule asks for comes next."""
    me = require("halls.edit")
    given = request.form if request.method == "POST" else MultiDict()
    title, rule = " ".join(given.get("title", "").split())[:160], given.get("rule", "")
    problems = [] if request.method == "GET" else [
        *([("title", _("This field is required."))] if not title else []),
        *([("rule-0", _("Please choose a rule."))] if rule not in words.NAMES else [])]
    if request.method == "GET" or problems:
        return answer("halls/polls/desk_new.html", status=422 if problems else 200, problems=problems, given=given,
                      topic=request.values.get("topic", ""), rules=[
                          (name, _(said), _(choices.rule_of(name).says)) for name, said in words.NAMES.items()])
    who = {**me.who, "channel": "desk"}
    row = Poll.create(title=title, rule=rule, topic_id=_topic(given), wanted='{"site":true}',
                      parameters=json.dumps(drafts.parameters(rule, _defaults(rule))[0]), **who)
    audit(me, "halls.poll_new", title)
    return see_other(f"halls/desk/polls/{row.id}/edit")


def _defaults(rule: str) -> MultiDict:
    """The parameters of a rule as its form would send them untouched."""
    return MultiDict({k: v if isinstance(v, str) else "1" if v is True else str(v or "")
                      for k, v in drafts.typed(rule, {}).items()})


def _topic(given: MultiDict) -> int | None:
    wanted = given.get("topic", type=int)
    return Topic.select(Topic.id).where(Topic.id == wanted).scalar() if wanted and 0 < wanted < 2**31 else None


@pages.get("/desk/polls/<int:poll_id>")
def desk_poll(poll_id: int):
    """A poll with what is ready, and what can be done with it."""
    require("halls.edit" if not may("halls.desk") else "halls.desk")
    return _overview(row_of(poll_id))


def _overview(row: PollRow, problems: list[str] = (), status: int = 200) -> Response:
    from . import preflight
    flight = json.loads(row.flight or "{}")
    ready = preflight.items(row) if row.state == "draft" else []
    missing = [text for item in ready for text in item[3]]
    names = [o.title for o in show.offered(row)]
    rehearsed = flight.get("rehearsed", {})
    return answer("halls/polls/desk_poll.html", status=status, poll=languages.said(row), state=show.chip(row.state),
                  missing=missing, ready=[(item[0], _(item[1]), item[2], " ".join(map(_, item[3]))) for item in ready],
                  printed=flight.get("paper"), languages=languages.asked(), problems=[_(text) for text in problems],
                  pairs=show.facts_of(row), rule=words.rule(row), edits=may("halls.edit"), takes=may("halls.desk"),
                  rehearsed=rehearsed.get("ballots"), typing=typing_until(row),
                  papers=queries.papers(row.id) if row.state == "open" or typing(row) else {},
                  trial=_(", ").join(names[n] for n in rehearsed.get("winners", ()) if n < len(names)),
                  opens=dates.at(row.opens_at) if row.opens_at else "",
                  headline=_headline(row), counted=row.state == "counted")


def _headline(row: PollRow) -> str:
    if row.state != "counted" or not row.result:
        return ""
    from . import result  # with all that counts
    return result.headline(row, json.loads(row.result), [o.title for o in show.offered(row)])


def row_of(poll_id: int) -> PollRow:
    """A poll, whatever its state; else 404."""
    row = queries.poll(poll_id) if poll_id < 2**31 else None
    if row is None:
        abort(404)
    return row


@pages.route("/desk/polls/<int:poll_id>/edit", methods=["GET", "POST"])
def desk_poll_edit(poll_id: int):
    """Everything that a draft says; once it is open nothing of it changes."""
    me, row = require("halls.edit"), row_of(poll_id)
    if not states.may_edit(row.state):
        return see_other(f"halls/desk/polls/{row.id}")
    if request.method == "GET":
        return _form(row, _shown(row))
    draft, problems = _read(row)
    if request.form.get("do") == "count" or problems:
        return _form(row, request.form, problems, people=_people() if not problems else None)
    if stale(row.version):
        return _form(row, request.form, [("title", _("Someone changed this meanwhile. Save again to keep yours."))])
    _keep(row, draft, me)
    audit(me, "halls.poll_edit", row.title)
    if request.form.get("do") == "more":
        return see_other(f"halls/desk/polls/{row.id}/edit#options")
    say(_("Saved."))
    return see_other(f"halls/desk/polls/{row.id}")


def _shown(row: PollRow) -> MultiDict:
    """A draft as its form shows it."""
    wanted = json.loads(row.wanted or "{}")
    where = next((kind for kind in ("estates", "buildings") if wanted.get(kind)), "site")
    found = MultiDict({
        "title": row.title, "text": row.text, "money": drafts.yuan(row.money_fen) if row.money_fen else "",
        "shown": row.shown, "proxies": "1" if row.proxies else "", "where": where,
        "paper_hours": str(row.paper_hours),
        "born_until": str(wanted.get("born_until", "")), "born_from": str(wanted.get("born_from", "")),
        **drafts.fields_of("opens", row.opens_at, site.zone), **drafts.fields_of("closes", row.closes_at, site.zone),
        **{k: "1" if v is True else "" if v in (None, False) else str(v)
           for k, v in drafts.typed(row.rule, row.parameters).items()}})
    found.setlist("estate", wanted.get("estates", []))
    found.setlist("building", ["|".join(pair) for pair in wanted.get("buildings", [])])
    for n, o in enumerate(queries.options(row) if row.rule != "yesno" else ()):
        found.update({f"option-{n}": o.title, f"option-{n}-text": o.text, f"option-{n}-cost": drafts.yuan(o.cost_fen)})
    return found


def _read(row: PollRow) -> tuple[Draft, list[tuple[str, str]]]:
    given, budget = request.form, row.kind in ("budget", "points")
    parameters, wrong = drafts.parameters(row.rule, given)
    typed, wrong_options = drafts.options(given, budget) if row.rule != "yesno" else ([], [])
    wanted, wrong_roll = drafts.wanted(given)
    opens, wrong_open = drafts.moment(given, "opens", site.zone)
    closes, wrong_close = drafts.moment(given, "closes", site.zone)
    hours, wrong_hours = drafts.hours(given)
    money = drafts.fen(given.get("money", "")) if budget and given.get("money", "").strip() else 0
    title = " ".join(given.get("title", "").split())[:160]
    problems = [*wrong, *wrong_options, *wrong_roll, *wrong_open, *wrong_close, *wrong_hours,
                *([("money", N_("Please write what it costs, such as 1200 or 12.50."), {})] if money is None else []),
                *([("title", N_("This field is required."), {})] if not title else [])]
    values = {"title": title, "text": given.get("text", "").replace("\r\n", "\n").strip()[:20_000],
              "parameters": json.dumps(parameters), "wanted": json.dumps(wanted, ensure_ascii=False),
              "money_fen": money or 0, "opens_at": opens, "closes_at": closes,
              "shown": "named" if given.get("shown") == "named" else "numbers", "proxies": bool(given.get("proxies")),
              "paper_hours": hours}
    return Draft(values, typed), [(field, _(text, **facts)) for field, text, facts in problems]


def _keep(row: PollRow, draft: Draft, me) -> None:
    """Store a draft; a roll that was fixed for others than are wanted now is loose again."""
    values = dict(draft.values)
    if json.loads(values["wanted"]) != json.loads(row.wanted or "{}"):
        values |= {"frozen_at": None, "roll_size": None, "roll_hash": ""}
    done = Poll.update(**values, flight="{}", version=Poll.version + 1, changed_at=now(), **me.who).where(
        (Poll.id == row.id) & (Poll.state == "draft") & (Poll.version == row.version)).execute()
    if not done:
        abort(409)
    if row.rule != "yesno":
        _keep_options(row.id, draft.options)
    from . import opening
    opening.plan(row.id)


def _keep_options(poll_id: int, typed: list[drafts.Typed]) -> None:
    """Write the options down again in this order; what they came from stays with those that keep their name."""
    before = {o.title: o for o in Option.select().where(Option.poll_id == poll_id)}
    Option.delete().where(Option.poll_id == poll_id).execute()
    for n, one in enumerate(typed):
        old = before.get(one.title)
        Option.create(poll_id=poll_id, number=n, title=one.title, text=one.text, cost_fen=drafts.fen(one.cost),
                      code=old.code if old else "", proposal_id=old and old.proposal_id,
                      statement_id=old and old.statement_id)


def _people() -> str:
    """How many would be on the roll that is asked for now."""
    wanted, _problems = drafts.wanted(request.form)
    n = len(roll.people(wanted))
    return ngettext("%(n)s person", "%(n)s people", n)


def _form(row: PollRow, given: Any, problems: list[tuple[str, str]] = (), people: str | None = None) -> Response:
    typed = [drafts.Typed(*(given.get(f"option-{n}{part}", "") for part in ("", "-text", "-cost")))
             for n in range(drafts.MOST_OPTIONS)]
    filled = max((n + 1 for n, one in enumerate(typed) if any(one)), default=0)
    return answer("halls/polls/desk_form.html", status=422 if problems else 200, poll=row, given=given,
                  problems=problems, errors=dict(problems), asked=drafts.ASKED[row.rule], people=people,
                  options=drafts.blanks(typed[:filled]), budget=row.kind in ("budget", "points"),
                  rule=words.rule(row), homes=_homes())


def _homes() -> list[tuple[str, list[str]]]:
    """(Estate, its buildings) of where verified residents live."""
    rows = (Membership.select(Membership.estate, Membership.building)
            .where((Membership.site == site.id) & (Membership.state == "verified") & (Membership.estate != ""))
            .distinct().order_by(Membership.estate, Membership.building).tuples())
    found: dict[str, list[str]] = {}
    for estate, building in rows:
        found.setdefault(estate, []).append(building)
    return list(found.items())


@pages.post("/desk/polls/<int:poll_id>/freeze")
def desk_poll_freeze(poll_id: int):
    """Fix the roll as it is now."""
    me, row = require("halls.edit"), row_of(poll_id)
    size = roll.freeze(row.id, {**me.who, "channel": "desk"})
    if size is None:
        abort(404)
    audit(me, "halls.poll_freeze", row.title, str(size))
    say(ngettext("The roll is fixed: %(n)s person.", "The roll is fixed: %(n)s people.", size))
    return see_other(f"halls/desk/polls/{row.id}")


@pages.post("/desk/polls/<int:poll_id>/<any(told, paper):key>")
def desk_poll_tick(poll_id: int, key: str):
    """Tell the roll beforehand, or note how many paper ballots are printed."""
    from . import preflight
    me, row = require("halls.edit"), row_of(poll_id)
    value = request.form.get("printed", 0 if key == "told" else -1, type=int)
    if not preflight.tick(row.id, key, {**me.who, "channel": "desk"}, value):
        return _overview(row, [N_("This needs a fixed roll, and a number that is none below 0.")], 422)
    audit(me, f"halls.poll_{key}", row.title, str(value) if key == "paper" else "")
    say(_("Everybody on the roll is told beforehand.") if key == "told" else _("Noted."))
    return see_other(f"halls/desk/polls/{row.id}")


@pages.post("/desk/polls/<int:poll_id>/open")
def desk_poll_open(poll_id: int):
    """Open the poll now; what is in the way is said, and it stays shut."""
    from . import opening
    me, row = require("halls.edit"), row_of(poll_id)
    problems = opening.open_poll(row.id, {**me.who, "channel": "desk"})
    if problems:
        return _overview(row_of(poll_id), problems, 422)
    audit(me, "halls.poll_open", row.title)
    say(_("Open. Everybody on the roll is told."))
    return see_other(f"halls/desk/polls/{row.id}")


class Step(NamedTuple):
    """A step that is asked about once more: its states, words, and whether it needs a reason."""

    states: tuple[str, ...]
    title: str
    text: str
    button: str
    reason: bool


LATER = N_("Who has not voted can no longer do so. Papers that were handed in are typed in, then it is counted.")
STEPS = {
    "close": Step(("open",), N_("Close “%(title)s” now?"),
                  N_("It is counted at once. Who has not voted can no longer do so."), N_("Close it now"), False),
    "typed": Step(("closed",), N_("Are all papers of “%(title)s” typed?"),
                  N_("It is counted at once. A paper that only one has typed, or that two have typed differently, is "
                     "not counted."), N_("All papers are typed: count"), False),
    "withdraw": Step(("draft",), N_("Withdraw “%(title)s”?"), N_("The draft stays on the desk, with the reason."),
                     N_("Withdraw the draft"), True),
    "right": Step(("open", "closed", "counted", "superseded"), N_("Put “%(title)s” right?"),
                  N_("A copy becomes a draft. When that opens, this poll is closed if it is still open, is not "
                     "counted, and leads to the new one. Nothing of it is changed or deleted."),
                  N_("Make the copy"), True),
}


@pages.route("/desk/polls/<int:poll_id>/<any(close, typed, withdraw, right):step>", methods=["GET", "POST"])
def desk_poll_step(poll_id: int, step: str):
    """Ask once more, then do it: close early, take a draft back, put a poll right by another one."""
    me, row, asked = require("halls.edit"), row_of(poll_id), STEPS[step]
    if row.state not in asked.states or (step == "typed" and not typing(row)):
        abort(404)
    reason = " ".join(request.form.get("reason", "").split())[:300]
    missing = request.method == "POST" and asked.reason and not reason
    if request.method == "GET" or missing:
        return answer("halls/polls/desk_step.html", status=422 if missing else 200, poll=row, step=asked,
                      title=_(asked.title, title=row.title), missing=missing, text=_step_text(step, row))
    return see_other(f"halls/desk/polls/{_done(step, row, reason, me)}")


def _step_text(step: str, row: PollRow) -> str:
    """What the step does, in words."""
    waits = step == "close" and row.paper_hours
    return _(LATER) if waits else _(STEPS[step].text)


def _done(step: str, row: PollRow, reason: str, me) -> str:
    """Do a step; the rest of the address that follows."""
    from . import closing, opening
    who = {**me.who, "channel": "desk"}
    audit(me, f"halls.poll_{step}", row.title, reason)
    if step == "right":
        return f"{opening.put_right(row.id, reason, who)}/edit"
    if step == "withdraw":
        done = opening.withdraw(row.id, reason, who)
    else:
        done = closing.close(row.id, early=True) if step == "close" else paper.typed(row.id)
    say(_("Done.") if done else _("Somebody else has been quicker."), "ok" if done else "warn")
    return str(row.id)
