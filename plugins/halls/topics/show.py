"""Topics as pages say them: steps, chips, the map in words. What is kept of pages is made here."""

import json
from collections.abc import Iterable

from flask import current_app, request, url_for
from markupsafe import Markup, escape

from portal import AUDIENCES, _, dates, kept, markdown, may, ngettext, now, small_picture_url, takes_part, viewer

from . import queries, saying, stages
from .participants import participant
from .queries import Card, Known, TopicRow

FEWEST = 5  # people, of fewer no figures are shown


def picture(name: str) -> str:
    """The address of a stored picture in its small size."""
    return small_picture_url(name) if name else ""


def me(topic_id: int) -> str:
    """The viewer's letters in a topic; empty for a guest."""
    who = viewer._get_current_object()  # once: a proxy looks it up every time
    return participant(topic_id, who.person_id) if who is not None else ""


def until(steps: tuple[stages.Step, ...], stage: str, state: str) -> str:
    """Until when a stage of an open topic goes on, in words; empty where nothing is fixed."""
    at = stages.ends_at(steps, stage) if state == "open" else None
    if at is None:
        return ""
    return _("%(stage)s until %(day)s", stage=_(stages.NAMES[stage]), day=dates.said(at - 1))


def lines(rows: Iterable[queries.Line]) -> list[tuple]:
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
            "body": markdown(row.text, 3) if row.text else "", "audience": audience(row),
            "hears": stages.hears(row.steps), "ahead": _ahead(row), "days": days(row.steps)}


def days(steps: tuple[stages.Step, ...]) -> list[tuple[str, str]]:
    """(Stage, its days in words) of the stages that have days."""
    return [(_(stages.NAMES[step.stage]), _span(step)) for step in steps if step.start or step.end]


def _span(step: stages.Step) -> str:
    if step.start and step.end:
        return _("%(first)s to %(last)s", first=dates.day(step.start), last=dates.day(step.end - 1))
    return _("until %(day)s", day=dates.day(step.end - 1)) if step.end else _("from %(day)s", day=dates.day(step.start))


def _ahead(row: TopicRow) -> str:
    stage = stages.following(row.steps, row.stage) if row.state == "open" else ""
    if not stage:
        return ""
    start = next((s.start for s in row.steps if s.stage == stage), None)
    name = _(stages.NAMES[stage])
    return _("%(stage)s from %(day)s", stage=name, day=dates.said(start)) if start else name


SAYS = ("none", "ask", "done")  # with these cards somebody who is signed in can add a statement
NO_CARD = {"number": "", "said": "", "progress": ""}


def card(row: TopicRow, found: Card | None, known: bool) -> tuple[str, dict[str, str]]:
    """Which card a topic shows its viewer (`known` who is signed in), and the viewer's own pieces of it.

    The card is closed, barred, none, guest, ask or done, see card.html; the pieces are the statement's number, what it
    says, and how far the viewer has come.
    """
    kind = _kind(row, found, known)
    if kind == "done":
        return kind, NO_CARD | {"progress": escape(ngettext(
            "You have answered the only statement.", "You have answered all %(n)s statements.", found.total))}
    if kind not in ("guest", "ask"):
        return kind, NO_CARD
    far = escape(_("Number %(n)s of %(all)s", n=found.mine + 1, all=found.total)) if kind == "ask" else ""
    return kind, {"number": str(found.id), "said": escape(found.text), "progress": far}


def _kind(row: TopicRow, found: Card | None, known: bool) -> str:
    if found is None or not saying.hears(row):
        return "closed"
    if known and not takes_part(row.audience):
        return "barred"
    if not found.total:
        return "none"
    return "guest" if not known else "ask" if found.id else "done"


def audience(row: TopicRow) -> str:
    """Whom a topic is for."""
    return _(AUDIENCES[row.audience])


def polls(row: TopicRow, found: list, edits: bool) -> dict | None:
    """The section of a topic's polls."""
    return {"rows": found, "at": dates.said_at} if found else None


def public(known: Known | None) -> Known | None:
    """What everybody sees of a map: that it is there, without where the viewer stands; None where it is not shown."""
    return known._replace(you=None) if known and known.participants >= FEWEST else None


def own_map(row: TopicRow, known: Known | None) -> dict[str, str]:
    """The viewer's own pieces of a map: its words, the letters with the viewer's mark, and where the viewer stands."""
    if known is None or known.participants < FEWEST:
        return NO_MAP
    pieces = kept("halls/map_own.html", lambda: _own_map(row.id, known), topic_id=row.id, seen=known)
    words, marks, stands = pieces.split(BETWEEN)
    return {"words": words, "marks": marks, "stands": stands}


NO_MAP, BETWEEN = {"words": "", "marks": "", "stands": ""}, "\x1e"


def _own_map(topic_id: int, known: Known) -> dict:
    from ..opinions import svg
    found, you = _found(topic_id), known.you
    return {"words": svg.describe(found, you, _), "marks": Markup(svg.marks(found, you, _)), "between": BETWEEN,
            "own": svg.letter(you[0]) if you and you[0] is not None else ""}


def _found(topic_id: int) -> dict:
    return json.loads(queries.found_map.one(topic=topic_id)[0])


def of_map(topic_id: int) -> dict:
    """Everything that pages say to everybody of a stored map; statements hidden since then are left out."""
    from ..opinions import svg
    found = _found(topic_id)
    texts = {str(n): text for n, text in queries.shown(topic=topic_id)}
    figures = {s["id"]: s for s in found["statements"] if s["id"] in texts}
    return {"frame": [Markup(piece) for piece in svg.frame(found, _)],
            "groups": [(svg.letter(n), group["size"]) for n, group in enumerate(found["groups"])],
            "shared": [(s["statement"], texts[s["statement"]], s["says"], _share(figures[s["statement"]], s["says"]))
                       for s in found["consensus"] if s["statement"] in texts],
            "held": [[(texts[s["statement"]], s["says"], _share_in(figures[s["statement"]], n, s["says"]))
                      for s in group if s["statement"] in texts] for n, group in enumerate(found["represents"])],
            "rows": [_figures(texts[i], one) for i, one in figures.items()]}


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
