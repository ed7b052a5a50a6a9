"""Afterwards: the recap, what those who came say of it, and the hours of helpers."""

from io import BytesIO

import pytest
from PIL import Image
from portal.plugins.activities import personal, rules
from portal.plugins.activities.attendance import afterwards
from portal.plugins.activities.models import Feedback, Occurrence, Recap, SignUp

from portal.base import clock
from tests.activities.parties import NOON, dates_of, join

HOUR, DAY = 3600, 86400


@pytest.fixture
def past(noon, town, announce, ada):
    """A date of yesterday that Ada came to; (activity, its date)."""
    activity = announce("包饺子", [-1], capacity=5, helpers=3)
    date = dates_of(town, activity)[0]
    with town.unit("north"):
        SignUp.create(occurrence_id=date.id, person_id=ada.id, size=1, came=1, came_at=NOON - DAY)
        Occurrence.update(taken=1).where(Occurrence.id == date.id).execute()
    return activity, date


def helper_of(town, date, name: str, **fields):
    person = town.person(name, home="north")
    with town.unit("north"):
        SignUp.create(occurrence_id=date.id, person_id=person.id, size=1, role="helper", **fields)
        Occurrence.update(helping=Occurrence.helping + 1).where(Occurrence.id == date.id).execute()
    return person


def picture(colour: str = "red") -> tuple:
    file = BytesIO()
    Image.new("RGB", (800, 450), colour).save(file, "PNG")
    file.seek(0)
    return file, "x.png"


def desk(date, name: str) -> str:
    return f"/north/activities/desk/date/{date.id}/{name}"


def test_staff_tell_how_it_was_with_pictures(past, town, staff):
    activity, date = past
    page, public = desk(date, "recap"), f"/north/activities/{activity}?on={date.id}"
    told = staff.submit(page, page, text="包了**三百**个\n\n<script>", more=[picture(), picture("blue")])
    assert told.status_code == 303
    shown = town.visitor().get(public).text
    assert "<strong>三百</strong>" in shown and "<script>" not in shown.split("<main")[1]
    assert shown.split('id="recap"')[1].count('class="pic"') == 2
    with town.unit("north"):
        first, second = (name for name, _alt in afterwards.pictures_of(afterwards.recap_of(date.id)))
    staff.submit(page, page, **{f"gone-{first}": "1", f"alt-{second}": "一锅饺子"})
    shown = town.visitor().get(public).text.split('id="recap"')[1]
    assert first not in shown and 'alt="一锅饺子"' in shown
    assert "afterwards" not in shown and "/after" in staff.get(f"/north/activities/desk/{activity}").text


def test_a_recap_that_cannot_be_is_refused_in_words(past, town, announce, staff):
    _activity, date = past
    page = desk(date, "recap")
    refused = staff.submit(page, page, text="x", more=[picture(c) for c in (
        "red", "blue", "green", "black", "white", "gray", "pink")])
    assert refused.status_code == 422 and "6" in refused.text
    assert staff.submit(page, page, text="x", more=[(BytesIO(b"nonsense"), "x.png")]).status_code == 422
    assert staff.submit(page, page, text="x" * 9000).status_code == 422
    ahead = dates_of(town, announce("以后", [2], capacity=2))[0]
    assert staff.submit(desk(ahead, "recap"), desk(ahead, "recap"), text="x").status_code == 422
    with town.unit("north"):
        assert Recap.select().count() == 0


def test_who_was_slower_sees_both_versions(past, town, staff):
    _activity, date = past
    page = desk(date, "recap")
    first, second = staff.form(page, page), staff.form(page, page)
    staff.send(first, text="第一版")
    refused = staff.send(second, text="第二版")
    assert refused.status_code == 422 and "第一版" in refused.text and "第二版" in refused.text
    late = staff.form(page, page)
    staff.submit(page, page, text="第三版")
    assert staff.send(late, text="第四版").status_code == 422
    with town.unit("north"):
        assert Recap.get().text == "第三版"


def test_those_who_came_say_how_it_was_once_and_without_a_name(past, town, ada, staff):
    activity, date = past
    page, send = f"/north/activities/{activity}?on={date.id}", f"/north/activities/{activity}/feedback"
    visitor, other = town.visitor(ada), town.person("没来的", home="north")
    with town.unit("north"):
        SignUp.create(occurrence_id=date.id, person_id=other.id, size=1)
    for wrong in ("0", "6", "x", ""):
        assert visitor.submit(page, send, stars=wrong).status_code == 422
    form = visitor.form(page, send)
    assert visitor.send(form, stars="4", text="馅儿真香").status_code == 303
    assert visitor.send(form, stars="1", text="又一次", _key=None).status_code == 422
    assert "/feedback" not in visitor.get(page).text
    absent = town.visitor(other)
    assert "/feedback" not in absent.get(page).text and "馅儿真香" not in absent.get(page).text
    form = absent.form("/north/me")
    form.action = send
    assert absent.send(form, on=str(date.id), stars="5", text="假的").status_code == 422
    with town.unit("north"):
        assert [(f.stars, f.text) for f in Feedback.select()] == [(4, "馅儿真香")]
    told = staff.get(desk(date, "after")).text
    assert "馅儿真香" in told and "4.0" in told and "陈爱莲" not in told
    assert town.visitor(town.person("义工", home="north", role="volunteer")).get(desk(date, "after")).status_code == 404


