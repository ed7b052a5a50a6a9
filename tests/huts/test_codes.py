"""Labels' codes: one wrong sign or two that changed places are always found; what people type and scan is read."""

from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portal.plugins.huts import codes

seeds = st.integers(0, 10**9).map(Random)
SOME = [codes.new(Random(n)) for n in range(40)]


@pytest.mark.parametrize("code", SOME)
def test_every_single_wrong_sign_is_found(code):
    for place, sign in product(range(codes.LENGTH), codes.SIGNS):
        read = codes.read(code[:place] + sign + code[place + 1:])
        assert read == (code if sign == code[place] else None)


@pytest.mark.parametrize("code", SOME)
def test_every_two_signs_that_changed_places_are_found(code):
    for a, b in product(range(codes.LENGTH), repeat=2):
        signs = list(code)
        signs[a], signs[b] = signs[b], signs[a]
        assert (codes.read("".join(signs)) is None) == (code[a] != code[b])


def test_every_wrong_sign_and_every_swap_changes_the_check_for_any_code():
    """The check is a sum, so a difference depends on what changed only: all of them, once."""
    values, weights = range(len(codes.SIGNS)), range(1, codes.LENGTH + 1)
    assert all(w * (a - b) % 23 for w, a, b in product(weights, values, values) if a != b)
    assert all((v - w) * (a - b) % 23 for v, w, a, b in product(weights, weights, values, values) if a != b and v != w)
    assert len(codes.SIGNS) == len(set(codes.SIGNS)) == 23


@given(seeds)
def test_a_new_code_is_read_however_it_is_written(random):
    code = codes.new(random)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in codes.shown(code))
    for text in (code, code.lower(), codes.shown(code), f" {code[:2]} {code[2:]}\r\n", wide, f"{code[:4]}–{code[4:]}",
                 f"\ufeff{code}", f"https://xiaowu.example/huts/u/{code}", f"/lake/huts/u/{codes.shown(code)}/?from=qr",
                 f"扫到：http://h/HUTS/U/{code.lower()}#top"):
        assert codes.read(text) == code, text


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_code_or_none(text):
    found = codes.read(text)
    assert found is None or codes.read(codes.shown(found)) == found


@pytest.mark.parametrize("code", SOME)
def test_what_people_take_for_a_sign_is_that_sign(code):
    assert codes.read(code.translate(str.maketrans("2568V", "ZSGBU"))) == code


@pytest.mark.parametrize("text", ["", "-", "ABC-DEF", "OOOOOOO", SOME[0] + "2", SOME[0][:-1], "https://x/huts/u/",
                                  f"https://x/huts/i/{SOME[0]}", SOME[0] + " " * 3000, "/huts/u/" * 9])
def test_what_is_no_code_is_none(text):
    assert codes.read(text) is None


def test_no_sign_is_taken_for_another_and_none_makes_words():
    assert not set(codes.SIGNS) & set("01ILOQAEIOU")
    assert not any({a, b} <= set(codes.SIGNS) for a, b in ("B8", "G6", "S5", "Z2", "UV"))


def test_codes_are_spread_over_all_signs():
    many = [codes.new(Random(n)) for n in range(2000)]
    assert len(set(many)) == 2000
    assert all(len({code[place] for code in many}) == 23 for place in range(codes.LENGTH))


def test_a_code_is_shown_in_two_parts():
    assert codes.shown("2345678") == "234-5678"
