"""What neighbours of a whole district can do and need: 4,000 skills, requests for them, and 1,600 wants, as rows."""

from collections.abc import Mapping, Sequence

from portal import Due, bulk, index_many, now, scope_id

from . import categories
from .skills import kinds
from .skills.acts import LASTS
from .skills.models import Skill, SkillAsk, SkillMove
from .wants.models import Want
from .wants.states import DAYS

SKILLS, WANTS, ASKS = 4000, 1600, 3000
DAY = 86400
CAN: Mapping[str, Sequence[str]] = {  # what is offered in a category
    "repair": ("修自行车", "换灯泡灯管", "通下水道", "修纱窗", "磨刀", "换水龙头"),
    "care": ("陪诊", "陪长者散步", "帮忙量血压", "送饭上楼", "给长者理发", "帮接放学"),
    "teaching": ("讲绘本", "辅导小学数学", "练英语口语", "教粤语", "教下象棋", "教毛笔字"),
    "arts": ("改裤脚", "教织围巾", "教剪纸", "教吹葫芦丝", "写春联", "教插花"),
    "sports": ("教太极拳", "陪打羽毛球", "教游泳换气", "教骑单车", "带跑步", "教八段锦"),
    "cooking": ("教包粽子", "教煲老火汤", "教做萝卜糕", "教蒸松糕", "教腌咸柠檬", "教烤蛋糕"),
    "digital": ("教用微信视频", "教手机挂号", "清理手机内存", "设路由器", "扫描旧照片", "教防诈骗"),
    "gardening": ("教种葱", "给盆栽换土", "治蚜虫", "修枝", "做堆肥", "教养兰花"),
    "advice": ("看租房合同", "填报销单", "问养老手续", "选保险先听听", "写简历", "调解邻里小事"),
}
NEEDS = ("想借{name}，用一个周末", "找一件{name}，旧的就好", "家里来客，想借{name}", "{name}，谁家闲着？")
HELP = ("想找人帮忙：{name}", "想学：{name}", "{name}，有没有街坊会？")
HOURS = ("周末", "平日晚上", "周三下午", "清早", "随时先问", "周六上午")
PLACES = ("home", "hut", "home,hut", "online", "yours")
WORDS = ("做了好多年，乐意帮街坊。", "慢慢来，不急，教到会为止。", "自带工具，材料按实价。", "一次一两个人最好。")
THANKS = ("做得很细心，谢谢！", "人好，手艺也好。", "一教就会，太感谢了。", "帮了大忙。")
STATES = {"shown": 92, "asked": 4, "hidden": 1, "withdrawn": 3}  # of a hundred skills
ASKED = {"thanked": 50, "done": 15, "accepted": 12, "asked": 13, "declined": 10}  # of a hundred requests
WANTED = {"open": 45, "met": 35, "ended": 15, "withdrawn": 5}  # of a hundred wants
STEPS = {"asked": ("asked",), "accepted": ("asked", "accepted"), "done": ("asked", "accepted", "done"),
         "thanked": ("asked", "accepted", "done", "thanked"), "declined": ("asked", "declined")}
SKILL = ("category", "title", "text", "per", "places", "hours", "state", "reason", "thanks", "actor_id", "person_id",
         "created_at", "changed_at")
ASK = ("skill_id", "words", "wished", "state", "thanks", "thanks_open", "actor_id", "person_id", "at", "changed_at")
MOVE = ("ask_id", "old", "new", "actor_id", "person_id", "at")
WANT = ("what", "category", "title", "state", "met_with", "ends_at", "actor_id", "person_id", "created_at",
        "changed_at")


