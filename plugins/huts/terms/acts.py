"""What becomes of rules. Each runs in the request's writing unit."""

import json
from collections.abc import Mapping
from typing import Any

from .. import marks
from ..lending import rules
from ..lending.rules import Row
from ..models import Rule


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


def write(scope: Row, terms: Mapping[str, Any]) -> bool:
    """Add a rule; False when there is one for the same already."""
    marks.hold()  # nobody else adds a rule at the same time
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
