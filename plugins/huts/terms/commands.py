"""`portal huts rule`: a site's rules of lending from a terminal; what the staff page does, under the same checks."""

from collections.abc import Callable, Mapping
from typing import Any

import click
from wtforms.validators import ValidationError

from portal import audit, within

from .. import categories
from ..lending import asking, rules
from ..lending.rules import Row
from ..lending.terminal import No, site_for, told
from ..models import Hut
from ..refusals import Refusal
from ..shelf.forms import fen
from . import acts

NUMBERS = [name for name in rules.BOUNDS if name != "deposit_fen"]
COMMUNITY = click.option("--community", required=True, help="The slug of the site.")
JSON = click.option("--json", "as_json", is_flag=True, help="As JSON.")


def _scoped(command: Callable) -> Callable:
    """The options that say what a rule is for."""
    for option in (click.option("--for", "who", default="", type=click.Choice(["", *rules.WHO]),
                                help="A kind of person; without, everybody."),
                   click.option("--kind", default="", help="A kind of thing or a group; without, all things."),
                   click.option("--hut", "code", default="", help="The code of a hut; without, all huts.")):
        command = option(command)
    return command


def _limits(command: Callable) -> Callable:
    """The options that say what a rule limits."""
    command = click.option("--deposit", help="Yuan, like 120 or 9.50; 0: none.")(command)
    command = click.option("--approval/--no-approval", default=None, help=f"{rules.NAMES['approval']}.")(command)
    for name in reversed(NUMBERS):
        command = click.option(f"--{name.replace('_', '-')}", type=int, help=f"{rules.NAMES[name]}.")(command)
    return command


@click.group("rule")
def rule():
    """Rules of lending: how many, how long, for which things, whom and hut. The most exact one counts."""


@rule.command("list")
@COMMUNITY
@JSON
@click.pass_obj
def listed(opened, community: str, as_json: bool):
    """The rules of a site, the most exact one first; where they say nothing, the standard holds."""
    def act() -> dict[str, Any]:
        codes = dict(Hut.select(Hut.id, Hut.code).tuples())
        found = [_said(acts.row(one), codes) for one in acts.rows()]
        return {"rules": found} if as_json else {_named(one): _limited(one) for one in found}
    _told(opened, community, act, as_json)


@rule.command("set")
@COMMUNITY
@_scoped
@_limits
@click.option("--sure", is_flag=True, help="Also where somebody who had more by a rule of their own has less then.")
@JSON
@click.pass_obj
def put(opened, community: str, code: str, kind: str, who: str, sure: bool, as_json: bool, **given: Any):
    """Have a rule say this and nothing else: a new one, or the one for the same things, people and hut."""
    def act() -> dict[str, Any]:
        scope, terms = _scope(code, kind, who), _terms(given)
        for name, why in acts.wrong(terms, acts.wider(scope)).items():
            raise No(Refusal(f"{name}: {why.reason}", why.values))
        losses = acts.losses(scope, terms)
        if losses and not sure:
            lost = "; ".join(f"{one.who}: {one.term} {one.before} -> {one.after}" for one in losses)
            raise No(Refusal("%(lost)s. Add a rule for them, or say it again with --sure.", {"lost": lost}))
        before = acts.same(scope)
        if not (acts.change(before, terms) if before else acts.write(scope, terms)):
            raise No(Refusal(asking.NOT_NOW))
        return _noted("huts.rule_edit" if before else "huts.rule", scope._replace(terms=terms), code)
    _told(opened, community, act, as_json)


@rule.command("remove")
@COMMUNITY
@_scoped
@JSON
@click.pass_obj
def remove(opened, community: str, code: str, kind: str, who: str, as_json: bool):
    """Take the rule for these things, people and hut away; what is wider holds again."""
    def act() -> dict[str, Any]:
        scope = _scope(code, kind, who)
        found = acts.same(scope)
        if found is None:
            raise No(Refusal("There is no rule for this."))
        if not acts.remove(found):
            raise No(Refusal(asking.NOT_NOW))
        return _noted("huts.rule_gone", acts.row(found), code)
    _told(opened, community, act, as_json)


def _told(opened, community: str, act: Callable[[], dict[str, Any]], as_json: bool) -> None:
    zone: list[str] = []

    def within_site() -> dict[str, Any]:
        with site_for(opened, community, lambda: None, zone) as site, within(site.id):
            return act()
    told(within_site, as_json, zone)


def _scope(code: str, kind: str, who: str) -> Row:
    """What is named; raises No where there is no such hut or kind."""
    hut_id = Hut.select(Hut.id).where(Hut.code == code.strip().upper()).scalar() if code else None
    if code and hut_id is None:
        raise No(Refusal("There is no hut %(code)s.", {"code": code}))
    category = categories.found(kind).code if kind else ""
    if category is None:
        raise No(Refusal("There is no kind of things %(kind)s.", {"kind": kind}))
    return Row(hut_id, category, who)


def _terms(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the options say."""
    terms = {name: given[name] for name in (*NUMBERS, "approval") if given[name] is not None}
    if given["deposit"] is None:
        return terms
    try:
        return {**terms, "deposit_fen": fen(given["deposit"])}
    except ValidationError as e:
        raise No(Refusal("%(why)s", {"why": str(e)})) from None


def _noted(action: str, row: Row, code: str) -> dict[str, Any]:
    """Keep it with what staff did, as done from a terminal."""
    said = _said(row, {row.hut_id: code.strip().upper()})
    audit(None, action, _named(said), _limited(said))
    return said


def _named(said: Mapping[str, Any]) -> str:
    """What a rule is for, in a word."""
    return " · ".join(filter(None, (said["kind"] or "all things", said["for"], said["hut"])))


def _limited(said: Mapping[str, Any]) -> str:
    """What it limits, in a word."""
    return ", ".join(f"{name} {value}" for name, value in said["terms"].items())


def _said(row: Row, codes: Mapping[int | None, str]) -> dict[str, Any]:
    return {"hut": codes.get(row.hut_id, ""), "kind": row.category, "for": row.who, "terms": dict(row.terms)}
