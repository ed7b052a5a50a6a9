"""Topics as staff lead them and everybody reads them."""

import pytest
from portal.plugins.halls.models import Poll, Topic
from portal.plugins.halls.tally.rules import RULES
from portal.plugins.halls.topics import moving, stages
from portal.plugins.halls.topics.templates import TEMPLATES

from portal.base import clock
from tests.halls.talk import opened, row_of, worked

DAY = 86400


@pytest.fixture
def staff(town):
    return town.visitor(town.person("Staff", home="north", role="staff"))


def begun(staff, template: str = "map", **fields) -> int:
    """A draft from a template, written by its form; its id."""
    answer = staff.submit(f"/north/halls/desk/topics/new?template={template}", title="充电棚放在哪里好？",
                          summary="棚要建，放在哪里？", **fields)
    assert answer.status_code == 303, answer.text
    return int(answer.location.rpartition("/")[2])


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_template_makes_a_draft_with_its_stages(town, staff, name):
    topic = row_of(town, begun(staff, name))
    assert (topic.state, topic.template) == ("draft", name)
    assert tuple(s.stage for s in topic.steps) == TEMPLATES[name].stages and topic.stage == topic.steps[0].stage
    assert topic.threshold == TEMPLATES[name].threshold
    rule = TEMPLATES[name].rule
    assert not rule or set(TEMPLATES[name].parameters) <= set(RULES[rule].parameters)
    assert list(TEMPLATES[name].stages) == sorted(TEMPLATES[name].stages, key=stages.STAGES.index)


def test_a_draft_is_for_staff_until_it_is_opened(town, staff):
    number = begun(staff, text="## 哪里\n\n- 东门")
    page, desk = f"/north/halls/topics/{number}", f"/north/halls/desk/topics/{number}"
    guest = town.visitor()
    assert guest.get(page).status_code == 404 and "充电棚" in staff.get(page).text
    for place in ("/north/halls/", "/north/", "/north/search?q=充电棚", "/north/sitemap.xml"):
        assert f"halls/topics/{number}" not in guest.get(place).text, place
    assert staff.submit(desk, f"{desk}/move").status_code == 303
    for place in ("/north/halls/", "/north/", "/north/search?q=充电棚", "/north/sitemap.xml", "/north/feed.xml"):
        assert f"halls/topics/{number}" in guest.get(place).text, place
    assert "东门" in guest.get(page).text
    assert "充电棚" not in guest.get("/south/halls/").text and guest.get(f"/south{page[6:]}").status_code == 404


def test_staff_lead_it_on_and_end_it(town, staff):
    number = opened(town)
    desk = f"/north/halls/desk/topics/{number}"
    twice = staff.form(desk, f"{desk}/move")
    assert staff.send(twice).status_code == 303 and row_of(town, number).stage == "discuss"
    staff.send(twice, _key="another")
    assert row_of(town, number).stage == "discuss"  # from where it was seen, not one further
    staff.submit(desk, f"{desk}/move")
    assert row_of(town, number).stage == "result" and '"next"' not in staff.get(desk).text
    assert staff.submit(f"{desk}/end", f"{desk}/move").status_code == 303
    guest = town.visitor()
    assert row_of(town, number).state == "ended"
    assert "充电棚" not in guest.get("/north/halls/").text and "充电棚" in guest.get("/north/halls/?state=ended").text
    staff.post(f"{desk}/move", {"do": "open"} | {k: v for k, v in twice.values.items() if k == "csrf_token"})
    assert row_of(town, number).state == "ended"


def test_the_clock_leads_a_topic_on(town, staff):
    number = opened(town)
    desk = f"/north/halls/desk/topics/{number}"
    with clock.frozen(clock.start_of_day(clock.local_date(clock.now(), "Asia/Shanghai"), "Asia/Shanghai")) as today:
        first = [clock.local_date(today + n * DAY, "Asia/Shanghai").isoformat() for n in range(8)]
        answer = staff.submit(f"{desk}/stages", **{"discuss-from": first[3], "result-from": first[6],
                                                   "discuss-to": first[5]})
        assert answer.status_code == 303, answer.text
    worked(town, today + 3 * DAY - 1)
    assert row_of(town, number).stage == "listen"
    worked(town, today + 3 * DAY)
    assert row_of(town, number).stage == "discuss"
    worked(town, today + 7 * DAY)
    assert row_of(town, number).stage == "result"


def test_a_stage_that_staff_brought_forward_is_not_taken_back(town, staff):
    number, soon = opened(town), clock.now() + DAY
    steps = [stages.Step("listen"), stages.Step("discuss", soon), stages.Step("result")]
    with town.app.app_context(), town.unit("north"):
        moving.change(moving.topic(number), stages=stages.write(steps))
        for _n in range(2):
            assert moving.move(moving.topic(number), "next")
    worked(town, soon + 5)
    assert row_of(town, number).stage == "result"


