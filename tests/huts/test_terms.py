"""Rules of lending that staff write on a page: said in words, obeyed at once, and never overwritten unseen."""

import json
from dataclasses import replace
from threading import Thread

import pytest
from portal.plugins.huts import categories
from portal.plugins.huts.lending import rules
from portal.plugins.huts.lending.rules import Row
from portal.plugins.huts.models import Hut, Rule
from portal.plugins.huts.terms import acts

from portal.app import create_app
from portal.people.models import Audit
from portal.testing import Town

RULES = "/north/huts/desk/rules"


@pytest.fixture
def staff(town):
    return town.visitor(town.person("梁姐", home="north", role="staff"))


@pytest.fixture
def in_north(town):
    def enter():
        return town.unit("north")
    return enter


def added(staff, kind="", whom="", hut=None, sure="yes", **limits):
    """The answer to a rule that is written from the first page to the last; `sure`: whoever has less then."""
    chosen = staff.submit(f"{RULES}/new", kind=kind, who=whom, hut=hut)
    assert chosen.status_code == 303, chosen.text
    return staff.submit(chosen.location.removeprefix("http://localhost"), sure=sure, **limits)


def the_rule(in_north) -> tuple:
    with in_north():
        rule = Rule.get()
        return rule.id, rule.hut_id, rule.category, rule.who, json.loads(rule.terms)


def test_the_standard_stands_there_in_words(staff):
    page = staff.get(RULES).text
    assert "同时最多5件；每次借14天；可续借1次" in page and "折叠轮椅 30" in page
    assert "还没有，一切按通用规则" in page
    assert RULES.removeprefix("/north") in staff.get("/north/huts/desk/").text


def test_a_rule_is_written_said_changed_and_removed(town, staff, in_north):
    assert added(staff, kind="康复护理", whom="elder", most="1", days="20").location.endswith(RULES)
    number, *rest = the_rule(in_north)
    assert rest == [None, "care", "elder", {"most": 1, "days": 20}]
    page = staff.get(RULES).text
    assert "康复护理 · 60岁以上长者" in page and "同时最多1件；每次借20天" in page
    mine = f"{RULES}/{number}"
    form = staff.form(mine)
    assert (form.values["most"], form.values["days"], form.values["extends"]) == ("1", "20", "")
    assert staff.submit(mine, most="", approval="yes", deposit="9.50").status_code == 303
    assert the_rule(in_north)[4] == {"days": 20, "approval": True, "deposit_fen": 950}
    assert staff.form(mine).values["deposit"] == "9.50"
    asked = staff.get(f"{mine}/remove").text
    assert "每次借20天" in asked and "3到30，各按惯例" in asked
    assert staff.submit(f"{mine}/remove").status_code == 303
    with in_north():
        assert not Rule.select().exists()
        rows = Audit.select().where(Audit.action ** "huts.rule%").order_by(Audit.id)
        noted = [(row.action, row.thing) for row in rows]
    assert noted == [(f"huts.rule{what}", "康复护理 · 60岁以上长者") for what in ("", "_edit", "_gone")]


def test_what_cannot_be_is_named_at_its_field_and_kept(staff, in_north):
    unknown = staff.submit(f"{RULES}/new", kind="飞碟")
    assert unknown.status_code == 422 and 'href="#kind"' in unknown.text and 'value="飞碟"' in unknown.text
    for typed, field in ({"most": "501"}, "most"), ({"days": "0"}, "days"), ({"days": "many"}, "days"), (
            {"deposit": "x"}, "deposit"), ({"deposit": "100001"}, "deposit"), ({}, "most"), (
            {"extends": "2", "extend_days": "0"}, "extend_days"), ({"extend_days": "0"}, "extend_days"), (
            {"pickup_days": "-1"}, "pickup_days"):
        no = added(staff, kind="人字梯", **typed)
        assert no.status_code == 422 and f'href="#{field}"' in no.text, typed
        assert all(f'value="{value}"' in no.text for value in typed.values())
    with in_north():
        assert not Rule.select().exists()


def test_an_address_of_limits_that_leads_nowhere(staff, town):
    with town.unit("south"):
        other = Hut.create(code="S1", name="南屋").id
    for asked in f"hut={other}", "hut=x", "kind=no.such", "who=martian":
        assert staff.get(f"{RULES}/limits?{asked}").status_code == 404, asked
    assert staff.get(f"{RULES}/limits").status_code == 200


