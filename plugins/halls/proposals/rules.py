"""When proposals are written, changed and signed; the answers they get; what has changed in them. Plain Python."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher

N_ = str  # marks a text that is translated where it is shown

EARLY = ("proposals",)  # templates in which proposals are written while people still discuss
ANSWERS = {"accepted": (N_("Accepted"), "ok"), "partly": (N_("Accepted in part"), "ok"),
           "work": (N_("In work"), "warn"), "rejected": (N_("Rejected"), "bad")}
STANDINGS = {"open": N_("Open"), "withdrawn": N_("Withdrawn"), "merged": N_("Merged")}
TITLE, TEXT = 120, 20_000
MOST = 1_000_000  # pairs of equal pieces that a comparison looks at: near half a second
_SENTENCES = re.compile(r"[^。！？.!?\n]+[。！？.!?\n]*|[。！？.!?\n]+")
_PIECES = re.compile(r"[A-Za-z0-9_]+|\s+|.", re.DOTALL)


def writes(stage: str, template: str) -> bool:
    """Whether new proposals are taken."""
    return stage == "propose" or (stage == "discuss" and template in EARLY)


def signs(stage: str) -> bool:
    """Whether proposals are signed and may still be changed by their authors."""
    return stage in ("discuss", "propose")


def pieces(text: str) -> list[str]:
    """A text cut for comparison: each Chinese character and each sign by itself, other words whole."""
    return _PIECES.findall(text)


def differences(old: str, new: str) -> Iterator[tuple[str, str]]:
    """(mark, text) from the old text to the new one: "" stays, "ins" is new, "del" is gone.

    Compared by words, Chinese by characters; what lies between the first and the last difference by sentences, or as
    a whole, where that would take too long. The texts without "del" make the new one, those without "ins" the old.
    """
    a, b = pieces(old), pieces(new)
    head = _alike(a, b)
    tail = _alike(a[head:][::-1], b[head:][::-1])
    if head:
        yield "", "".join(a[:head])
    yield from _between(a[head:len(a) - tail], b[head:len(b) - tail])
    if tail:
        yield "", "".join(a[len(a) - tail:])


def _alike(a: list[str], b: list[str]) -> int:
    """How many pieces the two share, from the first one on."""
    return next((n for n, (one, other) in enumerate(zip(a, b, strict=False)) if one != other), min(len(a), len(b)))


def _between(a: list[str], b: list[str]) -> Iterator[tuple[str, str]]:
    a, b = _comparable(a, b)
    for what, a1, a2, b1, b2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if what == "equal":
            yield "", "".join(a[a1:a2])
            continue
        if a2 > a1:
            yield "del", "".join(a[a1:a2])
        if b2 > b1:
            yield "ins", "".join(b[b1:b2])


def _comparable(a: list[str], b: list[str]) -> tuple[list[str], list[str]]:
    """The two in pieces as small as can be compared in a moment."""
    seen = Counter(b)
    if sum(seen[piece] for piece in a) <= MOST:
        return a, b
    a, b = (_SENTENCES.findall("".join(pieces)) for pieces in (a, b))
    seen = Counter(b)
    return (a, b) if sum(seen[piece] for piece in a) <= MOST else (["".join(a)], ["".join(b)])
