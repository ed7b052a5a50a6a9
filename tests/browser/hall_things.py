"""A hall with one of each thing, made by the plugin's own functions, and the numbers that stand in their addresses."""

import json
from contextlib import contextmanager
from typing import Any

from portal.plugins.halls.comments import posting
from portal.plugins.halls.models import Option, Poll, Topic, Voter
from portal.plugins.halls.moderation import acts as moderation
from portal.plugins.halls.moderation.models import Hiding
from portal.plugins.halls.polls import casting, closing, paper, proxies, roll
from portal.plugins.halls.promises.models import Promise, PromiseChange
from portal.plugins.halls.proposals import acts as proposals
from portal.plugins.halls.reportable import KINDS
from portal.plugins.halls.topics import mapping, saying, stages
from portal.plugins.halls.topics.models import Statement

from portal import as_person
from portal.base import clock, database, sites
from portal.people.models import Person
from tests.halls.talk import two_camps

DAY = 86400
NAMES = ("梁国强（302，退休教师）", "何少珍（704，开小店）", "区艳红（501，志愿者）", "黎国强（1103，电工）")
STATEMENTS = ("棚离楼至少十米", "雨天走过去要有遮挡", "晚上要有人巡", "放在东门", "用公共收益")
POLLS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {  # name → rule, parameters, a choice on its ballot
    "yesno": ("yesno", {"quorum": "1/2", "majority": "1/2", "of": "decided", "strict": True}, {"ticks": [0]}),
    "one": ("plurality", {"seats": 1}, {"ticks": [1]}),
    "many": ("multiple", {"most": 2, "seats": 2}, {"ticks": [0, 2]}),
    "approval": ("approval", {}, {"ticks": [0, 1]}), "score": ("score", {"high": 5}, {"scores": [[0, 5], [1, 2]]}),
    "star": ("star", {"high": 5}, {"scores": [[0, 5], [2, 1]]}), "irv": ("irv", {}, {"ranks": [[2], [0]]}),
    "stv": ("stv.scottish", {"seats": 2}, {"ranks": [[1], [2], [0]]}),
    "schulze": ("schulze", {}, {"ranks": [[3], [0]]}),
    "budget": ("pb.mes.add1", {"within": True, "vote_type": "approval"}, {"points": {"0": 1, "2": 1}}),
    "points": ("pb.greedy", {"vote_type": "cumulative", "points": 10}, {"points": {"0": 4, "1": 6}}),
}


class Hall:
    """The hall of a site while it is filled. `numbers` grows with what is made."""

    def __init__(self, app, site: sites.SiteView, resident: Person, clerk: Person):
        self.app, self.site, self.resident, self.clerk = app, site, resident, clerk
        self.staff = {"actor_id": clerk.id, "person_id": clerk.id, "channel": "desk"}
        self.mine = {"actor_id": resident.id, "person_id": resident.id, "channel": "web"}
        self.numbers: dict[str, int | str] = {}

    @contextmanager
    def writing(self):
        """A unit in the site, in which the clerk looks at it."""
        with self.app.app_context(), database.use(self.app.portal.db), database.unit(write=True), \
                as_person(self.clerk.id, self.site) as viewer:
            yield viewer

    def poll(self, rule: str, parameters: dict, state: str = "open", **fields: Any) -> int:
        """A poll whose roll holds the resident."""
        row = Poll.create(**{"title": "选谁来当街坊代表？", "text": "任期两年，不拿工资。", "rule": rule,
                             "parameters": json.dumps(parameters), "wanted": '{"site":true}', "money_fen": 30_000_00,
                             "closes_at": clock.now() + 5 * DAY, "opened_at": clock.now()} | fields, **self.staff)
        for n, name in enumerate(NAMES if rule != "yesno" else ()):
            Option.create(poll_id=row.id, number=n, title=name, text="愿意出来做", cost_fen=9_500_00 + n * 100_00)
        roll.freeze(row.id, self.staff)
        if not Voter.select().where((Voter.poll_id == row.id) & (Voter.person_id == self.resident.id)).exists():
            Voter.create(poll_id=row.id, number=10**6, person_id=self.resident.id, name=self.resident.name)
        Poll.update(state=state).where(Poll.id == row.id).execute()
        return row.id

    def voters(self, poll_id: int) -> list[tuple[int, int]]:
        """(Line, person) of a few others on a roll."""
        others = (Voter.poll_id == poll_id) & (Voter.person_id != self.resident.id) & Voter.person_id.is_null(False)
        return list(Voter.select(Voter.id, Voter.person_id).where(others).order_by(Voter.number).limit(8).tuples())

    def cast(self, poll_id: int, choice: dict) -> str:
        """The resident's ballot; its receipt."""
        return casting.cast(poll_id, self.resident.id, choice, self.mine).receipt