def test_a_second_rule_for_the_same_leads_to_the_first(staff, shelf, in_north):
    hut, *_rest = shelf()
    added(staff, kind="人字梯", whom="family", most="1")
    first = the_rule(in_north)[0]
    again = staff.submit(f"{RULES}/new", kind="tool.ladder", who="family")
    assert again.status_code == 422 and f'href="/north/huts/desk/rules/{first}"' in again.text
    late = staff.submit(f"{RULES}/limits?kind=tool.ladder&who=family&hut=", days="3")  # both had the page open
    assert late.status_code == 422 and f'href="/north/huts/desk/rules/{first}"' in late.text
    assert 'value="3"' in late.text and the_rule(in_north)[4] == {"most": 1}
    assert staff.submit(f"{RULES}/limits?kind=tool.ladder&who=family&hut={hut}", days="3").status_code == 303
    with in_north():
        assert [acts.row(rule) for rule in acts.rows()] == [
            Row(hut, "tool.ladder", "family", {"days": 3}), Row(None, "tool.ladder", "family", {"most": 1})]


@pytest.mark.alone
def test_two_of_the_staff_at_once_write_one_rule(settings):
    """The second waits until the first is stored, and finds its rule."""
    busy, done = Town(create_app(replace(settings, threads=16))), []

    def second():
        with busy.app.app_context(), busy.unit("north"):
            done.append(acts.write(Row(None, "tool"), {"most": 2}))
        busy.db.close()
    other = Thread(target=second)
    with busy.app.app_context(), busy.unit("north"):
        Hut.create(code="H1", name="小屋")
    with busy.app.app_context(), busy.unit("north"):
        assert acts.write(Row(None, "tool"), {"most": 1})
        other.start()
        other.join(1)
        assert done == []
    other.join(10)
    with busy.unit("north"):
        assert done == [False] and Rule.select().count() == 1
    busy.db.close()


def test_two_of_the_staff_do_not_overwrite_each_other(staff, in_north):
    added(staff, kind="人字梯", most="1")
    page = f"{RULES}/{the_rule(in_north)[0]}"
    early, gone = staff.form(page), staff.form(f"{page}/remove")
    assert staff.submit(page, most="2", sure="yes").status_code == 303
    no = staff.send(early, most="7", sure="yes")
    assert no.status_code == 422 and "同时最多2件" in no.text and 'value="7"' in no.text
    assert staff.send(gone).status_code == 422 and the_rule(in_north)[4] == {"most": 2}
    again = staff.form(page).values["version"]
    assert f'name="version" type="hidden" value="{again}"' in no.text  # sent once more, it replaces theirs


def test_staff_of_huts_alone_write_rules(town, staff, neighbours, in_north):
    added(staff, most="1")
    number = the_rule(in_north)[0]
    ada = town.visitor(*neighbours(1))
    for page in "", "/new", "/limits", f"/{number}", f"/{number}/scope", f"/{number}/remove":
        assert ada.get(RULES + page).status_code == 404, page


def test_who_would_have_less_is_said_before_it_is_saved(staff, in_north):
    asked = added(staff, most="6", sure=None)
    assert asked.status_code == 422 and "60岁以上长者：现在同时最多8件，有了这条规则是同时最多6件" in asked.text
    assert "单位和团体：现在同时最多20件，有了这条规则是同时最多6件" in asked.text and "新来" not in asked.text
    assert 'href="/north/huts/desk/rules/limits?hut=&amp;kind=&amp;who=elder"' in asked.text
    with in_north():
        assert not Rule.select().exists()
    assert added(staff, whom="elder", most="8", sure=None).status_code == 303
    assert "长者：现在" not in added(staff, most="6", sure=None).text  # they have a rule of their own now
    assert added(staff, most="6").status_code == 303 and added(staff, kind="人字梯", days="3", sure=None).location
    with in_north():
        theirs = Rule.get(Rule.who == "elder").id
    assert staff.submit(f"{RULES}/{theirs}", most="9").status_code == 303  # more than before
    with in_north():
        assert sorted(json.loads(rule.terms).get("most", 0) for rule in Rule.select()) == [0, 6, 9]


