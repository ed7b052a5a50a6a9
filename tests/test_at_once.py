"""Many at the same instant, and one who is killed halfway: each thing is done once."""

import socketserver
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest

from portal.app import create_app
from portal.base import database, sites
from portal.people import outbox, signin
from portal.people.models import Audit, FormAnswer, Household, Mail, SignInCode
from portal.requests import COOKIE
from portal.testing import Town
from tests.support.caller import together
from tests.support.databases import PORTAL, environment

PHONE = "13800000001"


@pytest.fixture
def town(settings):
    """A town as it runs for residents: what fails is answered, not raised."""
    made = Town(create_app(settings))
    yield made
    made.db.close()


def test_the_same_form_twice_at_once_is_done_once(town):
    """Both get the same answer."""
    ada = town.person("Ada", home="north")
    visitor = town.visitor(ada)
    for turn in range(5):
        form = visitor.form("/north/me/household/add")
        taps = [town.visitor() for _ in range(4)]
        for tap in taps:
            tap.client.set_cookie(COOKIE, visitor.client.get_cookie(COOKIE).value)

        def send(n, taps=taps, form=form, turn=turn):
            answer = taps[n].send(form, name=f"Child {turn}")
            town.db.close()
            return answer.status_code, answer.location
        assert set(together(4, send)) == {(303, "/north/me/household")}
        visitor.client.set_cookie(COOKIE, visitor.client.get_cookie(COOKIE).value)
    with town.unit():
        assert sorted(n for n, in Household.select(Household.name).tuples()) == [f"Child {n}" for n in range(5)]
        assert FormAnswer.select().count() == 5


def test_switching_a_plugin_at_once_from_many_sides_leaves_one_truth(town):
    """The page says what the row says, and each real change is written down once."""
    staff = [town.person(f"Staff {n}", home="north", role="staff") for n in range(4)]
    visitors = [town.visitor(person) for person in staff]
    forms = [visitor.form("/north/desk/plugins", "/north/desk/plugins/bulletin") for visitor in visitors]

    def flip(n):
        answers = []
        for turn in range(4):
            data = {"csrf_token": forms[n].values["csrf_token"], "on": str((n + turn) % 2)}
            answers.append(visitors[n].post("/north/desk/plugins/bulletin", data).status_code)
        town.db.close()
        return answers
    answers = together(4, flip)
    assert {status for statuses in answers for status in statuses} <= {303}
    with town.unit():
        row = sites.SitePlugin.get((sites.SitePlugin.site == town.north.id) & (sites.SitePlugin.plugin == "bulletin"))
    assert (town.visitor().get("/north/bulletin/").status_code == 200) == row.enabled
    with town.unit("north"):
        moves = [action for action, in Audit.select(Audit.action).order_by(Audit.id).tuples()]
    assert all(a != b for a, b in zip(moves, moves[1:], strict=False)), moves


def test_a_change_that_was_undone_is_remembered_by_nobody(town):
    """A site that was read in a transaction which failed is not taken for the one that is stored later."""
    with pytest.raises(RuntimeError), town.unit():
        sites.enable(town.north.id, "bulletin", False)
        assert "bulletin" not in sites.view(town.north.id).plugins
        raise RuntimeError("undone")
    with town.unit():
        sites.enable(town.north.id, "activities", False)
    with town.unit(write=False):
        assert sites.view(town.north.id).plugins == {"bulletin", *town.app.portal.plugins.names} - {"activities"}


def test_ten_wrong_codes_at_once_are_five_tries(town):
    town.person("Ada", phone=PHONE)
    secret = town.app.portal.settings.secret_key
    with town.unit():
        code = signin.new_code(PHONE, "", None, secret)

    def guess(n):
        wrong = f"{(int(code) + 1 + n) % 10**6:06d}"
        with town.unit():
            checked = signin.check_code(PHONE, wrong, secret)
        town.db.close()
        return checked
    answers = together(10, guess)
    assert all(answer.wrong for answer in answers)
    with town.unit():
        assert SignInCode.get(SignInCode.phone == PHONE).tries == signin.CODE_TRIES
        assert signin.check_code(PHONE, code, secret).wrong


def test_the_right_code_ten_times_at_once_opens_once(town):
    town.person("Ada", phone=PHONE)
    secret = town.app.portal.settings.secret_key
    with town.unit():
        code = signin.new_code(PHONE, "", None, secret)

    def enter(_n):
        with town.unit():
            checked = signin.check_code(PHONE, code, secret)
        town.db.close()
        return not checked.wrong
    assert sum(together(5, enter)) == 1


def test_a_limit_holds_when_all_come_at_once(town):
    def count(_n):
        try:
            with town.unit():
                signin.count("something", 3, 3600)
            return 1
        except signin.TooMany:
            return 0
        finally:
            town.db.close()
    assert sum(together(12, count)) == 3

    def ask(_n):
        try:
            with town.unit():
                signin.new_code(PHONE, "10.0.0.1", town.north.id, "s")
            return 1
        except signin.TooMany:
            return 0
        finally:
            town.db.close()
    assert sum(together(10, ask)) == signin.PHONE_HOUR
    with town.unit():
        assert SignInCode.select().where(~SignInCode.used).count() == 1


def test_a_worker_killed_before_sending_leads_to_one_mail(settings, mail_server):
    """Killed between its claim and the delivery; another worker sends the mail, once."""
    town = Town(create_app(settings))
    with town.unit():
        Mail.create(to="ada@example.com", subject="x", text="y", next_at=0)
    with _stalling_mail_server() as (port, reached):
        environ = environment(replace(settings, smtp=f"smtp://127.0.0.1:{port}"))
        worker = subprocess.Popen([PORTAL, "jobs"], env=environ, cwd=settings.data, stderr=subprocess.DEVNULL)
        try:
            assert reached.wait(30)
        finally:
            worker.kill()
            worker.wait(10)
    with town.unit():
        mail = Mail.get()
        assert (mail.state, mail.tries) == ("waiting", 1) and mail.claimed_at > 0
    environ = environment(replace(settings, smtp=mail_server.url))
    again = [PORTAL, "jobs", "--once"]
    with database.use(town.db):
        assert outbox.claim("email") is None  # it may still be somebody's who lives
    with town.unit():
        Mail.update(claimed_at=Mail.claimed_at - 400).execute()
    both = [subprocess.Popen(again, env=environ, cwd=settings.data) for _ in range(2)]
    assert [process.wait(60) for process in both] == [0, 0]
    assert len(mail_server.mails) == 1
    town.db.close()


@contextmanager
def _stalling_mail_server():
    """(port, event): greets, and says nothing more once a mail is to be given to it."""
    reached = threading.Event()

    class Stalling(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 hello\r\n")
            for line in self.rfile:
                if line.upper().startswith(b"MAIL"):
                    reached.set()
                    time.sleep(0.5)
                    return
                self.wfile.write(b"250 ok\r\n")

    socketserver.ThreadingTCPServer.allow_reuse_address = True
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Stalling) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server.server_address[1], reached
        server.shutdown()
