"""The page “me” and what hangs on it: family, address, account, devices, messages; one's own only."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from markupsafe import Markup

from portal import hookimpl
from portal.app import create_app
from portal.base import clock, sites
from portal.hooks import Plugins
from portal.offers import Card
from portal.pages import notices
from portal.people import signin
from portal.people.audit import audit
from portal.people.models import Audit, Building, Household, Mail, Membership, Notice, Person, Session
from portal.people.roles import Viewer
from portal.testing import Town, forms_of


class Walks:
    """A plugin that has something of a person."""

    __name__ = "walks"
    __package__ = ""

    @hookimpl
    def title(self):
        return "Walks"

    @hookimpl
    def my_items(self, site, viewer):
        return [Card(Markup("<section><h2>{} walks in {}</h2></section>").format(viewer.name, site.name))]


class Reader(FlaskClient):
    """A browser that asks for English."""

    def __init__(self, *given, **more):
        super().__init__(*given, **more)
        self.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"


def made(settings, **more) -> Town:
    plugins = Plugins(True)
    plugins.manager.register(Walks(), name="walks")
    app = create_app(replace(settings, **more), raising=True)
    app.test_client_class = Reader
    app.portal.plugins, app.portal.plugin_names = plugins, frozenset(["walks"])
    return Town(app, ["walks"])


@pytest.fixture
def town(settings):
    town = made(settings)
    yield town
    town.db.close()


@pytest.fixture
def ada(town):
    return town.person("陈爱莲", "north", verified=False, phone="13826000426")


@pytest.fixture
def browser(town, ada):
    return town.visitor(ada)


def row(town, model, *where):
    with town.unit(write=False):
        return model.get_or_none(*where)


PAGES = ["/me", "/me/household", "/me/household/add", "/me/residency", "/me/acted", "/me/profile", "/me/email",
         "/me/password", "/me/display", "/me/notices", "/me/sessions", "/inbox"]


@pytest.mark.parametrize("page", PAGES)
def test_a_guest_is_sent_to_sign_in(town, page):
    assert town.visitor().get(f"/north{page}").location == f"/north/sign-in?next={page}"


@pytest.mark.parametrize(("came", "after"), [
    ("http://localhost/north/walks/7?a=1&b=2", "/walks/7?a=1%26b=2"), ("http://localhost/south/me", "/"),
    ("http://evil.example/north/me", "/"), ("", "/")])
def test_a_guest_who_sent_a_form_comes_back_to_its_page(town, came, after):
    guest = town.visitor()
    form = guest.form("/north/sign-in")
    form.action = "/north/me/household/add"
    assert guest.send(form, headers={"Referer": came}).location == f"/north/sign-in?next={after}"


@pytest.mark.parametrize("site", ["north", "street", "town"])
def test_every_page_opens_and_changes_nothing(town, browser, site):
    with town.unit():
        before = town.db.execute_sql("SELECT count(*) FROM session").fetchone()
    for page in PAGES:
        assert browser.get(f"/{site}{page}").status_code == 200, page
    with town.unit():
        assert town.db.execute_sql("SELECT count(*) FROM session").fetchone() == before


@pytest.mark.backend("sqlite")
def test_pages_are_valid_html(town, browser, vnu):
    with town.unit(town.north):
        Building.create(estate="桂花里", building="3栋")
    browser.submit("/north/me/household/add", name="陈乐", birth_year="2016")
    pages = {p: browser.get(f"/north{p}").text for p in [*PAGES, "/sign-in/email", "/me/household/1/remove"]}
    guest = town.visitor()
    pages["phone"] = guest.get("/north/sign-in").text
    pages["code"] = guest.submit("/north/sign-in", tel="13826000426").text
    pages["refused"] = browser.submit("/north/me/household/add", name="", birth_year="x").text
    assert [line for line in vnu(pages) if "Attribute “hx-" not in line] == []


def test_hook_my_items(town, browser):
    assert "陈爱莲 walks in 桂花里社区" in browser.get("/north/me").text
    with town.unit():
        sites.enable(town.north.id, "walks", False)
    assert "walks in" not in browser.get("/north/me").text


def test_a_family_is_added_changed_and_removed(town, browser):
    page = "/north/me/household"
    assert browser.submit(f"{page}/add", name=" 陈  乐 ", birth_year="2016").location == page
    assert "陈 乐" in browser.get(page).text and "Born in 2016" in browser.get(page).text
    member = row(town, Household)
    assert browser.submit(f"{page}/{member.id}", name="陈小乐", birth_year="").location == page
    assert (row(town, Household).name, row(town, Household).birth_year) == ("陈小乐", None)
    assert "陈小乐" in browser.get("/north/me").text
    assert browser.get(f"{page}/{member.id}/remove").status_code == 200 and row(town, Household)
    assert browser.submit(f"{page}/{member.id}/remove").location == page
    assert row(town, Household) is None


@pytest.mark.parametrize(("name", "year", "field"), [
    ("", "1956", "name"), ("陈", "56", "birth_year"), ("陈", "abc", "birth_year"), ("陈", "2999", "birth_year"),
    ("陈" * 61, "", "name")])
def test_a_wrong_family_form_keeps_what_was_typed(browser, name, year, field):
    page = browser.submit("/north/me/household/add", name=name, birth_year=year)
    assert page.status_code == 422 and f'href="#{field}"' in page.text and f'value="{year}"' in page.text
    assert f'id="{field}-e1"' in page.text and re.search(rf'id="{field}"[^>]* aria-invalid="true"|aria-invalid="true"'
                                                        rf'[^>]* id="{field}"', page.text)


def test_a_family_has_an_end(town, ada, browser):
    with town.unit():
        for n in range(12):
            Household.create(person=ada, name=f"家人{n}")
    assert "/household/add" not in browser.get("/north/me/household").text
    assert browser.submit("/north/me/household/add", name="多一个").status_code == 422


def test_another_familys_rows_are_not_there(town, ada):
    with town.unit():
        member = Household.create(person=ada, name="陈乐")
    other = town.visitor(town.person("王芳", "north"))
    form = other.form("/north/me/household/add")
    for path in ("", "/remove"):
        assert other.get(f"/north/me/household/{member.id}{path}").status_code == 404
        form.action = f"/north/me/household/{member.id}{path}"
        assert other.send(form, name="偷改").status_code == 404
    assert row(town, Household).name == "陈乐"


def test_an_address_is_stated_and_verified_again_when_it_changes(town, ada, browser):
    with town.unit(town.north):
        Building.create(estate="桂花里", building="3栋")
    with town.unit(town.south):
        Building.create(estate="东巷", building="9座")
    page = browser.get("/north/me/residency").text
    assert '<option value="桂花里">' in page and "东巷" not in page
    assert browser.submit("/north/me/residency", estate="桂花里", building="3栋").location == "/north/me"
    assert "Not yet verified" in browser.get("/north/me").text
    with town.unit():
        Membership.update(state="verified", verified_by=ada, verified_at=1).execute()
    assert "Verified" in browser.get("/north/me").text
    browser.submit("/north/me/residency")
    assert row(town, Membership).state == "verified"
    browser.submit("/north/me/residency", building="5栋")
    home = row(town, Membership)
    assert (home.state, home.building, home.verified_by_id, home.verified_at) == ("stated", "5栋", None, None)


def test_a_second_community_is_a_second_address(town, ada, browser):
    assert "Not said yet" in browser.get("/south/me").text
    browser.submit("/south/me/residency", estate="东巷")
    with town.unit(write=False):
        assert Membership.select().where(Membership.person == ada).count() == 2
    assert "桂花里社区" in browser.get("/street/me/residency").text


def test_an_address_needs_a_place(browser):
    page = browser.submit("/north/me/residency", estate=" ", building="3栋")
    assert page.status_code == 422 and 'href="#estate"' in page.text and 'value="3栋"' in page.text


def test_a_name_may_be_changed_until_staff_have_verified_it(town, ada, browser):
    assert browser.submit("/north/me/profile", name="陈爱莲太", birth_year="1950").location == "/north/me"
    assert row(town, Person).birth_year == 1950 and "Hello, 陈爱莲太" in browser.get("/north/me").text
    with town.unit():
        Membership.update(state="verified").execute()
    browser.submit("/north/me/profile", name="区长", birth_year="1951")
    assert (row(town, Person).name, row(town, Person).birth_year) == ("陈爱莲太", 1951)
    assert "138****0426" in browser.get("/north/me/profile").text


def test_an_e_mail_address_is_confirmed_by_a_code(settings):
    town = made(settings, smtp="smtp://127.0.0.1:9")
    browser = town.visitor(town.person("陈爱莲", "north"))
    page = browser.submit("/north/me/email", email=" Ada@Example.org ")
    assert page.status_code == 200 and row(town, Person).email is None
    letter = row(town, Mail)
    code = re.search(r"\d{6}", letter.subject)[0]
    form = forms_of(page.text)[0]
    assert letter.to == "ada@example.org" and "example" not in form.action
    other = f"{(int(code) + 1) % 10 ** 6:06d}"
    assert browser.send(form, code=other).status_code == 422
    assert browser.send(form, email="eve@example.org", code=code).status_code == 422
    assert browser.send(form, code=code).location == "/north/me/profile"
    assert row(town, Person).email == "ada@example.org"
    assert browser.submit("/north/me/email", email="").status_code == 303 and row(town, Person).email is None
    assert [browser.submit("/north/me/email", email="b@example.org").status_code for _ in range(6)][-1] == 429
    town.db.close()


def test_another_accounts_address_cannot_be_taken(town, browser):
    town.person("王芳", email="wang@example.org")
    page = browser.submit("/north/me/email", email="WANG@example.org")
    assert page.status_code == 422 and 'value="wang@example.org"' in page.text
    assert browser.submit("/north/me/email", email="free@example.org").status_code == 303


@pytest.mark.parametrize("email", [
    "ada", "ada@", "@example.org", "a b@example.org", "a@b", "a@example.org,b@example.org"])
def test_what_is_no_address_is_refused(browser, email):
    page = browser.submit("/north/me/email", email=email)
    assert page.status_code == 422 and 'href="#email"' in page.text and f'value="{email}"' in page.text


def test_a_password_is_set_changed_and_signs_out_others(town, ada, browser):
    with town.unit():
        Person.update(email="ada@example.org").execute()
    other = town.visitor(ada)
    assert browser.submit("/north/me/password", new="榕树头的象棋擂台").location == "/north/me/profile"
    assert other.get("/north/me").status_code == 303 and browser.get("/north/me").status_code == 200
    assert row(town, Notice).kind == "core.account"
    wrong = browser.submit("/north/me/password", current="不对", new="新的密码一二三四")
    assert wrong.status_code == 422 and 'href="#current"' in wrong.text and "新的密码" not in wrong.text
    browser.submit("/north/me/password", current="榕树头的象棋擂台", new="新的密码一二三四")
    guest = town.visitor()
    sent = guest.submit("/north/sign-in/email", email="ada@example.org", password="新的密码一二三四")
    assert sent.location == "/north/me"


@pytest.mark.parametrize("new", ["", "short", "aaaaaaaaaa"])
def test_a_weak_password_is_refused(town, browser, new):
    page = browser.submit("/north/me/password", new=new)
    assert page.status_code == 422 and 'href="#new"' in page.text and row(town, Person).password == ""


def test_the_present_password_cannot_be_guessed(town, ada, browser, monkeypatch):
    with town.unit():
        Person.update(password=signin.hash_password("榕树头的象棋")).execute()
    monkeypatch.setattr(signin, "_verified", lambda *a: False)
    codes = [browser.submit("/north/me/password", current="x", new="新的密码一二三四") for _ in range(11)]
    assert [c.status_code for c in codes] == [422] * 10 + [429] and "Retry-After" in codes[-1].headers


def test_language_and_size_go_with_the_person(town, ada, browser):
    answer = browser.submit("/north/me/display", lang="zh_Hant_HK", size="large")
    assert answer.location == "/north/me"
    assert (row(town, Person).locale, row(town, Person).large) == ("zh_Hant_HK", True)
    for visitor in (browser, town.visitor(ada)):
        page = visitor.get("/north/me").text
        assert 'lang="zh-Hant-HK"' in page and 'data-size="large"' in page
    browser.get("/north/?lang=en&size=normal")
    page = browser.get("/north/me").text
    assert '<html lang="en">' in page
    assert browser.submit("/north/me/display", lang="klingon").status_code == 422


def test_devices_are_listed_and_signed_out(town, ada, browser):
    phone, desk = town.visitor(ada), town.visitor(ada)
    with town.unit():
        stranger = town.person("王芳", "north")
        signin.start(stranger.id, "Stranger's")
    page = browser.get("/north/me/sessions").text
    assert page.count("Last used") == 3 and "Stranger" not in page and page.count("This device") == 1
    browser.submit("/north/me/sessions", n=0)
    assert sorted(v.get("/north/me").status_code for v in (phone, desk)) == [200, 303]
    browser.submit("/north/me/sessions", "/north/me/sessions/others")
    assert {v.get("/north/me").status_code for v in (phone, desk)} == {303}
    assert browser.get("/north/me").status_code == 200


def test_anothers_device_is_not_there(town, ada, browser):
    theirs = town.visitor(town.person("王芳", "north"))
    town.visitor(ada)
    with town.unit(write=False):
        number = Session.get(Session.person != ada).id
    form = browser.form("/north/me/sessions", n=0)
    form.action = f"/north/me/sessions/{number}/end"
    assert browser.send(form).status_code == 404 and theirs.get("/north/me").status_code == 200


def test_who_acted_for_me_is_shown_to_me(town, ada, browser):
    li = town.person("李干事", "north", role="staff")
    staff = Viewer(ada.id, ada.name, actor_id=li.id, channel="phone")
    itself = Viewer(ada.id, ada.name, actor_id=ada.id)
    other = Viewer(ada.id + 100, "王芳", actor_id=li.id, channel="phone")
    for site, who, action in ((town.north, staff, "walks.join"), (town.north, itself, "core.brand"),
                              (town.south, staff, "core.people"), (town.north, other, "core.figures")):
        with town.unit(site):
            audit(who, action)
    page = browser.get("/north/me/acted").text
    assert "Walks" in page and "李干事" in page and "by phone" in page
    assert not re.search("Change the brand|verify residents|See the figures", page) and page.count("by phone") == 1


def test_who_acted_goes_on_for_pages(town, ada, browser):
    with town.unit(town.north):
        for n in range(30):
            Audit.create(actor_id=None, person_id=ada.id, channel="import", action="walks.join", at=n)
    page = browser.get("/north/me/acted").text
    assert page.count("from a list") == 24
    following = re.search(r'href="(\?before=\d+)"', page)[1]
    assert browser.get(f"/north/me/acted{following}").text.count("from a list") == 6


@pytest.fixture
def acting(town, ada):
    """Staff who act for Ada at the desk."""
    staff = town.visitor(town.person("李干事", "north", role="staff"))
    with town.unit():
        Session.update(acting_for=ada, acting_site=town.north, acting_channel="desk").execute()
    return staff


def test_staff_act_on_family_and_address_and_it_is_kept(town, ada, acting):
    for page, fields in (("household/add", {"name": "陈乐"}), ("residency", {"estate": "桂花里"})):
        acting.submit(f"/north/me/{page}", f"/north/me/{page}", **fields)
    assert row(town, Household).person_id == ada.id
    with town.unit(town.north):
        kept = [(a.action, a.person_id, a.channel) for a in Audit.select().order_by(Audit.id)]
    assert kept == [("core.household", ada.id, "desk"), ("core.residency", ada.id, "desk")]
    page = town.visitor(ada).get("/north/me/acted").text
    assert "Your family" in page and "Your address" in page and "at the desk" in page


@pytest.mark.parametrize("page", [
    "/me/profile", "/me/email", "/me/password", "/me/display", "/me/notices", "/me/sessions", "/inbox"])
def test_staff_who_act_stay_out_of_the_account(town, ada, acting, page):
    assert acting.get(f"/north{page}").location == "/north/me"
    assert f'href="/north{page}"' not in acting.get("/north/me").text
    form = acting.form("/north/me/household/add", "/north/me/household/add")
    form.action = f"/north{page}"
    acting.send(form, new="新的密码一二三四", email="x@example.org", name="假", lang="en", size="large")
    kept = row(town, Person, Person.id == ada.id)
    assert (kept.name, kept.email, kept.password, kept.locale) == ("陈爱莲", None, "", "")


def tell(town, person, n=1, site=None, url="walks/7"):
    with town.app.app_context(), town.unit(site or town.north):
        for k in range(n):
            with clock.frozen(1_700_000_000 + k // 2):
                notices.notify(person.id, "walks.moved", f"{site} {k}", f"Walk {k} moved", "Now at nine.", url=url)


def test_the_inbox_shows_and_a_button_opens(town, ada, browser):
    tell(town, ada, 2)
    assert "2 new messages" in browser.get("/north/me").text
    assert browser.get("/north/inbox").text.index("Walk 1") < browser.get("/north/inbox").text.index("Walk 0")
    browser.get("/north/inbox/1")
    assert row(town, Person).unread == 2
    assert browser.submit("/north/inbox", "/north/inbox/1/open").location == "/north/walks/7"
    assert row(town, Person).unread == 1 and 'class="n">1<' in browser.get("/north/inbox").text
    assert browser.submit("/north/inbox", "/north/inbox/read").location == "/north/inbox"
    assert row(town, Person).unread == 0 and "Mark all" not in browser.get("/north/inbox").text


def test_a_message_of_another_site_leads_there(town, ada, browser):
    tell(town, ada, site=town.south)
    assert browser.submit("/north/inbox", "/north/inbox/1/open").location == "/north/go/south?next=/walks/7"
    tell(town, ada, site=town.north, url="")
    assert browser.submit("/north/inbox", "/north/inbox/2/open").location == "/north/inbox/2"
    assert "Now at nine." in browser.get("/north/inbox/2").text


def test_the_inbox_has_pages_of_24(town, ada, browser):
    tell(town, ada, 50)
    seen, page = [], browser.get("/north/inbox").text
    while True:
        seen += re.findall(r"Walk (\d+) moved</h3>", page)
        more = re.search(r'href="(\?before=[\d-]+)"', page)
        if not more:
            break
        page = browser.get(f"/north/inbox{more[1]}").text
    assert seen == [str(n) for n in range(49, -1, -1)]
    for odd in ("x", "1-", "9" * 50, "-1-2"):
        assert browser.get(f"/north/inbox?before={odd}").status_code == 200


def test_anothers_messages_are_not_there(town, ada):
    tell(town, ada)
    other = town.visitor(town.person("王芳", "north"))
    form = other.form("/north/me/household/add")
    form.action = "/north/inbox/1/open"
    assert other.get("/north/inbox/1").status_code == 404 and other.send(form).status_code == 404
    assert "Walk" not in other.get("/north/inbox").text and row(town, Person, Person.id == ada.id).unread == 1


def test_an_empty_inbox_says_so(browser):
    assert "No messages" in browser.get("/north/inbox").text
