"""What staff do in a browser: switch plugins, give their site a face, act for a resident; the district looks on."""

import re

import pytest
from playwright.sync_api import Page, expect

WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])


def colour_of(page: Page, name: str) -> str:
    """A token of the page's style sheets as it stands for the eye, such as #6b3fa0."""
    seen = page.evaluate("""name => {
        const probe = document.createElement("i")
        probe.style.color = `var(--${name})`
        document.body.append(probe)
        const colour = getComputedStyle(probe).color
        probe.remove()
        return colour
    }""", name)
    return "#" + "".join(f"{int(n):02x}" for n in re.findall(r"\d+", seen)[:3])


def switch(page: Page, site: str, plugin: str) -> None:
    """One click on a plugin's switch."""
    page.goto(f"{site}desk/plugins")
    before = page.get_attribute(f"#switch-{plugin}", "aria-pressed")
    page.click(f"#switch-{plugin}")
    expect(page.locator(f"#switch-{plugin}")).to_have_attribute("aria-pressed", "false" if before == "true" else "true")


def dress(page: Page, site: str, theme: str, motto: str, colour: str) -> None:
    """Fill in the brand and save it."""
    page.goto(f"{site}desk/brand")
    page.fill("#motto", motto)
    page.check(f"[name=theme][value={theme}]")
    page.check("[name=own_colour]")
    page.fill("#colour", colour)
    page.click("button[value=save]")


@WITH_AND_WITHOUT
def test_two_communities_change_their_plugins_and_faces_while_a_guest_reads(quarter, phone_of, said, scripts):
    slugs = quarter.community("河畔社区"), quarter.community("窑前社区")
    here, there = (f"{quarter.url}/{slug}/" for slug in slugs)
    desks = [phone_of(quarter.person("李敏", home=slug, role="staff"), java_script_enabled=scripts) for slug in slugs]
    guest = phone_of()
    for site in (here, there):
        guest.goto(site)
        expect(guest.locator(".tabs a:visible")).to_have_count(4)

    switch(desks[0], here, "bulletin")
    switch(desks[1], there, "activities")
    for site, gone, kept in ((here, "bulletin", "activities"), (there, "activities", "bulletin")):
        assert guest.goto(f"{site}{gone}/").status == 404
        assert guest.goto(f"{site}{kept}/").status == 200
        expect(guest.locator(f".tabs a[href$='/{gone}/']")).to_have_count(0)

    dress(desks[0], here, "lingnan", "推开窗就是河", "#6b3fa0")
    dress(desks[1], there, "osmanthus", "一把泥，一窑火", "#0b5c86")
    for site, theme, motto, colour in ((here, "lingnan", "推开窗就是河", "#6b3fa0"),
                                       (there, "osmanthus", "一把泥，一窑火", "#0b5c86")):
        guest.goto(site)
        expect(guest.locator(".motto")).to_have_text(motto)
        assert colour_of(guest, "brand") == colour
        assert guest.locator(f"link[href*='themes/{theme}/theme.css']").count() == 1

    switch(desks[0], here, "bulletin")
    assert guest.goto(f"{here}bulletin/").status == 200


def test_a_brand_is_looked_at_before_it_is_saved(quarter, here, phone_of):
    site = f"{quarter.url}/{here}/"
    desk, guest = phone_of(quarter.person("李敏", home=here, role="staff")), phone_of()
    desk.goto(f"{site}desk/brand")
    desk.fill("#motto", "榕树底下好说话")
    desk.check("[name=theme][value=osmanthus]")
    desk.click("button[value=preview]")
    preview = desk.frame_locator("#preview iframe")
    expect(preview.locator(".motto")).to_have_text("榕树底下好说话")
    expect(desk.locator("#motto")).to_have_value("榕树底下好说话")
    guest.goto(site)
    expect(guest.locator(".motto")).to_have_count(0)


@WITH_AND_WITHOUT
def test_a_colour_that_nobody_can_read_is_refused_with_the_reason(quarter, here, phone_of, said, scripts):
    site = f"{quarter.url}/{here}/"
    desk = phone_of(quarter.person("李敏", home=here, role="staff"), java_script_enabled=scripts)
    dress(desk, site, "plain", "有事找街坊", "#ffee00")
    reason = said("Words in this colour are hard to read on the page.")
    expect(desk.locator(".errs")).to_be_focused()
    expect(desk.locator(".errs a")).to_have_text(reason)
    expect(desk.locator("#motto")).to_have_value("有事找街坊")
    expect(desk.locator("#colour")).to_have_value("#ffee00")
    desk.click("button[name=suggest]")
    desk.click("button[value=save]")
    expect(desk.locator("[role=status]")).to_be_visible()
    guest = phone_of()
    guest.goto(site)
    expect(guest.locator(".motto")).to_have_text("有事找街坊")
    assert colour_of(guest, "brand") != "#14508c"  # a darker yellow in place of the theme's blue


@WITH_AND_WITHOUT
def test_staff_sign_a_resident_up_and_both_names_are_kept(quarter, here, phone_of, said, scripts):
    site = f"{quarter.url}/{here}/"
    aunt = quarter.person("陈阿姨", home=here)
    staff = phone_of(quarter.person("霍敏仪", home=here, role="staff"), java_script_enabled=scripts)
    address = quarter.activity(here, "量血压", capacity=5)

    staff.goto(f"{site}desk/people")
    staff.fill("#q", "陈阿姨")
    staff.click(".find .btn")
    staff.wait_for_load_state("networkidle")  # while the list is being changed a click can be lost
    staff.click("#results h3 a")
    staff.click("button[value=phone]")
    expect(staff.locator(".acting")).to_contain_text("陈阿姨")
    staff.goto(address)
    staff.click("form#signup .btn")
    expect(staff.locator("#signup")).to_contain_text("陈阿姨")
    staff.click(".acting .btn")
    expect(staff.locator(".acting")).to_have_count(0)
    staff.goto(address)
    expect(staff.locator("form#signup")).to_be_visible()  # she herself is not signed up

    resident = phone_of(aunt, java_script_enabled=scripts)
    resident.goto(address)
    expect(resident.locator("#signup")).to_contain_text("陈阿姨")
    expect(resident.locator("#signup")).to_contain_text("霍敏仪")
    resident.goto(f"{site}me/acted")
    expect(resident.locator("main")).to_contain_text("霍敏仪")


def test_the_district_sees_which_site_has_which_plugin(quarter, here, phone_of):
    operator = quarter.person("何国栋", home=here, role="operator", at="town")
    desk, guest = phone_of(operator), phone_of()
    desk.goto(f"{quarter.url}/town/district/")
    expect(desk.locator("main")).to_contain_text("榕荫社区")
    desk.goto(f"{quarter.url}/town/district/plugins")
    desk.click(".subnav >> text=祖庙街道")
    row = desk.locator("tr", has=desk.locator(f"a[href$='/{here}/desk/plugins']"))
    expect(row.locator(".switch[aria-pressed=true]")).to_have_count(len(quarter.app.portal.plugins.names))
    row.locator(".switch[value*=bulletin]").click()
    expect(row.locator(".switch[value*=bulletin]")).to_have_attribute("aria-pressed", "false")
    assert guest.goto(f"{quarter.url}/{here}/bulletin/").status == 404