def fill(plot) -> None:
    """Skills, requests for them and wants of one of the district's communities."""
    people = [one.id for one in plot.people]
    asks = _share(ASKS, plot)
    skills = [_skill(plot, people) for _ in range(_share(SKILLS, plot))]
    shown = [n for n, row in enumerate(skills) if row[6] == "shown"]
    made = [(plot.random.choice(shown), _pick(plot, ASKED)) for _ in range(asks if shown else 0)]
    thanked = [n for n, state in made if state == "thanked"]
    ids = bulk(Skill, SKILL, [(*row[:8], thanked.count(n), *row[8:]) for n, row in enumerate(skills)])
    _asks(plot, people, [(ids[n], skills[n][9], state) for n, state in made])
    wants = [_want(plot, people) for _ in range(_share(WANTS, plot))]
    numbered = zip(bulk(Want, WANT, wants), wants, strict=True)
    _later("huts.want_ends", [(number, row[5]) for number, row in numbered if row[3] == "open"])
    index_many("huts", [(f"skill {ids[n]}", skills[n][1], f"huts/skills/{ids[n]}",
                         f"{kinds.words(skills[n][0])} {skills[n][2]}", skills[n][2]) for n in shown])


def _share(total: int, plot) -> int:
    return len(range(plot.number, total, plot.of))


def _pick(plot, shares: Mapping[str, int]) -> str:
    return plot.random.choices(list(shares), list(shares.values()))[0]


def _skill(plot, people: Sequence[int]) -> tuple:
    """A row of SKILL, without its thanks."""
    random = plot.random
    category, person, state = random.choice(list(CAN)), random.choice(people), _pick(plot, STATES)
    at = now() - random.randrange(DAY, 300 * DAY)
    return (category, random.choice(CAN[category]), random.choice(WORDS), random.choice(("hour", "task")),
            random.choice(PLACES), random.choice(HOURS), state, "请写清楚时间和地点。" if state == "hidden" else "",
            person, person, at, at)


def _asks(plot, people: Sequence[int], wanted: Sequence[tuple[int, int, str]]) -> None:
    """Requests by (skill, whose it is, state), with every step that led there."""
    random, rows = plot.random, []
    for skill, owner, state in wanted:
        asker = random.choice(people)
        asker = asker if asker != owner else people[people.index(owner) - 1]
        recent = state in ("asked", "accepted")
        at = now() - random.randrange(DAY, (10 if recent else 200) * DAY)
        rows.append((skill, "想请您帮帮忙。", random.choice(HOURS), state,
                     random.choice(THANKS) if state == "thanked" else "", state == "thanked", asker, asker, at,
                     at + 3600 * (len(STEPS[state]) - 1)))
    numbered = list(zip(bulk(SkillAsk, ASK, rows), rows, strict=True))
    _later("huts.skill_ends", [(number, row[9] + LASTS[row[3]]) for number, row in numbered if row[3] in LASTS])
    bulk(SkillMove, MOVE, [(number, STEPS[row[3]][k - 1] if k else "", new, row[6], row[7], row[8] + 3600 * k)
                           for number, row in numbered for k, new in enumerate(STEPS[row[3]])])


def _later(kind: str, ends: Sequence[tuple[int, int]]) -> None:
    """What is due because of these rows: (number, when)."""
    bulk(Due, ("site_id", "kind", "ref", "due_at", "only"),
         [(scope_id(), kind, str(number), at, f"{kind} {number} {scope_id()}") for number, at in ends])


def _want(plot, people: Sequence[int]) -> tuple:
    random = plot.random
    state, person = _pick(plot, WANTED), random.choice(people)
    if random.random() < 0.3:
        what, category = "skill", random.choice(list(CAN))
        title = random.choice(HELP).format(name=random.choice(CAN[category]))
    else:
        what, category = "thing", random.choice(categories.leaves())
        title = random.choice(NEEDS).format(name=categories.names(category).zh)
    ended = state in ("ended", "met")
    at = now() - (random.randrange(DAYS + 1, 300) if ended else random.randrange(1, DAYS - 2)) * DAY
    return (what, category, title, state, "小屋里正好有" if state == "met" else "", at + DAYS * DAY, person, person,
            at, at)
