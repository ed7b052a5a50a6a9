"""Signing in as a person does it: by a code to the phone or by password; and every limit of it."""

import re
from dataclasses import replace

import pytest

from portal.app import create_app
from portal.base import clock
from portal.hooks import Plugins
from portal.people import signin
from portal.people.models import Count, Membership, Person, Session, SignInCode
from portal.testing import forms_of
from tests.support.phones import OTHER, PAGE, PHONE, Phones, whoever


@pytest.fixture
def town(settings):
    texts = f"file:{settings.data / 'texts'}"
    made = Phones(create_app(replace(settings, sms=texts), raising=True, plugins=Plugins(True)))
    yield made
    made.db.close()


@pytest.fixture
def ada(town):
    return town.person("陈爱莲", "north", phone=PHONE)


def test_a_code_signs_in(town, ada):
    visitor = town.visitor()
    answer = town.sign_in(visitor, after="/me/household?x=1")
    assert (answer.status_code, answer.location) == (303, "/north/me/household?x=1")
    assert whoever(visitor) == "陈爱莲"
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("portal="))
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Secure" not in cookie


def test_the_cookie_is_secure_in_production(town, ada):
    town.app.portal.settings = replace(town.app.portal.settings, env="production")
    answer = town.sign_in(town.visitor())
    assert "Secure" in next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("portal="))


def test_unknown_phones_get_the_same_answer(town, ada):
    pages = [town.ask(town.visitor(), tel) for tel in (PHONE, OTHER)]
    said = [re.sub(r'value="[^"]*"|138\*\*\*\*0426|139\*\*\*\*0427', "", p.text) for p in pages]
    assert said[0] == said[1] and pages[0].status_code == pages[1].status_code == 200
    assert [t["phone"] for t in town.texts] == [PHONE, OTHER]


def test_making_a_code_asks_for_no_person(town, ada, monkeypatch):
    """So that its time cannot tell whether there is one."""
    asked = []
    monkeypatch.setattr(Person, "select", lambda *a: asked.append(a))
    with town.unit():
        signin.new_code(PHONE, "10.0.0.1", town.north.id, "s")
    assert asked == []


def test_codes_and_tokens_are_kept_hashed(town):
    visitor = town.visitor()
    town.sign_in(visitor)
    with visitor.client.session_transaction() as kept:
        token = kept["proved"]
    with town.unit(write=False):
        kept = [row.code for row in SignInCode.select()]
    assert len(kept) == 2 and not {town.code, token} & set(kept) and {len(c) for c in kept} == {64}


def test_five_tries_then_not_even_the_right_one(town, ada):
    visitor = town.visitor()
    form = town.code_form(visitor)
    wrong = f"{(int(town.code) + 1) % 10 ** 6:06d}"
    said = [visitor.send(form, code=wrong) for _ in range(5)]
    assert {a.status_code for a in said} == {422}
    assert [f"{n} tr" in a.text for a, n in zip(said, (4, 3, 2, 1), strict=False)] == [True] * 4
    assert "no longer good" in said[4].text and 'href="#code"' in said[0].text
    assert visitor.send(form, code=town.code).status_code == 422
    assert whoever(visitor) == ""


def test_a_code_is_good_for_five_minutes(town, ada):
    visitor, now = town.visitor(), clock.now()
    with clock.frozen(now):
        form = town.code_form(visitor)
    with clock.frozen(now + 301):
        assert visitor.send(form, code=town.code).status_code == 422
    with clock.frozen(now + 299):
        assert visitor.send(form, code=town.code).status_code == 303


def test_a_code_is_good_once(town, ada):
    visitor, second = town.visitor(), town.visitor()
    form, other = town.code_form(visitor), forms_of(second.get(PAGE).text)[0]
    assert visitor.send(form, code=town.code).status_code == 303
    values = form.values | {"csrf_token": other.values["csrf_token"], "code": town.code}
    assert second.post("/north/sign-in/code", values).status_code == 422


