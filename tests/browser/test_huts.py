"""The counter of a hut in a browser: by keyboard alone, without scripts, on a phone and at a desk."""

import re

import pytest
from playwright.sync_api import Page, expect
from portal.plugins.huts.models import Item, Loan, Unit

from tests.browser.test_staff_journeys import WITH_AND_WITHOUT
from tests.huts.conftest import planted

MOST_STROKES = 12  # of a whole loan for a known person and one unit
DESKTOP = {"width": 1280, "height": 900}


class Keys:
    """A keyboard and a scanner that count."""

    def __init__(self, page: Page):
        self.page, self.strokes = page, 0

    def type(self, text: str) -> None:
        for sign in text:
            self.press(sign)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.strokes += 1

    def scan(self, text: str) -> None:
        """One pull of the scanner, which types and enters."""
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        self.strokes += 1


@pytest.fixture
def hut(quarter, here) -> tuple[int, int, list[str]]:
    """A hut of this test's own with three wheelchairs."""
    with quarter.app.app_context(), quarter.unit(here):
        return planted(3, asked_out="刹车试过了\n折叠教过了", asked_back="坐垫在")


@pytest.fixture
def counter(quarter, here, hut) -> str:
    return f"{quarter.url}/{here}/huts/counter/{hut[0]}"


@pytest.fixture
def resident(quarter, here):
    return quarter.person("陈爱莲", home=here, phone=f"1380013{quarter.count:04}")


@pytest.fixture
def staff_page(quarter, here, phone_of):
    """`staff_page(scripts=False)`: the browser of somebody at the counter."""
    clerk = quarter.person("李敏", home=here, role="staff")

    def opened(scripts: bool = True, **options) -> Page:
        return phone_of(clerk, java_script_enabled=scripts, **options)
    return opened


def lent(quarter, here: str) -> list[str]:
    with quarter.app.app_context(), quarter.unit(here):
        return [loan.state for loan in Loan.select().order_by(Loan.id)]


@WITH_AND_WITHOUT
def test_a_whole_loan_by_keyboard_in_at_most_twelve_strokes(quarter, here, counter, hut, resident, staff_page, scripts):
    page = staff_page(scripts, viewport=DESKTOP)
    page.goto(counter)
    keys = Keys(page)
    expect(page.locator("#q")).to_be_focused()
    keys.type(resident.phone[-4:])
    keys.press("Enter")
    expect(page.locator("#who")).to_have_text("陈爱莲")
    expect(page.locator("#q")).to_be_focused()
    keys.scan(f"https://example.org/x/huts/u/{hut[2][0]}")
    expect(page.locator("#lend tbody tr")).to_have_count(1)
    expect(page.locator("#q")).to_be_focused()
    if not scripts:
        while page.evaluate("document.activeElement.closest('#lend') === null || document.activeElement.name === 'rm'"):
            keys.press("Tab")
            assert keys.strokes < MOST_STROKES
    keys.press("Enter")
    expect(page.locator(".ok-line")).to_contain_text("1")
    assert lent(quarter, here) == ["out"]
    assert keys.strokes <= (7 if scripts else MOST_STROKES), keys.strokes
