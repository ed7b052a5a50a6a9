"""Notices: once a person and event, in the reader's language, in the inbox and by e-mail; and the outbox."""

import smtplib
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from portal import hookimpl
from portal.app import create_app
from portal.base import clock, sites
from portal.hooks import Plugins
from portal.offers import NoticeKind
from portal.pages import notices
from portal.pages.i18n import Catalogs
from portal.people import mail, outbox
from portal.people.models import Mail, Notice, Person
from portal.testing import Town
from tests.support.postgres import free_port

PO = """msgid "Moved: %(what)s"
msgstr "改期：%(what)s"

msgid "%(n)s place"
msgid_plural "%(n)s places"
msgstr[0] "%(n)s个名额"

msgid "It is on %(when)s now."
msgstr "改到%(when)s了。"
"""


class Walks:
    """A plugin with two kinds of messages."""

    __name__ = "walks"
    __package__ = ""

    @hookimpl
    def notice_kinds(self):
        return [NoticeKind("walks.moved", "Moved"), NoticeKind("walks.hint", "Hints", email=False)]


@pytest.fixture
def town(settings, mail_server, tmp_path):
    plugins = Plugins(True)
    plugins.manager.register(Walks(), name="walks")
    wanted = replace(settings, smtp=mail_server.url, base_url="https://town.example", mail_from="xiaowu@town.example")
    app = create_app(wanted, raising=True)
    app.portal.plugins = plugins
    (tmp_path / "zh_Hans_CN.po").write_text(PO)
    app.portal.catalogs = Catalogs([tmp_path])
    made = Town(app, [])
    with app.app_context():
        yield made
    made.db.close()


@pytest.fixture
def ada(town):
    return town.person("陈爱莲", "north", email="ada@example.org")


MOVED = {"values": {"what": "包饺子", "when": lambda dates: dates.said_at(1_764_293_400)}, "url": "walks/7"}


def moved(town, person, event="moved 7", kind="walks.moved"):
    with town.unit(town.north):
        return notices.notify(person.id, kind, event, "Moved: %(what)s", "It is on %(when)s now.", **MOVED)


def unread(town, person) -> int:
    with town.unit(write=False):
        return Person.get_by_id(person.id).unread


def mails(town) -> list[Mail]:
    with town.unit(write=False):
        return list(Mail.select().order_by(Mail.id))


def test_a_notice_comes_once(town, ada):
    assert [moved(town, ada) for _ in range(3)] == [True, False, False]
    assert moved(town, ada, "moved 8")
    with town.unit(write=False):
        assert Notice.select().count() == 2 and len(mails(town)) == 2
    assert unread(town, ada) == 2
    with town.unit(town.north):
        assert not notices.notify(10 ** 6, "walks.moved", "x", "To nobody")


def test_a_notice_speaks_the_language_of_its_reader(town, ada):
    bob = town.person("Bob", "north", locale="en", email="bob@example.org")
    for person in (ada, bob):
        moved(town, person)
    with town.unit(write=False):
        said = [(n.title, n.text) for n in Notice.select().order_by(Notice.id)]
    assert said[0] == ("改期：包饺子", "改到2025年11月28日（周五）上午9:30了。")
    assert said[1][0] == "Moved: 包饺子" and "Friday 28 November 2025" in said[1][1]


def test_a_notice_counts_in_words(town, ada):
    with town.unit(town.north):
        notices.notify(ada.id, "walks.moved", "free", ("%(n)s place", "%(n)s places", 3))
    with town.unit(write=False):
        assert Notice.get().title == "3个名额"


def test_nothing_is_left_of_what_was_not_stored(town, ada):
    with pytest.raises(ZeroDivisionError), town.unit(town.north):
        notices.notify(ada.id, "walks.moved", "x", "Gone")
        raise ZeroDivisionError
    assert unread(town, ada) == 0 and mails(town) == []


