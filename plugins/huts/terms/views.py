"""The desk's pages of rules: what holds, one more, another, none."""

from flask import abort, request

from portal import _, answer, audit, refused, require, say, see_other, stale

from .. import categories
from ..lending import rules
from ..lending.rules import Row
from ..models import Rule
from ..pages import pages
from ..shelf.show import yuan
from . import acts, show
from .forms import ScopeForm, TermsForm

DESK = "huts/desk/rules"


@pages.get("/desk/rules")
def desk_rules():
    """The standard in words, and what the site has otherwise."""
    require("huts.edit")
    return answer("huts/terms/list.html", standard=show.standard(), usual=show.usual(), lines=show.lines())


@pages.route("/desk/rules/new", methods=["GET", "POST"])
def desk_rule_new():
    """Choose what a new rule is for; nothing is stored yet."""
    require("huts.edit")
    form, first = ScopeForm(list(show.huts().items())), None
    if form.validate_on_submit():
        scope = Row(int(form.hut.data) if form.hut.data else None, form.category, form.who.data)
        first = acts.same(scope)
        if first is None:
            return see_other(f"{DESK}/limits?hut={scope.hut_id or ''}&kind={scope.category}&who={scope.who}")
    page = refused if first or form.problems else answer
    return page("huts/terms/scope.html", form=form, first=first and show.line(first), kinds=show.kinds())


@pages.route("/desk/rules/limits", methods=["GET", "POST"])
def desk_rule_limits():
    """Say what a new rule limits; its address tells what it is for."""
    me, scope, form = require("huts.edit"), _scope(), TermsForm()
    without = acts.wider(scope)
    if not (form.is_submitted() and form.agrees({name: ends[0] for name, ends in without.items()})):
        return _form(form, scope, without)
    if not acts.write(scope, form.terms()):
        return _form(form, scope, without, first=show.line(acts.same(scope)))
    audit(me, "huts.rule", show.scope(scope, show.huts()), show.said(form.terms()))
    say(_("Added. It holds from now on; what is out already keeps its day."))
    return see_other(DESK)


@pages.route("/desk/rules/<int:rule_id>", methods=["GET", "POST"])
def desk_rule(rule_id: int):
    """Change what a rule limits; refused when somebody else was quicker."""
    me, rule = require("huts.edit"), _rule(rule_id)
    scope, sent = acts.row(rule), request.method == "POST"
    form, without = TermsForm() if sent else TermsForm(data=_typed(rule)), acts.wider(scope)
    if not (sent and form.agrees({name: ends[0] for name, ends in without.items()})):
        return _form(form, scope, without, rule)
    if stale(rule.version) or not acts.change(rule, form.terms()):
        rule = _rule(rule_id)
        form.version.data = str(rule.version)
        return _form(form, scope, without, rule, other=show.line(rule))
    audit(me, "huts.rule_edit", show.scope(scope, show.huts()), show.said(form.terms()))
    say(_("Saved. It holds from now on; what is out already keeps its day."))
    return see_other(DESK)


@pages.route("/desk/rules/<int:rule_id>/remove", methods=["GET", "POST"])
def desk_rule_remove(rule_id: int):
    """Ask whether a rule is to go, then take it away."""
    me, rule = require("huts.edit"), _rule(rule_id)
    line, sent = show.line(rule), request.method == "POST"
    if not sent or stale(rule.version) or not acts.remove(rule):
        return (refused if sent else answer)("huts/terms/remove.html", line=line, rule=rule, changed=sent,
                                             then=show.instead(rule))
    audit(me, "huts.rule_gone", line.scope, line.said)
    say(_("Removed. What is wider holds again."))
    return see_other(DESK)


def _rule(rule_id: int) -> Rule:
    return Rule.get_or_none(Rule.id == rule_id) or abort(404)


def _scope() -> Row:
    """What the address says that a new rule is for."""
    hut, kind, who = (request.args.get(name, "") for name in ("hut", "kind", "who"))
    known = {"": None} | {str(number): number for number in show.huts()}
    if hut not in known or kind not in ("", *categories.tree()) or who not in ("", *rules.WHO):
        abort(404)
    return Row(known[hut], kind, who)


def _typed(rule: Rule) -> dict:
    terms = acts.row(rule).terms
    agreed = {True: "yes", False: "no"}.get(terms.get("approval"), "")
    deposit = (yuan(terms["deposit_fen"]) or "0") if "deposit_fen" in terms else ""
    return {**terms, "approval": agreed, "deposit": deposit, "version": rule.version}


def _form(form: TermsForm, scope: Row, without: dict, rule: Rule | None = None, first: show.Line | None = None,
          other: show.Line | None = None):
    """The form as it stands, or refused: `first` is a rule for the same, `other` what somebody else has stored."""
    page = refused if form.problems or first or other else answer
    return page("huts/terms/form.html", form=form, scope=show.scope(scope, show.huts()), rule=rule, first=first,
                other=other, hints=show.hints(without), bounds=rules.BOUNDS,
                more=any(form[name].data or form[name].errors for name in ("buffer_hours", "approval", "deposit")))
