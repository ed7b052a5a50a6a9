"""A draft in further languages, as staff write it."""

import json

from flask import abort, request

from portal import _, answer, audit, now, require, say, see_other

from ..models import Poll
from ..pages import pages
from . import languages, queries
from .desk import row_of


@pages.route("/desk/polls/<int:poll_id>/texts", methods=["GET", "POST"])
def desk_poll_texts(poll_id: int):
    """Question, text and options, with what is said of each, in each language that the site asks for."""
    me, row = require("halls.edit"), row_of(poll_id)
    asked = languages.asked()
    if row.state != "draft" or not asked:
        abort(404)
    options = queries.options(row)
    if request.method == "GET":
        return answer("halls/polls/desk_texts.html", poll=row, options=options, written=languages.kept(row),
                      asked=[(code, languages.NAMES[code]) for code in asked])
    texts = {"of": languages.own(row, options)} | {code: _typed(code, options) for code in asked}
    Poll.update(texts=json.dumps(texts, ensure_ascii=False), flight="{}", version=Poll.version + 1, changed_at=now(),
                **me.who).where((Poll.id == row.id) & (Poll.state == "draft")).execute()
    audit(me, "halls.poll_texts", row.title, " ".join(asked))
    say(_("Saved."))
    return see_other(f"halls/desk/polls/{row.id}")


def _typed(code: str, options: list[queries.OptionRow]) -> dict:
    """What the form holds for one language; options that go unnamed keep their places."""
    given, numbers = request.form, [o.number for o in options]
    return {"title": _line(f"title-{code}", 160),
            "text": given.get(f"text-{code}", "").replace("\r\n", "\n").strip()[:20_000],
            "options": [_line(f"option-{n}-{code}", 160) for n in numbers],
            "abouts": [_line(f"about-{n}-{code}", 400) for n in numbers]}


def _line(field: str, longest: int) -> str:
    return " ".join(request.form.get(field, "").split())[:longest]
