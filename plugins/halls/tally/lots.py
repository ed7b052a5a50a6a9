"""Drawing lots that anybody can draw again: the order follows from a seed that is published before the vote."""

from collections.abc import Iterable
from hashlib import sha256


def order(seed: str, numbers: Iterable[int], names: tuple[str, ...]) -> list[int]:
    """The candidates in the order of SHA-256 over the seed, a newline and the name; the first one wins the tie.

    Whoever has the same name as another is told apart by number. Errors: none; an empty seed is a seed.
    """
    return sorted(numbers, key=lambda n: (sha256(f"{seed}\n{names[n]}".encode()).digest(), n))
