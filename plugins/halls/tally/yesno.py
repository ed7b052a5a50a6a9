"""Yes or no: one question, a quorum of the roll, and the majority that it takes."""

from fractions import Fraction

from .choices import first, ticked
from .election import Count, Election, NotAnElection, Stage

N_ = str

YES, NO, ABSTAIN = 0, 1, 2
COUNTED = N_("%(yes)s yes, %(no)s no, %(abstained)s abstained; %(invalid)s ballots are invalid.")
QUORUM = N_("%(turnout)s of %(roll)s took part; %(needed)s are needed: that is enough.")
NO_QUORUM = N_("%(turnout)s of %(roll)s took part; %(needed)s are needed: that is not enough, so nothing is decided.")
PASSED = N_("Yes needs %(needed)s votes of %(base)s and has %(yes)s: it is carried.")
REJECTED = N_("Yes needs %(needed)s votes of %(base)s and has %(yes)s: it is not carried.")


def count(election: Election, *, roll: int | None = None, quorum: str = "0", majority: str = "1/2", of: str = "decided",
          strict: bool = True, seed: str = "") -> Count:
    """Yes (candidate 0) wins where the quorum and the majority are reached, else no (1). Candidate 2, if any, abstains.

    roll: how many could vote. quorum: the share of the roll that has to take part, at least ("2/3"); abstentions and
    invalid ballots take part. majority: the share that yes needs, of: "decided" (yes and no), "cast" (with those who
    abstained) or "roll"; strict: more than that share, else at least. Two thirds of the roll: majority "2/3", of
    "roll", strict False. Owners' assemblies in mainland China (Civil Code, article 278): quorum "2/3", of "cast",
    majority "1/2" strict, or "3/4" not strict for the graver matters; counted twice, by owners and by area, where a
    ballot is as many as it has square metres, or hundredths of them.
    A ballot with nothing ticked, or two things, is invalid; on a ranked one the first choice counts. Ties: yes that
    has not what it needs has lost; there is no lot.
    facts: `turnout`, `needed`, `quorate`, `carried`. Errors: NotAnElection: no such share, a roll that is missing or
    smaller than the number of ballots, candidates that are no yes and no.
    """
    if len(election.candidates) not in (2, 3):
        raise NotAnElection("The rule yesno takes one question: yes, no, and perhaps abstain.")
    votes, invalid = _votes(election)
    turnout = sum(votes.values()) + invalid
    least, share = _share(quorum, "quorum"), _share(majority, "majority")
    if of not in ("decided", "cast", "roll"):
        raise NotAnElection(f"of is {of}; it can be decided, cast, roll")
    if roll is None and (least or of == "roll") or roll is not None and roll < turnout:
        raise NotAnElection("The roll is missing." if roll is None else "There are more ballots than there is roll.")
    base = {"decided": votes[YES] + votes[NO], "cast": sum(votes.values()), "roll": roll or 0}[of]
    needed = int(share * base) + 1 if strict else max(-int(-share * base // 1), 1)
    return _count(votes, len(election.candidates), invalid,
                  (turnout, roll, -int(-least * (roll or 0) // 1)), (needed, base))


def _share(words: str, name: str) -> Fraction:
    try:
        share = Fraction(words)
    except (ValueError, ZeroDivisionError) as error:
        raise NotAnElection(f"{name} is {words}; it is a share such as 2/3") from error
    if not 0 <= share <= 1:
        raise NotAnElection(f"{name} is {words}; it lies between 0 and 1")
    return share


def _votes(election: Election) -> tuple[dict[int, int], int]:
    votes, invalid = dict.fromkeys(range(3), 0), 0
    for number, ranks in ticked(election, "yesno"):
        one = first(ranks)
        if one is None:
            invalid += number
        else:
            votes[one] += number
    return votes, invalid


def _count(votes: dict[int, int], options: int, invalid: int, part: tuple[int, int | None, int],
           majority: tuple[int, int]) -> Count:
    (turnout, roll, least), (needed, base) = part, majority
    facts = {"yes": votes[YES], "no": votes[NO], "abstained": votes[ABSTAIN], "invalid": invalid}
    votes = {n: votes[n] for n in range(options)}
    stages = [Stage(COUNTED, facts, votes)]
    quorate = turnout >= least
    if least:
        facts = {"turnout": turnout, "roll": roll, "needed": least}
        stages.append(Stage(QUORUM if quorate else NO_QUORUM, facts, votes))
    carried = quorate and votes[YES] >= needed
    if quorate:
        facts = {"needed": needed, "base": base, "yes": votes[YES]}
        stages.append(Stage(PASSED if carried else REJECTED, facts, votes))
    return Count("yesno", (YES if carried else NO,), tuple(stages), (), 0,
                 {"turnout": turnout, "needed": needed, "quorate": quorate, "carried": carried})