def fill(app, site: sites.SiteView, resident: Person, clerk: Person) -> dict[str, int | str]:
    """One of each thing in the hall of a site; the numbers by which paths name them."""
    hall = Hall(app, site, resident, clerk)
    for part in (_polls, _drafts, _papers, _proxies, _talk, _moderated, _promised):
        with hall.writing() as viewer:
            part(hall, viewer)
    with app.app_context(), database.use(app.portal.db), sites.within(site.id):
        for name in POLLS:
            closing.count(hall.numbers[f"{name}_done"])
        mapping.make(hall.numbers["hall_topic"])
    return hall.numbers


def _polls(hall: Hall, _viewer) -> None:
    """Of each kind of ballot an open poll and one that is closed, to be counted."""
    for name, (rule, parameters, choice) in POLLS.items():
        hall.numbers[name] = hall.poll(rule, parameters)
        done = hall.numbers[f"{name}_done"] = hall.poll(rule, parameters)
        receipt = hall.cast(done, choice)
        for k, (_line, person) in enumerate(hall.voters(done)):
            other = {"ranks": [[k % 4], [(k + 1) % 4]]} if "ranks" in choice else choice
            casting.cast(done, person, other, hall.mine | {"person_id": person})
        assert closing.close(done, early=True)
        hall.numbers[f"{name}_receipt"] = f"{done}/receipt/{receipt}"
    hall.cast(hall.numbers["schulze"], POLLS["schulze"][2])
    hall.numbers["voter"] = hall.voters(hall.numbers["irv"])[0][0]


def _drafts(hall: Hall, _viewer) -> None:
    hall.numbers["draft"] = hall.poll("irv", {}, "draft")
    hall.numbers["budget_draft"] = hall.poll("pb.mes.add1", {"within": True}, "draft")


def _papers(hall: Hall, _viewer) -> None:
    """A closed poll whose papers are typed: one of them once by another hand, one with two readings."""
    number = hall.numbers["papers"] = hall.poll("stv.scottish", {"seats": 2}, paper_hours=48)
    (first, _one), (differs, _other), *_rest = hall.voters(number)
    for line, actor, ranks in ((first, 1, [[0]]), (differs, 1, [[0]]), (differs, 2, [[1]])):
        assert paper.enter(number, line, {"ranks": ranks}, hall.staff | {"actor_id": actor}) in ("first", "differs")
    assert closing.close(number, early=True)
    hall.numbers |= {"paper": first, "paper_differs": differs}


def _proxies(hall: Hall, _viewer) -> None:
    """One poll in which somebody asks the resident and somebody has her vote, one in which she has asked nobody."""
    number = hall.numbers["held"] = hall.poll("plurality", {}, proxies=True)
    hall.numbers["asks"] = hall.poll("plurality", {}, proxies=True)
    line = Voter.get((Voter.poll_id == number) & (Voter.person_id == hall.resident.id)).id
    asked = [proxies.ask(number, person, line, hall.mine | {"person_id": person})
             for _line, person in hall.voters(number)[:2]]
    assert proxies.agree(asked[0], hall.resident.id, hall.mine) is None
    hall.numbers["proxy"] = f"{number}/proxy/{asked[0]}"