def test_the_last_code_counts(town, ada):
    visitor = town.visitor()
    town.ask(visitor)
    first = town.code
    form = town.code_form(visitor)
    assert first == town.code or visitor.send(form, code=first).status_code == 422
    assert visitor.send(form, code=town.code).status_code == 303


def test_digits_of_a_chinese_keyboard(town, ada):
    visitor = town.visitor()
    form = town.code_form(visitor, "１３８ ２６００ ０４２６")
    wide = town.code.translate({ord("0") + n: ord("０") + n for n in range(10)})
    assert visitor.send(form, code=f" {wide} ").status_code == 303


def test_the_same_form_twice_sends_one_text(town):
    visitor = town.visitor()
    form = visitor.form(PAGE)
    answers = [visitor.send(form, tel=PHONE) for _ in range(2)]
    assert [a.status_code for a in answers] == [200, 200] and len(town.texts) == 1


def test_a_phone_gets_five_codes_an_hour_and_ten_a_day(town):
    visitor, now = town.visitor(), clock.now()
    with clock.frozen(now):
        assert [town.ask(visitor).status_code for _ in range(5)] == [200] * 5
    with clock.frozen(now + 600):
        refused = town.ask(visitor)
    assert refused.status_code == 429 and refused.headers["Retry-After"] == "3000"
    assert "Wait 50 minutes" in refused.text and 'href="#tel"' in refused.text and PHONE in refused.text
    with clock.frozen(now + 3600):
        assert [town.ask(visitor).status_code for _ in range(6)] == [200] * 5 + [429]
    with clock.frozen(now + 8000):
        assert town.ask(visitor).status_code == 429
        assert town.ask(visitor, OTHER).status_code == 200
    with clock.frozen(now + 86400):
        assert town.ask(visitor).status_code == 200
    assert len(town.texts) == 12


def test_asking_again_too_often_keeps_the_code_form(town, ada):
    visitor = town.visitor()
    for _ in range(4):
        town.ask(visitor)
    page = town.ask(visitor)
    again = forms_of(page.text)[1]
    page = visitor.send(again)
    assert page.status_code == 429
    assert visitor.send(forms_of(page.text)[0], code=town.code).status_code == 303


def test_an_address_may_ask_ten_times_as_often(town):
    visitor = town.visitor()
    asked = [town.ask(visitor, f"138000{n:05d}").status_code for n in range(51)]
    assert asked == [200] * 50 + [429]
    elsewhere = visitor.form(PAGE)
    form = {**elsewhere.values, "tel": "13800099999"}
    assert visitor.post(PAGE, form, environ_base={"REMOTE_ADDR": "10.1.1.1"}).status_code == 200


def test_a_community_has_a_limit_a_day(town, monkeypatch):
    monkeypatch.setattr(signin, "SITE_DAY", 3)
    visitor = town.visitor()
    assert [town.ask(visitor, f"138000{n:05d}").status_code for n in range(4)] == [200] * 3 + [429]
    form = visitor.form("/south/sign-in")
    assert visitor.send(form, tel=PHONE).status_code == 200


def test_what_is_refused_is_counted_nowhere(town, monkeypatch):
    """Or whoever hammers one phone would use up a whole community's day."""
    monkeypatch.setattr(signin, "SITE_DAY", 6)
    visitor = town.visitor()
    assert [town.ask(visitor).status_code for _ in range(9)].count(429) == 4
    assert town.ask(visitor, OTHER).status_code == 200


def test_limits_and_phones_are_kept_as_hashes(town):
    town.ask(town.visitor())
    with town.unit(write=False):
        assert all(re.fullmatch("[0-9a-f]{64}", c.what) for c in Count.select())


@pytest.mark.parametrize("tel", ["", "12345", "138 2600 042", "+86 123", "abc", "1382600042٦٦", "0138260004261"])
def test_what_is_no_phone_is_kept_and_refused(town, tel):
    page = town.ask(town.visitor(), tel)
    assert page.status_code == 422 and 'aria-invalid="true"' in page.text and 'href="#tel"' in page.text
    assert not tel or f'value="{tel}"' in page.text
    assert town.texts == []


