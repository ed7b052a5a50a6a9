"""A topic from its template to its map, by staff and residents, with scripts and without."""

import pytest
from playwright.sync_api import Page, expect

WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
TEXTS = ("棚离楼至少十米", "雨天走过去要有遮挡", "晚上要有人巡")


def begin(staff: Page, front: str, said) -> str:
    """Staff make a topic from a template and open it; its address."""
    staff.goto(f"{front}halls/desk/topics/templates")
    staff.click(f"main >> text={said('Opinion map')}")
    staff.fill("#title", "充电棚放在哪里？")
    staff.fill("#summary", "棚要建，放在哪里，大家说说看。")
    staff.click("main .btn >> nth=-1")
    staff.click(f"main >> text={said('Open the topic')}")
    expect(staff.locator("[role=status]")).to_contain_text(said("Open. Everybody can see it now."))
    desk = staff.url
    staff.goto(f"{desk}/statements")
    for text in TEXTS:
        staff.fill("#text", text)
        staff.click("form.panel .btn")
        expect(staff.locator(".rows")).to_contain_text(text)
    return desk.replace("/desk/", "/")


@WITH_AND_WITHOUT
def test_staff_open_a_topic_and_a_resident_answers_card_by_card(quarter, here, phone_of, said, scripts):
    clerk, ada = quarter.person("Clerk", home=here, role="staff"), quarter.person("陈桂英", home=here)
    staff, phone = (phone_of(p, java_script_enabled=scripts) for p in (clerk, ada))
    topic = begin(staff, f"{quarter.url}/{here}/", said)

    # She finds it on the front page and answers one after another.
    phone.goto(f"{quarter.url}/{here}/")
    phone.click("main >> text=充电棚放在哪里？")
    for text, button in zip(TEXTS, ("#v-agree", "#v-disagree", "#v-pass"), strict=True):
        expect(phone.locator("#statement .say")).to_have_text(text)
        phone.click(button)
    expect(phone.locator("#statement .say")).to_have_text("3条观点您都表过态了。")
    assert phone.url == (topic if scripts else f"{topic}/card")

    # She changes her mind about one.
    phone.click(f"text={said('My answers')}")
    phone.locator(".rows > li", has_text=TEXTS[0]).get_by_role("button", name=said("Disagree"), exact=True).click()
    expect(phone.locator(".rows > li", has_text=TEXTS[0]).locator("[aria-pressed=true]")).to_have_text(said("Disagree"))

    # Her own waits until staff have seen it.
    phone.goto(topic)
    phone.click("summary")
    phone.fill("#text", "收费不能高过外面")
    phone.locator("details .btn").click()
    expect(phone.locator("[role=status]")).to_contain_text(said("Thank you. Staff look at it, mostly on the same day; "
                                                                "then others can answer it."))
    expect(phone.locator("#statement")).not_to_contain_text("收费不能高过外面")
    staff.goto(f"{quarter.url}/{here}/halls/desk/statements")
    staff.locator(".rows > li", has_text="收费不能高过外面").get_by_role("button").click()
    phone.goto(topic)
    expect(phone.locator("#statement .say")).to_have_text("收费不能高过外面")