def _topic(hall: Hall, stage: str, **fields: Any) -> int:
    steps = [stages.Step("listen", None, clock.now() + 5 * DAY), stages.Step("propose"), stages.Step("result")]
    return Topic.create(**{"title": "充电棚放在哪里好？", "summary": "棚要建，放在哪里？",
                           "text": "## 现在\n\n东门有空地。", "stages": stages.write(steps), "stage": stage,
                           "state": "open", "template": "proposals", "audience": "anyone",
                           "threshold": 2} | fields, **hall.staff).id


def _talk(hall: Hall, viewer) -> None:
    """A topic that listens, with its map; one with proposals in every standing, and what is said of them."""
    listens = hall.numbers["hall_topic"] = _topic(hall, "listen")
    ids = [Statement.create(topic_id=listens, text=text, state="shown").id for text in STATEMENTS]
    for letters, votes in two_camps(ids).items():
        for statement, vote in votes.items():
            saying.vote(listens, statement, letters.ljust(16, "x"), vote)
    waits = Statement.create(topic_id=listens, text="等着看的一句").id
    topic = hall.numbers["talk"] = _topic(hall, "propose")
    hall.numbers |= {"statement": ids[0], "statement_waits": waits}
    made = proposals.write(topic, "放在东门旧垃圾房", "离楼二十米，接电方便。", hall.mine)
    proposals.change(made.id, 1, "放在东门旧垃圾房旁", "离楼二十米，接电方便，雨天有棚。", hall.mine)
    double = proposals.write(topic, "东门也可以", "同上。", hall.staff)
    proposals.sign(made.id, hall.staff)
    answered = proposals.write(topic, "西门搭一个小的", "地方小些，先试用。", hall.mine)
    proposals.answer(answered.id, "partly", "先试三个月。", viewer)
    Poll.update(topic_id=topic).where(Poll.id == hall.numbers["draft"]).execute()
    hall.numbers |= {"proposal": made.id, "double": double.id, "answered": answered.id}
    for stance, text in (("for", "接电最近。"), ("against", "离我家窗口太近。"), ("question", "谁来收费？")):
        comment = posting.say(topic, made.id, stance, text, hall.mine)
        posting.say(topic, None, stance, text, hall.staff)
    posting.reply(comment.id, "", "物业说不收。", hall.staff)
    hall.numbers["comment"] = comment.id


def _moderated(hall: Hall, viewer) -> None:
    """Something reported, something hidden with an appeal, and something that a second person has to agree to."""
    topic, mine = hall.numbers["talk"], hall.mine | {"actor_id": hall.resident.id}
    reported = posting.say(topic, None, "", "你们都是骗子", hall.staff)
    hidden = posting.say(topic, None, "against", "说话难听的一句", mine)
    busy = _topic(hall, "vote", stages=stages.write([stages.Step("vote")]), title="有表决的议题")
    Poll.update(topic_id=busy).where(Poll.id == hall.numbers["one"]).execute()
    asked = posting.say(busy, None, "", "表决时说的一句", mine)
    things = {n: KINDS["comment"].find([n])[n] for n in (reported.id, hidden.id, asked.id)}
    moderation.report(things[reported.id], "insult", "骂人", viewer)
    assert moderation.hide(things[hidden.id], "insult", "请讲事情", viewer) == "hidden"
    assert moderation.hide(things[asked.id], "insult", "请讲事情", viewer) == "asked"
    found = {row.thing_id: row for row in Hiding.select()}
    moderation.appeal(found[hidden.id], hall.resident.id, "我说的是事情。")
    hall.numbers |= {"reported": reported.id, "hiding": found[hidden.id].id, "asked_hiding": found[asked.id].id}


def _promised(hall: Hall, _viewer) -> None:
    topic = hall.numbers["followed"] = _topic(hall, "follow", stages=stages.write([stages.Step("follow")]))
    row = Promise.create(topic_id=topic, text="东门装好两盏太阳能路灯", who="街道城管科", due="2031-05-01", version=2,
                         **hall.staff)
    PromiseChange.create(promise_id=row.id, version=1, was='{"due": "2031-03-01"}', actor_id=hall.clerk.id)
    hall.numbers["promise"] = row.id
