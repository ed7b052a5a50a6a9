"""What a ballot can say, by kind of rule: read from a form, packed as JSON, handed to a count. Plain Python.

A choice is {"ticks": [0, 2]}, {"ranks": [[2], [0]]}, {"scores": [[0, 5], [2, 1]]}, {"points": {"0": 1}} or
{"blank": true}; options stand in it by number, counted from 0.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from ..tally import Budget, Election
    from ..tally.rules import Rule

N_ = str

YESNO = (N_("Yes"), N_("No"), N_("Abstain"))
LONGEST = 9  # digits of a number in a form
HIGH = 5  # the most points for one, where the poll says nothing else

Choice = dict[str, Any]
Problem = tuple[str, str, dict[str, Any]]

UNKNOWN = N_("This ballot has no choice %(what)s.")
NO_NUMBER = N_("Please write a whole number, not %(what)s.")
NOTHING = N_("Nothing is chosen yet. To hand in an empty ballot, say so.")
BOTH = N_("The ballot is to be empty, and something is chosen on it. Please decide on one of them.")
STRANGE = N_("This form does not fit the ballot. Please open the page again.")


class Asked(Protocol):
    """What a count needs to know of a poll."""

    title: str
    rule: str
    parameters: Mapping[str, Any]
    money_fen: int


class Offered(Protocol):
    """What a count needs to know of an option."""

    title: str
    cost_fen: int | None
    code: str


class Form(Protocol):
    """What was typed: werkzeug's MultiDict."""

    def getlist(self, key: str) -> list[str]: ...
    def get(self, key: str, default: str = "") -> str: ...
    def __iter__(self): ...


def rule_of(name: str) -> "Rule":
    """A rule by its name. Errors: NotAnElection, a sentence that lists the rules."""
    from ..tally.rules import rule_of  # here, since a start needs none of them
    return rule_of(name)


def kind_of(rule: str, parameters: Mapping[str, Any]) -> str:
    """How the ballot looks: yesno, one, many, ranks, scores, budget (ticks with costs) or points.

    Errors: NotAnElection where there is no such rule.
    """
    takes = rule_of(rule).takes
    if takes == "budget":
        return "budget" if parameters.get("vote_type", "approval") in ("approval", "choose-1") else "points"
    if takes != "choices":
        return takes
    return {"yesno": "yesno", "plurality": "one"}.get(rule, "many")


def most_of(rule: str, parameters: Mapping[str, Any]) -> int | None:
    """How many may be ticked; None for any number."""
    kind = kind_of(rule, parameters)
    if kind in ("yesno", "one") or parameters.get("vote_type") == "choose-1":
        return 1
    if rule == "multiple":
        return parameters.get("most") or parameters.get("seats") or 1
    return parameters.get("most") if kind == "budget" else None


def read(kind: str, given: Form, size: int, parameters: Mapping[str, Any], *, most: int | None = None,
         costs: Sequence[int] = (), money: int = 0) -> tuple[Choice | None, list[Problem]]:
    """The choice in a form, or what is wrong with it: (field, msgid, values) each.

    Fields: `tick` (numbers, several), `rank-N`, `score-N`, `points-N`, `blank`. `most`: see `most_of`. A budget's
    ballot may cost more than there is, unless the parameter `within` is true: then `costs` and `money` bound it.
    """
    family = {"ranks": "rank-", "scores": "score-", "points": "points-"}.get(kind, "tick")
    if any(_family(field) not in ("", family) for field in given):
        return None, [("", STRANGE, {})]
    filled = _filled(family, given)
    if given.get("blank"):
        return (None, [("", BOTH, {})]) if filled else ({"blank": True}, [])
    if not filled:
        return None, [("", NOTHING, {})]
    choice, problems = _READERS[family](filled, size, parameters, most)
    if not problems and kind == "budget":
        problems = _within(choice, parameters, costs, money)
        choice = {"points": {str(n): 1 for n in choice["ticks"]}}
    if not problems and _is_empty(choice):
        problems = [("", NOTHING, {})]
    return (None, problems) if problems else (choice, [])


def _family(field: str) -> str:
    """Which kind of ballot a field belongs to; "" for what is none of a ballot's."""
    if field == "tick":
        return field
    return next((f for f in ("rank-", "score-", "points-") if field.startswith(f)), "")


def _filled(family: str, given: Form) -> list[tuple[str, str]]:
    """(Field, text) of what was filled in."""
    return [(field, text.strip()) for field in given if _family(field) == family
            for text in given.getlist(field) if text.strip()]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None


def _option(text: str, size: int) -> int | None:
    number = _number(text)
    return number if number is not None and number < size else None


def _ticks(filled: list[tuple[str, str]], size: int, _parameters: Mapping, most: int | None):
    numbers = [_option(text, size) for _field, text in filled]
    problems = [("tick", UNKNOWN, {"what": text[:20]})
                for (_field, text), n in zip(filled, numbers, strict=True) if n is None]
    if not problems and len(set(numbers)) < len(numbers):
        problems = [("tick", N_("Something is ticked twice. Please open the page again."), {})]
    if not problems and most is not None and len(numbers) > most:
        problems = [("tick", N_("%(n)s are ticked; at most %(most)s can be."), {"n": len(numbers), "most": most})]
    return {"ticks": sorted(n for n in numbers if n is not None)}, problems


