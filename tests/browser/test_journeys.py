"""What a resident does on a phone: reads, signs in, signs up, finds a date full, leaves again; also without scripts."""

import pytest
from playwright.sync_api import Page, expect

WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])


def sign_in_by_phone(page: Page, quarter, phone: str) -> None:
    """From the form that asks for the number to wherever the code leads."""
    page.fill("#tel", phone)
    page.click("#sign-in form:first-of-type .btn")
    page.wait_for_selector("#code")
    page.fill("#code", quarter.code(phone))
    page.click("#sign-in form:first-of-type .btn")


def sign_up(page: Page, *others: str) -> None:
    """Sign up oneself and family members by the form on the page."""
    for name in others:
        page.get_by_label(name).check()
    page.click("form#signup .btn")


def chip_on_front_page(page: Page, address: str, title: str):
    """The state of an activity as the front page says it."""
    page.goto(address)
    return page.locator("main :is(.rows>li,.card)", has_text=title).locator(".chip")


@WITH_AND_WITHOUT
def test_the_last_places_go_to_a_family_and_come_back(quarter, here, phone_of, said, scripts):
    front, number = f"{quarter.url}/{here}/", "13800000101" if scripts else "13800000102"
    ada = quarter.person("陈桂英", home=here, phone=number)
    quarter.family(ada, "林小满")
    ben = quarter.person("何国强", home=here)
    address = quarter.activity(here, "包粽子", capacity=2, days=2, tags=",手艺,")
    quarter.activity(here, "做灯笼", capacity=20, days=4, tags=",手艺,")
    guest = phone_of(java_script_enabled=scripts)

    # A guest finds it, signs in on the way, and lands on the same activity.
    guest.goto(front)
    guest.click("main >> text=包粽子")
    expect(guest.locator("h1")).to_have_text("包粽子")
    guest.click("#signup .btn")
    sign_in_by_phone(guest, quarter, number)
    expect(guest).to_have_url(address)
    sign_up(guest, "林小满")
    expect(guest.locator("#signup")).to_contain_text(said("You are signed up"))
    expect(guest.locator("#signup")).to_contain_text("林小满")

    # A neighbour sees that it is full and where there is room.
    neighbour = phone_of(ben, java_script_enabled=scripts)
    expect(chip_on_front_page(neighbour, front, "包粽子")).to_have_text(said("Full"))
    neighbour.goto(address)
    expect(neighbour.locator("#signup h2")).to_have_text(said("This date is full"))
    neighbour.click("#signup >> text=做灯笼")
    expect(neighbour.locator("form#signup")).to_be_visible()

    # She leaves; the front page shows the places free, and he gets one.
    guest.click("#signup form .btn")
    told = said("Your sign-up is cancelled. Your places can go to a neighbour.")
    expect(guest.locator("[role=status]")).to_contain_text(told)
    expect(chip_on_front_page(neighbour, front, "包粽子")).to_have_text(said("Only %(n)s left", n=2))
    neighbour.goto(address)
    sign_up(neighbour)
    expect(neighbour.locator("#signup")).to_contain_text("何国强")


@WITH_AND_WITHOUT
def test_who_comes_too_late_hears_where_there_is_room(quarter, here, phone_of, said, scripts):
    quick, late = quarter.person("梁少芬", home=here), quarter.person("黄志强", home=here)
    address = quarter.activity(here, "学剪发", capacity=1, days=2, tags=",手艺,")
    quarter.activity(here, "学插花", capacity=9, days=3, tags=",手艺,")
    first, second = (phone_of(p, java_script_enabled=scripts) for p in (quick, late))
    second.goto(address)
    first.goto(address)
    sign_up(first)
    expect(first.locator("#signup")).to_contain_text("梁少芬")
    sign_up(second)
    expect(second.locator(".errs")).to_contain_text(said("This date is full."))
    expect(second.locator("#signup")).to_contain_text("学插花")


@WITH_AND_WITHOUT
def test_a_family_waits_and_takes_the_places_that_are_offered(quarter, here, phone_of, said, scripts):
    quarter.noon(here)  # offers are made by day
    ada, ben = quarter.person("陈桂英", home=here), quarter.person("何国强", home=here)
    quarter.family(ada, "林小满")
    address = quarter.activity(here, "打麻糍", capacity=2, days=3, companions=1)
    family, neighbour = (phone_of(p, java_script_enabled=scripts) for p in (ada, ben))
    neighbour.goto(address)
    neighbour.fill("#companions", "1")
    sign_up(neighbour)
    expect(neighbour.locator("#signup")).to_contain_text(said("You are signed up"))

    family.goto(address)
    expect(family.locator("#signup h2")).to_have_text(said("This date is full"))
    family.get_by_label("林小满").check()
    family.click("#signup button[name=wait]")
    expect(family.locator("#signup h2")).to_contain_text(said("You are number %(n)s on the waitlist", n=1))

    neighbour.click("#signup form .btn")
    family.goto(address)
    expect(family.locator("#signup h2")).to_contain_text(said("A place is held for you"))
    family.click("#signup form[action$=accept] .btn")
    expect(family.locator("#signup h2")).to_contain_text(said("You are signed up"))
    expect(family.locator("#signup")).to_contain_text("林小满")


@WITH_AND_WITHOUT
def test_somebody_new_registers_with_a_phone(quarter, here, phone_of, said, scripts):
    number = "13800000111" if scripts else "13800000112"
    page = phone_of(java_script_enabled=scripts)
    page.goto(f"{quarter.url}/{here}/sign-in")
    sign_in_by_phone(page, quarter, number)
    page.fill("#name", "邓兆文")
    page.check("#consent")
    page.click("#sign-in .btn")
    page.wait_for_url("**/me/residency")
    page.goto(f"{quarter.url}/{here}/me")
    expect(page.locator("h1")).to_contain_text("邓兆文")
