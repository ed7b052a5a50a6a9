"""The desk's pages of rules: what holds, one more, another, none."""

from collections.abc import Mapping, Sequence
from typing import Any

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
        scope = _chosen(form)
        first = acts.same(scope)
        if first is None:
            return see_other(f"{DESK}/limits?hut={scope.hut_id or ''}&kind={scope.category}&who={scope.who}")
    return _scope_form(form, first=first and show.line(first))


@pages.route("/desk/rules/limits", methods=["GET", "POST"])
def desk_rule_limits():
    """Say what a new rule limits; its address tells what it is for."""
    me, scope, form = require("huts.edit"), _scope(), TermsForm()
    without = acts.wider(scope)
    if not (form.is_submitted() and form.agrees(without)):
        return _form(form, scope, without)
    if losses := _unsaid(scope, form.terms()):
        return _form(form, scope, without, losses=losses)
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
    if not (sent and form.agrees(without)):
        return _form(form, scope, without, rule)
    if losses := _unsaid(scope, form.terms()):
        return _form(form, scope, without, rule, losses=losses)
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


@pages.route("/desk/rules/<int:rule_id>/scope", methods=["GET", "POST"])
def desk_rule_scope(rule_id: int):
    """Have a rule be for something else; what it limits stays."""
    me, rule, names = require("huts.edit"), _rule(rule_id), show.huts()
    before, sent = acts.row(rule), request.method == "POST"
    typed = {"hut": str(before.hut_id or ""), "who": before.who, "version": rule.version,
             "kind": categories.name(before.category, show.dates.locale) if before.category else ""}
    form = ScopeForm(list(names.items())) if sent else ScopeForm(list(names.items()), data=typed)
    if not (sent and form.validate()):
        return _scope_form(form, rule)
    scope = _chosen(form)
    first, losses = acts.same(scope), _unsaid(scope, before.terms)
    if first and first.id != rule.id:
        return _scope_form(form, rule, first=show.line(first))
    if losses or stale(rule.version) or not acts.move(rule, scope):
        rule = _rule(rule_id)
        form.version.data = str(rule.version)
        return _scope_form(form, rule, losses=losses, changed=not losses)
    audit(me, "huts.rule_edit", show.scope(scope, names), show.scope(before, names))
    say(_("Saved. It holds from now on; what is out already keeps its day."))
    return see_other(DESK)


def _scope_form(form: ScopeForm, rule: Rule | None = None, first: show.Line | None = None,
                losses: Sequence[tuple] = (), changed: bool = False):
    """The form of what a rule is for, or refused; `changed`: somebody else has changed the rule meanwhile."""
    page = refused if form.problems or first or losses or changed else answer
    return page("huts/terms/scope.html", form=form, rule=rule and show.line(rule), first=first, losses=losses,
                changed=changed, kinds=show.kinds())


def _chosen(form: ScopeForm) -> Row:
    return Row(int(form.hut.data) if form.hut.data else None, form.category, form.who.data)


def _unsaid(scope: Row, terms: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Who would have less than before, for staff to know before it is saved; nothing once they do."""
    return [] if request.form.get("sure") else show.lost(acts.losses(scope, terms), scope)


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
          other: show.Line | None = None, losses: Sequence[tuple] = ()):
    """The form as it stands, or refused: `first` is a rule for the same, `other` what somebody else has stored,
    `losses` what has to be said before it is saved."""
    page = refused if form.problems or first or other or losses else answer
    return page("huts/terms/form.html", form=form, scope=show.scope(scope, show.huts()), rule=rule, first=first,
                other=other, losses=losses, hints=show.hints(without), bounds=rules.BOUNDS,
                more=any(form[name].data or form[name].errors for name in ("buffer_hours", "approval", "deposit")))
