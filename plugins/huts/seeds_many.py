"""Huts of a whole district: 190,000 things with 230,000 units, and 40,000 loans in all states, as rows at once."""

from functools import cache
from random import Random
from typing import NamedTuple

from portal import bulk, index_many, now

from . import categories, seeds_past, seeds_skills, seeds_told
from .models import Hut, Item, Unit
from .shelf.keeping import new_labels

HUTS, ITEMS, UNITS = 158, 190_000, 230_000
DAY = 86400
ITEM = ("hut_id", "category", "name", "summary", "rules", "inside", "owner", "owner_name", "gives", "value_fen",
        "deposit_fen", "state", "units", "waiting", "queue", "actor_id", "person_id", "created_at", "changed_at")
UNIT = ("item_id", "hut_id", "home_id", "code", "condition", "state", "note", "created_at", "changed_at")
MAKES = ("禅桂", "榕记", "合力", "顺手", "街坊牌", "祖庙", "东平", "三水坊", "老师傅", "金陶", "绿岛", "好日子", "南风",
         "双喜", "石湾", "家合", "岭秀", "海棠", "飞燕", "永兴")
LOOKS = ("米白", "深蓝", "草绿", "橙红", "银灰", "原木色", "黑色", "天蓝", "墨绿", "酒红", "浅黄", "藏青")
SIZES = ("小号", "中号", "大号", "加长", "轻便", "加厚", "新款", "经典款", "加宽", "迷你", "两用", "折叠款", "家庭装",
         "升级款")
SUMMARIES = ("{make}的，{look}，用了{n}年", "{look}，配件齐全，编号{n}", "街坊送来的，{look}，{size}",
             "{size}，{make}出的，很新", "{make}{size}，去年检修过", "{look}{size}，提得动，放得进电梯")
RULES = ("请擦干净再还\n配件数一数", "用前看一看说明", "", "", "易碎，请轻放", "请在室内用", "充满电再还")
OWNERS = ("街坊骑行队", "书香驿站", "巧手互助社", "社区卫生站", "老友记协会", "青年志愿队")
NAMES = ("百宝屋", "互助小屋", "共享驿站", "街坊仓", "工具房", "邻里柜", "乐享屋", "家什铺")


class Shelf(NamedTuple):
    """A thing that is to be made: its row so far, what lists say of it, how many units."""

    category: str
    name: str
    summary: str
    hut: int
    units: int
    state: str
    gives: bool


def fill(site, plot) -> None:
    """Huts, things and loans of one of the district's communities."""
    houses = [_house(plot, n).id for n in range(_share(HUTS, plot))]
    shelf = _shelf(plot, houses)
    lent = [seeds_past.Line(n, thing.units, thing.hut) for n, thing in enumerate(shelf)
            if thing.state == "shown" and not thing.gives]
    past = seeds_past.Past(plot, lent, _share(seeds_past.LOANS, plot))
    counts = past.counts()
    items = bulk(Item, ITEM, [_row(plot, thing, *counts.get(n, (0, 0, 0))) for n, thing in enumerate(shelf)])
    units = _units(plot, shelf, items, past)
    past.store(items, units)
    index_many("huts", [(f"item {item}", thing.name, f"huts/items/{item}", _words(thing), thing.summary)
                        for item, thing in zip(items, shelf, strict=True) if thing.state == "shown"])
    seeds_skills.fill(plot)


def _share(total: int, plot) -> int:
    return len(range(plot.number, total, plot.of))


def _house(plot, n: int) -> Hut:
    told = plot.random.choice(seeds_told.huts())
    lat, lon = seeds_told.point(plot.number, 0.002 * n)
    return seeds_told.house(plot, told, pictured=False, code=f"H{plot.number:03d}{_letter(n)}", lat=lat, lon=lon,
                       name=f"{plot.random.choice(plot.estates or ('老城',))}{plot.random.choice(NAMES)}",
                       address=f"{plot.random.choice(plot.estates or ('老城',))}{plot.random.randint(1, 40)}号")


def _letter(n: int) -> str:
    """A, B … Z, A1, B1 …: a community that stands for many has all of their huts."""
    return f"{chr(ord('A') + n % 26)}{n // 26 or ''}"


def _shelf(plot, houses: list[int]) -> list[Shelf]:
    """All things of the site, most of them with one unit."""
    n, random = _share(ITEMS, plot), plot.random
    units = [1] * n
    for _ in range(_share(UNITS - ITEMS, plot)):
        units[int(n * random.random() ** 2)] += 1
    return [_thing(random, houses, units[k]) for k in range(n)]


def _thing(random: Random, houses: list[int], units: int) -> Shelf:
    code = random.choice(categories.leaves())
    make, look, size = random.choice(MAKES), random.choice(LOOKS), random.choice(SIZES)
    kind = categories.names(code).zh
    name = random.choice((f"{make}{kind}（{look}）", f"{look}{kind}", f"{make}{kind}{random.randint(2, 99)}号",
                          f"{size}{kind}", f"{kind}（{size}，{look}）"))
    summary = random.choice(SUMMARIES).format(make=make, look=look, size=size, n=random.randint(1, 9))
    state = "shown" if random.random() < 0.98 else random.choice(("draft", "withdrawn", "asked"))
    return Shelf(code, name, summary, random.choice(houses), units, state, random.random() > 0.99)


def _row(plot, thing: Shelf, gone: int, waiting: int, queue: int) -> tuple:
    random, kind = plot.random, categories.tree()[thing.category]
    owner = ("organisation", random.choice(OWNERS)) if random.random() < 0.08 else ("community", "")
    at = now() - random.randint(30, 500) * DAY
    return (thing.hut, thing.category, thing.name, thing.summary, random.choice(RULES), "", *owner, thing.gives,
            kind.value_fen, kind.value_fen // 10 if kind.value_fen > 60000 else 0, thing.state, thing.units - gone,
            waiting, queue, plot.staff, plot.staff, at, at)


def _units(plot, shelf: list[Shelf], items: list[int], past: seeds_past.Past) -> dict[tuple[int, int], int]:
    """Every unit with its label and where its last loan has left it; {(thing, which of it): unit}."""
    wanted = [(n, k) for n, thing in enumerate(shelf) for k in range(thing.units)]
    labels = new_labels(len(wanted), plot.random)
    rows, at = [], now() - 400 * DAY
    for (n, k), label in zip(wanted, labels, strict=True):
        state, here = past.units.get((n, k), ("in", True))
        hut = shelf[n].hut
        rows.append((items[n], hut if here else None, hut, label, plot.random.choice(seeds_told.CONDITIONS), state,
                     "在别处的小屋，等人带回" if state == "transit" else "", at, at))
    return dict(zip(wanted, bulk(Unit, UNIT, rows), strict=True))


@cache
def _said(code: str) -> str:
    return categories.words(code)


def _words(thing: Shelf) -> str:
    return f"{_said(thing.category)} {thing.summary}"
