"""The one table of what can be reported and hidden. A part that has such things adds its kind here."""

from .comments.reporting import COMMENT
from .moderation.kinds import Kind
from .proposals.reporting import PROPOSAL
from .topics.reporting import STATEMENT

KINDS: dict[str, Kind] = {kind.name: kind for kind in (STATEMENT, PROPOSAL, COMMENT)}
