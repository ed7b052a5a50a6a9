"""A request as a whole: the site it is for, the form's token and key, errors, headers, choices."""

import threading
from io import BytesIO

import pytest
from PIL import Image
from portal.plugins.bulletin.models import Bulletin

from portal.base import database, sites
from portal.people.models import FormAnswer, Household, Session
from portal.people.signin import digest


def test_the_house_leads_to_the_district(town):
    assert town.visitor().get("/").location == "/town/"
    assert town.visitor().get("/north").location == "/north/"


@pytest.mark.parametrize("path", ["/nope/", "/north/nope", "/Town/", "/..%2f/", "/north/activities/999999"])
def test_what_is_not_there_is_404(town, path):
    answer = town.visitor().get(path)
    assert answer.status_code == 404
    assert "Traceback" not in answer.text


def test_a_site_is_found_by_its_own_host(town):
    with town.unit():
        sites.Site.update(host="guihua.example").where(sites.Site.id == town.north.id).execute()
    guest = town.visitor()
    assert "桂花里社区" in guest.get("/", headers={"Host": "guihua.example"}).text
    assert guest.get("/about", headers={"Host": "guihua.example:8443"}).status_code == 200
    assert guest.get("/", headers={"Host": "elsewhere.example"}).status_code == 404


def test_a_plugin_that_is_off_has_no_pages(town):
    guest, staff = town.visitor(), town.visitor(town.person("Staff", home="north", role="staff"))
    form = staff.form("/north/bulletin/new")
    with town.unit():
        sites.enable(town.north.id, "bulletin", False)
    assert guest.get("/north/bulletin/").status_code == 404 and guest.get("/south/bulletin/").status_code == 200
    assert staff.send(form, title="x", text="y").status_code == 404
    with town.unit():
        sites.enable(town.north.id, "bulletin")
    assert guest.get("/north/bulletin/").status_code == 200


def test_a_form_without_its_token_is_refused(town):
    ada = town.visitor(town.person("Ada", home="north"))
    assert ada.post("/north/sign-out").status_code == 400


def test_a_text_that_was_not_sent_is_an_empty_one(town):
    staff = town.visitor(town.person("Staff", home="north", role="staff"))
    form = staff.form("/north/bulletin/new")
    assert staff.send(form, title="x", text="y", kind="announcement", picture_alt=None).status_code == 303
    assert staff.send(form, title=None, text="y", kind="announcement", _key=None).status_code == 422


def test_a_second_tap_gets_the_first_answer(town):
    ada = town.visitor(town.person("Ada", home="north"))
    form = ada.form("/north/me/household/add")
    first, second = ada.send(form, name="Bo"), ada.send(form, name="Bo")
    assert (first.status_code, first.location) == (second.status_code, second.location) == (303, "/north/me/household")
    with town.unit("north"):
        assert Household.select().count() == 1
        assert FormAnswer.select().count() == 1


def test_who_goes_back_and_sends_something_else_is_not_answered_for_what_came_before(town):
    """The browser shows the form as it was, key and all; sent with another text, and with the first one after that."""
    ada = town.visitor(town.person("Ada", home="north"))
    form = ada.form("/north/me/household/add")
    for name in ("Bo", "Cy", "Cy", "Bo"):
        assert ada.send(form, name=name).status_code == 303
    with town.unit("north"):
        assert [row.name for row in Household.select().order_by(Household.id)] == ["Bo", "Cy", "Bo"]
        assert FormAnswer.select().count() == 1


def test_another_photo_of_the_same_name_is_another_form(town):
    """A phone calls every photo `image.jpg`: who goes back and chooses a better one has it taken."""
    staff = town.visitor(town.person("Staff", home="north", role="staff"))
    form = staff.form("/north/bulletin/new")
    for colour in ("red", "red", "blue"):
        photo = BytesIO()
        Image.new("RGB", (40, 30), colour).save(photo, "PNG")
        photo.seek(0)
        sent = {"title": "剪纸", "text": "周六", "kind": "announcement", "picture_alt": "窗花"}
        assert staff.send(form, **sent, picture=(photo, "image.jpg")).status_code == 303
    with town.unit("north"):
        assert len({row.picture for row in Bulletin.select()}) == Bulletin.select().count() == 2


