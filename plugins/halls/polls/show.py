"""What the pages of polls show: texts made from rows, ready for templates."""

import json
from typing import NamedTuple

from flask import request

from portal import _, dates, markdown, ngettext, plain, site

from . import choices, languages, queries, states, words
from .queries import Listed, PollRow

N_ = str
YESNO = ((N_("In favour"), ""), (N_("Against"), ""), (N_("Abstain"), N_("Takes part, and is for neither.")))
TILES = 9  # as many numbers stand beside a name as tiles; more are written


class Choice(NamedTuple):
    """An option as a page shows it."""

    number: int
    title: str
    text: str
    cost_fen: int | None
    cost: str


class Line(NamedTuple):
    """A poll in a list."""

    url: str
    title: str
    meta: str
    words: str
    kind: str


class Call(NamedTuple):
    """A poll that waits for somebody's vote."""

    url: str
    title: str
    until: str


def offered(poll: PollRow) -> list[Choice]:
    """What a poll can choose; of a yes/no question in the reader's language."""
    if poll.rule == "yesno":
        return [Choice(o.number, _(YESNO[o.number][0]), _(YESNO[o.number][1]), None, "") for o in queries.options(poll)]
    return [Choice(o.number, o.title, o.text, o.cost_fen, words.money(o.cost_fen) if o.cost_fen is not None else "")
            for o in languages.titled(poll, queries.options(poll))]


def chip(state: str) -> tuple[str, str]:
    """The state of a poll as a chip: words and kind."""
    return (_("Voting"), "ok") if state == "open" else (_(states.STATES[state]), words.CHIPS[state])


def groups(rows: list[Listed]) -> list[tuple[str, list[Line]]]:
    """The polls of a list under headings: open ones first."""
    named = ((N_("You can vote until the close"), ("open",)), (N_("Being counted"), ("closed",)),
             (N_("Results"), ("counted",)), (N_("Replaced"), ("superseded",)))
    found = [(_(name), [line(row) for row in rows if row.state in of]) for name, of in named]
    return [(name, lines) for name, lines in found if lines]


def line(row: Listed, base: str = "halls/polls") -> Line:
    """One poll of a list."""
    text, kind = chip(row.state)
    return Line(f"{request.script_root}/{base}/{row.id}", row.title, _when(row), text, kind)


def _when(row: Listed) -> str:
    if row.state == "open" and row.closes_at:
        return _("Voting until %(until)s", until=dates.at(row.closes_at))
    return dates.day(row.closes_at) if row.closes_at else _("No date yet")


def calls(found: list[tuple[int, str, int]]) -> list[Call]:
    """The polls that wait for somebody's vote."""
    return [Call(f"{request.script_root}/halls/polls/{n}/vote", title, dates.said_at(until))
            for n, title, until in found]


def about(poll: PollRow) -> dict:
    """The poll itself: its text, its facts, its rule."""
    return {"options": offered(poll), "body": markdown(poll.text) if poll.text else "", "about": plain(poll.text, 150),
            "pairs": facts_of(poll), "rule": words.rule(poll), "state": chip(poll.state),
            "raw": json.dumps(dict(poll.parameters), ensure_ascii=False, sort_keys=True)}


def facts_of(poll: PollRow) -> list[tuple[str, str]]:
    """When, who votes, how many are on the roll, how much money there is, how long papers are typed."""
    wanted = json.loads(poll.wanted or "{}")
    size = ngettext("%(n)s person", "%(n)s people", poll.roll_size) if poll.roll_size is not None else ""
    until = dates.at(poll.closes_at) if poll.closes_at else ""
    return [(_("Voting until") if poll.state in ("draft", "open") else _("Closed"), until),
            (_("Who votes"), words.roll_of(wanted, site.name)),
            (_("On the roll"), _("%(people)s, fixed on %(day)s", people=size, day=dates.said(poll.frozen_at))
             if size and poll.frozen_at else size),
            (_("Money"), words.money(poll.money_fen) if poll.money_fen else ""),
            (_("Paper ballots"), ngettext(
                "Handed in before the close, they are typed in for %(n)s hour after it.",
                "Handed in before the close, they are typed in for %(n)s hours after it.", poll.paper_hours)
             if poll.paper_hours else "")]


def ballot(poll: PollRow) -> dict:
    """The fields of its ballot."""
    options = offered(poll)
    return {"kind": poll.kind, "options": options, "most": choices.most_of(poll.rule, poll.parameters),
            "tiles": _tiles(poll, len(options)), "how": words.how_to(poll), "summary": plain(poll.text, 200)}


def _tiles(poll: PollRow, size: int) -> list[int]:
    """The numbers that stand as tiles beside each name; none where there would be too many."""
    given = poll.parameters
    if poll.kind == "ranks":
        found = range(1, size + 1)
    elif poll.kind == "scores":
        found = range(given.get("low") or 0, (choices.HIGH if given.get("high") is None else given["high"]) + 1)
    else:
        found = range(0)
    return list(found) if len(found) <= TILES + 2 else []
