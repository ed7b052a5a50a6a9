"""The harness itself: servers of the tests' own, and judges that can say no."""

import os
import smtplib
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest

from tests.support import needs, postgres
from tests.support.databases import PORTAL
from tests.support.files import ROOT

pytest_plugins = ["pytester"]


@pytest.fixture(params=[postgres.machine_binaries, postgres.packaged_binaries], ids=["machine", "package"])
def server(request):
    folder = request.param()
    if folder is None:
        pytest.skip("this source of PostgreSQL is not on this machine; the other one is used")
    running = postgres.Server(folder)
    yield running
    running.stop()


def test_postgres_runs_from_either_source(server):
    server.create("town")
    with psycopg.connect(server.url("town", "owner")) as owner:
        owner.execute("CREATE EXTENSION btree_gist")
        owner.execute("CREATE TABLE lane (id int)")
    with psycopg.connect(server.url("town")) as plain:
        mine = plain.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert mine.fetchone() == (False, False)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            plain.execute("SELECT * FROM lane")


def test_a_portal_reaches_it_by_its_socket(server, tmp_path):
    """Everything that an operator does with the tables, with both URLs naming a folder in place of a host."""
    server.create("town")
    near = {"PORTAL_DATABASE": server.near_url("town"), "PORTAL_DATABASE_OWNER": server.near_url("town", "owner"),
            "PORTAL_DATA": str(tmp_path / "data")}
    kept = tmp_path / "kept.tar.gz"
    for words in ("db upgrade", "community add chancheng --name 禅城区", "db check", f"db backup {kept}"):
        run(near, words)
    server.drop("town")
    server.create("town")
    run({**near, "PORTAL_DATA": str(tmp_path / "anew")}, f"db restore {kept}")
    assert "chancheng" in run(near, "community list")
    assert server.password not in run(near, "config")


def run(settings: dict[str, str], words: str) -> str:
    """What `portal` prints; it must end well."""
    environ = {k: v for k, v in os.environ.items() if not k.startswith("PORTAL_")} | settings
    done = subprocess.run([PORTAL, *words.split()], env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_postgres_is_no_root_process(server):
    assert Path(f"/proc/{server.process.pid}").stat().st_uid != 0


def test_postgres_ends_with_the_tests(tmp_path):
    """Even when they are killed."""
    code = """if True:
        from tests.support.postgres import Server
        server = Server()
        print(server.process.pid, server.folder, flush=True)
        input()"""
    child = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                             text=True, cwd=ROOT)
    pid, folder = child.stdout.readline().split()
    child.kill()
    child.communicate()
    until = time.monotonic() + 60
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
    subprocess.run(["rm", "-r", folder], check=True)


def test_mail_server_keeps_and_refuses(mail_server):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "hut@example.org", "wang@example.org", "借用成功"
    mail.set_content("请于周六归还。")
    with smtplib.SMTP(mail_server.url.removeprefix("smtp://")) as client:
        mail_server.refuse(1)
        with pytest.raises(smtplib.SMTPDataError):
            client.send_message(mail)
        client.send_message(mail)
    assert [m.message["Subject"] for m in mail_server.mails] == ["借用成功"]
    assert mail_server.mails[0].text.strip() == "请于周六归还。"
    assert mail_server.tried == 2


GOOD = """<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>家禅社区</title></head>
<body><main><h1>家禅社区</h1><p>今晚七点，广场见。</p></main></body></html>"""
BAD = GOOD.replace("<p>", '<p><img src="a.png"><div>').replace("</main>", "")


def test_html_checker_says_no(vnu):
    messages = vnu({"good": GOOD, "bad": BAD})
    assert messages and all(m.startswith("bad:") for m in messages)


def test_axe_says_no(page, axe):
    page.set_content(GOOD)
    assert axe(page) == []
    page.set_content(GOOD.replace("<p>", '<p><a href="#x"></a>'))
    assert any("link-name" in line for line in axe(page))


def test_browser_is_a_chinese_phone(page):
    page.set_content(GOOD)
    seen = page.evaluate("[innerWidth, navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone]")
    assert seen == [390, "zh-CN", "Asia/Shanghai"]


def test_browser_without_scripts(plain_page):
    plain_page.set_content(GOOD + "<script>document.title = 'changed'</script>")
    assert plain_page.title() == "家禅社区"


def test_what_is_missing_is_named(monkeypatch, capsys):
    monkeypatch.setattr(needs.shutil, "which", lambda name: None)
    assert needs.main() == 1
    said = capsys.readouterr().err
    assert all(word in said for word in ("Chromium", "Java", "npm", "Chinese font", "make test-system"))


def test_databases_are_fresh_and_both(backend, settings):
    kind = settings.database.split(":")[0]
    assert kind == backend
    if backend == "postgresql":
        assert settings.database != settings.database_owner
        with psycopg.connect(settings.database) as plain, pytest.raises(psycopg.errors.InsufficientPrivilege):
            plain.execute("CREATE TABLE lane (id int)")


def test_live_server_answers_and_ends(live_server):
    assert live_server.get("/healthz")[0] == 200
    pids = live_server.pids()
    live_server.stop()
    assert len(pids) > 1 and not [p for p in pids if Path(f"/proc/{p}").exists()]


def test_the_town_is_on_each_database(town, backend):
    assert town.db.kind == backend


ALONE = """
import time, pytest
from pathlib import Path

LOG = Path(__file__).with_name("log")

def write(line):
    with LOG.open("a") as f:
        f.write(line)

@pytest.mark.parametrize("n", range(6))
def test_together(n):
    write("(")
    time.sleep(0.05)
    write(")")

@pytest.mark.alone
@pytest.mark.parametrize("n", range(3))
def test_alone(n):
    write("[")
    time.sleep(0.1)
    write("]")
"""


@pytest.mark.parametrize("number", [1, 6])
def test_those_marked_alone_run_alone(pytester, monkeypatch, number):
    """Two processes: nothing begins between [ and ], and only the last one of each waits for its turn with them."""
    made = pytester.makepyfile(ALONE.replace("range(6)", f"range({number})"))
    pytester.makeini("[pytest]\nmarkers = alone: as in setup.cfg\n")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # each of three processes would load all of them
    done = pytester.runpytest_subprocess("-p", "xdist", "-n", "2", "--dist", "worksteal", "-p", "tests.support.turns")
    done.assert_outcomes(passed=number + 3)
    log = made.with_name("log").read_text()
    assert log.count("[]") == 3 and log.index("[") >= 2 * (number - 2)
