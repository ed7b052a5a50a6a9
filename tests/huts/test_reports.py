"""Skills and wants that break a rule: reported, left or hidden, and appealed."""

import pytest
from portal.plugins.huts.models import ThingHiding, ThingReport
from portal.plugins.huts.reports import personal, queries
from portal.plugins.huts.skills import acts
from portal.plugins.huts.skills.models import Skill
from portal.plugins.huts.wants.models import Want

from portal import found
from portal.base import clock
from portal.people.models import Audit, Notice
from tests.huts.conftest import DAY, who

DESK = "/north/huts/desk/reports"
RULE = {"rule": "contact", "reason": "请不要写电话。"}


@pytest.fixture
def staff(town):
    """Two of the staff."""
    return [town.visitor(town.person(name, home="north", role="staff")) for name in ("梁姐", "何姐")]


@pytest.fixture
def ada_bo(town, neighbours):
    """Two neighbours, and a visitor for each."""
    people = neighbours(2)
    return people, list(map(town.visitor, people))


@pytest.fixture(params=["skill", "want"])
def thing(request, town, ada_bo):
    """(kind, number, address) of what the first of them has written, and neighbours see."""
    (ada, _bo), _visitors = ada_bo
    with town.app.app_context(), town.unit("north"):
        if request.param == "skill":
            number = Skill.create(title="修自行车", text="电话13912345678", category="repair", state="shown",
                                  audience="street", **who(ada)).id
            acts.refresh(number)
        else:
            number = Want.create(what="skill", category="repair", title="想修自行车", text="电话13912345678",
                                 ends_at=clock.now() + 9 * DAY, **who(ada)).id
    return request.param, number, f"/north/huts/{request.param}s/{number}"


def reported(visitor, thing, rule: str = "contact", **more):
    page = f"/north/huts/report/{thing[0]}/{thing[1]}"
    return visitor.submit(page, page, rule=rule, **more)


def hidden(staff, thing) -> str:
    """The address of its hiding on the desk."""
    page = f"{DESK}/{thing[0]}/{thing[1]}"
    assert staff.submit(page, page, -1, **RULE).status_code == 303
    return "/north/huts/desk/hidings/1"


def notices(town, person) -> list[str]:
    with town.unit():
        return [n.title for n in Notice.select().where(Notice.person == person.id).order_by(Notice.id)]


def test_what_is_reported_is_hidden_with_a_reason_and_who_wrote_and_reported_it_is_told(town, thing, ada_bo, staff):
    (ada, bo), (author, reader) = ada_bo
    kind, number, page = thing
    assert f"/huts/report/{kind}/{number}" in reader.get(page).text
    assert reported(reader, thing, text="写了电话").status_code == 303
    assert f"{DESK}/{kind}/{number}" in staff[0].get(DESK).text
    looked_at = staff[0].get(f"{DESK}/{kind}/{number}").text
    assert "写了电话" in looked_at and "邻居1" not in looked_at
    hidden(staff[0], thing)
    assert reader.get(page).status_code == 404 and page not in reader.get(f"/north/huts/{kind}s/").text
    own = author.get(page).text
    assert RULE["reason"] in own and "/north/huts/hidden/1" in own
    assert len(notices(town, ada)) == 1 == len(notices(town, bo))
    with town.unit("north"):
        assert not found("huts", "自行车") and ThingReport.get().state == "hidden"
        assert Audit.select().where(Audit.action == f"huts.{kind}_hidden").count() == 1
    assert reader.get("/north/huts/hidden/1").status_code == 404


def test_what_breaks_no_rule_stays_and_is_not_reported_again_until_it_changes(town, thing, ada_bo, staff):
    (_ada, bo), (_author, reader) = ada_bo
    for _twice in range(2):
        reported(reader, thing)
    page = f"{DESK}/{thing[0]}/{thing[1]}"
    assert staff[0].submit(page, page).status_code == 303  # the first form: it breaks no rule
    assert reader.get(thing[2]).status_code == 200 and len(notices(town, bo)) == 1
    reported(reader, thing)
    with town.unit("north"):
        assert [r.state for r in ThingReport.select()] == ["dismissed"]
        model = Skill if thing[0] == "skill" else Want
        model.update(changed_at=clock.now() + 5).where(model.id == thing[1]).execute()
    reported(reader, thing)
    with town.unit("north"):
        assert [r.state for r in ThingReport.select()] == ["waiting"]


def test_an_appeal_is_decided_by_somebody_who_has_not_hidden_it(town, thing, ada_bo, staff):
    (ada, _bo), (author, reader) = ada_bo
    reported(reader, thing)
    page, own = hidden(staff[0], thing), "/north/huts/hidden/1"
    assert author.submit(own, own, text="那是我自己的电话").status_code == 303
    assert "那是我自己的电话" in staff[1].get(page).text
    with town.app.app_context(), town.unit("north"):
        assert queries.count() == 1
    form, said = staff[1].form(page, page), {"granted": "yes", "answer": "号码是作者本人的。"}
    assert 'name="granted"' not in staff[0].get(page).text
    own_form = staff[0].form("/north/huts/desk/new")  # for its token
    own_form.action, own_form.multipart = page, False
    for visitor, sent, state in ((staff[0], own_form, "waiting"), (staff[1], form, "granted")):
        assert visitor.send(sent, **said).status_code == 303
        with town.unit("north"):
            assert ThingHiding.get().appeal == state
    assert reader.get(thing[2]).status_code == 200 and notices(town, ada)
    if thing[0] == "skill":
        with town.unit("north"):
            assert Skill.get_by_id(thing[1]).audience == "street" and found("huts", "自行车")


def test_only_its_neighbours_report_and_only_staff_decide(town, thing, ada_bo, staff):
    _people, (author, reader) = ada_bo
    page = f"/north/huts/report/{thing[0]}/{thing[1]}"
    assert author.get(page).status_code == 404 and town.visitor().get(page).status_code in (302, 303)
    assert reader.get(page.replace("north", "south")).status_code == 404
    reported(reader, thing)
    for address in (DESK, f"{DESK}/{thing[0]}/{thing[1]}"):
        assert reader.get(address).status_code == 404
    hidden(staff[0], thing)
    assert reader.get("/north/huts/desk/hidings/1").status_code == 404
    assert reader.get(page).status_code == 404


def test_what_reports_keep_of_a_person_is_told_and_taken_out(town, thing, ada_bo, staff):
    (ada, bo), (author, reader) = ada_bo
    reported(reader, thing, text="写了电话")
    hidden(staff[0], thing)
    author.submit("/north/huts/hidden/1", "/north/huts/hidden/1", text="那是我自己的电话")
    with town.unit("north"):
        assert personal.export(bo.id)["reports"][0]["text"] == "写了电话"
        assert personal.export(ada.id)["hidden"][0]["appeal_text"] == "那是我自己的电话"
        personal.merge(bo.id, ada.id)
        personal.erase(ada.id)
        row, hiding = ThingReport.get(), ThingHiding.get()
        assert (row.person_id, row.text) == (None, "")
        assert (hiding.author_id, hiding.appeal, hiding.appeal_text) == (None, "", "")
