"""What staff can begin a topic with: its stages, the rule that its poll begins with, and words to start from."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

N_ = str  # marks a text that is translated where it is shown


class Template(NamedTuple):
    """A way that topics go. `rule` and `parameters` are those of the poll that staff then prepare; `text` is a hint of
    what the topic should say; `threshold` counts the signatures that a proposal needs."""

    name: str
    about: str
    stages: tuple[str, ...]
    rule: str = ""
    parameters: Mapping[str, Any] = MappingProxyType({})
    threshold: int = 0
    text: str = ""


TEMPLATES: dict[str, Template] = {
    "vote": Template(
        N_("Simple vote"), N_("One question with yes or no, after some days to talk it over."),
        ("discuss", "vote", "result", "follow"), "yesno", {},
        text=N_("What is to be decided, what it costs, and what happens if it is turned down.")),
    "map": Template(
        N_("Opinion map"), N_("Hear many voices: statements to agree or disagree with, and what all groups share."),
        ("listen", "discuss", "result"),
        text=N_("What it is about, in three sentences that take no side.")),
    "proposals": Template(
        N_("Proposals and vote"), N_("From statements to proposals that residents write, sign and vote on."),
        ("listen", "discuss", "propose", "vote", "result", "follow"), "approval", {}, 10,
        N_("What the proposals should solve, and what lies outside of what the community can decide.")),
    "budget": Template(
        N_("Participatory budget"), N_("Residents propose projects and share out a sum of money."),
        ("discuss", "propose", "vote", "result", "follow"), "pb.mes.add1", {}, 5,
        N_("How much money there is, from where, and what it may be spent on.")),
    "head": Template(
        N_("Election of a building head"), N_("The people of a building choose who speaks for them."),
        ("propose", "vote", "result"), "plurality", {},
        text=N_("Which building, for how long, what the building head does, and who may stand.")),
    "committee": Template(
        N_("Owners’ committee"), N_("Several seats, filled by ranked ballots so that each group has its share."),
        ("discuss", "propose", "vote", "result", "follow"), "stv.scottish", {"seats": 5},
        text=N_("How many seats there are, who may stand, and when the committee begins.")),
}
