"""The tree of kinds: whole, named in three languages, and found by every word that stands in it."""

import re

import pytest
from portal.plugins.huts import categories
from portal.plugins.huts.categories import Found, Names

from tests.support.files import ROOT

TREE, LEAVES = categories.tree(), categories.leaves()
SPRITE = set(re.findall(r'id="([^"]+)"', (ROOT / "portal/static/icons.svg").read_text("utf-8")))
LISTED = re.findall(r"^\[(.+)\]$|^([a-z0-9.-]+) \|", categories._FILE.read_text("utf-8"), re.MULTILINE)


def test_there_are_kinds_enough_in_groups_that_a_page_can_hold():
    assert len(LEAVES) >= 340 and 12 <= len(categories.children()) <= 16
    assert max(len(categories.children(code)) for code in TREE) <= 40
    assert {len(categories.path(code)) for code in LEAVES} == {2, 3}


def test_no_code_is_lost_or_there_twice():
    assert len(LISTED) == len(TREE)
    wrong = [code for code in TREE if not re.fullmatch(r"[a-z]+(\.[a-z][a-z-]*[a-z]){0,2}", code) or len(code) > 40]
    assert wrong == []


def test_every_kind_lies_below_its_group():
    for code, kind in TREE.items():
        assert kind.parent in TREE or kind.parent == "" and code in categories.children()
        assert code in categories.below(code.partition(".")[0])
    assert sum(len(categories.below(group)) for group in categories.children()) == len(TREE)


@pytest.mark.parametrize(("language", "encoding"), [(0, "gb2312"), (1, "big5hkscs"), (2, "ascii")])
def test_every_kind_has_a_name_of_its_own_in_each_language_and_script(language, encoding):
    said = [kind.names[language] for kind in TREE.values()]
    assert all(said) and len({categories.plain(name) for name in said}) == len(said)
    assert [name for name in said if name != name.encode(encoding, "ignore").decode(encoding)] == []
    assert [name for name in said if len(name) > 40 or name != name.strip()] == []


def test_defaults_fit_and_icons_are_there():
    assert {kind.days for kind in TREE.values()} == {3, 7, 14, 30}
    assert [code for code, kind in TREE.items() if not 500 <= kind.value_fen <= 20_000_00] == []
    assert {kind.icon for kind in TREE.values()} <= SPRITE
    assert len({TREE[group].icon for group in categories.children()}) == len(categories.children())


def test_what_a_line_leaves_out_is_that_of_its_branch():
    chair, drill = TREE["care.wheelchair"], TREE["tool.power.drill"]
    assert (chair.days, chair.value_fen, chair.icon, chair.parent) == (30, 600_00, "accessibility", "care")
    assert (drill.days, drill.value_fen, drill.parent) == (3, 350_00, "tool.power")
    assert TREE["tool.power.jigsaw"].value_fen == TREE["tool.power"].value_fen == 300_00 != TREE["tool"].value_fen
    assert TREE["tool.hand.axe"].days == 3 != TREE["tool.hand.saw"].days == TREE["tool.hand"].days


def test_names_by_language():
    assert categories.names("sport.game.mahjong-table") == Names("麻将桌", "麻雀枱", "Mahjong table")
    said = [categories.name("tool.hand.spanner", locale) for locale in (*categories.LOCALES, "fr")]
    assert said == ["活动扳手", "活動士巴拿", "Adjustable spanner", "活动扳手"]


def test_places_in_the_tree():
    assert categories.path("feast.lion.head") == ("feast", "feast.lion", "feast.lion.head")
    assert categories.children("care.breath") == ("care.breath.oxygen", "care.breath.nebuliser", "care.breath.suction")
    assert categories.below("care.breath") == ("care.breath", *categories.children("care.breath"))
    assert categories.below("care.wheelchair") == ("care.wheelchair",)


@pytest.mark.parametrize("code", ["", "no.such", "care.", "car"])
def test_a_code_that_is_not_there_breaks_no_page(code):
    assert categories.path(code) == categories.below(code) == () and categories.words(code) == ""
    assert categories.names(code) == (code, code, code) and categories.found(code) == Found(None)


def test_every_code_and_every_name_means_its_kind():
    wrong = [(code, word) for code, kind in TREE.items() for word in (code, *kind.names)
             if categories.found(word).code != code]
    assert wrong == []


def test_every_other_word_leads_to_its_kind_too():
    for code, kind in TREE.items():
        for word in kind.others:
            meant = categories.found(word)
            assert meant.code == code or not meant.code and code in meant.candidates, (code, word)
            assert word in categories.words(code)


def test_no_other_word_is_the_name_of_another_kind_and_hardly_one_means_two():
    others = {word for kind in TREE.values() for word in kind.others}
    assert [word for word in others if categories.plain(word) in categories._named()] == []
    assert len({word for word in others if not categories.found(word).code}) <= 3


@pytest.mark.parametrize(("text", "code"), [
    ("人字梯", "tool.ladder"), ("衝擊電鑽", "tool.power.drill"), ("hammer DRILL", "tool.power.drill"),
    ("Ｈａｍｍｅｒ　ｄｒｉｌｌ", "tool.power.drill"), ("士巴拿", "tool.hand.spanner"), ("BB車", "baby.pram"),
    (" 大 蒸锅 ", "kitchen.steamer"), ("抽湿机", "electric.dehumidifier"), ("舞獅", "feast.lion"),
    ("CARE.WHEELCHAIR", "care.wheelchair"), ("麻雀枱", "sport.game.mahjong-table"), ("衣車", "craft.sewing-machine"),
    ("Paddle-board, stand up", None), ("不知是什么", None), ("", None), ("-", None),
])
def test_found_as_people_write_it(text, code):
    assert categories.found(text) == Found(code, (code,) if code else ())


def test_what_is_unclear_says_what_it_could_be():
    assert categories.found("鼓") == Found(None, ("feast.lion.drum", "music.hand-drum"))
