"""What has to be ready before a poll opens: the desk's list, and the two steps that people do and note."""

import json

import pytest
from portal.plugins.halls.models import Option, Poll
from portal.plugins.halls.polls import opening, preflight, queries, roll

from portal.base import clock, sites
from portal.people.models import Notice
from tests.halls.conftest import DAY, STAFF, drafted, ready
from tests.halls.talk import worked

DESK = "/north/halls/desk/polls/"


@pytest.fixture
def draft(town) -> int:
    """A draft whose roll, of two, is not fixed yet."""
    for name in ("甲", "乙"):
        town.person(name, home="north")
    with town.app.app_context(), town.unit("north"):
        row = drafted("plurality", "AB", (), {}, text="选一样。", closes_at=clock.now() + DAY)
        Option.update(text="花两千块").where((Option.poll_id == row.id) & (Option.number == 0)).execute()
        return row.id


def listed(town, poll_id: int) -> dict[str, bool]:
    with town.app.app_context(), town.unit("north"):
        return {key: ok for key, _said, ok, _missing in preflight.items(queries.poll(poll_id))}


def told(town) -> int:
    with town.unit():
        return Notice.select().where(Notice.kind == "halls.poll_soon").count()


def test_the_list_grows_green_step_by_step(town, staff, draft):
    page, green = f"{DESK}{draft}", {"texts", "languages", "close", "rule"}
    for step, fields in (("freeze", {}), ("told", {}), ("paper", {"printed": "40"})):
        assert {key for key, ok in listed(town, draft).items() if ok} == green
        assert f'action="{page}/open"' not in staff.get(page).text
        assert staff.submit(page, f"{page}/{step}", **fields).status_code == 303
        green |= {"roll" if step == "freeze" else step}
    assert all(listed(town, draft).values()) and "(40)" in staff.get(page).text
    worked(town)
    assert told(town) == 3  # the clerk lives here, too
    assert staff.submit(page, f"{page}/open").status_code == 303
    with town.unit("north"):
        row = queries.poll(draft)
        assert row.state == "open" and json.loads(row.flight)["paper"] == 40


def test_what_is_not_ready_keeps_it_shut_by_hand_and_by_the_clock(town, staff, draft):
    with town.app.app_context(), town.unit("north"):
        roll.freeze(draft, STAFF)
        assert preflight.tick(draft, "told", STAFF)
        assert opening.open_poll(draft, STAFF) == [preflight.NO_PAPER]
        Poll.update(opens_at=clock.now() - 1).where(Poll.id == draft).execute()
        assert opening.by_the_clock(draft) == [preflight.NO_PAPER]
        assert "told" in json.loads(queries.poll(draft).flight) and queries.poll(draft).state == "draft"
        assert preflight.tick(draft, "paper", STAFF) and opening.by_the_clock(draft) == []


def test_a_new_roll_and_another_draft_have_to_be_told_anew(town, staff, draft):
    page = f"{DESK}{draft}"
    for undo in (("freeze", {}), ("edit", {"title": "先修哪一样呢？"})):
        staff.submit(page, f"{page}/freeze")
        staff.submit(page, f"{page}/told")
        staff.submit(page, f"{page}/paper", printed="0")
        assert all(listed(town, draft).values())
        where = f"{page}/edit" if undo[0] == "edit" else page
        assert staff.submit(where, f"{page}/{undo[0]}", **undo[1]).status_code == 303
        assert not {"told", "paper"} & {key for key, ok in listed(town, draft).items() if ok}


def test_what_cannot_be_noted(town, staff, draft):
    page = f"{DESK}{draft}"
    with town.app.app_context(), town.unit("north"):
        assert not preflight.tick(draft, "told", STAFF)  # no roll yet
        roll.freeze(draft, STAFF)
        assert not preflight.tick(draft, "rehearsed", STAFF) and not preflight.tick(99_999, "told", STAFF)
    for printed in ("-1", "many", "9999999"):
        assert staff.submit(page, f"{page}/paper", printed=printed).status_code == 422
    assert not listed(town, draft)["paper"]
    with town.app.app_context(), town.unit("north"):
        Poll.update(state="open").where(Poll.id == draft).execute()
        assert not preflight.tick(draft, "paper", STAFF) and Option.select().count() == 2
    assert not told(town)


def test_only_who_prepares_polls_notes_it(town, staff, draft):
    page = f"{DESK}{draft}"
    staff.submit(page, f"{page}/freeze")
    form = staff.form(page, f"{page}/told")
    ada = town.visitor(town.person("陈爱莲", home="north"))
    ada.get("/north/")
    assert ada.send(form).status_code in (400, 404) and not listed(town, draft)["told"]


def test_a_poll_is_written_in_every_language_of_its_site(town, staff, draft):
    page = f"{DESK}{draft}"
    assert staff.get(f"{page}/texts").status_code == 404
    with town.unit():
        sites.save_settings(town.north.id, "halls", {"languages": "en"})
    assert not listed(town, draft)["languages"]
    written = {"title-en": "What first?", "text-en": "Choose one.", "option-0-en": "Bench",
               "about-0-en": "It costs 2,000", "option-1-en": "Roof"}
    for field in written:
        staff.submit(f"{page}/texts", f"{page}/texts", **written | {field: ""})
        assert not listed(town, draft)["languages"], field
    staff.submit(f"{page}/texts", f"{page}/texts", **written)
    assert listed(town, draft)["languages"]
    staff.submit(f"{page}/edit", f"{page}/edit", title="先修哪一样呢？")
    assert not listed(town, draft)["languages"]  # it says something else now
    assert staff.form(f"{page}/texts", f"{page}/texts").values["title-en"] == "What first?"
    staff.submit(f"{page}/texts", f"{page}/texts")
    with town.app.app_context(), town.unit("north"):
        ready(draft)
        assert opening.open_poll(draft, STAFF) == []
    said = town.visitor().get(f"/north/halls/polls/{draft}", headers={"Accept-Language": "en"}).text
    assert "先修哪一样呢" not in said
    for words in ("What first?", "Choose one.", ">Roof<", "It costs 2,000"):
        assert words in said
    assert "先修哪一样呢" in town.visitor().get(f"/north/halls/polls/{draft}").text
    assert staff.get(f"{page}/texts").status_code == 404