def test_without_the_token_of_the_page_nothing_is_sent(town):
    visitor = town.visitor()
    assert visitor.post(PAGE, {"tel": PHONE}).status_code == 400
    assert visitor.post("/north/sign-in/code", {"tel": PHONE, "code": "1"}).status_code == 400
    assert town.texts == []


def test_a_new_phone_registers(town):
    visitor = town.visitor()
    answer = town.sign_in(visitor, after="/about")
    assert answer.location == "/north/sign-in/register"
    refused = visitor.submit("/north/sign-in/register", name="  ", birth_year="56")
    assert refused.status_code == 422 and 'href="#consent"' in refused.text and 'value="56"' in refused.text
    done = visitor.submit("/north/sign-in/register", name=" 李  明 ", birth_year="1956", consent="y")
    assert done.location == "/north/about" and whoever(visitor) == "李 明"
    with town.unit(write=False):
        person = Person.get(Person.phone == PHONE)
        home = Membership.get(Membership.person == person)
        assert (person.birth_year, person.locale) == (1956, "en")
        assert (home.site_id, home.state) == (town.north.id, "stated")


def test_registering_counts_once_and_in_time(town):
    visitor, now = town.visitor(), clock.now()
    with clock.frozen(now):
        town.sign_in(visitor)
        form = visitor.form("/north/sign-in/register")
        kept = visitor.client.get_cookie("portal-form").value
        assert visitor.send(form, name="李明", consent="y").status_code == 303
    thief = town.visitor()
    thief.client.set_cookie("portal-form", kept)
    again = thief.send(form, name="假的", consent="y")
    assert again.location == "/north/sign-in" and whoever(thief) == ""
    late = town.visitor()
    with clock.frozen(now + 100):
        town.sign_in(late, OTHER)
        form = late.form("/north/sign-in/register")
    with clock.frozen(now + 800):
        assert late.send(form, name="王芳", consent="y").location == "/north/sign-in"
    with town.unit(write=False):
        assert [p.name for p in Person.select()] == ["李明"]


def test_registering_without_a_code_is_not_possible(town, ada):
    visitor = town.visitor()
    form = visitor.form(PAGE)
    for path in ("register", "who"):
        assert visitor.get(f"/north/sign-in/{path}").location == "/north/sign-in"
        sent = form.values | {"name": "假的", "consent": "y", "person": ada.id, "tel": PHONE}
        assert visitor.post(f"/north/sign-in/{path}", sent).location == "/north/sign-in"
    assert whoever(visitor) == ""


def test_residents_who_share_a_phone_choose(town, ada):
    grandson = town.person("陈乐", "north", phone=PHONE)
    stranger = town.person("王芳", "north", phone=OTHER)
    visitor = town.visitor()
    assert town.sign_in(visitor, after="/about").location == "/north/sign-in/who"
    form = visitor.form("/north/sign-in/who")
    refused = visitor.send(form, person=stranger.id)
    assert refused.status_code == 422 and "王芳" not in refused.text and 'href="#person-0"' in refused.text
    assert visitor.send(form).status_code == 422
    kept = visitor.client.get_cookie("portal-form").value
    assert visitor.send(form, person=grandson.id).location == "/north/about"
    assert whoever(visitor) == "陈乐"
    thief = town.visitor()
    thief.client.set_cookie("portal-form", kept)
    assert thief.send(form, person=ada.id).location == "/north/sign-in" and whoever(thief) == ""


def test_somebody_else_of_a_shared_phone_registers(town, ada):
    town.person("陈乐", "north", phone=PHONE)
    visitor = town.visitor()
    town.sign_in(visitor)
    assert 'href="/north/sign-in/register"' in visitor.get("/north/sign-in/who").text
    visitor.submit("/north/sign-in/register", name="陈伯", consent="y")
    assert whoever(visitor) == "陈伯"


