"""Voting in a browser: with scripts and without. That no page of it has barriers is for test_barriers."""

import json

import pytest
from playwright.sync_api import expect
from portal.plugins.halls.models import Ballot, Option, Poll
from portal.plugins.halls.polls import closing, roll

from portal.base import clock, database, sites

WITH_AND_WITHOUT = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
NAMES, WHO = ("梁国强", "何少珍", "区艳红"), {"actor_id": None, "person_id": None, "channel": "import"}
RULES = {"yesno": {"quorum": "1/2"}, "stv.scottish": {"seats": 2}, "star": {}, "multiple": {"most": 2},
         "pb.mes.add1": {"within": True}}


def opened(quarter, at: str, rule: str, **fields) -> int:
    """An open poll on whose roll everybody of the community is."""
    with quarter.app.app_context(), quarter.unit(at):
        poll = Poll.create(title="选两位街坊代表", text="任期两年。", rule=rule, parameters=json.dumps(RULES[rule]),
                           wanted='{"site":true}', money_fen=30_000_00, **fields)
        for n, name in enumerate(NAMES if rule != "yesno" else ()):
            Option.create(poll_id=poll.id, number=n, title=name, text="街坊", cost_fen=12_500_00)
        roll.freeze(poll.id, WHO)
        Poll.update(state="open", closes_at=clock.now() + 86400, opened_at=clock.now()).where(
            Poll.id == poll.id).execute()
    return poll.id


def count(quarter, at: str, poll_id: int) -> None:
    """Close a poll and count it."""
    with quarter.app.app_context(), quarter.unit(at):
        closing.close(poll_id, early=True)
    with quarter.unit():
        site = sites.find(slug=at).id
    with quarter.app.app_context(), database.use(quarter.db), sites.within(site):
        closing.count(poll_id)


@WITH_AND_WITHOUT
def test_ranks_are_given_by_moving_or_by_numbers(quarter, here, phone_of, said, scripts):
    ada = quarter.person("陈桂英", home=here)
    poll_id = opened(quarter, here, "stv.scottish")
    page = phone_of(ada, java_script_enabled=scripts)
    page.goto(f"{quarter.url}/{here}/")
    page.click(f"main >> text={said('Vote now')}")
    if scripts:
        for n in (2, 0):
            page.locator(f"ul.order [data-n='{n}'] button").click()
        page.locator("ol.order [data-n='0'] button").first.click()  # up
        expect(page.locator("ol.order li b")).to_have_text([NAMES[0], NAMES[2]])
    else:
        page.check("#rank-0 [value='1']", force=True)
        page.check("#rank-2 [value='2']", force=True)
    page.click("#ballot .act .btn")
    expect(page.locator("h1")).to_have_text(said("Your ballot is stored"))
    receipt = page.locator(".code").inner_text()
    with quarter.unit(here):
        row = Ballot.get(Ballot.poll_id == poll_id)
        assert (row.choice, row.receipt) == ('{"ranks":[[0],[2]]}', receipt)

    # What is refused is kept; the ballot arrives empty again.
    page.click(f"text={said('Changed your mind? Vote again')}")
    assert page.locator("input[name^=rank]:checked:not([value=''])").count() == 0
    page.click("#ballot .act .btn")
    expect(page.locator(".errs")).to_be_visible()


def test_names_are_dragged_into_their_order(quarter, here, phone_of):
    ada = quarter.person("陈桂英", home=here)
    poll_id = opened(quarter, here, "stv.scottish")
    page = phone_of(ada)
    page.goto(f"{quarter.url}/{here}/halls/polls/{poll_id}/vote")
    for n in (0, 1, 2):
        page.locator(f"ul.order [data-n='{n}'] button").click()
    last, first = (page.locator("ol.order .place").nth(n).bounding_box() for n in (2, 0))
    page.mouse.move(last["x"] + 10, last["y"] + 10)
    page.mouse.down()
    page.mouse.move(first["x"] + 10, first["y"] + 10, steps=12)
    page.mouse.up()
    expect(page.locator("ol.order li b")).to_have_text([NAMES[2], NAMES[0], NAMES[1]])
    assert page.locator("#rank-2 input[value='1']").is_checked()
