"""What staff do with polls at their desk."""

import json
import re
from datetime import date, timedelta

from portal.plugins.halls.models import Ballot, Option, Poll, Voter

DESK, PAGE = "/north/halls/desk/polls/", "/north/halls/polls/"
LATER = (date.today() + timedelta(days=9)).isoformat()


def drafted(town, staff, rule="irv", **fields) -> str:
    """The address of a new draft, with everything but its roll."""
    made = staff.submit(f"{DESK}new", f"{DESK}new", title="谁来当楼长？", rule=rule)
    edit = made.location
    assert made.status_code == 303 and edit.endswith("/edit")
    names = {"option-0": "梁国强", "option-1": "何少珍", "option-2": "区艳红"} if rule != "yesno" else {}
    typed = {"text": "任期两年。", "closes-day": LATER, "closes-time": "20:00", **names, **fields}
    sent = staff.submit(edit, edit, **typed)
    assert sent.status_code == 303, sent.text
    return edit.removesuffix("/edit")


def row(town) -> Poll:
    """The newest poll of north."""
    with town.unit("north"):
        return Poll.select().order_by(Poll.id.desc()).get()


def test_a_poll_from_the_first_word_to_the_open_ballot(town, staff):
    ada = town.person("陈桂英", home="north")
    draft = drafted(town, staff)
    guest, number = town.visitor(), draft.rsplit("/", 1)[1]
    assert guest.get(f"{PAGE}{number}").status_code == 404 and "谁来当楼长" not in guest.get(PAGE).text
    for step in ("freeze", "told"):
        assert staff.submit(draft, f"{draft}/{step}").status_code == 303
    assert staff.submit(draft, f"{draft}/paper", printed="0").status_code == 303
    assert staff.submit(draft, f"{draft}/open").status_code == 303
    assert row(town).state == "open" and row(town).roll_size == 2
    visitor = town.visitor(ada)
    assert visitor.submit(f"{PAGE}{number}/vote", f"{PAGE}{number}/vote", **{"rank-1": "1"}).status_code == 303
    assert "谁来当楼长" in guest.get(PAGE).text


def test_what_is_missing_stands_on_the_list_and_keeps_it_shut(town, staff):
    draft = drafted(town, staff, text="", **{"option-1": "", "option-2": ""})
    shown = staff.get(draft).text
    assert shown.count("</b><br>") == 4 and f'action="{draft}/open"' not in shown  # texts, roll, told, paper
    form = staff.form(draft, f"{draft}/freeze")
    form.action = f"{draft}/open"
    answer = staff.send(form)
    assert answer.status_code == 422 and 'href="#ready"' in answer.text and row(town).state == "draft"


def test_rules_keep_what_was_asked(town, staff):
    drafted(town, staff, rule="yesno", quorum="2/3", majority="3/4", of="cast", abstain=None)
    assert json.loads(row(town).parameters) == {
        "roll": None, "quorum": "2/3", "majority": "3/4", "of": "cast", "strict": False, "abstain": False}
    draft = drafted(town, staff, rule="pb.mes.add1", money="30000", within="1",
                    **{"option-0-cost": "12,500", "option-1-cost": "5200.50", "option-2-cost": "9000"})
    assert row(town).money_fen == 30_000_00 and json.loads(row(town).parameters)["within"] is True
    with town.unit("north"):
        assert [o.cost_fen for o in Option.select().where(Option.poll_id == row(town).id).order_by(Option.number)] \
            == [12_500_00, 5_200_50, 9_000_00]
    again = staff.form(f"{draft}/edit", f"{draft}/edit").values
    assert again["money"] == "30000" and again["option-1-cost"] == "5200.50"


def test_wrong_fields_come_back_with_what_was_typed(town, staff):
    draft = drafted(town, staff, rule="stv.scottish", seats="2")
    answer = staff.submit(f"{draft}/edit", f"{draft}/edit", seats="many", born_until="soon", title="",
                          **{"option-2": "梁国强", "closes-day": "", "closes-time": "20:00"})
    assert answer.status_code == 422
    for field in ("seats", "born_until", "title", "option-2", "closes-day"):
        assert f'href="#{field}"' in answer.text and f'id="{field}"' in answer.text
    assert 'value="many"' in answer.text and json.loads(row(town).parameters)["seats"] == 2


