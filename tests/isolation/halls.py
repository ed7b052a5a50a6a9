"""What a community has of halls, for the country: one row of every kind."""

from portal.plugins.halls.models import Ballot, Option, Paper, Poll, Proxy, Topic, Voter

from portal.base import clock


def plant(mark: str, text: dict, who: dict, resident: int) -> tuple[tuple[int, ...], str, tuple[int, ...], int]:
    """A poll that is open, one that is counted, a draft: their numbers, a receipt, voters, a proxy."""
    topic, now = Topic.create(summary=mark, state="open", **text, **who).id, clock.now()
    polls = []
    for state in ("open", "counted", "draft"):
        poll = Poll.create(topic_id=topic, rule="plurality", state=state, closes_at=now + 86400, roll_size=2,
                           why=mark, **text, **who).id
        for n in (0, 1):
            Option.create(poll_id=poll, number=n, title=f"{mark} {n}", text=mark)
        polls.append(poll)
    lines = [Voter.create(poll_id=polls[0], number=n, name=mark, address=mark,
                          person_id=resident if n == 1 else None).id for n in (1, 2)]
    ballot = Ballot.create(poll_id=polls[0], voter_id=lines[0], choice='{"ticks":[0]}', receipt=f"{mark[:4]}2345",
                           **who)
    Paper.create(poll_id=polls[0], voter_id=lines[1], first='{"ticks":[1]}')
    proxy = Proxy.create(poll_id=polls[0], giver_id=lines[1], holder_id=lines[0], **who).id
    return tuple(polls), ballot.receipt, tuple(lines), proxy
