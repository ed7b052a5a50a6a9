"""Topics as pages say them: steps, chips, the map in words. What is kept of pages is made here."""

import json

from flask import current_app, request, url_for
from markupsafe import Markup

from portal import _, dates, kept, markdown, may, now, picture_url, render, takes_part, viewer

from ..opinions import svg
from . import queries, saying, stages
from .forms import AUDIENCES
from .participants import participant
from .queries import Known, TopicRow

SMALL = 640  # the width that every larger picture is also stored in
FEWEST = 5  # people, of fewer no figures are shown


def picture(name: str) -> str:
    """The address of a stored picture in its small size."""
    if not name:
        return ""
    stem, _dot, ending = name.rpartition(".")
    digest, _dash, width = stem.rpartition("-")
    large = width.isdecimal() and int(width) > SMALL
    return picture_url(f"{digest}-{SMALL}.{ending}" if large else name)


def me(topic_id: int) -> str:
    """The viewer's letters in a topic; empty for a guest."""
    return participant(topic_id, viewer.person_id) if viewer else ""


def until(steps: tuple[stages.Step, ...], stage: str, state: str) -> str:
    """Until when a stage of an open topic goes on, in words; empty where nothing is fixed."""
    at = stages.ends_at(steps, stage) if state == "open" else None
    if at is None:
        return ""
    return _("%(stage)s until %(day)s", stage=_(stages.NAMES[stage]), day=dates.said(at - 1))


def lines(rows: tuple[queries.Line, ...]) -> list[tuple]:
    """(address, title, summary, until, chip, kind) of topics in a list."""
    root = request.script_root
    return [(f"{root}/halls/topics/{row.id}", row.title, row.summary,
             until(stages.read(row.stages), row.stage, row.state), *_chip(row)) for row in rows]


def _chip(row) -> tuple[str, str]:
    if row.state != "open":
        words, kind = stages.STATES[row.state]
        return _(words), kind
    return _(stages.NAMES[row.stage]), "warn" if row.stage == "vote" else "ok"


def article(row: TopicRow) -> dict:
    """What the top of a topic's page is made from: its steps, and the text."""
    at = [s.stage for s in row.steps]
    here = at.index(row.stage) if row.stage in at else -1
    over = row.state == "ended"
    steps = [(_(stages.NAMES[stage]), over or n < here, n == here and not over and row.state == "open")
             for n, stage in enumerate(at)]
    return {"steps": steps, "until": until(row.steps, row.stage, row.state), "picture": picture(row.picture),
            "body": markdown(row.text, 3) if row.text else "", "audience": _(AUDIENCES[row.audience]),
            "ahead": _ahead(row)}


def _ahead(row: TopicRow) -> str:
    stage = stages.following(row.steps, row.stage) if row.state == "open" else ""
    if not stage:
        return ""
    start = next((s.start for s in row.steps if s.stage == stage), None)
    name = _(stages.NAMES[stage])
    return _("%(stage)s from %(day)s", stage=name, day=dates.said(start)) if start else name


def card(row: TopicRow, alone: bool = False) -> Markup:
    """The next statement with its three buttons, or why there is none; `alone` on a page of its own."""
    hears = saying.hears(row)
    bars = hears and viewer and not takes_part(row.audience)
    found = queries.card(row.id, me(row.id) or "-") if hears and not bars else None
    return render("halls/card.html", topic=row, card=found, hears=hears, barred=bool(bars), alone=alone,
                  known=bool(viewer), audience=_(AUDIENCES[row.audience]))


def statements(row: TopicRow) -> Markup:
    """The section of a topic that has statements: the next card, one's own, and what the map shows."""
    if not stages.hears(row.steps):
        return Markup()
    hears = saying.hears(row)
    say = bool(viewer) and hears and takes_part(row.audience)
    return render("halls/statements.html", topic=row, card=card(row), say=say, longest=saying.LONGEST,
                  map=short_map(row))


def polls(row: TopicRow) -> Markup:
    """The section of a topic's polls."""
    rows = tuple(queries.polls_of(topic=row.id))
    return kept("halls/polls_of.html", lambda: {"at": dates.said_at}, rows=rows) if rows else Markup()


def short_map(row: TopicRow) -> Markup:
    """The map as the topic's page shows it: picture, and the first of what all groups share."""
    known = queries.known(row.id, me(row.id))
    if known is None or known.participants < FEWEST:
        return Markup()
    return kept("halls/map_short.html", lambda: of_map(row.id, known), topic_id=row.id, seen=known)


def of_map(topic_id: int, known: Known) -> dict:
    """Everything that pages say of a stored map; statements that are hidden since then are left out."""
    found = json.loads(queries.found_map.one(topic=topic_id)[0])
    texts = {str(n): text for n, text in queries.shown(topic=topic_id)}
    figures = {s["id"]: s for s in found["statements"] if s["id"] in texts}
    return {"svg": Markup(svg.draw(found, known.you, _)), "words": svg.describe(found, known.you, _),
            "groups": [(svg.letter(n), group["size"]) for n, group in enumerate(found["groups"])],
            "shared": [(s["statement"], texts[s["statement"]], s["says"], _share(figures[s["statement"]], s["says"]))
                       for s in found["consensus"] if s["statement"] in texts],
            "held": [[(texts[s["statement"]], s["says"], _share_in(figures[s["statement"]], n, s["says"]))
                      for s in group if s["statement"] in texts] for n, group in enumerate(found["represents"])],
            "rows": [_figures(texts[i], one) for i, one in figures.items()],
            "own": svg.letter(known.you[0]) if known.you and known.you[0] is not None else ""}


def _percent(part: int, whole: int) -> str:
    return f"{(200 * part + whole) // (2 * whole)}%" if whole >= FEWEST else "–"


def _share(one: dict, says: str) -> str:
    return _percent(one["all"][says], one["all"]["seen"])


def _share_in(one: dict, group: int, says: str) -> str:
    figures = one["groups"][group]
    return _percent(figures[says], figures["seen"]) if figures else "–"


def _figures(text: str, one: dict) -> tuple[str, str, list[str]]:
    """(text, agreed by all, agreed by each group) of a statement."""
    return text, _share(one, "agree"), [_share_in(one, n, "agree") for n in range(len(one["groups"]))]


def proposal_form(topic_id: int, statement_id: int | str) -> str:
    """Where a statement becomes a proposal; empty while nobody can write proposals here."""
    if "halls.proposal_new" not in current_app.view_functions:
        return ""
    return url_for("halls.proposal_new", topic_id=topic_id, statement=statement_id)


def final(row: TopicRow) -> bool:
    """Whether the answers of a topic are final, so that they may be handed out."""
    return stages.closed(row.state, row.steps, row.stage, now())


def edits() -> bool:
    """Whether the viewer edits topics here."""
    return bool(viewer) and may("halls.edit")
