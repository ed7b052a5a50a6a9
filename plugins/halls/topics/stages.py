"""The stages of a topic, in their one order, and when the clock moves it on. Knows neither Flask nor the database."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

N_ = str  # marks a text that is translated where it is shown

STAGES = ("listen", "discuss", "propose", "vote", "result", "follow")
NAMES = {"listen": N_("Listen"), "discuss": N_("Discuss"), "propose": N_("Propose"), "vote": N_("Vote"),
         "result": N_("Result"), "follow": N_("Follow-up")}
STATES = {"draft": (N_("Draft"), "warn"), "open": (N_("Going on"), "ok"), "ended": (N_("Ended"), "")}
MOVES = {"open": ("draft", "open"), "end": ("open", "ended")}  # a move: the state it is allowed from, and leads to
SPOKEN_IN = ("listen", "discuss")  # in these people answer statements, where the topic has a stage to listen


class Step(NamedTuple):
    """A stage of a topic, from and until when (epoch seconds); either may be open."""

    stage: str
    start: int | None = None
    end: int | None = None


@lru_cache(500)
def read(text: str) -> tuple[Step, ...]:
    """The stages as a topic's row keeps them."""
    return tuple(Step(*step) for step in json.loads(text))


def write(steps: Iterable[Step]) -> str:
    """The stages as a topic's row keeps them, in their order."""
    return json.dumps(sorted((list(step) for step in steps), key=lambda step: STAGES.index(step[0])))


def wrong(steps: Iterable[Step]) -> str:
    """What is wrong with the dates, as a msgid; empty when nothing is."""
    last = 0
    for step in steps:
        for at in (step.start, step.end):
            if at is not None and at < last:
                return N_("Each stage begins after the one before it has ended.")
            last = at or last
    return ""


def following(steps: Iterable[Step], stage: str) -> str:
    """The stage after this one; empty after the last."""
    later = [s.stage for s in steps if STAGES.index(s.stage) > STAGES.index(stage)]
    return later[0] if later else ""


def by_clock(steps: Iterable[Step], stage: str, at: int) -> str:
    """The stage that a topic should be in at this time: it never goes back."""
    begun = [s.stage for s in steps if s.start is not None and s.start <= at]
    return max([stage, *begun], key=STAGES.index)


def next_change(steps: Iterable[Step], stage: str) -> int | None:
    """When the clock moves a topic in this stage on; None where only staff do."""
    ahead = [s.start for s in steps if s.start is not None and STAGES.index(s.stage) > STAGES.index(stage)]
    return min(ahead, default=None)


def ends_at(steps: Iterable[Step], stage: str) -> int | None:
    """When this stage ends: by its own date, or because the next one begins."""
    own = next((s.end for s in steps if s.stage == stage), None)
    ahead = next_change(steps, stage)
    return min((at for at in (own, ahead) if at is not None), default=None)


def hears(steps: Iterable[Step]) -> bool:
    """Whether a topic has statements."""
    return any(s.stage == "listen" for s in steps)


def answers(state: str, steps: tuple[Step, ...], stage: str, at: int) -> bool:
    """Whether people may answer statements and add theirs now."""
    own = next((s.end for s in steps if s.stage == stage), None)
    return state == "open" and stage in SPOKEN_IN and hears(steps) and (own is None or at < own)


def closed(state: str, steps: tuple[Step, ...], stage: str, at: int) -> bool:
    """Whether the answers are final, so that they may be handed out."""
    if state == "ended":
        return True
    return state == "open" and not answers(state, steps, stage, at) and not (
        stage == "listen" and any(s.stage == "discuss" for s in steps))