def _figures(filled: list[tuple[str, str]], size: int) -> tuple[dict[int, int], list[Problem]]:
    """{option: the number beside it}."""
    found: dict[int, int] = {}
    problems: list[Problem] = []
    for field, text in filled:
        option, number = _option(field.partition("-")[2], size), _number(text)
        if option is None or option in found:
            problems.append((field, UNKNOWN, {"what": field.partition("-")[2][:20]}))
        elif number is None:
            problems.append((field, NO_NUMBER, {"what": text[:20]}))
        else:
            found[option] = number
    return found, problems


def _ranks(filled: list[tuple[str, str]], size: int, parameters: Mapping, _most: int | None):
    found, problems = _figures(filled, size)
    groups: dict[int, list[int]] = {}
    for option, rank in sorted(found.items()):
        groups.setdefault(rank, []).append(option)
        if not 1 <= rank <= size:
            problems.append((f"rank-{option}", N_("The places go from 1 to %(size)s."), {"size": size}))
    if not problems:
        problems = _rank_problems(groups, bool(parameters.get("equal")))
    return {"ranks": [groups[rank] for rank in sorted(groups)]}, problems


def _rank_problems(groups: dict[int, list[int]], equal: bool) -> list[Problem]:
    """A place that two have, or a place that nobody has before one that somebody has."""
    problems: list[Problem] = [(f"rank-{group[1]}", N_("Place %(rank)s is given twice."), {"rank": rank})
                               for rank, group in groups.items() if len(group) > 1 and not equal]
    gap = next((n for n in range(1, max(groups) + 1) if n not in groups), None)
    if not problems and gap is not None:
        after = min(rank for rank in groups if rank > gap)
        problems = [(f"rank-{groups[after][0]}", N_("Nobody has place %(rank)s."), {"rank": gap})]
    return problems


def _scores(filled: list[tuple[str, str]], size: int, parameters: Mapping, _most: int | None):
    found, problems = _figures(filled, size)
    low, high = parameters.get("low") or 0, _high(parameters)
    problems += [(f"score-{n}", N_("Points go from %(low)s to %(high)s."), {"low": low, "high": high})
                 for n, score in found.items() if not low <= score <= high]
    return {"scores": [[n, found[n]] for n in sorted(found)]}, problems


def _high(parameters: Mapping[str, Any]) -> int:
    return HIGH if parameters.get("high") is None else parameters["high"]


def _points(filled: list[tuple[str, str]], size: int, parameters: Mapping, _most: int | None):
    found, problems = _figures(filled, size)
    most, high, total = parameters.get("points"), parameters.get("high"), sum(found.values())
    problems += [(f"points-{n}", N_("Points go from %(low)s to %(high)s."), {"low": 0, "high": high})
                 for n, given in found.items() if high is not None and given > high]
    if not problems and most is not None and total > most:
        problems = [("", N_("You gave %(n)s points; you have %(most)s."), {"n": total, "most": most})]
    return {"points": {str(n): found[n] for n in sorted(found) if found[n]}}, problems


_READERS = {"tick": _ticks, "rank-": _ranks, "score-": _scores, "points-": _points}


def _within(choice: Choice, parameters: Mapping[str, Any], costs: Sequence[int], money: int) -> list[Problem]:
    from ..tally.money import said
    cost = sum(costs[n] for n in choice["ticks"]) if parameters.get("within") else 0
    if cost <= money or not parameters.get("within"):
        return []
    return [("tick", N_("What is ticked costs ¥%(cost)s; there is ¥%(money)s."),
             {"cost": said(cost, 100), "money": said(money, 100)})]


def _is_empty(choice: Choice) -> bool:
    return not any(choice.values())


def packed(choice: Choice) -> str:
    """The choice as canonical JSON: equal choices are equal texts."""
    return json.dumps(choice, sort_keys=True, separators=(",", ":"))


def election(poll: Asked, options: Sequence[Offered], choices: Iterable[str]) -> "Election | Budget":
    """What `tally` counts, from packed choices; equal ones are put together in the order in which they first come."""
    from ..tally.formats import dossier
    return dossier.built({
        "title": poll.title, "parameters": poll.parameters, "money_fen": poll.money_fen,
        "budget": rule_of(poll.rule).takes == "budget",
        "options": [{"title": o.title, "code": o.code, "cost_fen": o.cost_fen} for o in options]}, choices)


def counted_with(rule: str, parameters: Mapping[str, Any], roll: int | None) -> dict[str, Any]:
    """The parameters that the rule itself takes; the others are about the ballot. A question needs its roll."""
    known = {name: parameters[name] for name in rule_of(rule).parameters if name in parameters}
    high = highest(rule, parameters)
    return known | ({"roll": roll} if rule == "yesno" else {}) | ({} if high is None else {"high": high})


def highest(rule: str, parameters: Mapping[str, Any]) -> int | None:
    """The most points that one can be given where the rule counts points; None elsewhere."""
    return _high(parameters) if "high" in rule_of(rule).parameters else None