def test_the_e_mail_has_text_html_and_a_whole_link(town, ada):
    moved(town, ada)
    letter, = mails(town)
    assert (letter.to, letter.subject) == ("ada@example.org", "改期：包饺子")
    assert "https://town.example/north/walks/7" in letter.text
    assert 'href="https://town.example/north/walks/7">' in letter.html and 'lang="zh-Hans-CN"' in letter.html


def test_the_e_mail_escapes_what_people_wrote(town, ada):
    with town.unit(town.north):
        notices.notify(ada.id, "walks.moved", "x", "Moved: %(what)s", values={"what": "<b>&"})
    assert "<b>" not in mails(town)[0].html and "改期：<b>&" in mails(town)[0].text


def test_a_site_with_its_own_host_is_linked_there(town, ada):
    with town.unit():
        sites.Site.update(host="north.example").where(sites.Site.id == town.north.id).execute()
        sites.touched(town.north.id)
    moved(town, ada)
    assert "https://north.example/walks/7" in mails(town)[0].text


def test_some_get_no_e_mail(town, ada):
    moved(town, town.person("无邮箱", "north"))
    moved(town, ada, kind="walks.hint")
    moved(town, ada, kind="walks.unknown")
    assert mails(town) == [] and unread(town, ada) == 2


def test_reading_keeps_the_count(town, ada):
    for n in range(3):
        moved(town, ada, f"moved {n}")
    with town.unit():
        first = Notice.select().order_by(Notice.id).first()
        notices.read(ada.id + 1, first.id)
        assert Person.get_by_id(ada.id).unread == 3
        notices.read(ada.id, first.id)
        notices.read(ada.id, first.id)
        assert Person.get_by_id(ada.id).unread == 2
        notices.read_all(ada.id)
        assert Person.get_by_id(ada.id).unread == 0


def test_hook_notice_kinds(town):
    assert notices.kinds()["walks.hint"].email is False and "core.residency" in notices.kinds()


def queue(town, to="ada@example.org", subject="明天下午2:30包饺子", **more):
    with town.unit():
        mail.queue(to, subject, "来吗？\n", **more)


def send(town) -> int:
    with town.unit_free():
        return mail.send_waiting(town.app.portal.settings)


@pytest.fixture(autouse=True)
def unit_free(monkeypatch):
    """`town.unit_free()`: the town's database without a transaction, as the worker has it."""
    from portal.base import database
    monkeypatch.setattr(Town, "unit_free", lambda self: database.use(self.db), raising=False)


def state(town) -> list[tuple[str, int]]:
    return [(m.state, m.tries) for m in mails(town)]


def test_a_mail_goes_out_once(town, mail_server):
    queue(town, html="<p>来吗？</p>")
    assert send(town) == 1 and send(town) == 0
    got, = mail_server.mails
    assert got.recipients == ("ada@example.org",) and got.sender == "xiaowu@town.example"
    assert got.message["Subject"] == "明天下午2:30包饺子" and got.text.strip() == "来吗？"
    assert got.message["Auto-Submitted"] == "auto-generated" and got.message["Message-ID"].endswith("@town.example>")
    assert got.message.get_body(("html",)).get_content().strip() == "<p>来吗？</p>"
    assert state(town) == [("sent", 1)]


def test_many_mails_go_over_one_connection(town, mail_server, monkeypatch):
    made = []
    monkeypatch.setattr(mail, "_connected", lambda s, real=mail._connected: made.append(1) or real(s))
    for n in range(5):
        queue(town, f"{n}@example.org")
    assert send(town) == 5 and len(made) == 1 and len(mail_server.mails) == 5


def test_a_refused_mail_is_tried_again_after_growing_pauses(town, mail_server):
    now = clock.now()
    with clock.frozen(now):
        queue(town)
    mail_server.refuse(2)
    for after, arrived in ((0, 0), (59, 0), (60, 0), (299, 0), (300, 1)):
        with clock.frozen(now + after):
            send(town)
        assert len(mail_server.mails) == arrived, after
    assert mail_server.tried == 3 and state(town) == [("sent", 3)]


