"""The made-up sites: a small district to walk through, and one of the size of a real one."""

from collections.abc import Iterator
from random import Random
from typing import NamedTuple

from . import names

FILING = "演示站点，人名、地名和内容都是虚构的"
HOURS = "周一至周五 上午8:30到12:00，下午2:00到5:30"


class Town(NamedTuple):
    """A site that is to be made."""

    slug: str
    name: str
    parent: str = ""
    theme: str = "plain"
    motto: str = ""
    address: str = ""
    phone: str = ""
    hours: str = HOURS
    colour: str = ""  # empty: the theme's own
    hero: str = ""
    mark: str = ""
    words: dict[str, str] = {}  # the site's own words in Chinese, by msgid
    estates: tuple[str, ...] = ()
    people: int = 0
    village: bool = False
    beginning: bool = False

    @property
    def brand(self) -> dict:
        """The brand as its row keeps it, but for pictures."""
        given = {"motto": self.motto, "address": self.address, "phone": self.phone, "hours": self.hours,
                 "filing": FILING}
        return {k: v for k, v in given.items() if v} | ({"colours": {"brand": self.colour}} if self.colour else {})


DISTRICT = Town("chancheng", "禅城区", "", "lingnan", "住在禅城，日日都有街坊", "岭南大道北80号", "0757-8200 1000",
                hero="street")
STREETS = (
    Town("zumiao", "祖庙街道", "chancheng", "lingnan", "老城新事，一起商量", "建新路18号", "0757-8200 2001",
         hero="lanterns"),
    Town("shiwan", "石湾镇街道", "chancheng", "lingnan", "千年窑火，万家灯火", "镇中路26号", "0757-8200 2002",
         hero="kilns"),
    Town("zhangcha", "张槎街道", "chancheng", "plain", "织出来的好日子", "张槎一路99号", "0757-8200 2003",
         hero="towers",
         colour="#6b3fa0"),
    Town("nanzhuang", "南庄镇", "chancheng", "plain", "水乡陶镇，出门见塘", "吉利大道12号", "0757-8200 2004",
         hero="village",
         colour="#2f6b3a"),
)
COMMUNITIES = (
    Town("guihuali", "桂花里社区", "zumiao", "osmanthus", "桂花开了，记得回来吃饭", "桂花里8号，榕树头对面",
         "0757-8218 0426", "周一至周六 上午8:30到晚上8:00，周日休息", hero="courtyard", mark="blossom",
         estates=("桂花苑", "榕荫大院", "同福里", "莲花花园"), people=190),
    Town("yaoqian", "窑前社区", "shiwan", "lingnan", "一把泥，一窑火，一街人", "窑前街21号", "0757-8227 1503",
         hero="kilns", mark="vessel", colour="#1d6a53", estates=("陶工新村", "公仔街", "凤凰台", "窑边里"), people=150),
    Town("hepan", "河畔社区", "shiwan", "plain", "推开窗就是河", "河滨路66号一楼", "0757-8236 6600",
         "每天 上午9:00到晚上9:00", colour="#0b5c86", hero="riverside", mark="wave",
         estates=("河畔花园", "望江苑", "东平里"), people=140),
    Town("lvrong", "绿榕社区", "zhangcha", "osmanthus", "年轻人多，孩子更多", "绿榕路3号党群中心二楼", "0757-8252 7788",
         "周二至周日 上午9:00到晚上8:30，周一休息", colour="#2f6b3a", hero="towers", mark="leaf",
         estates=("绿榕雅居", "针织城公寓", "翠竹园"), people=150),
    Town("rongshui", "榕水村", "nanzhuang", "lingnan", "饮水思源，有事来榕树头讲", "祠堂大街1号", "0757-8533 2255",
         hero="village", mark="boat", words={"Home": "村口"}, estates=("东社", "西社", "塘边坊"), people=120,
         village=True),
    Town("xinhe", "新禾社区", "zhangcha", "plain", "刚搬来，从认识邻居开始", "新禾路10号临时板房", "0757-8251 0010",
         colour="#4d6b16", hero="street", mark="sprout", estates=("新禾一期", "新禾二期"), people=60, beginning=True),
)

THEMES = ("plain", "osmanthus", "lingnan")
MOTTOES = (
    "远亲不如近邻", "有事找街坊", "小事不出社区", "一碗汤的距离", "门口有树，楼下有人", "大家的事大家议",
           "住得近，心更近",
    "开门七件事，邻里帮一半", "老街坊，新日子", "把日子过成诗", "出门遇见熟人", "灯亮着，家就在",
)
COLOURS = ("", "#14508c", "#8a3b12", "#1d6a53", "#6b3fa0", "#0b5c86", "#8c1d40", "#2f6b3a", "")
SHARES = {"zumiao": (56, 0), "shiwan": (24, 11), "zhangcha": (10, 20), "nanzhuang": (4, 22)}  # communities, villages
RESIDENTS = 140_000


def demo() -> list[Town]:
    """A district with four streets and six communities, parents first."""
    return [DISTRICT, *STREETS, *COMMUNITIES]


def district(random: Random, people: int = RESIDENTS, most: int = 10_000) -> list[Town]:
    """The district with 94 communities and 53 villages and so many residents, parents first.

    `most` communities only, each as large as it would be among all: for measuring how pages grow.
    """
    below = list(_below(random))
    weights = [random.randint(60, 140) for _ in below]
    edges = [round(people * sum(weights[:n]) / sum(weights)) for n in range(len(below) + 1)]
    sized = [town._replace(people=b - a) for town, a, b in zip(below, edges, edges[1:], strict=False)]
    return [DISTRICT._replace(hero=""), *(s._replace(hero="") for s in STREETS), *sized[:most]]


def _below(random: Random) -> Iterator[Town]:
    fresh = names.places(random)
    for street, (communities, villages) in SHARES.items():
        for n in range(communities + villages):
            slug, stem = next(fresh)
            yield _community(random, street, slug, stem, n, n >= communities)


def _community(random: Random, street: str, slug: str, stem: str, n: int, village: bool) -> Town:
    estates = tuple(dict.fromkeys(names.estate(random, village) for _ in range(random.randint(6, 14))))
    return Town(
        slug, f"{stem}{'村' if village else '社区'}", street, THEMES[n % 3], random.choice(MOTTOES),
        f"{stem}{'大街' if village else '路'}{random.randint(1, 180)}号", f"0757-8{random.randint(2000000, 8999999)}",
        colour=random.choice(COLOURS), estates=estates, village=village)
