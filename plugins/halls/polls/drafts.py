"""A draft as its form sends it: rule, options, roll and dates, read and checked. Knows forms, not the database."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from . import choices

N_ = str
MONEY = re.compile(r"(\d{1,9})(?:[.,](\d{1,2}))?")
MOST_OPTIONS, SPARE = 60, 3
QUORUMS = (("0", N_("Nobody has to")), ("1/3", N_("At least a third of the roll")),
           ("1/2", N_("At least half of the roll")), ("2/3", N_("At least two thirds of the roll")))
MAJORITIES = (("1/2>", N_("More than half")), ("2/3", N_("At least two thirds")),
              ("3/4", N_("At least three quarters")))
OF = (("decided", N_("Of those who say yes or no")), ("cast", N_("Of all who vote")), ("roll", N_("Of the whole roll")))


class Ask(NamedTuple):
    """A parameter as the form asks for it: kind is number, choice or yes."""

    name: str
    label: str
    kind: str = "number"
    default: Any = None
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    most: int = 1000


SEATS = Ask("seats", N_("How many are elected"), default=1)
HIGH = Ask("high", N_("Most points for one"), default=5, most=10)
THRESHOLD = Ask("threshold", N_("Least votes for a project"), hint=N_("Empty: any number will do."), most=1_000_000)
WITHIN = Ask("within", N_("What one ticks may not cost more than there is"), "yes")
MOST = Ask("most", N_("Most ticks on a ballot"), hint=N_("Empty: as many as one likes."))
MONEY_FIRST = (MOST, WITHIN)
ASKED: Mapping[str, tuple[Ask, ...]] = {
    "yesno": (Ask("quorum", N_("How many have to take part?"), "choice", "0", QUORUMS),
              Ask("majority", N_("What yes needs"), "choice", "1/2>", MAJORITIES),
              Ask("of", N_("Of whom?"), "choice", "decided", OF),
              Ask("abstain", N_("People can abstain"), "yes", True)),
    "plurality": (SEATS,), "multiple": (Ask("most", N_("Most ticks on a ballot"), default=3), SEATS),
    "approval": (SEATS,), "score": (HIGH, SEATS), "star": (HIGH,), "irv": (), "schulze": (),
    "stv.scottish": (Ask("seats", N_("How many are elected"), default=3),), "pb.greedy": MONEY_FIRST,
    "pb.greedy-no-skip": MONEY_FIRST, "pb.greedy-threshold": (THRESHOLD, *MONEY_FIRST), "pb.mes.add1": MONEY_FIRST,
}


def parameters(rule: str, given: Any) -> tuple[dict[str, Any], list[tuple[str, str, dict]]]:
    """Every parameter of the rule as a poll keeps it, and (field, msgid, values) of what is wrong."""
    found, problems = dict(choices.rule_of(rule).parameters), []
    for ask in ASKED[rule]:
        text = given.get(ask.name, "").strip()
        if ask.kind == "yes":
            found[ask.name] = bool(text)
        elif ask.kind == "choice":
            found[ask.name] = text if text in dict(ask.choices) else ask.default
        elif text and not (text.isascii() and text.isdigit() and len(text) < 10 and 0 < int(text) <= ask.most):
            problems.append((ask.name, N_("Please write a whole number from 1 to %(most)s."), {"most": ask.most}))
        else:
            found[ask.name] = int(text) if text else ask.default
    if "majority" in found:
        found |= {"strict": found["majority"].endswith(">"), "majority": found["majority"].rstrip(">")}
    return found, problems


def typed(rule: str, kept: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a poll as its form shows them."""
    shown = {ask.name: kept.get(ask.name, ask.default) for ask in ASKED[rule]}
    if shown.get("majority") and kept.get("strict", True) and "majority" in kept:
        shown["majority"] = f"{kept['majority']}>"
    return shown


