"""A proposal in a browser, with scripts and without: written from a statement, signed, answered, talked about."""

import pytest
from playwright.sync_api import Page, expect
from portal.plugins.halls.models import Topic

from tests.halls import talk

WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
STATEMENT, REMARK = "棚离楼至少十米", "你们都是骗子"


@pytest.fixture
def topic(quarter, here) -> int:
    """A topic in which two statements were said and proposals are taken."""
    made = talk.opened(quarter.town, at=here, names=("listen", "propose", "result"))
    with quarter.unit(here):
        Topic.update(stage="propose", threshold=2).where(Topic.id == made).execute()
    return made


def choose(page: Page, words: str) -> None:
    """Take one of several round buttons by what stands beside it."""
    page.get_by_label(words, exact=True).check(force=True)


@WITH_AND_WITHOUT
def test_a_proposal_from_a_statement_to_its_answer(quarter, here, topic, phone_of, said, scripts):
    names = ("陈桂英", "何国强")
    ada, ben, clerk = (phone_of(quarter.person(name, home=here, role=role), java_script_enabled=scripts)
                       for name, role in ((names[0], ""), (names[1], ""), ("Clerk", "staff")))
    halls = f"{quarter.url}/{here}/halls"
    statement, = talk.said(quarter.town, topic, STATEMENT, at=here)

    # She makes a proposal of what somebody has said.
    ada.goto(f"{halls}/topics/{topic}/proposals/new?statement={statement}")
    expect(ada.locator("#title")).to_have_value(STATEMENT)
    ada.fill("#text", "放在东门旧垃圾房，接电方便。")
    ada.click("main form .btn")
    expect(ada.locator("h1")).to_have_text(STATEMENT)
    expect(ada.locator("article")).to_contain_text(said("Grown out of the statement “%(text)s”") % {"text": STATEMENT})
    proposal = ada.url

    # A neighbour finds it below the topic, signs it and says what he thinks.
    ben.goto(f"{halls}/topics/{topic}")
    ben.click(f"#proposals ~ * >> text={STATEMENT}")
    ben.click("#signatures .btn")
    expect(ben.locator("#signatures")).to_contain_text(said("You have signed it."))
    ben.goto(f"{proposal}/comments")
    ben.fill("#say textarea", REMARK)
    ben.click("#say .btn")
    expect(ben.locator(".talk")).to_contain_text(REMARK)

    # Staff answer it, since enough have signed.
    clerk.goto(proposal)
    clerk.click(f"main >> text={said('Answer it')}")
    choose(clerk, said("Accepted"))
    clerk.fill("#text", "物业六月前装好。")
    clerk.click("main form .btn")
    expect(clerk.locator("section.note")).to_contain_text("物业六月前装好。")

    _hidden(ada, clerk, proposal, f"{halls}/desk/moderation", said)


def _hidden(ada, clerk, proposal: str, desk: str, said) -> None:
    """She reports the comment, and staff hide it."""
    ada.goto(f"{proposal}/comments")
    ada.locator(".talk > li", has_text=REMARK).get_by_role("link", name=said("Report")).click()
    choose(ada, said("It insults people"))
    ada.click("main form .btn")
    expect(ada.locator("[role=status]")).to_contain_text(
        said("Thank you. Staff look at it, and you will read what they decide."))
    clerk.goto(desk)
    clerk.click(f"main >> text={REMARK}")
    choose(clerk, said("It insults people"))
    clerk.fill("#reason", "骂人，请讲事情")
    clerk.click("form.panel .btn")
    ada.goto(f"{proposal}/comments")
    expect(ada.locator(".talk")).to_contain_text("骂人，请讲事情")
    expect(ada.locator(".talk")).not_to_contain_text(REMARK)