def test_signing_in_makes_a_new_session(town, ada):
    town.person("王芳", "north", phone=OTHER)
    visitor = town.visitor()
    town.sign_in(visitor)
    first = visitor.client.get_cookie("portal").value
    assert visitor.get(PAGE).location == "/north/me"
    visitor.submit("/north/me", "/north/sign-out")
    assert whoever(visitor) == ""
    visitor.client.set_cookie("portal", first)
    assert whoever(visitor) == ""
    visitor.client.set_cookie("portal", "made up")
    town.sign_in(visitor, OTHER)
    assert whoever(visitor) == "王芳" and visitor.client.get_cookie("portal").value not in (first, "made up")


def test_signing_in_ends_the_session_that_was_there(town, ada):
    """Two forms open in one browser: whoever signs in with the second leaves no way back to the first."""
    with_password(town)
    visitor = town.visitor()
    form = visitor.form("/north/sign-in/email")
    town.sign_in(visitor)
    first = visitor.client.get_cookie("portal").value
    later = town.visitor()
    later.client.set_cookie("portal", first)
    form.values["csrf_token"] = later.form("/north/me", "/north/sign-out").values["csrf_token"]
    assert later.send(form, email="bo@example.org", password="榕树头的象棋").location == "/north/me"
    assert whoever(later) == "黄伯" and whoever(visitor) == ""


def test_a_session_keeps_the_name_of_the_device(town, ada):
    visitor = town.visitor()
    visitor.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0 Chrome/1"
    town.sign_in(visitor)
    with town.unit(write=False):
        assert Session.get().device == "Android · WeChat"


def with_password(town, name="黄伯", email="bo@example.org", **more):
    return town.person(name, "north", email=email, password=signin.hash_password("榕树头的象棋"), **more)


def enter(visitor, email="bo@example.org", password="榕树头的象棋", **options):
    return visitor.send(visitor.form("/north/sign-in/email"), email=email, password=password, **options)


def test_e_mail_and_password(town):
    with_password(town)
    visitor = town.visitor()
    assert enter(visitor, " Bo@Example.ORG ").location == "/north/me"
    assert whoever(visitor) == "黄伯"


def test_a_device_that_was_signed_out_from_elsewhere_signs_in_again(town):
    """Its browser still sends the cookie of the session that was ended."""
    bo = with_password(town, phone=PHONE)
    town.person("黄小伯", "north", phone=PHONE)
    visitor = town.visitor(bo)
    end_all(town)
    assert enter(visitor).status_code == 303 and whoever(visitor) == "黄伯"
    end_all(town)
    assert town.sign_in(visitor).location == f"{PAGE}/who"
    assert visitor.submit(f"{PAGE}/who", f"{PAGE}/who", person=str(bo.id)).status_code == 303
    assert whoever(visitor) == "黄伯"
    end_all(town)
    assert town.sign_in(visitor, OTHER).location == f"{PAGE}/register"
    assert visitor.submit(f"{PAGE}/register", name="新来的", consent="y").status_code == 303
    assert whoever(visitor) == "新来的"


def end_all(town):
    with town.unit():
        Session.delete().execute()


def test_a_wrong_password_and_an_unknown_address_look_alike(town, monkeypatch):
    with_password(town)
    town.person("无密码", "north", email="none@example.org")
    verified = []
    monkeypatch.setattr(signin, "_verified", lambda stored, typed: bool(verified.append(stored)))
    answers = [enter(town.visitor(), mail) for mail in ("bo@example.org", "x@example.org", "none@example.org")]
    said = {re.sub(r'value="[^"]*"', "", a.text) for a in answers}
    assert {a.status_code for a in answers} == {422} and len(said) == 1 and "do not match" in said.pop()
    assert len(verified) == 3 and all(v.startswith("$argon2id$v=19$m=19456,t=2,p=1") for v in verified)
    assert "榕树头" not in answers[0].text and 'value="bo@example.org"' in answers[0].text


