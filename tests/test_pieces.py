"""Kept pieces of pages: made once for what they depend on, shown to everybody, and nobody's own."""

import pytest
from flask import g
from markupsafe import Markup

from portal.base import clock, database, sites
from portal.pages import templates
from portal.people.models import Person, Session

PIECES = {
    "rows.html": "{{ site.name }}|{{ locale }}|{{ rows|join(',') }}|{{ more }}",
    "own.html": "{{ viewer.name }}",
    "asked.html": "{% if viewer %}yes{% endif %}",
    "form.html": "{{ csrf() }}",
    "may.html": "{% if may('core.desk') %}yes{% endif %}",
}


@pytest.fixture
def piece(town, monkeypatch):
    """`piece(template, make, **values)` in the middle of a request to `path`, as in production."""
    env = town.app.portal.templates
    env.auto_reload = False
    found = env.loader.get_source
    monkeypatch.setattr(env.loader, "get_source", lambda e, name: (
        (PIECES[name], None, None) if name in PIECES else found(e, name)))
    answers = []

    def ask(path: str, page: str, make=None, visitor=None, writes=False, **values):
        def inside(response):
            with database.unit(write=writes):
                answers.append(g.kept(page, make, **values))
            return response
        town.app.after_request_funcs.setdefault("front", []).append(inside)
        try:
            (visitor or town.visitor()).get(path)
        finally:
            town.app.after_request_funcs["front"].remove(inside)
        return str(answers.pop())
    return ask


def test_a_piece_is_made_once_for_its_values(piece):
    made = []

    def make():
        made.append(1)
        return {"more": len(made)}
    first = piece("/north/about", "rows.html", make, rows=(1, 2))
    assert first == "桂花里社区|zh_Hans_CN|1,2|1"
    assert piece("/north/", "rows.html", make, rows=(1, 2)) == first and made == [1]
    assert piece("/north/", "rows.html", make, rows=(1, 3)).endswith("|1,3|2")


def test_a_piece_is_its_sites_and_its_languages(piece, town):
    with town.unit():
        sites.Site.update(theme="plain").execute()
    assert piece("/north/about", "rows.html", rows=()).startswith("桂花里社区|zh_Hans_CN")
    assert piece("/south/about", "rows.html", rows=()).startswith(town.south.name)
    english = town.visitor()
    english.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert piece("/north/about", "rows.html", visitor=english, rows=()).startswith("桂花里社区|en")


def test_a_piece_is_new_when_the_site_has_changed_and_the_next_day(piece, town):
    made = []
    piece("/north/about", "rows.html", lambda: made.append(1) or {}, rows=())
    with town.unit():
        sites.touched(town.north.id)
    piece("/north/about", "rows.html", lambda: made.append(2) or {}, rows=())
    with clock.frozen(clock.now() + 86400):
        piece("/north/about", "rows.html", lambda: made.append(3) or {}, rows=())
    assert made == [1, 2, 3]


def test_a_piece_made_while_something_is_written_is_kept_for_nobody(piece, town):
    """What it shows may be undone, and the next change gets the same count."""
    made = []
    for writes in (True, True, False, False, True):
        piece("/north/about", "rows.html", lambda: made.append(1) or {}, writes=writes, rows=())
    assert len(made) == 3


@pytest.mark.parametrize("page", ["own.html", "asked.html", "form.html", "may.html"])
def test_a_piece_cannot_hold_what_is_one_readers_own(piece, town, page):
    with pytest.raises(TypeError, match="for every reader"):
        piece("/north/about", page, visitor=town.visitor(town.person("Ada", home="north")))


def test_pieces_do_not_pile_up(piece, town, monkeypatch):
    monkeypatch.setattr(templates, "KEPT", 20)
    for n in range(50):
        piece("/north/about", "rows.html", rows=(n,))
    assert len(town.app.portal.pieces) <= 20


def test_two_residents_see_one_list_with_their_own_marks(town):
    """What is kept of a page of activities is kept by its rows, and a sign-up stands in them."""
    from portal.plugins.activities.models import Activity, Occurrence
    town.app.portal.templates.auto_reload = False
    now = clock.now()
    with town.unit(town.north):
        one = Activity.create(uid="x", title="剪纸", state="published", audience="anyone", capacity=5)
        Occurrence.create(activity_id=one.id, recurrence_key="x", title="剪纸", starts_at=now + 86400,
                          ends_at=now + 90000, listed=1, capacity=5)
    ada, bob = (town.visitor(town.person(name, home="north")) for name in ("Ada", "Bob"))
    page = f"/north/activities/{one.id}"
    for visitor in (ada, bob):
        visitor.get("/north/activities/"), visitor.get(page)
    assert ada.submit(page, f"{page}/sign-up", who="me").status_code == 303
    assert "报名成功" in ada.get(page).text and "报名成功" not in bob.get(page).text
    mine, others = (visitor.get("/north/activities/").text for visitor in (ada, bob))
    assert mine != others and ">已报名<" in mine and ">已报名<" not in others


def test_a_form_of_a_signed_in_person_stores_nothing_and_is_theirs(town):
    ada, bob = (town.visitor(town.person(name, home="north")) for name in ("Ada", "Bob"))
    page = ada.get("/north/me/household/add")
    assert page.status_code == 200 and "Set-Cookie" not in page.headers
    form, other = ada.form("/north/me/household/add"), bob.form("/north/me/household/add")
    token = form.values["csrf_token"]
    assert other.values["csrf_token"] != token
    assert bob.send(other, csrf_token=token, name="小明").status_code == 400
    assert ada.send(form, name="小明").status_code == 303


def test_a_kept_page_has_each_readers_own_layout(town):
    """Unread messages, size, colours, a sentence for one reader, whom somebody acts for: none of it is another's."""
    town.app.portal.templates.auto_reload = False
    ada, bob = (town.person(name, home="north") for name in ("Ada", "Bob"))
    with town.unit():
        Person.update(unread=7).where(Person.id == ada.id).execute()
    hers, his = town.visitor(ada), town.visitor(bob)
    page = "/north/activities/"
    assert ">7<" in hers.get(page).text and ">7<" not in his.get(page).text and ">7<" in hers.get(page).text
    his.client.set_cookie("size", "large")
    assert 'data-size="large"' in his.get(page).text and 'data-size="large"' not in hers.get(page).text
    with his.client.session_transaction() as session:
        session["_flashes"] = [("ok", "只给您看")]
    assert "只给您看" in his.get(page).text
    assert "只给您看" not in his.get(page).text and "只给您看" not in hers.get(page).text
    with town.unit():
        Session.update(acting_for=ada.id, acting_site=town.north.id, acting_channel="desk").where(
            Session.person == bob).execute()
    assert "acting/stop" in his.get(page).text and "acting/stop" not in hers.get(page).text


def test_a_page_with_a_piece_that_is_not_kept_is_not_kept(town):
    """A plugin's card on the front page may be one reader's own."""
    town.app.portal.templates.auto_reload = False
    town.visitor().get("/north/")
    before = len(town.app.portal.pieces)
    with town.app.test_request_context("/north/"):
        own = Markup("<p>only mine</p>")
        assert not templates._is_kept((templates.Kept("<p>"), own)) and templates._is_kept((1, templates.Kept("<p>")))
    for _time in range(3):
        town.visitor().get("/north/")
    assert len(town.app.portal.pieces) == before
