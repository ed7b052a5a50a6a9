"""Topics, statements, polls and promises of a made-up site: one of each kind, and every count a real one."""

import json
import tomllib
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from importlib import resources
from typing import Any

from portal import bulk, clock, later, now, scope_id

from . import open_data
from .models import Ballot, Option, Poll, Topic, Voter
from .polls import casting, choices, closing, queries, roll
from .promises.models import Promise
from .topics import mapping, participants, stages
from .topics.models import Statement, StatementVote
from .topics.templates import TEMPLATES

DAY = 86400
MORNING, EVENING = 9 * 60, 20 * 60  # minutes of the day
BALLOT = ("poll_id", "voter_id", "choice", "receipt", "road", "person_id", "actor_id", "channel", "at")
ROADS = ("web",) * 7 + ("desk", "paper", "phone")
CAMPS = (0.45, 0.35, 0.2)  # how large they are
OPEN_DATA = 1  # the number of the community whose hall shows it


@cache
def ideas() -> dict[str, list[dict[str, Any]]]:
    """What communities talk over, as seeds.toml has it."""
    return tomllib.loads(resources.files(__package__).joinpath("seeds.toml").read_text("utf-8"))


def fill(site, plot) -> bool:
    """A hall in a community whose staff have more than begun; elsewhere it stays off."""
    if plot.number < 0 or plot.beginning or not plot.people:
        return False
    made = _Hall(site, plot)
    made.listen(ideas()["listen"][0])
    made.decided(ideas()["vote"][0])
    if plot.scale == "demo":
        made.budget(ideas()["budget"][0])
        made.election(ideas()["election"][0])
        made.open_poll(ideas()["open"][0])
        if plot.number == OPEN_DATA and (there := open_data.folder()):
            open_data.fill(there, plot.random)
    return True