def fen(text: str) -> int | None:
    """An amount in yuan as fen; None for what is none."""
    found = MONEY.fullmatch(text.strip().replace(",", "").lstrip("¥"))
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else None


def yuan(amount: int | None) -> str:
    """Fen as one types them."""
    return "" if amount is None else f"{amount // 100}" if amount % 100 == 0 else f"{amount / 100:.2f}"


class Typed(NamedTuple):
    """An option as it was typed."""

    title: str
    text: str
    cost: str


def options(given: Any, budget: bool) -> tuple[list[Typed], list[tuple[str, str, dict]]]:
    """The options that have a name, in the order of the form, and what is wrong with them."""
    found, problems = [], []
    for n in range(MOST_OPTIONS):
        one = Typed(*(" ".join(given.get(f"option-{n}{part}", "").split())[:most]
                      for part, most in (("", 160), ("-text", 400), ("-cost", 20))))
        if not one.title:
            continue
        if one.title in {other.title for other in found}:
            problems.append((f"option-{n}", N_("There is an option of this name already."), {}))
        if budget and fen(one.cost) is None:
            problems.append((f"option-{n}-cost", N_("Please write what it costs, such as 1200 or 12.50."), {}))
        found.append(one)
    return found, problems


def wanted(given: Any) -> tuple[dict[str, Any], list[tuple[str, str, dict]]]:
    """Who is to be on the roll, as a poll keeps it."""
    where, problems = given.get("where", "site"), []
    found: dict[str, Any] = {"site": True}
    if where == "estates" and given.getlist("estate"):
        found = {"estates": sorted(set(given.getlist("estate")))[:200]}
    elif where == "buildings" and given.getlist("building"):
        found = {"buildings": sorted([*pair.partition("|")[::2]] for pair in set(given.getlist("building")))[:500]}
    elif where != "site":
        problems.append(("where", N_("Please tick whose residents vote."), {}))
    for name in ("born_until", "born_from"):
        text = given.get(name, "").strip()
        if text and not (re.fullmatch(r"\d{4}", text) and 1900 <= int(text) <= 2100):
            problems.append((name, N_("Please write a year such as 2008."), {}))
        elif text:
            found[name] = int(text)
    return found, problems


LONGEST = 14 * 24  # hours in which papers are typed


def hours(given: Any) -> tuple[int, list[tuple[str, str, dict]]]:
    """For how many hours after the close papers are typed."""
    text = given.get("paper_hours", "").strip() or "0"
    if text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= LONGEST:
        return int(text), []
    return 0, [("paper_hours", N_("Please write a whole number from 0 to %(most)s."), {"most": LONGEST})]


def moment(given: Any, name: str, zone: str) -> tuple[int | None, list[tuple[str, str, dict]]]:
    """The instant of the fields NAME-day and NAME-time; None where both are empty."""
    day, hour = given.get(f"{name}-day", "").strip(), given.get(f"{name}-time", "").strip()
    if not day:
        return None, [(f"{name}-day", N_("Please give the day, too."), {})] if hour else []
    try:
        at = datetime.combine(date.fromisoformat(day), time.fromisoformat(hour or "20:00"), ZoneInfo(zone))
        if not 2000 <= at.year <= 2100:
            raise ValueError(day)
    except ValueError:
        return None, [(f"{name}-day", N_("This is no day and hour."), {})]
    return int(at.timestamp()), []


def fields_of(name: str, at: int | None, zone: str) -> dict[str, str]:
    """An instant as its two fields show it."""
    if at is None:
        return {f"{name}-day": "", f"{name}-time": ""}
    when = datetime.fromtimestamp(at, ZoneInfo(zone))
    return {f"{name}-day": when.date().isoformat(), f"{name}-time": f"{when:%H:%M}"}


def blanks(found: Iterable[Typed]) -> list[Typed]:
    """The options of a form: those there are, and some empty ones to write more."""
    return [*found, *[Typed("", "", "")] * SPARE][:MOST_OPTIONS]