def test_nobody_says_how_it_was_before_it_is_over(noon, town, announce, ada, staff):
    activity = announce("早操", [1 / 24], capacity=5)
    join(town.visitor(ada), activity, who=["me"])
    date = dates_of(town, activity)[0]
    with town.unit("north"):
        SignUp.update(came=1, came_at=NOON).execute()
    visitor = town.visitor(ada)
    assert "/feedback" not in visitor.get(f"/north/activities/{activity}").text
    form = visitor.form("/north/me")
    form.action = f"/north/activities/{activity}/feedback"
    assert visitor.send(form, on=str(date.id), stars="5").status_code == 422


def test_hours_count_from_start_to_end_unless_staff_say_otherwise(past, town, staff):
    _activity, date = past
    came = helper_of(town, date, "来的", came=1, came_at=NOON - DAY)
    long = helper_of(town, date, "忙的", came=1, came_at=NOON - DAY)
    absent = helper_of(town, date, "没来的")
    with town.unit("north"):
        ids = {s.person_id: s.id for s in SignUp.select()}

    def hours_of(person) -> list[int]:
        with town.unit("north"):
            return [row["minutes"] for row in afterwards.helped_by(person.id)]
    assert [hours_of(p) for p in (came, long, absent)] == [[120], [120], []]
    page, save = desk(date, "after"), desk(date, "hours")
    for wrong in ("x", "-1", "101", "1e3", "１"):
        refused = staff.submit(page, save, **{f"h{ids[long.id]}": wrong, f"h{ids[came.id]}": "9"})
        assert refused.status_code == 422 and hours_of(came) == [120]
    staff.submit(page, save, **{f"h{ids[long.id]}": "3.5", f"h{ids[absent.id]}": "0,5"})
    assert [hours_of(p) for p in (came, long, absent)] == [[120], [210], [30]]
    assert "3.5" in town.visitor(long).get("/north/me").text
    staff.submit(page, save, **{f"h{ids[long.id]}": ""})
    assert hours_of(long) == [120]
    with clock.frozen(date.ends_at - 1):
        assert hours_of(came) == []
    assert rules.helped(0, 2 * DAY, True, None) == 960 and rules.hours(150) == "2.5" and rules.hours(120) == "2"


def test_only_staff_change_any_of_it(past, town, ada):
    _activity, date = past
    helper = helper_of(town, date, "帮手", came=1, came_at=NOON - DAY)
    with town.unit("north"):
        number = SignUp.get(SignUp.person_id == helper.id).id
    for role in ("", "volunteer", "grid"):
        visitor = town.visitor(town.person("别人", home="north", role=role))
        form = visitor.form("/north/me")
        for name, fields in (("hours", {f"h{number}": "50"}), ("recap", {"text": "假的", "version": "0"})):
            form.action = desk(date, name)
            assert visitor.send(form, **fields, _key=None).status_code == 404
    with town.unit("north"):
        assert SignUp.get_by_id(number).minutes is None and Recap.select().count() == 0


def test_what_is_kept_of_a_person_goes_with_them(past, town, ada, staff):
    _activity, date = past
    into = town.person("陈爱莲", home="north")
    with town.app.app_context(), town.unit("north"):
        SignUp.update(role="helper").where(SignUp.person_id == ada.id).execute()
        Occurrence.update(taken=0, helping=1).where(Occurrence.id == date.id).execute()
        Feedback.create(occurrence_id=date.id, person_id=ada.id, stars=5, text="好")
        Recap.create(occurrence_id=date.id, text="x", actor_id=ada.id)
        kept = personal.export(ada.id)
        assert kept["feedback"][0]["text"] == "好" and kept["helped"] == [
            {"title": "包饺子", "starts_at": date.starts_at, "minutes": 120}]
        SignUp.create(occurrence_id=date.id, person_id=into.id, size=3)
        Occurrence.update(taken=3).where(Occurrence.id == date.id).execute()
        Feedback.create(occurrence_id=date.id, person_id=into.id, stars=2, text="还行")
        personal.merge(ada.id, into.id)
        assert [(f.person_id, f.stars) for f in Feedback.select()] == [(into.id, 2)]
        assert SignUp.get().came == 1 and Recap.get().actor_id == into.id
        personal.erase(into.id)
        assert [(f.person_id, f.stars, f.text) for f in Feedback.select()] == [(None, 2, "")]
        assert Recap.get().actor_id is None and not any(personal.export(into.id).values())
