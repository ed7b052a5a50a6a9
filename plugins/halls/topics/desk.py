"""What staff do with topics: begin one from a template, edit it, date its stages, lead it on, end it."""

import re

from flask import abort, request

from portal import _, answer, audit, markdown, may, now, refused, require, say, see_other, stale

from ..models import Topic
from ..pages import pages
from . import mapping, moderating, moving, queries, show, stages
from .forms import TopicForm, days_of, steps_typed
from .queries import PAGE, TopicRow
from .templates import TEMPLATES

N_ = str
DONE = {"open": N_("Open. Everybody can see it now."), "end": N_("Ended. It stays to be read."),
        "next": N_("The topic is in its next stage.")}


@pages.get("/desk/topics")
def desk_topics():
    """All topics, the newest first."""
    require("halls.edit")
    before = request.args.get("before", "")
    rows = queries.at_desk(before=int(before) if re.fullmatch(r"\d{1,9}", before) else 2**31 - 1, limit=PAGE + 1)
    more = f"?before={rows[PAGE - 1][0]}" if len(rows) > PAGE else ""
    return answer("halls/desk_topics.html", rows=rows[:PAGE], more=more, states=stages.STATES, names=stages.NAMES,
                  templates=TEMPLATES, waiting=moderating.waiting().scalar() if may("halls.moderate") else 0)


@pages.get("/desk/topics/templates")
def desk_templates():
    """What a topic can begin with."""
    require("halls.edit")
    return answer("halls/desk_templates.html", templates=TEMPLATES, names=stages.NAMES)


@pages.route("/desk/topics/new", methods=["GET", "POST"])
def desk_topic_new():
    """Write a topic; it is a draft until it is opened."""
    me = require("halls.edit")
    name = request.args.get("template", "vote")
    template = TEMPLATES.get(name) or abort(404)
    form = TopicForm() if request.method == "POST" else TopicForm(data={"threshold": template.threshold or None})
    values = form.values() if form.validate_on_submit() else None
    if values is None:
        return _form(form, None, template)
    steps = [stages.Step(stage) for stage in template.stages]
    row = Topic.create(template=name, stages=stages.write(steps), stage=steps[0].stage, **values,
                       **me.who | {"channel": "desk"})
    audit(me, "halls.topic_new", row.title)
    say(_("Kept as a draft. Give its stages their dates, look it over, then open it."))
    return see_other(f"halls/desk/topics/{row.id}")


@pages.get("/desk/topics/<int:topic_id>")
def desk_topic(topic_id: int):
    """A topic, and what can be done with it."""
    require("halls.edit")
    row = found(topic_id)
    return answer("halls/desk_topic.html", topic=row, state=stages.STATES[row.state], names=stages.NAMES,
                  following=stages.following(row.steps, row.stage), template=_template(row),
                  hears=stages.hears(row.steps) and may("halls.moderate"))


def _template(row: TopicRow) -> str:
    return _(TEMPLATES[row.template].name) if row.template in TEMPLATES else ""


@pages.route("/desk/topics/<int:topic_id>/edit", methods=["GET", "POST"])
def desk_topic_edit(topic_id: int):
    """Change what a topic says; refused with both versions when somebody else was quicker."""
    me = require("halls.edit")
    row = found(topic_id)
    if request.method == "GET":
        return _form(TopicForm.of(row), row)
    form = TopicForm()
    values = form.values(row.picture) if form.validate() and not stale(row.version) else None
    if values is None or not moving.change(row, **values):
        return _form(form, found(topic_id))
    audit(me, "halls.topic_edit", values["title"])
    say(_("Saved."))
    return see_other(f"halls/desk/topics/{topic_id}")


def _form(form: TopicForm, row: TopicRow | None, template=None):
    """The form as it stands or refused; where somebody else was faster, beside what is stored now."""
    sent = request.method == "POST"
    other = row if row and sent and stale(row.version) else None
    if other:
        form.version.data = str(row.version)
    page = refused if sent else answer
    return page("halls/desk_topic_form.html", form=form, topic=row, template=template, other=other,
                body=markdown(other.text) if other else "", picture=show.picture(row.picture) if row else "")


@pages.route("/desk/topics/<int:topic_id>/stages", methods=["GET", "POST"])
def desk_stages(topic_id: int):
    """Which stages a topic has, and their dates."""
    me = require("halls.edit")
    row = found(topic_id)
    if request.method == "GET":
        return _stages(answer, row, days_of(row))
    steps, problems = steps_typed(request.form, row)
    typed = {s: (f"{s}-on" in request.form, *(request.form.get(f"{s}-{end}", "") for end in ("from", "to")))
             for s in stages.STAGES}
    if stale(row.version):
        problems.append(("listen-on", _("Somebody else has changed the topic meanwhile. Look at it again.")))
    if not problems and _reopens(row, steps):
        problems.append(("listen-to", _("The answers are final, and there are files of them: between two files one "
                                        "could see who has answered. So no more are taken.")))
    first = {"stage": steps[0].stage} if row.state == "draft" and steps else {}
    if problems or not moving.change(row, stages=stages.write(steps), **first):
        return _stages(refused, row, typed, problems)
    audit(me, "halls.topic_stages", row.title)
    say(_("Saved."))
    return see_other(f"halls/desk/topics/{topic_id}")


def _reopens(row: TopicRow, steps: list[stages.Step]) -> bool:
    """Whether answers that are final, and of which there are files, would be taken again with these stages."""
    if row.state == "draft" or not stages.hears(row.steps) or not show.final(row):
        return False
    if stages.closed(row.state, tuple(steps), row.stage, now()):
        return False
    return len({participant for participant, _s, _v in mapping.answers(row.id)[1]}) >= show.FEWEST


def _stages(page, row: TopicRow, days: dict, problems: list = ()):
    return page("halls/desk_stages.html", topic=row, days=days, names=stages.NAMES, problems=problems)


@pages.post("/desk/topics/<int:topic_id>/move")
def desk_topic_move(topic_id: int):
    """Open a topic, lead it to its next stage, or end it."""
    me = require("halls.edit")
    row = found(topic_id)
    name = request.form.get("do", "")
    if name not in DONE:
        abort(404)
    if name == "next" and request.form.get("stage", row.stage) != row.stage:
        say(_("Somebody else has led it on already."), "warn")
    elif moving.move(row, name):
        audit(me, f"halls.topic_{name}", row.title)
        say(_(DONE[name]))
    else:
        say(_("This cannot be done with the topic as it is now."), "bad")
    return see_other(f"halls/desk/topics/{topic_id}")


@pages.get("/desk/topics/<int:topic_id>/end")
def desk_topic_end(topic_id: int):
    """Ask once more before a topic ends."""
    require("halls.edit")
    row = found(topic_id)
    if row.state != "open":
        abort(404)
    return answer("halls/desk_topic_end.html", topic=row)


def found(topic_id: int) -> TopicRow:
    """The topic of the open site; else 404."""
    return queries.topic(topic_id) or abort(404)