@pytest.mark.parametrize(("typed", "field"), [
    ({"discuss-from": "2031-02-30"}, "discuss-from"), ({"listen-to": "x"}, "listen-to"),
    ({"listen-to": "9999-12-31"}, "listen-to"), ({"discuss-from": "0026-03-01"}, "discuss-from"),
    ({"listen-from": "2031-03-05", "discuss-from": "2031-03-01"}, "listen-from"),
    ({"listen-from": "2031-03-05", "listen-to": "2031-03-01"}, "listen-from"),
    ({"listen-on": None}, "listen-on"), ({"version": "0"}, "listen-on"),
    ({"listen-on": None, "discuss-on": None, "result-on": None}, "listen-on")])
def test_dates_that_cannot_be_are_refused_in_words(town, staff, typed, field):
    number = opened(town)
    before = row_of(town, number)
    answer = staff.submit(f"/north/halls/desk/topics/{number}/stages", **typed)
    assert answer.status_code == 422 and f'href="#{field}"' in answer.text
    assert row_of(town, number) == before


def test_a_draft_that_was_withdrawn_is_nobodys_to_see(town, staff):
    number = opened(town)
    with town.unit("north"):
        poll_id = Poll.create(topic_id=number, title="秘密草稿", rule="yesno").id
    page = f"/north/halls/desk/polls/{poll_id}/withdraw"
    assert staff.submit(page, page, reason="算错了").status_code == 303
    guest = town.visitor()
    assert guest.get(f"/north/halls/polls/{poll_id}").status_code == 404
    for place in (f"/north/halls/topics/{number}", "/north/halls/polls/", "/north/"):
        assert "秘密草稿" not in guest.get(place).text, place


def test_two_who_edit_see_both_versions(town, staff):
    number = opened(town)
    page = f"/north/halls/desk/topics/{number}/edit"
    first, second = staff.form(page), staff.form(page)
    assert staff.send(first, title="放东门").status_code == 303
    refused = staff.send(second, title="放西门")
    assert refused.status_code == 422 and "放东门" in refused.text and "放西门" in refused.text
    assert row_of(town, number).title == "放东门"


def test_what_is_missing_is_said(town, staff):
    answer = staff.submit("/north/halls/desk/topics/new?template=map", title="", summary="")
    assert answer.status_code == 422 and 'href="#title"' in answer.text and 'href="#summary"' in answer.text
    assert staff.get("/north/halls/desk/topics/new?template=nothing").status_code == 404


def test_only_who_may_edit_comes_to_the_desk(town):
    number = opened(town)
    resident = town.visitor(town.person("Chen", home="north"))
    foreign = town.visitor(town.person("Clerk", home="south", role="staff"))
    for path in ("", "/templates", "/new", f"/{number}", f"/{number}/edit", f"/{number}/stages", f"/{number}/end",
                 f"/{number}/statements"):
        assert resident.get(f"/north/halls/desk/topics{path}").status_code == 404, path
        assert foreign.get(f"/north/halls/desk/topics{path}").status_code == 404, path
    assert resident.get("/north/halls/desk/statements").status_code == 404


def test_the_list_turns_pages_and_misses_none(town):
    with clock.frozen(clock.now()):
        numbers = {opened(town, title=f"议题 {n}") for n in range(30)}
    guest, path, seen = town.visitor(), "/north/halls/", []
    while path:
        page = guest.get(path).text
        seen += [n for n in numbers if f'/halls/topics/{n}"' in page]
        path = page.partition('rel="next"')[0].rpartition('href="')[2].split('"')[0].replace("&amp;", "&") \
            if 'rel="next"' in page else ""
        path = path and f"/north/halls/{path}"
    assert sorted(seen) == sorted(numbers)


def test_a_topic_names_its_polls_but_no_draft(town):
    number = opened(town)
    with town.unit("north"):
        for state in ("draft", "open", "counted"):
            Poll.create(topic_id=number, title=f"Poll {state}", rule="yesno", state=state)
    page = town.visitor().get(f"/north/halls/topics/{number}").text
    assert "Poll open" in page and "Poll counted" in page and "Poll draft" not in page


def test_the_order_of_stages_is_kept():
    steps = stages.read(stages.write([stages.Step("result"), stages.Step("listen", 5, 9)]))
    assert steps == (stages.Step("listen", 5, 9), stages.Step("result"))
    assert stages.following(steps, "listen") == "result" and stages.following(steps, "result") == ""
    assert stages.by_clock(steps, "listen", 10 ** 9) == "listen" and stages.next_change(steps, "listen") is None


def test_whoever_is_erased_or_merged_leaves_topics_behind(town):
    one, other = town.person("Staff", home="north", role="staff"), town.person("Other", home="north")
    number = opened(town, actor_id=one.id, person_id=one.id)
    plugins = town.app.portal.plugins
    with town.app.app_context(), town.unit("north"):
        plugins.ask("halls", "merge", person_id=one.id, into_id=other.id)
        assert Topic.get_by_id(number).actor_id == other.id