class _Hall:
    """The hall of a site while it is filled."""

    def __init__(self, site, plot):
        self.site, self.plot, self.random = site, plot, plot.random
        self.who = {"actor_id": plot.staff, "person_id": plot.staff, "channel": "desk"}

    def topic(self, idea: dict, template: str, stage: str, days: int) -> Topic:
        """A topic that was opened so many days ago and is in this stage."""
        at = now() - days * DAY
        steps = [stages.Step(name) for name in TEMPLATES[template].stages]
        return Topic.create(title=idea["title"], summary=idea["summary"], text=idea["text"].strip(), template=template,
                            stages=stages.write(steps), stage=stage, state="open", created_at=at, changed_at=at,
                            **self.who)

    def poll(self, topic: Topic, idea: dict, rule: str, parameters: dict, closes: int, **more: Any) -> Poll:
        """An open poll on a frozen roll that closes in the evening so many days from now."""
        day = clock.local_date(now(), self.site.zone) + timedelta(days=closes)
        poll = Poll.create(topic_id=topic.id, title=idea["title"], text=idea["text"].strip(), rule=rule,
                           parameters=json.dumps(parameters), wanted='{"site": true}', seed=self._letters(32),
                           closes_at=clock.at_minute(day, EVENING, self.site.zone), created_at=topic.created_at,
                           **more, **self.who)
        for n, option in enumerate(self._options(idea)):
            Option.create(poll_id=poll.id, number=n, **option)
        roll.freeze(poll.id, self.who)
        opened = max(clock.at_minute(day - timedelta(days=10), MORNING, self.site.zone), topic.created_at)
        Poll.update(state="open", opened_at=opened, frozen_at=opened).where(Poll.id == poll.id).execute()
        if poll.closes_at > now():
            later(poll.closes_at, "halls.poll_closes", poll.id, scope_id(), once=True)
        return poll

    def _options(self, idea: dict) -> Iterable[dict[str, Any]]:
        for title in (*idea.get("candidates", ()), *idea.get("options", ())):
            yield {"title": title}
        for title, cost, _liked in idea.get("projects", ()):
            yield {"title": title, "cost_fen": cost}

    def votes(self, poll: Poll, share: float, chooses) -> None:
        """Ballots of a share of the roll; `chooses()` gives the choice of one."""
        rows = []
        for voter_id, person_id in self._voters(poll):
            if self.random.random() < share:
                road = self.random.choice(ROADS)
                actor, channel = (person_id, "web") if road == "web" else (self.plot.staff, "desk")
                rows.append((poll.id, voter_id, choices.packed(chooses()), self._letters(casting.LENGTH), road,
                             person_id, actor, channel, min(poll.closes_at - 5 * DAY, now())))
        bulk(Ballot, BALLOT, rows)

    def _voters(self, poll: Poll) -> list[tuple[int, int]]:
        return list(Voter.select(Voter.id, Voter.person_id).where(Voter.poll_id == poll.id).order_by(Voter.number)
                    .tuples())

    def _letters(self, n: int) -> str:
        return "".join(self.random.choice(casting.LETTERS) for _ in range(n))

    def count(self, poll: Poll) -> None:
        """Close the poll and count what was cast."""
        Poll.update(state="closed", closed_at=poll.closes_at).where(Poll.id == poll.id).execute()
        row = queries.poll(poll.id)
        values = closing.counted(row, queries.options(row), queries.ballots(poll.id))
        Poll.update(state="counted", **values).where(Poll.id == poll.id).execute()

    def listen(self, idea: dict) -> None:
        """A topic whose statements were answered by three camps; the worker draws its map."""
        topic = self.topic(idea, "map", "listen", 6)
        rows = [(topic.id, text, "shown", self.plot.people[n % len(self.plot.people)].id, now() - (6 * 24 - n) * 3600)
                for n, (text, _camps) in enumerate(idea["statements"])]
        ids = bulk(Statement, ("topic_id", "text", "state", "person_id", "at"), rows)
        given = [(s, signs) for s, (_text, signs) in zip(ids, idea["statements"], strict=True)]
        answers = [row for person in self.plot.people[:180] for row in self._answers(topic.id, person.id, given)]
        bulk(StatementVote, ("topic_id", "statement_id", "participant", "vote"), answers)
        for statement in ids:
            n = sum(row[1] == statement for row in answers)
            Statement.update(seen=n).where(Statement.id == statement).execute()
        mapping.changed(topic.id)

    def _answers(self, topic_id: int, person_id: int, given: list[tuple[int, str]]) -> Iterable[tuple]:
        who = participants.participant(topic_id, person_id)
        camp = self.random.choices(range(3), CAMPS)[0]
        for statement, signs in given:
            if self.random.random() < 0.8:
                lean = {"+": 1, "-": -1, "0": 0}[signs[camp]]
                wavers = self.random.random() < 0.15
                yield topic_id, statement, who, self.random.choice((-1, 0, 1)) if wavers else lean

    def decided(self, idea: dict) -> None:
        """A question that was decided, and the promises that follow."""
        topic = self.topic(idea, "vote", "follow", 60)
        asked = {"quorum": "1/3", "majority": "1/2", "of": "decided", "strict": True}
        poll = self.poll(topic, idea, "yesno", asked, -40)
        self.votes(poll, 0.6, lambda: {"ticks": [self._lean(idea["yes"])]})
        self.count(poll)
        today = clock.local_date(now(), self.site.zone)
        for text, who, days, evidence in idea["promises"]:
            due = today + timedelta(days=days)
            kept = {"state": "kept", "done_on": (due - timedelta(days=2)).isoformat()} if evidence else {}
            Promise.create(topic_id=topic.id, poll_id=poll.id, text=text, who=who, due=due.isoformat(),
                           evidence=evidence, **kept, **self.who)

    def _lean(self, yes: float) -> int:
        return 0 if self.random.random() < yes else 2 if self.random.random() < 0.15 else 1

    def budget(self, idea: dict) -> None:
        """A sum of money that people are voting on just now."""
        topic = self.topic(idea, "budget", "vote", 25)
        poll = self.poll(topic, idea, "pb.mes.add1", {"vote_type": "approval"}, 5, money_fen=idea["money"])
        self.votes(poll, 0.3, lambda: self._wishes(idea))

    def _wishes(self, idea: dict) -> choices.Choice:
        liked = [n for n, (_title, _cost, share) in enumerate(idea["projects"]) if self.random.random() < share]
        return {"points": {str(n): 1 for n in liked}} if liked else {"blank": True}

    def election(self, idea: dict) -> None:
        """An election by ranks that is counted."""
        topic = self.topic(idea, "head", "result", 40)
        poll = self.poll(topic, idea, "irv", {}, -8)
        self.votes(poll, 0.7, lambda: {"ranks": [[n] for n in self._ranking(idea["weights"])]})
        self.count(poll)

    def _ranking(self, weights: list[float]) -> list[int]:
        left, found = list(range(len(weights))), []
        for _ in range(self.random.randint(1, len(weights))):
            one = self.random.choices(left, [weights[n] for n in left])[0]
            left.remove(one)
            found.append(one)
        return found

    def open_poll(self, idea: dict) -> None:
        """A small question that waits for everybody's vote."""
        topic = self.topic(idea, "vote", "vote", 3)
        self.poll(topic, idea, "plurality", {}, 3)
