"""What a map holds, as plain numbers and words: made by the worker, stored as JSON, drawn by a page."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Group:
    """People who think alike, never fewer than five; they are numbered by size, the largest first.

    `centre`, `hull` and `dots` are places on the drawing (see `placing`); `dots` are a sample of its people.
    """

    size: int
    centre: tuple[int, int]
    hull: tuple[tuple[int, int], ...]
    dots: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """How often a statement was agreed to, disagreed with, passed, and seen in all."""

    agree: int
    disagree: int
    passed: int
    seen: int


@dataclass(frozen=True, slots=True)
class Stance:
    """A statement that a group, or all groups, agree or disagree with.

    `probability` is that of saying so, for all groups their product; `ratio` compares it with everybody else.
    """

    statement: str
    says: str  # agree or disagree
    probability: float
    ratio: float = 1.0


@dataclass(frozen=True, slots=True)
class Statement:
    """The figures of a statement: of everybody, and of each group; None where fewer than five of the group saw it."""

    id: str
    all: Figures
    groups: tuple[Figures | None, ...]


@dataclass(frozen=True, slots=True)
class Map:
    """Everything that pages say about an opinion map.

    `people` holds each participant's group and place on the drawing; the group is None for whoever saw too little.
    `represents` has the stances of each group, `consensus` what all groups share, the most shared first.
    `silhouette` says how well the groups stand apart, from -1 to 1; it is 0 where there is one group or none.
    """

    k: int
    silhouette: float
    groups: tuple[Group, ...]
    represents: tuple[tuple[Stance, ...], ...]
    consensus: tuple[Stance, ...]
    statements: tuple[Statement, ...]
    people: Mapping[str, tuple[int | None, int, int]] = field(repr=False)

    def to_dict(self, people: bool = True) -> dict[str, Any]:
        """The map as JSON knows it; without `people` it is small, whatever the number of participants."""
        told = asdict(self)
        if not people:
            del told["people"]
        return told
