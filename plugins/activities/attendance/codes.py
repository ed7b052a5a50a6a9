"""Short codes of sign-ups, to read aloud or to scan. Nothing is stored: a code is the row's number, enciphered.

Thirty bits make six characters, and every number has a code of its own (a Feistel network keyed with the house's
secret and the site), so that two parties of a date can never have the same.
"""

import hmac
import unicodedata
from functools import lru_cache

from flask import current_app

from portal import scope_id

LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another
LENGTH, ROUNDS, HALF = 6, 4, 15


def code_of(number: int) -> str:
    """The code of a sign-up of the open site; "" beyond a billion."""
    if not 0 < number < 1 << 2 * HALF:
        return ""
    mixed = _mixed(number, range(ROUNDS))
    return "".join(LETTERS[mixed >> 5 * at & 31] for at in range(LENGTH))


def number_of(typed: str) -> int | None:
    """The number of the sign-up that a typed code may stand for, whatever spaces or small letters it has."""
    text = "".join(unicodedata.normalize("NFKC", typed).upper().split()).replace("-", "")
    if len(text) != LENGTH or any(letter not in LETTERS for letter in text):
        return None
    mixed = sum(LETTERS.index(letter) << 5 * at for at, letter in enumerate(text))
    return _mixed(mixed, reversed(range(ROUNDS))) or None


def _mixed(number: int, rounds) -> int:
    key = f"{current_app.secret_key} activities door {scope_id()}".encode()
    left, right = number >> HALF, number & (1 << HALF) - 1
    for n in rounds:
        left, right = right, left ^ _part(key, n, right)
    return right << HALF | left


def _part(key: bytes, n: int, half: int) -> int:
    return int.from_bytes(hmac.digest(key, bytes((n, half >> 8, half & 255)), "sha256")[:2]) & (1 << HALF) - 1


@lru_cache(maxsize=1024)
def qr(address: str) -> str:
    """The QR code of an address, to stand in an image's `src`."""
    import segno  # costs a start that most pages need not have
    return segno.make(address, error="m", micro=False).svg_data_uri(border=4, light="#fff", omitsize=True)
