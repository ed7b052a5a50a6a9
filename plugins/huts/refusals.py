"""Why something cannot be, and where to go instead."""

from collections.abc import Mapping
from typing import NamedTuple


class Refusal(NamedTuple):
    """Why something cannot be: a msgid and what fills it; `nearest` says what would be possible instead."""

    reason: str
    values: Mapping[str, object] = {}
    nearest: Mapping[str, object] | None = None
