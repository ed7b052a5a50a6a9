"""How rules are said in words."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from portal import _, dates, ngettext

from .. import categories
from ..lending import rules
from ..lending.rules import Row
from ..models import Hut, Rule
from ..shelf.show import yuan
from . import acts

ORDER = ("most", "days", "extends", "extend_days", "pickup_days", "ahead_days", "buffer_hours", "approval",
         "deposit_fen")
EXAMPLES = ("care.wheelchair", "tool.ladder")


class Line(NamedTuple):
    """A rule in a list."""

    id: int
    scope: str
    said: str


def huts() -> dict[int, str]:
    """The names of the site's huts."""
    return dict(Hut.select(Hut.id, Hut.name).order_by(Hut.name, Hut.id).tuples())


def lines() -> list[Line]:
    """The rules of the site, most specific first."""
    names = huts()
    return [line(rule, names) for rule in acts.rows()]


def line(rule: Rule, names: Mapping[int, str] | None = None) -> Line:
    """A rule in words."""
    row = acts.row(rule)
    return Line(rule.id, scope(row, huts() if names is None else names), said(row.terms))


def kinds() -> list[str]:
    """The names of all kinds of things and their groups."""
    return [categories.name(code, dates.locale) for code in categories.tree()]


def standard() -> list[tuple[str, str]]:
    """(for what, what) of the rules that hold where a site says nothing; what they do not ask for goes unsaid."""
    return [(_thing(row) if row.category else _people(row), said({name: n for name, n in row.terms.items() if n}))
            for row in rules.STANDARD]


def usual() -> str:
    """Some kinds of things with the days that are usual for them."""
    return _(", ").join(f"{categories.name(code, dates.locale)} {categories.tree()[code].days}" for code in EXAMPLES)


def scope(row: Row, names: Mapping[int, str]) -> str:
    """What a rule is for: the kind of thing, the kind of person, and the hut where it is for one alone."""
    return " · ".join(filter(None, (_thing(row), _people(row), names.get(row.hut_id, ""))))


def _thing(row: Row) -> str:
    return categories.name(row.category, dates.locale) if row.category else _("All things")


def _people(row: Row) -> str:
    return _(rules.WHO.get(row.who, row.who)) if row.who else _("Everybody")


def said(terms: Mapping[str, Any]) -> str:
    """What a rule says, in one sentence."""
    return _("; ").join(_term(name, terms[name]) for name in ORDER if name in terms)


def _term(name: str, value: Any) -> str:
    if name == "approval":
        return _("staff say yes first") if value else _("without asking staff first")
    if name == "deposit_fen":
        return _("%(yuan)s yuan of deposit", yuan=yuan(value)) if value else _("no deposit")
    return _counted(name, value)


def _counted(name: str, n: int) -> str:
    if name == "most":
        return ngettext("at most %(n)s thing at the same time", "at most %(n)s things at the same time", n)
    if name == "days":
        return ngettext("for %(n)s day", "for %(n)s days", n)
    if name == "extends":
        return ngettext("extended %(n)s time", "extended %(n)s times", n) if n else _("not extended")
    if name == "extend_days":
        return ngettext("%(n)s day more each time", "%(n)s days more each time", n)
    if name == "pickup_days":
        return ngettext("kept ready for %(n)s opening day", "kept ready for %(n)s opening days", n)
    if name == "ahead_days":
        return ngettext("held %(n)s day ahead at most", "held %(n)s days ahead at most", n)
    if not n:
        return _("no rest")
    return ngettext("%(n)s hour of rest after each loan", "%(n)s hours of rest after each loan", n)


def lost(found: Iterable[rules.Loss], scope: Row) -> list[tuple[str, str, str]]:
    """(what, where to write a rule for them, its name) of each loss: what somebody had, and would have."""
    own = {loss.who: "huts/desk/rules/limits?" + urlencode(
        {"hut": scope.hut_id or "", "kind": scope.category, "who": loss.who}) for loss in found}
    return [(_("%(who)s: %(before)s until now, %(after)s with this rule", who=_(rules.WHO[loss.who]),
               before=_term(loss.term, loss.before), after=_term(loss.term, loss.after)), own[loss.who],
             _(rules.WHO[loss.who])) for loss in found]


def hints(without: Mapping[str, tuple[Any, Any]]) -> dict[str, str]:
    """What holds for each term while its field is empty."""
    return {name: _("Empty: stays %(value)s", value=_ends(name, *ends)) for name, ends in without.items()}


def instead(rule: Rule) -> list[tuple[str, str]]:
    """(limit, what it will be) of all that a rule says, once it is gone."""
    row = acts.row(rule)
    without = acts.wider(row)
    return [(_(rules.NAMES[name]), _ends(name, *without[name])) for name in ORDER if name in row.terms]


def _ends(name: str, least: Any, most: Any) -> str:
    """A value, or from the least to the most where the standard knows kinds apart."""
    if name == "approval":
        return _("Yes") if least else _("No")
    if name == "deposit_fen":
        least, most = yuan(least) or 0, yuan(most) or 0
    return str(least) if least == most else _("%(least)s to %(most)s, as is usual for each", least=least, most=most)