def test_tries_are_bounded(town, mail_server):
    now = clock.now()
    with clock.frozen(now):
        queue(town)
    mail_server.refuse(100)
    for step in range(12):
        with clock.frozen(now + step * 70_000 // 4):
            send(town)
    assert mail_server.tried == outbox.TRIES and state(town) == [("failed", outbox.TRIES)]
    assert "451" in mails(town)[0].error and "ada" not in mails(town)[0].error


def test_a_final_refusal_and_a_wrong_address_do_not_hold_up_others(town, mail_server):
    mail_server.refuse(1, 550)
    for to in ("gone@example.org", "a\r\nBcc: b@example.org", "ok@example.org"):
        queue(town, to)
    send(town)
    assert state(town) == [("failed", 1), ("failed", 1), ("sent", 1)]
    assert [m.recipients for m in mail_server.mails] == [("ok@example.org",)]


def test_a_night_without_the_server_costs_no_try(town):
    queue(town)
    town.app.portal.settings = replace(town.app.portal.settings, smtp=f"smtp://127.0.0.1:{free_port()}")
    for _ in range(3):
        with pytest.raises(OSError):
            send(town)
    assert state(town) == [("waiting", 0)]


def test_a_password_is_not_said_in_the_clear(town, mail_server):
    """The server, or somebody in between, offers no TLS, and would take the password."""
    heard = []

    def listen(_server, _session, _envelope, _way, said):
        heard.append(said)
        return AuthResult(success=True)
    open_ears = Controller(mail_server, hostname="127.0.0.1", port=free_port(), authenticator=listen,
                           auth_require_tls=False)
    open_ears.start()
    try:
        queue(town)
        town.app.portal.settings = replace(town.app.portal.settings, smtp=f"smtp://me:hush@127.0.0.1:{open_ears.port}")
        with pytest.raises(OSError):
            send(town)
        assert (heard, mail_server.mails, state(town)) == ([], [], [("waiting", 0)])
    finally:
        open_ears.stop()


def test_without_a_server_mails_wait(town):
    queue(town)
    with town.unit_free():
        assert mail.send_waiting(replace(town.app.portal.settings, smtp="")) == 0
    assert state(town) == [("waiting", 0)]


def test_old_news_is_not_sent(town, mail_server):
    with clock.frozen(clock.now() - outbox.TOO_OLD - 1):
        queue(town)
    send(town)
    assert mail_server.tried == 0 and mails(town)[0].error == "too old"


def test_a_claimed_mail_is_left_to_its_worker_until_the_claim_is_old(town, mail_server):
    now = clock.now()
    with clock.frozen(now), town.unit_free():
        queue(town)
        claimed = outbox.claim("email")
        assert claimed.tries == 1 and outbox.claim("email") is None and mail.send_waiting(town.app.portal.settings) == 0
    with clock.frozen(now + outbox.CLAIM + 1):
        assert send(town) == 1
        with town.unit_free():
            outbox.note(claimed, "waiting", "the first worker wakes up late")
    assert state(town) == [("sent", 2)] and len(mail_server.mails) == 1


def test_nothing_is_sent_inside_a_transaction(town, mail_server, monkeypatch):
    open_units = []
    real = smtplib.SMTP.send_message
    monkeypatch.setattr(smtplib.SMTP, "send_message",
                        lambda self, *a, **k: open_units.append(town.db.open_unit) or real(self, *a, **k))
    queue(town)
    send(town)
    assert open_units == [None]


def test_mails_are_forgotten_after_a_month(town):
    queue(town)
    with town.unit():
        outbox.sweep()
        assert Mail.select().count() == 1
        with clock.frozen(clock.now() + outbox.KEPT + 1):
            outbox.sweep()
        assert Mail.select().count() == 0