def test_a_roll_of_others_is_loose_again(town, staff):
    for n, born in enumerate((1950, 1990, 2015)):
        town.person(f"居民{n}", home="north", birth_year=born)
    draft = drafted(town, staff)
    staff.submit(draft, f"{draft}/freeze")
    counted = staff.submit(f"{draft}/edit", f"{draft}/edit", born_until="1999", do="count")
    assert counted.status_code == 200 and 'id="people">2人<' in counted.text
    staff.submit(f"{draft}/edit", f"{draft}/edit", title="谁来当楼长呢？")
    assert row(town).roll_size == 4
    staff.submit(f"{draft}/edit", f"{draft}/edit", born_until="1999")
    assert row(town).roll_size is None and row(town).frozen_at is None
    staff.submit(draft, f"{draft}/freeze")
    with town.unit("north"):
        assert [v.name for v in Voter.select().order_by(Voter.number)] == ["居民0", "居民1"]


def test_close_withdraw_and_put_right_ask_once_more(town, staff, poll):
    poll_id, (ada, *_rest) = poll(title="先修哪一样？")
    desk = f"{DESK}{poll_id}"
    assert staff.submit(f"{desk}/right", f"{desk}/right").status_code == 422
    copy = staff.submit(f"{desk}/right", f"{desk}/right", reason="少了一项").location
    assert row(town).supersedes_id == poll_id and copy == f"{DESK}{row(town).id}/edit"
    assert staff.submit(f"{DESK}{row(town).id}/withdraw", reason="不用了").status_code == 303
    assert row(town).state == "withdrawn" and town.visitor(ada).get(f"{PAGE}{row(town).id}").status_code == 404
    assert staff.submit(f"{desk}/close", f"{desk}/close").status_code == 303
    assert staff.get(f"{desk}/close").status_code == 404
    with town.unit("north"):
        assert Poll.get_by_id(poll_id).state in ("closed", "counted")


def test_an_open_poll_is_not_edited(town, staff, poll):
    poll_id, _voters = poll()
    assert staff.get(f"{DESK}{poll_id}/edit").status_code == 303
    form = staff.form(f"{DESK}{poll_id}/close", f"{DESK}{poll_id}/close")
    form.action = f"{DESK}{poll_id}/edit"
    assert staff.send(form, title="别的").status_code == 303 and row(town).title != "别的"


def test_the_desk_is_for_staff(town, poll):
    poll_id, (ada, *_rest) = poll()
    for path in (DESK, f"{DESK}new", f"{DESK}{poll_id}", f"{DESK}{poll_id}/close"):
        assert town.visitor(ada).get(path).status_code == 404
        assert town.visitor().get(path).status_code == 303


def ballots(town) -> list[tuple[str, str, int, int]]:
    """(Choice, road, actor, person) of what is stored."""
    with town.unit("north"):
        return [(b.choice, b.road, b.actor_id, b.person_id) for b in Ballot.select().order_by(Ballot.id)]


def test_the_desk_votes_for_somebody_who_is_there(town, poll):
    clerk = town.person("社工", home="north", role="staff")
    poll_id, (ada, bea, _cee) = poll()
    staff, desk = town.visitor(clerk), f"{DESK}{poll_id}"
    found = staff.get(f"{desk}/voters?q={ada.name}").text
    page = re.search(rf'href="({desk}/voters/\d+)"', found)[1]
    assert bea.name not in found
    slip = staff.submit(page, page, tick="1")
    assert "/receipt/" in slip.location and ada.name not in staff.get(slip.location).text.split("<main")[1]
    assert ballots(town) == [('{"ticks":[1]}', "desk", clerk.id, ada.id)]


def test_the_desk_replaces_another_vote_only_if_it_is_wished(town, poll):
    clerk = town.person("社工", home="north", role="staff")
    poll_id, (ada, *_rest) = poll()
    town.visitor(ada).submit(f"{PAGE}{poll_id}/vote", f"{PAGE}{poll_id}/vote", tick="0")
    staff, desk = town.visitor(clerk), f"{DESK}{poll_id}"
    page = re.search(rf'href="({desk}/voters/\d+\?road=phone)"', staff.get(f"{desk}/voters?q={ada.name}").text)[1]
    form = staff.form(page)
    assert 'name="replace"' in staff.send(form, tick="1").text and ballots(town)[0][0] == '{"ticks":[0]}'
    assert staff.submit(page, tick="1", replace="1").status_code == 303
    assert ballots(town) == [('{"ticks":[1]}', "phone", clerk.id, ada.id)]


