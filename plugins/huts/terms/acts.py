"""What becomes of rules. Each runs in the request's writing unit."""

import json
from collections.abc import Mapping
from typing import Any

from portal import note_change

from ..lending import rules
from ..lending.rules import Row
from ..models import Rule
from ..refusals import Refusal

N_ = str


def rows() -> list[Rule]:
    """All rules of the site, most specific first."""
    return sorted(Rule.select().order_by(Rule.id), key=lambda rule: rules.weight(row(rule)), reverse=True)


def row(rule: Rule) -> Row:
    """A rule as `lending/rules.py` weighs it."""
    return rules.row(rule.hut_id, rule.category, rule.who, rule.terms)


def same(scope: Row) -> Rule | None:
    """The rule that is there already for the same hut, kind of thing and kind of person."""
    hut = Rule.hut_id.is_null() if scope.hut_id is None else Rule.hut_id == scope.hut_id
    return Rule.get_or_none(hut & (Rule.category == scope.category) & (Rule.who == scope.who))


def wider(scope: Row) -> dict[str, tuple[Any, Any]]:
    """{term: (least, most)} of what holds for all that a rule is for where it says nothing."""
    return rules.wider([row(rule) for rule in Rule.select().order_by(Rule.id)], scope)


def losses(scope: Row, terms: Mapping[str, Any]) -> list[rules.Loss]:
    """Who has less than before once there is a rule for this that says so, though it does not name them."""
    return rules.losses([row(rule) for rule in Rule.select().order_by(Rule.id)], scope._replace(terms=terms))


def wrong(terms: Mapping[str, Any], without: Mapping[str, tuple[Any, Any]]) -> dict[str, Refusal]:
    """Why this cannot be a rule, by term. `without`: what holds where it says nothing."""
    if not terms:
        return {"most": Refusal(N_("Please fill in one limit at least."))}
    return rules.problems({**{name: least for name, (least, _most) in without.items()}, **terms})


def move(rule: Rule, scope: Row) -> bool:
    """Have a rule be for something else; False when there is one for that already, or somebody else has changed it."""
    note_change("huts")  # nor does anybody write one for the same meanwhile: the count is ours until the end
    other = same(scope)
    if other is not None and other.id != rule.id:
        return False
    unchanged = (Rule.id == rule.id) & (Rule.version == rule.version)
    return bool(Rule.update(hut_id=scope.hut_id, category=scope.category, who=scope.who, version=Rule.version + 1)
                .where(unchanged).execute())


def write(scope: Row, terms: Mapping[str, Any]) -> bool:
    """Add a rule; False when there is one for the same already."""
    note_change("huts")  # nobody else adds a rule at the same time
    if same(scope):
        return False
    Rule.create(hut_id=scope.hut_id, category=scope.category, who=scope.who, terms=json.dumps(terms))
    return True


def change(rule: Rule, terms: Mapping[str, Any]) -> bool:
    """Have a rule say this; False when somebody else has changed it since it was read."""
    unchanged = (Rule.id == rule.id) & (Rule.version == rule.version)
    return bool(Rule.update(terms=json.dumps(terms), version=Rule.version + 1).where(unchanged).execute())


def remove(rule: Rule) -> bool:
    """Take a rule away; False when somebody else has changed it since it was read."""
    return bool(Rule.delete().where((Rule.id == rule.id) & (Rule.version == rule.version)).execute())
