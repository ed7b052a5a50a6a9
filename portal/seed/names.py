"""Plausible names of people and places in Foshan; nobody in particular."""

from collections.abc import Iterator
from random import Random

_FREQUENT = {  # surname → how many times as frequent as the rarest
    "陈": 9, "梁": 8, "李": 8, "黄": 7, "何": 6, "罗": 5, "霍": 4, "冯": 4, "林": 4, "区": 3, "关": 3, "吴": 3, "刘": 3,
    "张": 3, "邓": 3, "谭": 3, "黎": 3, "周": 3, "王": 3, "杨": 2, "麦": 2, "简": 2, "潘": 2, "孔": 2, "冼": 2, "庞": 2,
    "欧": 2, "卢": 2, "叶": 2, "苏": 2, "曾": 2, "郭": 2, "钟": 2}
SURNAMES = "".join(name * n for name, n in _FREQUENT.items()) + "劳招莫布彭赵胡廖邹"
WOMEN = (
    ("桂英", "秀兰", "惠珍", "丽华", "玉莲", "凤仪", "少芬", "瑞芳", "月好", "银彩", "桂珍", "淑贞", "妙嫦", "玉琼",
     "焕娣"),
    ("丽娟", "敏仪", "婉婷", "燕玲", "慧敏", "素芬", "洁英", "秋霞", "雪梅", "翠萍", "少玲", "淑仪", "绮雯", "艳芳",
     "小燕"),
    ("嘉慧", "思颖", "梓晴", "雨桐", "诗琪", "晓彤", "芷晴", "心怡", "可欣", "佩珊", "子悦", "咏欣", "紫琳", "乐瑶",
     "静雯"),
)
MEN = (
    ("国强", "志明", "耀宗", "炳坤", "锦荣", "伟棠", "兆基", "树根", "汉彬", "润添", "德贤", "庆波", "应昌", "浩泉",
     "泽林"),
    ("建华", "志伟", "伟杰", "永康", "俊峰", "国栋", "家明", "文辉", "海涛", "少雄", "健强", "兆辉", "振邦", "达明",
     "铭基"),
    ("子轩", "俊杰", "浩然", "梓豪", "宇航", "嘉诚", "铭轩", "柏霖", "卓言", "乐天", "君浩", "泽楷", "晋熙", "智恒",
     "俊彦"),
)
FIRST = (("永", "yong"), ("福", "fu"), ("文", "wen"), ("华", "hua"), ("朝", "chao"), ("圣", "sheng"), ("培", "pei"),
         ("锦", "jin"), ("翠", "cui"), ("湖", "hu"), ("榕", "rong"), ("莲", "lian"), ("梅", "mei"), ("丹", "dan"),
         ("凤", "feng"), ("龙", "long"), ("鹤", "he"), ("石", "shi"), ("东", "dong"), ("南", "nan"), ("新", "xin"))
SECOND = (("安", "an"), ("宁", "ning"), ("兴", "xing"), ("昌", "chang"), ("景", "jing"), ("田", "tian"), ("园", "yuan"),
          ("涌", "chong"), ("塘", "tang"), ("桥", "qiao"), ("岗", "gang"), ("江", "jiang"), ("沙", "sha"), ("和", "he"),
          ("明", "ming"), ("堤", "di"), ("泽", "ze"), ("林", "lin"), ("港", "gang"), ("台", "tai"))
STEMS = ("锦绣", "翠湖", "金沙", "怡景", "东升", "朝阳", "康乐", "丽日", "玫瑰", "荷香", "兰亭", "雅居", "城南", "江湾",
         "百合", "福星", "同乐", "华远", "银苑", "竹林", "紫金", "明珠", "桃园", "旭日", "彩虹", "汇景", "雍华", "升平")
ENDINGS = ("花园", "苑", "小区", "新村", "大院", "里", "名庭", "公寓")
CLANS = ("东社", "西社", "南坊", "北坊", "上街", "下街", "塘边", "祠前", "桥头", "新围", "旧围", "沙田", "基围", "果园")


def generation(year: int) -> int:
    """0 for elders, 1 for those in between, 2 for the young."""
    return 0 if year < 1962 else 1 if year < 1986 else 2


def given(random: Random, year: int, woman: bool) -> str:
    """A given name of the time."""
    return random.choice((WOMEN if woman else MEN)[generation(year)])


def whole(random: Random, year: int, woman: bool, surname: str = "") -> str:
    """A name; of a family that has one."""
    return (surname or random.choice(SURNAMES)) + given(random, year, woman)


def birth_year(random: Random, now: int) -> int:
    """A grown-up's year of birth; every third is an elder."""
    age = random.choice((random.randint(60, 88), random.randint(36, 62), random.randint(19, 45)))
    return now - age


def places(random: Random) -> Iterator[tuple[str, str]]:
    """(slug, two characters) of ever new places."""
    pairs = list({a[1] + b[1]: a[0] + b[0] for a in FIRST for b in SECOND if a[0] != b[0]}.items())
    random.shuffle(pairs)
    yield from pairs


def estate(random: Random, village: bool) -> str:
    """The name of an estate or, in a village, of one of its parts."""
    return random.choice(CLANS) if village else random.choice(STEMS) + random.choice(ENDINGS)


def building(random: Random, village: bool) -> str:
    """A building's number, as people say it."""
    return f"{random.randint(1, 12)}巷" if village else f"{random.randint(1, 16)}栋"
