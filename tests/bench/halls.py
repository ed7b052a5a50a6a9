"""What the pages of halls are measured on: a topic that has everything, with a thousand comments, and one with few."""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from flask import Flask, g
from portal.plugins.halls.comments import posting
from portal.plugins.halls.models import Option, Poll, Topic
from portal.plugins.halls.polls import casting, closing, roll
from portal.plugins.halls.promises.models import Promise
from portal.plugins.halls.proposals import acts
from portal.plugins.halls.proposals.models import Proposal
from portal.plugins.halls.topics import mapping, moving, participants, saying, stages
from portal.plugins.halls.topics.models import Statement

from portal.base import clock, database, sites
from portal.base.sites import Site
from portal.people.models import Membership, Role

BUSY, QUIET = "充电棚放在哪里好", "楼道里的旧家具怎么办"
COMMENTS, FEW, PROPOSALS, STATEMENTS, PEOPLE = 1000, 20, 10, 14, 40
NAMES = ("东门旧垃圾房", "西门花坛", "二号楼背后", "篮球场边", "停车场入口", "物业楼旁", "河边空地", "老锅炉房")
MANY, TOP, ALL = "comments, 20 of 1,000", "comments, 20 of 1,000 by support", "comments, 20 in all"
DAY = 86400


class People(NamedTuple):
    """Who does something: one of the staff, and verified residents, each as rows keep them."""

    clerk: dict
    residents: tuple[dict, ...]


def fill(app: Flask) -> None:
    """Add both topics with all that hangs on them to the first community, by the plugin's own acts."""
    with app.app_context(), database.use(app.portal.db):
        with database.unit(write=True):
            site = Site.select().where(Site.kind == "community").order_by(Site.id).first()
            sites.enable(site.id, "halls")
            people = _people(site)
            with sites.within(site.id):
                g.site, g.viewer = sites.view(site.id), None
                busy, quiet = (_topic(title, people) for title in (BUSY, QUIET))
                _talk(busy, COMMENTS, people)
                _talk(quiet, FEW, people)
                _statements(busy, people)
                _proposals(busy, people)
                _promises(busy, people)
                decided = _polls(busy, people)
        with sites.within(site.id):
            closing.count(decided)


def _people(site: Site) -> People:
    clerk = Role.select().where((Role.site == site) & (Role.role == "staff")).order_by(Role.id).first().person_id
    verified = Membership.select().where((Membership.site == site) & (Membership.state == "verified"))
    found = [row.person_id for row in verified.order_by(Membership.id).limit(PEOPLE)]
    return People({"actor_id": clerk, "person_id": clerk, "channel": "desk"},
                  tuple({"actor_id": n, "person_id": n, "channel": "web"} for n in found))


def _topic(title: str, people: People) -> int:
    steps = [stages.Step(name) for name in ("listen", "discuss", "propose", "vote", "result", "follow")]
    row = Topic.create(title=title, summary="先听听大家怎么看，再一起定。", text="电动车越来越多。\n\n- 要近\n- 要安全",
                       template="proposals", stages=stages.write(steps), stage="discuss", state="open", threshold=12,
                       **people.clerk)
    moving.settle(row.id)
    return row.id


def _talk(topic: int, n: int, people: People) -> None:
    """So many comments; every fourth has replies and every third support, so that each page of them looks alike."""
    for i in range(n):
        who = people.residents[i % PEOPLE]
        text = f"第{i + 1}条：离楼远一点，接电也方便。"
        row = posting.say(topic, None, ("for", "against", "question", "")[i % 4], text, who)
        for other in _others(people, i, i % 5 if i % 4 == 0 else 0):
            posting.reply(row.id, "", "说得对，再算算要花多少钱。", other)
        for other in _others(people, i, i % 7 if i % 3 == 0 else 0):
            posting.support(row.id, True, other)


def _others(people: People, first: int, n: int) -> Iterable[dict]:
    return (people.residents[(first + k) % PEOPLE] for k in range(1, n + 1))


