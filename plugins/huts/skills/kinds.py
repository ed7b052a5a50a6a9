"""The nine categories of skills, with names in three languages, and how and where one is offered. Plain Python."""

from collections.abc import Mapping
from typing import NamedTuple

from ..categories import LOCALES, Names

N_ = str  # marks a text that is translated where it is shown


class Kind(NamedTuple):
    """A category of skills; `words` are others to find it by."""

    icon: str
    names: Names
    words: str


KINDS: Mapping[str, Kind] = {
    "repair": Kind("wrench", Names("修理", "維修", "Repair"), "修 补 水电 家电 自行车 單車 mend fix"),
    "care": Kind("hand-heart", Names("照护", "照顧", "Care"), "陪伴 看护 陪诊 陪診 company"),
    "teaching": Kind("book-open", Names("教学", "教學", "Teaching"), "辅导 作业 補習 语言 lessons tutoring"),
    "arts": Kind("scissors", Names("手工艺术", "手工藝術", "Arts and crafts"), "书法 書法 音乐 缝纫 裁縫 music sewing"),
    "sports": Kind("users-round", Names("运动", "運動", "Sports"), "健身 太极 太極 打球 exercise"),
    "cooking": Kind("heart", Names("做饭", "烹飪", "Cooking"), "厨艺 烘焙 煮食 包饺子 baking"),
    "digital": Kind("scan-line", Names("手机电脑", "手機電腦", "Digital help"), "数码 智能手机 數碼 phone computer"),
    "gardening": Kind("sun", Names("种花种菜", "園藝", "Gardening"), "园艺 种植 種植 plants"),
    "advice": Kind("messages-square", Names("出主意", "意見諮詢", "Advice"), "咨询 法律 理财 諮詢 legal forms"),
}
PER: Mapping[str, str] = {"hour": N_("By the hour"), "task": N_("By the task")}
PLACES: Mapping[str, str] = {"home": N_("At their home"), "hut": N_("In the hut"), "yours": N_("At yours"),
                             "online": N_("By phone or online")}


def name(code: str, locale: str) -> str:
    """The category's name in that language, else in simplified Chinese; a code that is none stays itself."""
    found = KINDS.get(code)
    return found.names[LOCALES.index(locale) if locale in LOCALES else 0] if found else code


def icon(code: str) -> str:
    """The category's mark."""
    return KINDS[code].icon if code in KINDS else "hand-heart"


def words(code: str) -> str:
    """What the search finds it by, in all languages."""
    found = KINDS.get(code)
    return " ".join([*found.names, found.words]) if found else ""
