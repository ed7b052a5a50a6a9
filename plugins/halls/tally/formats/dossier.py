"""The JSON that a poll of the portal leaves behind: its question, rule, parameters, seed, options and all ballots.

{"rule", "parameters", "seed", "title", "roll", "budget": false, "money_fen", "options": [{"title", "code",
"cost_fen"}], "ballots": [{"ticks": [0]}, {"ranks": [[2], [0, 1]]}, {"scores": [[0, 5]]}, {"points": {"0": 1}} or
{"blank": true}]}; options are numbered from 0, money is in hundredths. `roll` is how many could vote.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..election import Ballot, Budget, Election, NotAnElection, Project

WHOLE = ("roll", "seats", "most", "low", "high", "threshold", "step")  # parameters, by what they are
TEXTS = ("quorum", "majority", "of", "unscored", "vote_type", "utility", "stop", "start")


def read(text: str) -> Election | Budget:
    """The ballots of such a file. Errors: NotAnElection, a sentence."""
    told = parsed(text)
    return built(told, [json.dumps(ballot, sort_keys=True) for ballot in told["ballots"]])


def parsed(text: str) -> dict[str, Any]:
    """What the file says, its shape being checked. Errors: NotAnElection, a sentence."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError) as e:
        raise NotAnElection(f"This is no JSON: {e}.") from None
    if not isinstance(told, dict) or not isinstance(told.get("ballots"), list) \
            or not isinstance(told.get("options"), list) or not isinstance(told.get("parameters"), dict):
        raise NotAnElection("This JSON is not that of a poll: it needs parameters, options and ballots.")
    if not all(isinstance(o, dict) and isinstance(o.get("title"), str) for o in told["options"]):
        raise NotAnElection("Each option needs a title.")
    _values(told)
    for at, ballot in enumerate(told["ballots"], 1):
        _check(ballot, at, len(told["options"]))
    return told


def _values(told: Mapping[str, Any]) -> None:
    """Numbers are whole, texts are texts: what a rule is given is no surprise to it."""
    given, options = told["parameters"], told["options"]
    money = [told.get("money_fen"), *(o.get("cost_fen") for o in options)]
    whole = [*money, told.get("roll"), told.get("high"), *(given.get(name) for name in WHOLE)]
    texts = [told.get("title"), told.get("seed"), *(o.get("code") for o in options), *(given.get(n) for n in TEXTS)]
    gone = given.get("withdrawn") or []
    if not all(n is None or type(n) is int for n in whole) or any(n and n < 0 for n in money):
        raise NotAnElection(f"Money, costs, {', '.join(WHOLE)} have to be whole numbers, and no cost under 0.")
    if not all(text is None or isinstance(text, str) for text in texts):
        raise NotAnElection(f"title, seed, code, {', '.join(TEXTS)} have to be texts.")
    if not isinstance(gone, list) or not all(type(n) is int and 0 <= n < len(options) for n in gone):
        raise NotAnElection("withdrawn has to be a list of options, numbered from 0.")
    if not isinstance(given.get("facts") or {}, dict):
        raise NotAnElection("facts have to be names with texts.")


def _check(ballot: Any, at: int, size: int) -> None:
    try:
        named = numbers(ballot)
    except (TypeError, ValueError, AttributeError, KeyError):
        raise NotAnElection(f"Ballot {at} cannot be read.") from None
    if not all(type(n) is int and 0 <= n < size for n in named) or len(set(named)) < len(named):
        raise NotAnElection(f"Ballot {at} names an option twice, or one that there is not.")


def numbers(ballot: Mapping[str, Any]) -> list[int]:
    """The options that a ballot names. Errors: KeyError, TypeError, ValueError where it is none."""
    if "ticks" in ballot:
        return list(ballot["ticks"])
    if "ranks" in ballot:
        return [n for group in ballot["ranks"] for n in group]
    if "scores" in ballot:
        return _given(ballot["scores"])
    if "points" in ballot:
        return _given([(int(n), points) for n, points in ballot["points"].items()], least=0)
    return [] if ballot["blank"] else [-1]


def _given(pairs: list, least: int | None = None) -> list[int]:
    """The options of (option, points), the points being whole numbers."""
    if not all(type(points) is int and (least is None or points >= least) for _n, points in pairs):
        raise ValueError("points")
    return [n for n, _points in pairs]


def built(told: Mapping[str, Any], packed: Iterable[str]) -> Election | Budget:
    """What is counted, from ballots as JSON; equal ones are put together in the order in which they first come."""
    alike: dict[str, int] = {}
    for text in packed:
        alike[text] = alike.get(text, 0) + 1
    found = [(n, json.loads(text)) for text, n in alike.items()]
    given, options, title = told["parameters"], told["options"], told.get("title", "")
    if told.get("budget"):
        projects = tuple(Project(o.get("code") or str(n + 1), o["title"], o.get("cost_fen") or 0)
                         for n, o in enumerate(options))
        return Budget(projects, tuple((n, _points(ballot)) for n, ballot in found), told.get("money_fen") or 0,
                      given.get("vote_type") or "approval", given.get("threshold") or 0, title,
                      given.get("facts") or {}, 100)
    return Election(tuple(o["title"] for o in options), tuple((n, _ballot(ballot)) for n, ballot in found),
                    given.get("seats") or 1, frozenset(given.get("withdrawn") or ()), title)


def _points(ballot: Mapping[str, Any]) -> dict[int, int]:
    return {int(n): points for n, points in ballot.get("points", {}).items()}


def _ballot(ballot: Mapping[str, Any]) -> Ballot:
    if "ticks" in ballot:
        return Ballot((tuple(ballot["ticks"]),))
    return Ballot(tuple(tuple(group) for group in ballot.get("ranks", ())),
                  tuple((n, points) for n, points in ballot.get("scores", ())))