def _statements(topic: int, people: People) -> None:
    ids = [Statement.create(topic_id=topic, text=f"第{n + 1}句：充电的地方要看得见。", state="shown", **people.clerk).id
           for n in range(STATEMENTS)]
    for n, who in enumerate(people.residents[1:]):
        letters = participants.participant(topic, who["person_id"])
        for k, statement in enumerate(ids):
            saying.vote(topic, statement, letters, 1 if (n + k) % 3 else -1)
    mapping.make(topic)


def _proposals(topic: int, people: People) -> None:
    for n in range(PROPOSALS):
        who = people.residents[n]
        row = acts.write(topic, f"第{n + 1}案：{NAMES[n % len(NAMES)]}", "离楼二十米。\n\n- 接电方便\n- 有雨棚", who)
        for other in _others(people, n, 2 * n):
            acts.sign(row.id, other)


def _promises(topic: int, people: People) -> None:
    today = clock.local_date(clock.now(), "Asia/Shanghai")
    for n in range(3):
        due = (today + timedelta(days=20 * n)).isoformat()
        Promise.create(topic_id=topic, text=f"第{n + 1}步：划线、接电、搭棚", who="物业", due=due, **people.clerk)


def _polls(topic: int, people: People) -> int:
    """Two polls that are open, a ranking of eight and a question; another ranking is closed, and is to be counted."""
    _open(topic, "八个地方，先修哪一处", "irv", {}, people.clerk)
    _open(topic, "充电棚要不要收费", "yesno", {"quorum": "1/3", "majority": "1/2", "of": "decided", "strict": True},
          people.clerk)
    decided = _open(topic, "雨棚选哪一种颜色", "irv", {}, people.clerk)
    for n, who in enumerate(people.residents):
        order = [(n * 3 + k * (1 + n % 2 * 2)) % len(NAMES) for k in range(len(NAMES))]
        casting.cast(decided, who["person_id"], {"ranks": [[k] for k in dict.fromkeys(order)]}, who)
    closing.close(decided, early=True)
    return decided


def _open(topic: int, title: str, rule: str, parameters: dict, who: dict) -> int:
    poll = Poll.create(topic_id=topic, title=title, text="请大家都来选。", rule=rule, parameters=json.dumps(parameters),
                       wanted='{"site": true}', **who)
    for n, name in enumerate(NAMES if rule != "yesno" else ()):
        Option.create(poll_id=poll.id, number=n, title=name, text="离楼不远，接电方便。")
    roll.freeze(poll.id, who)
    times = {"opened_at": clock.now(), "closes_at": clock.now() + 7 * DAY}
    Poll.update(state="open", **times).where(Poll.id == poll.id).execute()
    return poll.id


def pages(site: int, slug: str) -> dict[str, str]:
    """The pages that are measured, by name; none where there is no such topic. The database is in use."""
    with database.unit(), sites.within(site):
        found = dict(Topic.select(Topic.title, Topic.id).where(Topic.title.in_((BUSY, QUIET))).tuples())
        if not found:
            return {}
        busy, quiet = found[BUSY], found[QUIET]
        polls = Poll.select(Poll.id).where(Poll.topic_id == busy).order_by(Poll.id).tuples()
        most = Proposal.select(Proposal.id).where(Proposal.topic_id == busy).order_by(Proposal.signatures.desc())
        (ranks,), (question,), (counted,) = polls
        proposal = most.scalar()
    base = f"/{slug}/halls"
    talk = f"{base}/topics/{busy}/comments"
    return {"topic with all that can be": f"{base}/topics/{busy}", MANY: talk, TOP: f"{talk}?sort=top",
            ALL: f"{base}/topics/{quiet}/comments", "list of proposals": f"{base}/topics/{busy}/proposals",
            "proposal": f"{base}/proposals/{proposal}", "list of polls": f"{base}/polls/",
            "poll that is open": f"{base}/polls/{ranks}", "ballot, a ranking of 8": f"{base}/polls/{ranks}/vote",
            "ballot, yes or no": f"{base}/polls/{question}/vote", "result of a poll": f"{base}/polls/{counted}"}
