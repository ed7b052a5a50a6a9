"""What comes out of the printer: the text, without what only works on a screen."""

from playwright.sync_api import Page, expect

NOT_PRINTED = (".tabs", ".tools", ".back", ".foot nav", "[data-print]")


def test_an_announcement_is_printed_without_menus(eyes, numbers):
    for slug in numbers:
        page = eyes.see(f"{slug}/bulletin/{numbers[slug]['announcement']}")
        expect(page.locator("[data-print]")).to_be_visible()
        page.emulate_media(media="print")
        assert not shown(page, *NOT_PRINTED), slug
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator(".prose")).to_be_visible()
        expect(page.locator(".brand")).to_be_visible()  # says whose paper it is


def test_a_roster_is_printed_as_a_table(eyes, numbers):
    page = eyes.see(f"hepan/activities/desk/date/{numbers['hepan']['date']}/roster", "district@xiaowu.example")
    page.emulate_media(media="print")
    assert not shown(page, *NOT_PRINTED, ".side")
    assert page.locator("tbody tr").first.evaluate("e => getComputedStyle(e).display") == "table-row"


def shown(page: Page, *selectors: str) -> list[str]:
    """Those of the selectors that can be seen on the page."""
    return [s for s in selectors for e in page.locator(s).all() if e.is_visible()]
