"""A stage in words: its sentence, then what else happened in it; the site says the same sentences in its languages."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .election import Budget, Election, Number, Stage

N_ = str

NOTES: Mapping[str, str] = {  # what a stage's facts may hold besides its own sentence, in the order of telling
    "until_rest": N_("This sum is raised step by step until nothing that somebody wants fits into the rest, or until "
                     "one more step would cost more than there is."),
    "until_exceeded": N_("This sum is raised step by step until one more step would cost more than there is."),
    "earlier": N_("%(earlier)s were equal; the latest stage at which they were not decides."),
    "lot": N_("%(lot)s were equal at every stage; the lot decides."),
    "majority": N_("%(majority)s has more than half of the votes that still count, and is elected."),
    "elected": N_("Elected: %(elected)s."),
    "deemed": N_("As many are left as there are seats, so they are elected: %(deemed)s."),
}

SINGULAR = (  # (what an English sentence says of several, what it says where the number in it is 1)
    ("on %(valid)s ballots", "on %(valid)s ballot"), ("%(valid)s papers are", "%(valid)s paper is"),
    ("%(invalid)s ballots are", "%(invalid)s ballot is"), ("has %(quota)s votes", "has %(quota)s vote"),
    ("%(surplus)s votes more than needed. They pass", "%(surplus)s vote more than needed. It passes"),
    ("%(needed)s are needed", "%(needed)s is needed"), ("%(needed)s votes", "%(needed)s vote"),
    ("%(votes_for)s voters prefer", "%(votes_for)s voter prefers"),
    ("by %(votes_for)s voters each", "by %(votes_for)s voter each"),
    ("Each of the %(voters)s voters", "%(voters)s voter"),
    ("%(payers)s supporters pay %(price)s each", "%(payers)s supporter pays %(price)s"),
    ("%(payers)s supporters pay", "%(payers)s supporter pays"), ("%(poor)s give all they", "%(poor)s gives all they"),
    ("%(steps)s steps", "%(steps)s step"), ("%(points)s points", "%(points)s point"),
    ("%(threshold)s points", "%(threshold)s point"),
)
NUMBER = re.compile(r"%\((\w+)\)s")


def sentences(stage: Stage) -> Iterator[str]:
    """The msgids of what a stage says, the main one first."""
    yield stage.text
    for fact, note in NOTES.items():
        if stage.facts.get(fact):
            yield note


def filled(sentence: str, facts: Mapping[str, Any], names: Sequence[str], places: int = 0, comma: str = ", ") -> str:
    """A sentence of a stage with its facts in place: candidates by name, amounts as decimals; "1 ballot is", in
    English. Other languages of the site have one form for all numbers."""
    said = {key: _said(key, value, names, places, comma) for key, value in facts.items()}
    for several, one in SINGULAR:
        if several in sentence and said.get(NUMBER.search(several)[1]) == "1":
            sentence = sentence.replace(several, one)
    return sentence % said


def say(stage: Stage, names: Sequence[str], places: int = 0) -> str:
    """The stage in English."""
    return " ".join(filled(sentence, stage.facts, names, places) for sentence in sentences(stage))


def _said(key: str, value: Any, names: Sequence[str], places: int, comma: str) -> str:
    if isinstance(value, tuple):
        return comma.join(names[n] for n in value)
    if key in ("one", "other"):
        return names[value]
    if isinstance(value, int) or not isinstance(value, Number):
        return str(value)
    return decimal(value, places)


def decimal(value: Number, places: int) -> str:
    """The number with so many decimals; what lies beyond them is cut off."""
    sign, whole = "-" if value < 0 else "", int(abs(value) * 10**places)
    if not places:
        return f"{sign}{whole}"
    return f"{sign}{whole // 10**places}.{whole % 10**places:0{places}d}"


def names_of(given: Election | Budget) -> tuple[str, ...]:
    """The candidates' names, or the projects' ids; who has the same name as one before is told apart by " (2)"."""
    plain = [p.id for p in given.projects] if isinstance(given, Budget) else list(given.candidates)
    taken, names = set(plain), []
    for n, name in enumerate(plain):
        if name in plain[:n]:
            name = next(new for k in range(2, len(plain) + 2) if (new := f"{name} ({k})") not in taken)
            taken.add(name)
        names.append(name)
    return tuple(names)
