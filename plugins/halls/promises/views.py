"""The pages of promises: what everybody reads, then what staff do."""

from datetime import date

from flask import abort, request

from portal import (
    _,
    answer,
    audit,
    clock,
    dates,
    markdown,
    may,
    ngettext,
    picture_url,
    refused,
    require,
    say,
    see_other,
    site,
    stale,
)

from ..models import Poll, Topic
from ..pages import pages
from . import rows
from .forms import DoneForm, PromiseForm
from .models import Promise
from .rows import Row


def said(row: Row) -> tuple[str, str]:
    """(words, kind) of how a promise stands: 承诺5月1日完成，已超12天。"""
    day = dates.day(_noon(row.due))
    if row.state == "dropped":
        return _("Promised for %(day)s; it will not be done.", day=day), "bad"
    late = row.days_late(clock.local_date(clock.now(), site.zone))
    if row.state == "kept":
        if late <= 0:
            return _("Promised for %(day)s; done in time.", day=day), "ok"
        return ngettext("Promised for %(day)s; done %(n)s day late.", "Promised for %(day)s; done %(n)s days late.",
                        late, day=day), "ok"
    if late > 0:
        return ngettext("Promised for %(day)s: %(n)s day late.", "Promised for %(day)s: %(n)s days late.", late,
                        day=day), "bad"
    return _("Promised for %(day)s.", day=day), ""


def _noon(day: str) -> int:
    return clock.start_of_day(date.fromisoformat(day), site.zone) + 43200


def lines(found: tuple[Row, ...]) -> list[tuple]:
    """(id, text, who, words, kind, topic's id, topic) of promises."""
    return [(row.id, row.text, row.who, *said(row), row.topic_id, row.topic) for row in found]


@pages.get("/promises")
def promises():
    """All promises: what is late, what is to come, what was kept."""
    return answer("halls/promises/list.html", open=lines(rows.open_ones()), ended=lines(rows.ended()))


@pages.get("/promises/<int:promise_id>")
def promise(promise_id: int):
    """One promise, with every change of it."""
    row = _found(promise_id)
    words, kind = said(row)
    return answer("halls/promises/page.html", row=row, words=words, kind=kind, edits=may("halls.edit"),
                  body=markdown(row.evidence) if row.evidence else "", changes=_changes(row),
                  picture=picture_url(row.picture) if row.picture else "")


def _changes(row: Row) -> list[tuple[int, list[tuple[str, str]]]]:
    """(when, [(what, how it was before)]) of every change."""
    said = {"text": _("What is promised?"), "who": _("Who does it?"), "due": _("Until when?"),
            "evidence": _("How can one see it, or why not?")}
    found = []
    for at, was in rows.changes(row.id):
        before = [(said[name], dates.day(_noon(old)) if name == "due" else old) for name, old in was.items()
                  if name in said and old]
        found.append((at, before))
    return found


@pages.route("/desk/topics/<int:topic_id>/promise", methods=["GET", "POST"])
def new_promise(topic_id: int):
    """Write down what follows from a topic's result."""
    viewer = require("halls.edit")
    topic = Topic.get_or_none(Topic.id == topic_id) or abort(404)
    form = PromiseForm()
    if request.method == "GET":
        return answer("halls/promises/edit.html", form=form, row=None, topic=topic.title)
    if not form.validate():
        return refused("halls/promises/edit.html", form=form, row=None, topic=topic.title)
    poll = Poll.select(Poll.id).where(Poll.id == request.args.get("poll", type=int)).scalar()
    row = Promise.create(topic_id=topic.id, poll_id=poll, **form.values(), **viewer.who)
    audit(viewer, "halls.promise", row.text[:60])
    say(_("Written down. It stands on the topic's page, and on the front page once its day is near."))
    return see_other(f"halls/promises/{row.id}")


@pages.route("/promises/<int:promise_id>/edit", methods=["GET", "POST"], endpoint="edit_promise",
             defaults={"page": "edit", "kind": PromiseForm})
@pages.route("/promises/<int:promise_id>/end", methods=["GET", "POST"], endpoint="end_promise",
             defaults={"page": "end", "kind": DoneForm})
def change(promise_id: int, page: str, kind: type[PromiseForm | DoneForm]):
    """Change what is promised, or say how it ended; what was before stays to be seen."""
    viewer = require("halls.edit")
    row = _found(promise_id)
    if request.method == "GET":
        return answer(f"halls/promises/{page}.html", form=kind.of(row), row=row, topic=row.topic)
    form = kind()
    values = form.values() if form.validate() and not stale(row.version) else None
    if values and row.done_on and values.get("state") == row.state:
        del values["done_on"]  # it was done then, whatever is said of it later
    if values is None or not rows.change(promise_id, row.version, values, viewer.actor_id or viewer.person_id):
        return _again(form, promise_id, page)
    audit(viewer, f"halls.promise_{page}", row.text[:60])
    say(_("Saved. The change can be seen by everybody."))
    return see_other(f"halls/promises/{promise_id}")


def _again(form: PromiseForm | DoneForm, promise_id: int, page: str):
    """The form with what was typed; where somebody else was faster, beside what is stored now."""
    row = _found(promise_id)
    other = row if stale(row.version) else None
    if other:
        form.version.data = str(row.version)
    return refused(f"halls/promises/{page}.html", form=form, row=row, topic=row.topic, other=other)


def _found(promise_id: int) -> Row:
    return rows.find(promise_id) or abort(404)
