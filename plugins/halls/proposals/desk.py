"""What staff do with proposals: find those that wait, answer, merge doubles, put one on a ballot."""

import re

from flask import request

from portal import _, answer, refused, require, say, see_other

from ..pages import pages
from . import acts, queries, rules
from .forms import AnswerForm, ChoiceForm
from .queries import Row
from .views import staff

MOST = 200  # to choose from


@pages.get("/desk/proposals")
def desk_proposals():
    """Proposals of all topics, those first that have waited for their answer with enough signatures."""
    require("halls.edit")
    found = re.fullmatch(r"([01])\.(\d{1,9})\.(\d{1,9})", request.args.get("after", ""))
    rows = queries.at_desk(tuple(map(int, found.groups())) if found else queries.TOP)
    last = rows[queries.PAGE - 1] if len(rows) > queries.PAGE else None
    more = f"?after={last.waits}.{last.signatures}.{last.id}" if last else ""
    return answer("halls/proposals/desk.html", rows=rows[:queries.PAGE], more=more, first=not found,
                  answers=rules.ANSWERS)


@pages.route("/desk/proposals/<int:proposal_id>/answer", methods=["GET", "POST"])
def answer_proposal(proposal_id: int):
    """Say officially what becomes of a proposal."""
    me, row = staff(proposal_id)
    form = AnswerForm()
    if not form.validate_on_submit():
        show = refused if request.method == "POST" else answer
        return show("halls/proposals/answer.html", form=form, row=row)
    acts.answer(proposal_id, form.status.data, form.text.data.replace("\r\n", "\n").strip(), me)
    say(_("Answered. Everybody reads it, and the authors have been told."))
    return see_other(f"halls/proposals/{proposal_id}")


@pages.route("/desk/proposals/<int:proposal_id>/merge", methods=["GET", "POST"])
def merge_proposal(proposal_id: int):
    """Let a double go up in another proposal."""
    me, row = staff(proposal_id)
    others = [(line.id, f"{line.title} ({line.signatures})") for line in queries.listed(row.topic_id, limit=MOST)
              if line.id != row.id and line.standing == "open" and line.state == "shown"]
    into = _chosen(row, others, "merge")
    if not isinstance(into, int):
        return into
    done = acts.merge(proposal_id, into, me)
    say(_("Merged. All authors and signatures count there, each person once.") if done else
        _("That cannot be done with these two now."), "ok" if done else "bad")
    return see_other(f"halls/proposals/{into}")


@pages.route("/desk/proposals/<int:proposal_id>/ballot", methods=["GET", "POST"])
def ballot_proposal(proposal_id: int):
    """Put a proposal on the ballot of a poll that is being prepared."""
    me, row = staff(proposal_id)
    poll = _chosen(row, queries.drafts(row.topic_id), "ballot")
    if not isinstance(poll, int):
        return poll
    done = acts.put_on_ballot(row, poll, me)
    say(_("It stands on the ballot.") if done else
        _("It stands there already, the ballot is full, or the poll is no draft any more."),
        "ok" if done else "warn")
    return see_other(f"halls/proposals/{proposal_id}")


def _chosen(row: Row, things: list[tuple[int, str]], do: str):
    """The number that was chosen of these, or the page to choose on."""
    form = ChoiceForm()
    form.number.choices = list(things)
    if things and form.validate_on_submit():
        return form.number.data
    show = refused if request.method == "POST" else answer
    return show("halls/proposals/choose.html", form=form, row=row, do=do, things=things)