def test_a_rule_comes_to_be_for_something_else(staff, shelf, in_north):
    hut, *_rest = shelf()
    added(staff, kind="人字梯", whom="elder", most="9", days="3")
    added(staff, kind="电钻", whom="elder", most="2")
    number = the_rule(in_north)[0]
    page = f"{RULES}/{number}/scope"
    form = staff.form(page)
    assert (form.values["kind"], form.values["who"]) == ("人字梯", "elder")
    taken = staff.submit(page, kind="电钻")
    assert taken.status_code == 422 and f'href="/north/huts/desk/rules/{number + 1}"' in taken.text
    assert staff.submit(page, kind="飞碟").status_code == 422
    early = staff.form(page)
    lost = staff.submit(page, kind="康复护理", who="")
    assert lost.status_code == 422 and "单位和团体：现在同时最多20件" in lost.text
    assert staff.submit(page, kind="康复护理", who="", sure="yes").status_code == 303
    assert the_rule(in_north)[1:] == (None, "care", "", {"most": 9, "days": 3})
    assert staff.send(early, kind="tool").status_code == 422 and the_rule(in_north)[2] == "care"


def test_a_rule_of_the_only_hut_stays_with_it(staff, shelf, in_north):
    hut, *_rest = shelf()
    assert staff.submit(f"{RULES}/limits?hut={hut}&kind=tool&who=elder", days="3").status_code == 303
    assert staff.submit(f"{RULES}/{the_rule(in_north)[0]}/scope", kind="康复护理").status_code == 303
    assert the_rule(in_north)[1:4] == (hut, "care", "elder")


def test_rules_from_a_terminal(staff, shelf, huts, in_north):
    hut, *_rest = shelf()
    with in_north():
        code = Hut.get_by_id(hut).code
    rule = "rule", "set", "--community", "north"
    lost = huts(*rule, "--kind", "人字梯", "--most", 3, "--json")
    assert lost.exit_code == 1 and "elder: most 8 -> 3" in json.loads(lost.output)["refused"]
    done = huts(*rule, "--kind", "人字梯", "--most", 3, "--deposit", "9.50", "--sure", "--json")
    assert json.loads(done.output) == {"hut": "", "kind": "tool.ladder", "for": "", "terms": {
        "most": 3, "deposit_fen": 950}}
    assert huts(*rule, "--kind", "tool.ladder", "--most", 4, "--approval", "--sure").exit_code == 0
    assert the_rule(in_north)[1:] == (None, "tool.ladder", "", {"most": 4, "approval": True})  # this and nothing else
    assert huts(*rule, "--hut", code.lower(), "--for", "newcomer", "--days", 7).exit_code == 0
    told = huts("rule", "list", "--community", "north")
    assert told.output.splitlines() == [f"all things · newcomer · {code}: days 7",
                                        "tool.ladder: most 4, approval True"]
    assert "每次借7天" in staff.get(RULES).text
    for wrong, why in ((("--most", 501), "0 to 500"), ((), "at least"), (("--deposit", "x"), "amount"),
                       (("--hut", "XX", "--days", 3), "no hut XX"), (("--kind", "飞碟", "--days", 3), "no kind"),
                       (("--extends", 2, "--extend-days", 0), "at least one day")):
        no = huts(*rule, *wrong)
        assert no.exit_code == 1 and why in no.output, (wrong, no.output)
    gone = "rule", "remove", "--community", "north"
    assert huts(*gone, "--hut", code, "--for", "newcomer").exit_code == 0
    assert huts(*gone, "--hut", code, "--for", "newcomer").exit_code == 1
    with in_north():
        rows = Audit.select().where(Audit.action ** "huts.rule%").order_by(Audit.id)
        assert [(row.action, row.thing, row.channel) for row in rows] == [
            ("huts.rule", "tool.ladder", "import"), ("huts.rule_edit", "tool.ladder", "import"),
            ("huts.rule", f"all things · newcomer · {code}", "import"),
            ("huts.rule_gone", f"all things · newcomer · {code}", "import")]


def test_who_loses_what_by_a_rule_that_does_not_name_them():
    elders = Row(None, "care", "elder", {"days": 60, "deposit_fen": 0})
    found = rules.losses([elders], Row(None, "", "", {"most": 6, "days": 1}))
    assert {(one.who, one.term, one.before) for one in found} == {
        ("family", "most", 8), ("elder", "most", 8), ("organisation", "most", 20)}  # their days are more exact
    found = rules.losses([elders], Row(None, "care.wheelchair", "", {"days": 7, "deposit_fen": 100}))
    assert {(one.who, one.term, one.before, one.after) for one in found} == {
        ("elder", "days", 60, 7), ("elder", "deposit_fen", 0, 100)}
    assert rules.losses([elders], Row(None, "care.wheelchair", "elder", {"days": 7})) == []  # it names them
    assert rules.losses([elders], Row(None, "", "", {"most": 20})) == []
    assert {one.who for one in rules.losses([], Row(None, "", "resident", {"most": 1}))} == {"family", "elder"}


