"""Every kind of page in every theme, by day, by night and in large text: no barriers, nothing cut off, nothing tiny."""

import os

import pytest
from playwright.sync_api import Page

from tests.browser.kinds import KINDS, SITES, Kind

MODES = ({}, {"mode": "dark"}, {"size": "large"})
EVERY = os.environ.get("PORTAL_TEST_THEMES") == "all"
WIDE = {"viewport": {"width": 1280, "height": 900}}

# What is too small for a thumb. Links inside a sentence may be as small as its words.
SMALL_TARGETS = """() => {
    const least = 44, found = []
    const shown = e => e.checkVisibility({visibilityProperty: true}) && !e.closest(".vh,.skip,iframe,[hidden]")
    const inSentence = a => getComputedStyle(a).display === "inline" && a.closest("p,dd,td,th,address,.prose,label")
    for (const e of document.querySelectorAll("a[href],button,summary,select,input:not([type=hidden]),textarea")) {
        if (!shown(e) || e.matches("a") && inSentence(e)) continue
        const whole = e.closest(".opt,.card") || (e.closest("h3") && e.closest("li")) || e
        const box = whole.getBoundingClientRect()
        if (box.height < least - .5 || box.width < least - .5)
            found.push(`${e.outerHTML.slice(0, 120)} ${Math.round(box.width)}x${Math.round(box.height)}`)
    }
    return found
}"""

SMALL_TEXT = """() => {
    const found = new Set()
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    for (let text; text = walk.nextNode();) {
        const e = text.parentElement
        if (!text.data.trim() || e.closest("script,.vh,.skip,option") || !e.checkVisibility()) continue
        const size = parseFloat(getComputedStyle(e).fontSize) * (e.currentCSSZoom || 1)
        if (size < 23.9) found.add(`${size}px ${e.tagName}.${e.className} ${text.data.trim().slice(0, 30)}`)
    }
    return [...found]
}"""

# What sticks out to the right, were it only by a pixel.
CUT_OFF = """() => {
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= width) return []
    return [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > width + .5)
        .map(e => e.outerHTML.slice(0, 120)).slice(0, 5)
}"""


def opened(eyes, kind: Kind, slug: str, numbers: dict, turn: int, **options) -> Page:
    """The page as that person sees it; the mode follows from the turn."""
    path = f"{slug}/{kind.path.format_map(numbers.get(slug, {}))}"
    page = eyes.see(path, kind.who, MODES[turn % len(MODES)], **options)
    if kind.then:
        kind.then(page)
    return page


@pytest.mark.parametrize("name", KINDS)
def test_a_page_has_no_barriers(eyes, axe, numbers, name):
    """Each kind in one theme and one mode, the next kind in the next ones; all nine with `PORTAL_TEST_THEMES=all`."""
    kind, turn = KINDS[name], list(KINDS).index(name)
    faults = []
    for n in range(9) if EVERY else (turn,):
        page = opened(eyes, kind, kind.at[n % len(kind.at)], numbers, n // 3)
        found = axe(page) + page.evaluate(CUT_OFF) + page.evaluate(SMALL_TARGETS)
        if page.locator("html[data-size=large]").count():
            found += page.evaluate(SMALL_TEXT)
        page.set_viewport_size(WIDE["viewport"])
        found += page.evaluate(CUT_OFF)
        faults += [f"{page.url} {MODES[n // 3 % 3]}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("name", ["front", "activity", "sign up", "people", "person", "brand", "month"])
def test_a_wide_page_has_no_barriers(eyes, axe, numbers, name):
    turn = list(KINDS).index(name)
    for n in range(9) if EVERY else (turn,):
        page = opened(eyes, KINDS[name], SITES[n % 3], numbers, n // 3, **WIDE)
        assert not axe(page), page.url
