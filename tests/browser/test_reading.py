"""Reading: without an account, by keyboard, in another language, larger, darker; and every page knows the way back."""

import pytest
from playwright.sync_api import Page, expect

WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])


@pytest.fixture
def front(quarter, here) -> str:
    """The front page of a community where something is on."""
    quarter.activity(here, "包粽子", capacity=9, days=1)
    return f"{quarter.url}/{here}/"


def test_reading_needs_no_account(front, page):
    for path in ("", "activities/", "bulletin/", "calendar/", "search?q=粽子", "about", "privacy"):
        assert page.goto(front + path).status == 200, path
    page.goto(f"{front}search?q=粽子")
    page.click("main h3 a")
    expect(page.locator("h1")).to_have_text("包粽子")


@WITH_AND_WITHOUT
def test_the_switches_hold_on_this_phone(front, phone_of, scripts):
    page = phone_of(java_script_enabled=scripts)
    page.goto(f"{front}activities/?when=week")
    html = page.locator("html")
    for link, name, value in ((".size", "data-size", "large"), (".foot a[href='?mode=dark']", "data-mode", "dark"),
                              (".foot a[href='?lang=en']", "lang", "en")):
        page.click(link)
        expect(html).to_have_attribute(name, value)
        page.goto(front)
        expect(html).to_have_attribute(name, value)
    page.click(".size")
    expect(html).not_to_have_attribute("data-size", "large")
    page.click(".foot a[href='?mode=light']")
    expect(html).to_have_attribute("data-mode", "light")
    page.click(".foot a[href='?lang=zh_Hans_CN']")
    expect(html).to_have_attribute("lang", "zh-Hans-CN")


def test_the_colours_follow_the_phone_until_somebody_chooses(front, open_context):
    def ground(scheme: str) -> str:
        page = open_context(color_scheme=scheme).new_page()
        page.goto(front)
        return page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground("dark") != ground("light")


def test_pages_of_the_second_level_lead_back(quarter, here, front, phone_of):
    person = quarter.person("陈桂英", home=here)
    page = phone_of(person)
    page.goto(f"{front}activities/")
    page.click("main h3 a")
    ways = {page.url.removeprefix(front): "activities/", "calendar/": "", "about": "", "search": "", "inbox": "me",
            "me/household": "me", "me/household/add": "me/household", "me/display": "me", "me/sessions": "me",
            "me/notices": "me"}
    for path, back in ways.items():
        page.goto(front + path)
        page.click(".back")
        expect(page).to_have_url(front + back)


@WITH_AND_WITHOUT
def test_the_keyboard_finds_the_text_first(front, phone_of, scripts):
    page = phone_of(java_script_enabled=scripts)
    page.goto(f"{front}activities/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("main *:focus").count() == 1


@WITH_AND_WITHOUT
def test_a_refused_form_has_the_focus_and_leads_to_its_field(front, phone_of, scripts):
    page = phone_of(java_script_enabled=scripts)
    page.goto(f"{front}sign-in")
    refuse_phone(page)
    expect(page.locator("#tel")).to_have_value("12345")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#tel")).to_be_focused()
    expect(page.locator("#tel")).to_have_attribute("aria-invalid", "true")


def refuse_phone(page: Page) -> None:
    """Send a number that is none, by keyboard alone."""
    page.focus("#tel")
    page.keyboard.type("12345")
    page.keyboard.press("Enter")
    expect(page.locator(".errs")).to_be_focused()


def test_a_refused_form_in_a_whole_page_has_the_focus_too(quarter, here, front, phone_of):
    page = phone_of(quarter.person("陈桂英", home=here))
    page.goto(f"{front}activities/")
    page.click("main h3 a")
    page.uncheck("[name=who][value=me]")
    page.click("form#signup .btn")
    expect(page.locator(".errs")).to_be_focused()