def test_a_rule_is_obeyed_at_once_on_the_web_at_the_counter_and_in_the_terminal(town, staff, shelf, neighbours, noon,
                                                                                huts, in_north):
    hut, item, (one, two) = shelf(2, category="care.wheelchair")
    ada, = neighbours(1)
    hers, thing = town.visitor(ada), f"/north/huts/items/{item}"
    assert "最长30天" in hers.get(thing).text
    counter = f"/north/huts/counter/{hut}?p={ada.id}"
    assert "还能借 5 件" in staff.get(counter).text
    added(staff, kind="康复护理", most="1", days="4")
    assert "最长4天" in hers.get(thing).text  # though the page was kept
    days = {"when": "days", "from": "2026-03-05"}
    assert "最多 4 天" in hers.submit(thing, f"{thing}/hold", **days, to="2026-03-10").text
    assert hers.submit(thing, f"{thing}/hold", **days, to="2026-03-09").status_code == 303
    past = hers.submit(thing, f"{thing}/hold", when="days", **{"from": "2026-03-12", "to": "2026-03-13"})
    assert past.status_code == 422 and "最多同时 1 件" in past.text
    assert staff.submit(f"{counter}&u={one}.{two}", f"/north/huts/counter/{hut}/lend").status_code == 422
    told = huts("hold", item, "--from", "2026-03-12", "--to", "2026-03-13", "--as", ada.id, "--json")
    assert told.exit_code == 1 and "1 at a time" in told.output
    staff.submit(f"{RULES}/{the_rule(in_north)[0]}", most="3", sure="yes")
    assert huts("hold", item, "--from", "2026-03-12", "--to", "2026-03-13", "--as", ada.id).exit_code == 0
    assert staff.submit(f"{counter}&u={one}", f"/north/huts/counter/{hut}/lend").status_code == 303


def test_the_counter_counts_by_the_rule_of_its_own_hut(staff, shelf, neighbours, noon, in_north):
    hut, _item, _labels = shelf(2)
    ada, = neighbours(1)
    assert staff.submit(f"{RULES}/limits?hut={hut}", most="2", sure="yes").status_code == 303
    assert "还能借 2 件" in staff.get(f"/north/huts/counter/{hut}?p={ada.id}").text


def test_what_holds_where_a_field_is_empty():
    """Against `resolve` for everybody and everything that a rule without that term is for."""
    rows = [Row(None, "tool", "", {"days": 5}), Row(3, "", "elder", {"most": 2}),
            Row(None, "care", "elder", {"most": 4}), Row(3, "tool.ladder", "", {"days": 1})]
    for row in (Row(), Row(3), Row(3, "tool"), Row(None, "care.wheelchair", "elder"), Row(3, "tool.ladder", "elder")):
        outer = [o for o in rows if o.hut_id in (None, row.hut_id) and o.who in ("", row.who)
                 and (not o.category or f"{row.category}.".startswith(f"{o.category}."))
                 and (o.hut_id, o.category, o.who) != (row.hut_id, row.category, row.who)]
        whos = [rules.like(row.who)] if row.who else [(), *map(rules.like, rules.WHO)]
        found = [rules.resolve(outer, row.hut_id, code, who)._asdict()
                 for code in [row.category, *categories.tree()]
                 if not row.category or f"{code}.".startswith(f"{row.category}.") for who in whos]
        assert rules.wider(rows, row) == {
            name: (min(one[name] for one in found), max(one[name] for one in found)) for name in rules.NAMES}
    assert rules.wider(rows, rows[0])["days"] != (5, 5)  # it is not its own wider rule


def test_which_row_a_term_comes_from():
    own = Row(None, "tool", "", {"days": 5})
    found = rules.decided([own], None, "tool.ladder", "elder")
    assert found["days"] == (5, own, True)
    assert (found["most"].value, found["most"].row.who, found["most"].own) == (8, "elder", False)
