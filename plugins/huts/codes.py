"""Short codes of labels: six signs and a check sign, to be scanned, typed, or read out on the phone. Those of borrowers
have seven and a check sign, so that no slip makes the one the other.

The 23 signs leave out vowels (no words), 0, 1, L and Q, and of each pair that looks alike one: B 8, G 6, S 5, Z 2, U V.
Signs count from 0, and 7·s1 + 6·s2 + … + 1·s7 is divisible by 23. As 23 is a prime number greater than every weight
and every difference of two, one wrong sign never passes, nor do two signs that changed places, neighbours or not.
"""

import re
import unicodedata
from random import Random

SIGNS = "23456789CDFHJKMNPRTVWXY"
LENGTH, OF_BORROWERS = 7, 8
_VALUE = {sign: n for n, sign in enumerate(SIGNS)}
_TAKEN_FOR = {"B": "8", "G": "6", "S": "5", "Z": "2", "U": "V"}  # no label has the former
_ADDRESSES = {LENGTH: re.compile(r"/huts/u/([^/?#\s]*)", re.IGNORECASE),
              OF_BORROWERS: re.compile(r"/huts/b/([^/?#\s]*)", re.IGNORECASE)}
_LONGEST = 2000
_LEFT_OUT = ("Pd", "Zs", "Zl", "Zp", "Cc", "Cf")  # dashes, spaces, what a scanner adds, what cannot be seen


def new(random: Random, length: int = LENGTH) -> str:
    """A code by chance, a label's one of 148 million; `random` is a Random or SystemRandom."""
    first = [random.choice(SIGNS) for _ in range(length - 1)]
    return "".join(first) + SIGNS[-_sum(first, length) % len(SIGNS)]


def read(text: str, length: int = LENGTH) -> str | None:
    """The code that was typed or scanned, also as a whole address; None where it is none or has a wrong sign."""
    if len(text) > _LONGEST:
        return None
    text = unicodedata.normalize("NFKC", text)
    found = _ADDRESSES[length].search(text)
    signs = [c.upper() for c in (found[1] if found else text) if unicodedata.category(c) not in _LEFT_OUT and c != "−"]
    code = [_TAKEN_FOR.get(sign, sign) for sign in signs]
    right = len(code) == length and all(c in _VALUE for c in code) and _sum(code, length) % len(SIGNS) == 0
    return "".join(code) if right else None


def like_one(text: str) -> bool:
    """Whether somebody meant a label, though it reads as none."""
    signs = [c for c in unicodedata.normalize("NFKC", text).upper() if unicodedata.category(c) not in _LEFT_OUT]
    return len(signs) == LENGTH and all(c.isascii() and c.isalnum() for c in signs) and any(c.isalpha() for c in signs)


def shown(code: str) -> str:
    """A code as labels show it: ABC-DEFG; a borrower's: ABCD-EFGH."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def _sum(signs: list[str], length: int) -> int:
    return sum((length - n) * _VALUE[sign] for n, sign in enumerate(signs))
