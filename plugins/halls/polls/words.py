"""A poll in words: rules by name, how to fill in a ballot, who is on the roll, money."""

from collections.abc import Mapping
from typing import Any

from portal import _, dates, ngettext

from . import choices
from .queries import PollRow

N_ = str

NAMES: Mapping[str, str] = {
    "yesno": N_("Yes or no"), "plurality": N_("One vote each"), "multiple": N_("Several votes each"),
    "approval": N_("Approval"), "score": N_("Points"), "star": N_("Points, then a runoff of two (STAR)"),
    "irv": N_("By order, one winner (instant runoff)"),
    "stv.scottish": N_("By order, several winners (single transferable vote)"),
    "schulze": N_("By order, every two compared (Schulze)"), "pb.greedy": N_("Budget: most points first"),
    "pb.greedy-no-skip": N_("Budget: most points first, until one does not fit"),
    "pb.greedy-threshold": N_("Budget: most points first, from a threshold on"),
    "pb.mes.add1": N_("Budget: Equal Shares"),
}
CHIPS = {"draft": "warn", "open": "ok", "closed": "warn", "counted": "", "withdrawn": "bad", "superseded": "bad"}
LATER_HARMLESS = ("irv", "stv.scottish")  # a later place on the ballot never harms an earlier one


def money(fen: int) -> str:
    """An amount as people write it."""
    from ..tally.money import said
    text = said(fen, 100)
    whole, point, rest = text.partition(".")
    return f"¥{int(whole):,}{point}{rest}"


def how_to(poll: PollRow) -> str:
    """How to fill in its ballot, in a sentence or two."""
    kind, given = poll.kind, poll.parameters
    most = choices.most_of(poll.rule, given)
    if kind in ("yesno", "one") or most == 1:
        return _("Choose one.")
    if kind == "many":
        return _("Choose up to %(most)s.", most=most) if most else _("Tick all that are good enough for you.")
    if kind == "ranks":
        return _ranks(poll)
    if kind == "scores":
        return _("Give each of them points, from %(low)s to %(high)s. The more you like it, the more points.",
                 low=given.get("low") or 0, high=choices.HIGH if given.get("high") is None else given["high"])
    if kind == "points":
        return _points(given)
    return _budget(poll, most)


def _ranks(poll: PollRow) -> str:
    first = _("The one you want most is number 1, the next is number 2, and so on. Whom you do not want you leave out.")
    if poll.rule in LATER_HARMLESS:
        return _("%(first)s Rank as many as you like: a later one never harms an earlier one.", first=first)
    return first


def _points(given: Mapping[str, Any]) -> str:
    if given.get("points"):
        return ngettext("You have %(n)s point. Give it to what you want most.",
                        "You have %(n)s points. Give them to what you want, in whatever parts.", given["points"])
    return _("Give points to what you want.")


def _budget(poll: PollRow, most: int | None) -> str:
    there = _("There is %(money)s for all together.", money=money(poll.money_fen))
    if poll.parameters.get("within"):
        return _("Tick what should be done. %(there)s What you tick may not cost more.", there=there)
    if most:
        return _("Tick what should be done, up to %(most)s. %(there)s", most=most, there=there)
    return _("Tick all that should be done. %(there)s", there=there)


def rule(poll: PollRow) -> tuple[str, str, list[str]]:
    """(Its name, a sentence about it, what this poll has set for it)."""
    return _(NAMES.get(poll.rule, poll.rule)), _(choices.rule_of(poll.rule).says), list(_set(poll))


def _set(poll: PollRow):
    given = poll.parameters
    if poll.rule == "yesno":
        yield from _majority(given)
    if given.get("seats"):
        yield ngettext("%(n)s is elected.", "%(n)s are elected.", given["seats"])
    if poll.rule == "multiple":
        yield ngettext("Up to %(n)s tick on a ballot.", "Up to %(n)s ticks on a ballot.",
                       choices.most_of(poll.rule, given))
    if poll.money_fen:
        yield _("There is %(money)s for all together.", money=money(poll.money_fen))
    if given.get("threshold"):
        yield ngettext("Only what has at least %(n)s point is looked at.",
                       "Only what has at least %(n)s points is looked at.", given["threshold"])


SHARES = {"1/2": N_("half"), "2/3": N_("two thirds"), "3/4": N_("three quarters"), "1/3": N_("one third")}


def _majority(given: Mapping[str, Any]):
    if str(given.get("quorum", "0")) not in ("0", ""):
        yield _("It only counts if at least %(share)s of the roll take part.", share=share(given["quorum"]))
    of = _OF.get(given.get("of", "decided"), "")
    text = N_("Yes needs more than %(share)s %(of)s.") if given.get("strict", True) else \
        N_("Yes needs at least %(share)s %(of)s.")
    yield _(text, share=share(given.get("majority", "1/2")), of=_(of))


_OF = {"decided": N_("of those who say yes or no"), "cast": N_("of all who vote"), "roll": N_("of the whole roll")}


def share(value: object) -> str:
    """A share in words where there is a word for it."""
    return _(SHARES[str(value)]) if str(value) in SHARES else str(value)


def roll_of(wanted: Mapping[str, Any], place: str) -> str:
    """Who is on the roll, in a sentence."""
    comma = _(", ")
    if wanted.get("estates"):
        where = comma.join(wanted["estates"])
    elif wanted.get("buildings"):
        where = comma.join(" ".join(pair) for pair in wanted["buildings"])
    else:
        where = place
    said_ = [_("Residents of %(where)s whose address is verified.", where=where)]
    if wanted.get("born_until"):
        said_.append(_("Born in %(year)s or earlier.", year=wanted["born_until"]))
    if wanted.get("born_from"):
        said_.append(_("Born in %(year)s or later.", year=wanted["born_from"]))
    if wanted.get("verified_by"):
        said_.append(_("Verified by %(day)s.", day=dates.said(wanted["verified_by"])))
    return " ".join(said_)