def test_ten_wrong_passwords_then_a_quarter_of_an_hour(town, monkeypatch):
    with_password(town)
    monkeypatch.setattr(signin, "_verified", lambda stored, typed: typed == "right")
    visitor, now = town.visitor(), clock.now()
    with clock.frozen(now):
        assert enter(visitor, password="right").status_code == 303
        visitor.submit("/north/me", "/north/sign-out")
        assert [enter(visitor, password="no").status_code for _ in range(11)] == [422] * 10 + [429]
        refused = enter(visitor, password="right")
    assert refused.status_code == 429 and refused.headers["Retry-After"] == "900" and "15 minutes" in refused.text
    with clock.frozen(now + 901):
        assert enter(visitor, password="right").status_code == 303


def test_one_address_cannot_try_all_accounts(town, monkeypatch):
    monkeypatch.setattr(signin, "_verified", lambda stored, typed: False)
    visitor = town.visitor()
    form = visitor.form("/north/sign-in/email")
    tried = [visitor.send(form, email=f"{n}@example.org", password="123456").status_code for n in range(101)]
    assert tried == [422] * 100 + [429]


def test_nobody_is_sent_to_another_host(town, ada):
    assert town.sign_in(town.visitor(), after="//evil.example/").location == "/north/me"


def test_a_guest_comes_back_to_where_they_were(town, ada):
    visitor = town.visitor()
    sent = visitor.get("/north/me/acted?before=9").location
    assert sent == "/north/sign-in?next=/me/acted?before=9"
    form = visitor.form(sent)
    page = visitor.send(form, tel=PHONE)
    assert visitor.send(forms_of(page.text)[0], code=town.code).location == "/north/me/acted?before=9"


def test_htmx_gets_parts_and_a_whole_page_at_the_end(town, ada):
    visitor, part = town.visitor(), {"HX-Request": "true", "HX-Request-Type": "partial"}
    page = visitor.send(visitor.form(PAGE), headers=part, tel=PHONE)
    assert page.status_code == 200 and "<html" not in page.text and 'id="sign-in"' in page.text
    form = forms_of(page.text)[0]
    wrong = visitor.send(form, headers=part, code="")
    assert wrong.status_code == 422 and "<html" not in wrong.text and 'role="alert"' in wrong.text
    done = visitor.send(form, headers=part, code=town.code)
    assert (done.status_code, done.headers["HX-Redirect"]) == (200, "/north/me") and whoever(visitor)


def test_the_text_goes_out_after_the_commit_only(town, monkeypatch):
    visitor = town.visitor()
    form = visitor.form(PAGE)
    monkeypatch.setattr("portal.views.signin.answer", lambda *a, **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        visitor.send(form, tel=PHONE)
    assert town.texts == []


def test_behind_a_proxy_of_this_machine_its_word_counts(town, monkeypatch):
    seen = []
    monkeypatch.setattr(signin, "address_key", lambda a: seen.append(a) or a)
    visitor = town.visitor()
    for peer, named in (("127.0.0.1", "1.1.1.1, 9.9.9.9"), ("203.0.113.5", "9.9.9.9"), ("127.0.0.1", "nonsense")):
        form = visitor.form(PAGE)
        visitor.post(PAGE, form.values | {"tel": PHONE}, environ_base={"REMOTE_ADDR": peer},
                     headers={"X-Forwarded-For": named})
    assert seen == ["9.9.9.9", "203.0.113.5", "127.0.0.1"]


def test_the_file_of_texts_is_its_owners(town):
    town.ask(town.visitor())
    assert (town.app.portal.settings.data / "texts").stat().st_mode & 0o777 == 0o600


def test_what_has_served_is_forgotten(town, ada):
    visitor, now = town.visitor(), clock.now()
    town.sign_in(visitor)
    with town.unit(), clock.frozen(now + 91 * 86400):
        signin.sweep()
        assert [m.select().count() for m in (SignInCode, Count, Session)] == [0, 0, 0]
        assert Person.select().count() == 1
