"""What all readers need: text from bytes, lines, numbers in bounds, equal papers put together, ranks from words."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NoReturn

from ..election import Ballot, NotAnElection

MOST_PAPERS = 10**9  # on one line, and on all lines that are alike
MOST_CANDIDATES = 10_000

FOREIGN = {
    b"\x1f\x8b": "The file is compressed (gzip); unpack it first.",
    b"PK\3\4": "The file is an archive or a spreadsheet (zip); unpack it, or save it as text, first.",
    b"\xff\xfe": "The file is UTF-16; save it as UTF-8 text.",
    b"\xfe\xff": "The file is UTF-16; save it as UTF-8 text.",
}

BLANKS = re.compile(r"\s+(?=[,{}])|([,{}])\s+")
Merged = Mapping[str, list[int]]


def fault(line: int, sentence: str) -> NoReturn:
    """Raises NotAnElection with the number of the line, counted from 1."""
    raise NotAnElection(f"Line {line}: {sentence}")


def text_of(data: bytes) -> str:
    """The file's text, without a byte order mark; refused where it is not UTF-8 text."""
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise NotAnElection("The file is empty.")
    for beginning, what in FOREIGN.items():
        if data.startswith(beginning):
            raise NotAnElection(what)
    if b"\0" in data:
        fault(data.count(b"\n", 0, data.index(b"\0")) + 1, "there is a byte 0 in it; this is not a file of text.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        fault(data.count(b"\n", 0, e.start) + 1, "it is not UTF-8; save the file as UTF-8 text.")


def lines_of(text: str) -> list[str]:
    """The lines, whatever ends them, without spaces around them."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return [line.strip() for line in text.split("\n")]


def whole(word: str, line: int, what: str, least: int = 0, most: int = MOST_PAPERS) -> int:
    """The whole number that a word says, `what` in the words of the refusal; plain digits only."""
    word = word.strip()
    digits = word[1:] if word.startswith("-") else word
    if not (digits.isascii() and digits.isdigit()):
        fault(line, f"{what} has to be a whole number, not {shown(word)}.")
    number = int(word) if len(digits) < 20 else 10**20 * (-1 if word.startswith("-") else 1)
    if not least <= number <= most:
        fault(line, f"{what} has to be from {least} to {most}, not {shown(word)}.")
    return number


def shown(word: str) -> str:
    """A word of the file as a refusal quotes it: short, and on one line."""
    return repr(word if len(word) <= 40 else f"{word[:40]}…")


def tight(paper: str) -> str:
    """A paper without the blanks around its marks; "1 2" stays two words, which are no number."""
    paper = paper.strip().replace(", ", ",")
    return BLANKS.sub(r"\1", paper) if " " in paper else paper


def merged(papers: Iterable[tuple[int, str, str]]) -> dict[str, list[int]]:
    """Equal papers put together: text of the paper → [how many, first line]; from (line, how many, text)."""
    found: dict[str, list[int]] = {}
    numbers: dict[str, int] = {}
    for line, many, paper in papers:
        n = numbers.get(many)
        if n is None:
            n = numbers[many] = whole(many, line, "the number of equal ballots", 1)
        known = found.get(paper)
        if known is None:
            found[paper] = [n, line]
        else:
            known[0] += n
    return found


class Ranking:
    """Turns the words of a paper into ranks: numbers from 1, `2=3` for equal ones, a dash or nothing for a gap.

    A gap stays as an empty group (at the end of a paper it says nothing, and goes): each rule says what it does with
    gaps and with equal ranks. A candidate who stands twice on a paper is refused: no two programs read that alike.
    """

    def __init__(self, candidates: int, gaps: Sequence[str] = ("-",)):
        self.candidates, self.gaps = candidates, gaps
        self.single = {str(n + 1): (n,) for n in range(candidates)}

    def __call__(self, words: Sequence[str], line: int) -> Ballot:
        try:
            ranks = tuple(map(self.single.__getitem__, words))
        except KeyError:
            return self._careful(words, line)
        if len(set(words)) != len(words):
            self._once([n for group in ranks for n in group], line)
        return Ballot(ranks)

    def _careful(self, words: Sequence[str], line: int) -> Ballot:
        ranks = [self._group(word, line) for word in words]
        while ranks and not ranks[-1]:
            ranks.pop()
        self._once([n for group in ranks for n in group], line)
        return Ballot(tuple(ranks))

    def _group(self, word: str, line: int) -> tuple[int, ...]:
        if word.strip() in self.gaps:
            return ()
        return tuple(whole(each, line, "a candidate's number", 1, self.candidates) - 1 for each in word.split("="))

    def _once(self, numbers: list[int], line: int) -> None:
        for n in numbers:
            if numbers.count(n) > 1:
                fault(line, f"candidate {n + 1} stands on this ballot more than once.")


def named(names: Sequence[tuple[int, str]]) -> tuple[str, ...]:
    """The candidates' names; from (line, name). Nobody is without one."""
    for line, name in names:
        if not name:
            fault(line, "a candidate has no name.")
    return tuple(name for _, name in names)