def test_a_paper_is_typed_twice_and_told_to_nobody(town, poll):
    one, two = (town.visitor(town.person(name, home="north", role="staff")) for name in ("社工甲", "社工乙"))
    poll_id, (ada, *_rest) = poll()
    list_ = f"{DESK}{poll_id}/papers"
    page = re.search(rf'href="({list_}/\d+)"', one.get(f"{list_}?q={ada.name}").text)[1]
    assert one.submit(page, page, tick="1").status_code == 303 and ballots(town) == []
    assert one.submit(page, page, tick="1").status_code == 422
    assert f'href="{page}"' in two.get(list_).text and f'href="{page}"' not in one.get(list_).text
    assert " checked" not in two.get(page).text
    two.submit(page, page, tick="2")
    assert ballots(town) == [] and 'data-k="bad"' in one.get(list_).text
    two.submit(page, page, tick="1")
    assert [b[:2] for b in ballots(town)] == [('{"ticks":[1]}', "paper")]


def test_somebody_votes_for_somebody_who_asked(town, poll):
    poll_id, (ada, bea, _cee) = poll(proxies=True)
    giver, holder, page = town.visitor(ada), town.visitor(bea), f"{PAGE}{poll_id}/proxy"
    assert giver.submit(page, page, name="没有这个人").status_code == 422
    assert giver.submit(page, page, name=bea.name).status_code == 303
    number = re.search(rf'action="{page}/(\d+)/agree"', holder.get(page).text)[1]
    assert holder.get(f"{page}/{number}/vote").status_code == 303  # not before they have agreed
    holder.submit(page, f"{page}/{number}/agree")
    assert "/receipt/" in holder.submit(f"{page}/{number}/vote", f"{page}/{number}/vote", tick="2").location
    assert [b[1:] for b in ballots(town)] == [("proxy", bea.id, bea.id)]
    giver.submit(f"{PAGE}{poll_id}/vote", f"{PAGE}{poll_id}/vote", tick="0")
    assert [b[:2] for b in ballots(town)] == [('{"ticks":[0]}', "web")]
    assert f"{page}/{number}/vote" not in holder.get(page).text


def test_a_vote_for_somebody_that_comes_too_late_is_refused_in_words(town, poll):
    poll_id, (ada, bea, _cee) = poll(proxies=True)
    giver, holder, page = town.visitor(ada), town.visitor(bea), f"{PAGE}{poll_id}/proxy"
    giver.submit(page, page, name=bea.name)
    number = re.search(rf'action="{page}/(\d+)/agree"', holder.get(page).text)[1]
    holder.submit(page, f"{page}/{number}/agree")
    first, second = (holder.form(f"{page}/{number}/vote", f"{page}/{number}/vote") for _n in range(2))
    giver.submit(page, f"{page}/{number}/end")
    ended = holder.send(first, tick="1")
    assert ended.status_code == 422 and "没有" in ended.text.split("<h1")[0]
    with town.unit("north"):
        Poll.update(state="closed").execute()
    late = holder.send(second, tick="1")
    assert late.status_code == 422 and "已经截止" in late.text.split("<h1")[0] and ballots(town) == []


def test_of_two_with_one_name_the_building_tells_who_is_asked(town, poll):
    poll_id, (ada, *same) = poll(proxies=True)
    page = f"{PAGE}{poll_id}/proxy"
    with town.unit("north"):
        for person, building in zip(same, ("1", "11"), strict=True):
            Voter.update(name="陈强", address=f"桂苑 {building}").where(Voter.person_id == person.id).execute()
    asker = town.visitor(ada)
    assert asker.submit(page, page, name="陈强").status_code == 422
    assert asker.submit(page, page, name="陈强", address="1").status_code == 303
    assert f'action="{page}/1/agree"' in town.visitor(same[0]).get(page).text


def test_a_poll_without_proxies_has_no_page_of_them(town, poll):
    poll_id, (ada, *_rest) = poll()
    assert town.visitor(ada).get(f"{PAGE}{poll_id}/proxy").status_code == 404
