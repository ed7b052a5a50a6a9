"""What has to be ready before a poll opens, and a rehearsal of its count."""

import json
from typing import Any

from portal import later, now, scope_id

from ..models import Poll
from . import choices, languages, locks, queries, samples
from .queries import OptionRow, PollRow

N_ = str

STEPS = 100  # how often a rehearsal raises what everybody has, at most about

NO_TITLE = N_("The question is missing.")
NO_TEXT = N_("A text that explains the question is missing.")
NO_OPTIONS = N_("There are fewer than two options.")
NO_NAME = N_("An option has no name.")
NO_ROLL = N_("The roll is not fixed yet.")
EMPTY_ROLL = N_("Nobody is on the roll.")
NO_CLOSE = N_("The poll has no time of closing that lies ahead.")
NO_MONEY = N_("The sum of money, or the cost of an option, is missing.")
NO_COUNT = N_("The rehearsal of the count failed.")
NO_LANGUAGE = N_("Question, text or options are missing in another language of the site.")
NOT_TOLD = N_("Those on the roll have not been told beforehand.")
NO_PAPER = N_("It is not noted whether the paper ballots are printed.")
TICKS = ("told", "paper")
MOST_PAPER = 1_000_000
ITEMS = (
    ("texts", N_("Question, text and options are there"), (NO_TITLE, NO_TEXT, NO_OPTIONS, NO_NAME, NO_MONEY)),
    ("languages", N_("They are there in every language of the site"), (NO_LANGUAGE,)),
    ("roll", N_("The roll is fixed"), (NO_ROLL, EMPTY_ROLL)),
    ("close", N_("The time of closing is set"), (NO_CLOSE,)),
    ("rule", N_("The count was rehearsed with made-up ballots"), (NO_COUNT,)),
    ("told", N_("Those on the roll are told beforehand"), (NOT_TOLD,)),
    ("paper", N_("Paper ballots are printed, or there are none"), (NO_PAPER,)),
)


def problems(poll: PollRow, rehearsed: dict[str, Any] | None = None) -> list[str]:
    """What is not ready, as msgids; the rehearsal is made anew unless its outcome is given."""
    options = queries.options(poll)
    found = [*_texts(poll, options), *_roll(poll), *_ticks(poll)]
    if poll.closes_at is None or poll.closes_at <= now() or (poll.opens_at or 0) >= poll.closes_at:
        found.append(NO_CLOSE)
    if len(options) > 1 and "error" in (rehearsed or rehearse(poll, options)):
        found.append(NO_COUNT)
    return found


def _texts(poll: PollRow, options: list[OptionRow]) -> list[str]:
    found = [sentence for sentence, text in ((NO_TITLE, poll.title), (NO_TEXT, poll.text)) if not text.strip()]
    if len(options) < 2:
        found.append(NO_OPTIONS)
    if not all(o.title.strip() for o in options):
        found.append(NO_NAME)
    if languages.missing(poll, options):
        found.append(NO_LANGUAGE)
    if poll.kind in ("budget", "points") and (poll.money_fen <= 0 or any(o.cost_fen is None for o in options)):
        found.append(NO_MONEY)
    return found


def _roll(poll: PollRow) -> list[str]:
    if poll.frozen_at is None:
        return [NO_ROLL]
    return [] if poll.roll_size else [EMPTY_ROLL]


def _ticks(poll: PollRow) -> list[str]:
    kept = json.loads(poll.flight or "{}")
    return [sentence for key, sentence in (("told", NOT_TOLD), ("paper", NO_PAPER)) if key not in kept]


def items(poll: PollRow) -> list[tuple[str, str, bool, list[str]]]:
    """The list for a page: (key, msgid, whether it is ready, msgids of what is missing), in the order of the work."""
    missing = problems(poll)
    return [(key, said, not set(missing) & set(sentences), [one for one in sentences if one in missing])
            for key, said, sentences in ITEMS]


def tick(poll_id: int, key: str, who: dict[str, Any], value: int = 0) -> bool:
    """Note a step that people do: "told" sends the roll a notice, "paper" keeps how many are printed (0: none).

    False where it cannot be: no draft, no fixed roll, or no such number. Fixing the roll anew or editing the draft
    clears both. Runs in the caller's writing unit.
    """
    poll = locks.take(poll_id)
    if key not in TICKS or poll is None or poll.state != "draft" or poll.frozen_at is None:
        return False
    if not 0 <= value <= MOST_PAPER:
        return False
    kept = json.loads(poll.flight or "{}") | {key: value if key == "paper" else now(), f"{key}_by": who["actor_id"]}
    Poll.update(flight=json.dumps(kept, ensure_ascii=False)).where(Poll.id == poll_id).execute()
    if key == "told":
        later(now(), "halls.poll_tells", f"{poll_id} soon", scope_id(), once=True)
    return True


def rehearse(poll: PollRow, options: list[OptionRow]) -> dict[str, Any]:
    """Really count made-up ballots of this poll: {"ballots", "winners"}, or {"ballots", "error"} in English."""
    from ..tally import NotAnElection
    from ..tally.rules import count
    made = samples.ballots(poll.kind, len(options), poll.parameters, choices.most_of(poll.rule, poll.parameters),
                           poll.seed)
    known = choices.counted_with(poll.rule, poll.parameters, max(len(made), poll.roll_size or 0))
    try:
        found = count(choices.election(poll, options, made), poll.rule, seed=poll.seed, **_in_big_steps(poll, known))
    except (NotAnElection, TypeError, ValueError) as e:
        return {"ballots": len(made), "error": str(e)[:200]}
    return {"ballots": len(made), "winners": list(found.winners)}


def _in_big_steps(poll: PollRow, known: dict[str, Any]) -> dict[str, Any]:
    """Few voters with much money each would be raised by one of the currency for seconds: in a rehearsal by more."""
    if "step" not in choices.rule_of(poll.rule).parameters or known.get("step"):
        return known
    return known | {"step": max(100, poll.money_fen // (samples.BALLOTS * STEPS))}


def keep(poll: PollRow) -> list[str]:
    """Rehearse, store with the poll what is ready and what is not, and return the latter."""
    options = queries.options(poll)
    rehearsed = rehearse(poll, options) if len(options) > 1 else {"error": NO_OPTIONS}
    found = problems(poll, rehearsed)
    kept = json.loads(poll.flight or "{}") | {"rehearsed": rehearsed, "problems": found, "at": now()}
    Poll.update(flight=json.dumps(kept, ensure_ascii=False)).where(Poll.id == poll.id).execute()
    return found