def test_a_form_key_of_somebody_else_opens_nothing(town):
    """Nor does it take the answer away that the other one would get for a second tap."""
    ada, bob = (town.visitor(town.person(n, home="north")) for n in ("Ada", "Bob"))
    form, other = ada.form("/north/me/household/add"), bob.form("/north/me/household/add")
    other.values["_key"] = form.values["_key"]
    for visitor, its in ((ada, form), (bob, other), (ada, form)):
        visitor.send(its, name="Cy")
    with town.unit("north"):
        assert Household.select().count() == 2


def test_headers_of_a_page(town):
    answer = town.visitor().get("/north/")
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert {"Cookie", "Accept-Language", "HX-Request-Type"} <= set(answer.vary.as_set(preserve_casing=True))
    assert answer.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize(("accept", "tag"), [("zh-CN,zh;q=0.9,en;q=0.8", "zh-Hans-CN"), ("zh-HK", "zh-Hant-HK"),
                                             ("yue-HK,en;q=0.5", "zh-Hant-HK"), ("en-GB", "en"), ("", "zh-Hans-CN")])
def test_the_reader_gets_their_language(town, accept, tag):
    answer = town.visitor().get("/north/", headers={"Accept-Language": accept})
    assert f'<html lang="{tag}"' in answer.text


@pytest.mark.parametrize(("choice", "mark"), [("size=large", 'data-size="large"'), ("mode=dark", 'data-mode="dark"'),
                                              ("lang=en", 'lang="en"')])
def test_a_choice_is_remembered_and_leaves_the_address(town, choice, mark):
    guest = town.visitor()
    answer = guest.get(f"/north/about?x=1&{choice}")
    assert answer.location == "/north/about?x=1"
    assert mark in guest.get("/north/").text


def test_a_choice_that_is_none_is_left_alone(town):
    assert town.visitor().get("/north/?size=huge").status_code == 200


@pytest.mark.backend("sqlite")
def test_a_locked_database_is_503_with_a_time(town, monkeypatch):
    monkeypatch.setattr(database, "LOCK_WAIT", 0.1)
    town.db.execute_sql("PRAGMA busy_timeout = 100")
    ada = town.visitor(town.person("Ada", home="north"))
    form = ada.form("/north/me")
    held, done = threading.Event(), threading.Event()

    def hold():
        with town.unit():
            town.db.execute_sql("SELECT 1")
            held.set()
            done.wait(10)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(10)
    try:
        answer = ada.send(form)
        reading = ada.get("/north/")
    finally:
        done.set()
        holder.join()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    assert reading.status_code == 200


def test_only_a_hash_of_the_session_is_stored(town):
    ada = town.visitor(town.person("Ada", home="north"))
    token = ada.client.get_cookie("portal").value
    with town.unit():
        assert Session.get().token == digest(token) != token
    assert "Ada" in ada.get("/north/me").text


def test_a_session_that_ended_is_a_guest(town):
    ada = town.visitor(town.person("Ada", home="north"))
    with town.unit():
        Session.delete().execute()
    assert ada.get("/north/me").status_code == 303


def test_a_part_is_only_given_to_htmx(town):
    guest = town.visitor()
    whole = guest.get("/north/search?q=x")
    part = guest.get("/north/search?q=x", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    back = guest.get("/north/search?q=x", headers={"HX-Request": "true", "HX-Request-Type": "full"})
    assert "<html" in whole.text and "<html" in back.text and "<html" not in part.text


def test_health(town):
    guest = town.visitor()
    assert guest.get("/healthz").status_code == 200
    assert guest.get("/readyz").text == "ready\n"


def test_files_stay_in_their_folder(town):
    guest = town.visitor()
    for path in ("/files/1/../portal.db", "/files/1/..%2f..%2fportal.db", "/files/1/.hidden", "/files/x/a.webp"):
        assert guest.get(path).status_code == 404


@pytest.mark.backend("sqlite")
def test_a_refused_form_that_changed_nothing_waits_for_no_disk(town, monkeypatch):
    ada = town.visitor(town.person("Ada", home="north"))
    form, stored = ada.form("/north/me/household/add"), []
    commit = town.db.commit
    monkeypatch.setattr(town.db, "commit", lambda: stored.append(town.db.open_unit) or commit())
    assert ada.send(form, name="").status_code == 422 and stored == []
    assert ada.send(form, name="小明").status_code == 303 and len(stored) == 1
    with town.unit():
        assert FormAnswer.select().count() == 1
