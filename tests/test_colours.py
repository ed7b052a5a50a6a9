"""A brand's colours: readable or refused with a readable one near it."""

import colorsys

import pytest

from portal.pages import colours
from portal.pages.colours import DARK_BACKGROUNDS, LIGHT_BACKGROUNDS, brand_css, check, contrast


@pytest.mark.parametrize("one, other, ratio", [
    ("#000000", "#ffffff", 21.0), ("#777777", "#ffffff", 4.48), ("#14508c", "#ffffff", 8.22),
    ("#fff", "#ffffff", 1.0)])
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.06)


def test_a_readable_colour_is_kept():
    verdict = check("#14508c")
    assert verdict.ok and verdict.ratio > 7 and not verdict.reason


@pytest.mark.parametrize("colour", ["#ffee00", "#a0d8ef", "#fefefe", "#00ff00", "#ff7700", "#777777"])
def test_a_pale_colour_is_refused_with_a_darker_one_of_its_hue(colour):
    verdict = check(colour)
    assert not verdict.ok and verdict.reason == colours.HARD_ON_PAGE
    assert check(verdict.suggestion).ok
    light, chroma, hue = colours.oklch(colour)
    darker = colours.oklch(verdict.suggestion)
    assert darker[0] < light
    if min(chroma, darker[1]) > 0.02:
        assert abs(hue - darker[2]) < 0.12


def test_on_a_dark_page_the_suggestion_is_lighter():
    verdict = check("#14508c", DARK_BACKGROUNDS)
    assert not verdict.ok and check(verdict.suggestion, DARK_BACKGROUNDS).ok
    assert colours.oklch(verdict.suggestion)[0] > colours.oklch("#14508c")[0]


@pytest.mark.parametrize("word", ["", "red", "#12", "#gggggg", "#1234567", "#fff;}body{", None])
def test_what_is_no_colour_is_refused(word):
    assert check(word).reason == colours.NOT_A_COLOUR
    assert brand_css({"brand": word}) == ""


def test_every_hue_has_a_readable_shade_for_day_and_night():
    for step in range(24):
        rgb = colorsys.hsv_to_rgb(step / 24, 0.9, 0.9)
        colour = "#" + "".join(f"{round(part * 255):02x}" for part in rgb)
        assert check(colours.nearest(colour, LIGHT_BACKGROUNDS)).ok
        dark = colours.dark_of(colour)
        assert check(dark, DARK_BACKGROUNDS).ok
        assert contrast(colours.words_on(dark), dark) >= 4.5


def test_the_style_sheet_has_both_modes():
    css = brand_css({"brand": "#8F3D0C"})
    assert css.startswith(":root{--brand:light-dark(#8f3d0c,#")
    assert "--on:light-dark(#ffffff,#1b1f23)" in css and "@supports not" in css
    assert "light-dark(#8f3d0c,#ffd080)" in brand_css({"brand": "#8f3d0c", "brand_dark": "#ffd080"})
