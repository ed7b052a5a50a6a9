"""Settings: where each comes from, what is refused, what production insists on."""

import re

import pytest

from portal.base.settings import NAMES, SettingsError, load, shown

GOOD = {"PORTAL_ENV": "production", "PORTAL_SECRET_KEY": "vK3nD8sQ1wE7rT5yU9iO0pA2sD4fG6hJ",
        "PORTAL_TRUSTED_HOSTS": "xiaowu.example, www.xiaowu.example", "PORTAL_SMS": "hook"}


def test_the_environment_wins_over_the_file(tmp_path):
    file = tmp_path / "portal.toml"
    file.write_text('port = 9000\nzone = "Asia/Hong_Kong"\ntrusted_hosts = ["a.example"]\n')
    settings = load(file, {"PORTAL_PORT": "9001"})
    assert (settings.port, settings.zone, settings.trusted_hosts) == (9001, "Asia/Hong_Kong", ("a.example",))
    assert settings.sources["port"] == "PORTAL_PORT"
    assert settings.sources["zone"] == str(file)
    assert settings.sources["host"] == "default"


@pytest.mark.parametrize(("text", "word"), [("prot = 1", "prot"), ("port = 'x'", "port"), ("port =", "TOML")])
def test_a_wrong_file_is_refused_in_a_sentence(tmp_path, text, word):
    file = tmp_path / "portal.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=word):
        load(file, {})


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(SettingsError, match=r"none\.toml"):
        load(tmp_path / "none.toml", {})


@pytest.mark.parametrize(("name", "value"), [
    ("port", "99999"), ("port", "0"), ("workers", "0"), ("threads", "-1"), ("log", "loud"), ("zone", "Mars/Base"),
    ("zone", "../etc/passwd"), ("zone", ""), ("smtp", "mail.example"), ("smtp", "smtp://mail.example:many"),
    ("base_url", "xiaowu.example"), ("base_url", "http://["), ("database", "mysql://town"), ("database", "sqlite://"),
    ("database", "sqlite:///"), ("database", "sqlite://srv/town.db"), ("database", "sqlite:///:memory:"),
    ("database", "/srv/town.db"), ("database_owner", "town"), ("trusted_hosts", "https://town.example"),
    ("trusted_hosts", "a.example,town.example:8000"), ("trusted_hosts", "*"), ("mail_from", "town"), ("mail_from", ""),
    ("mail_from", "a@example.org\nBcc: b@example.org")])
def test_what_cannot_work_is_refused_in_a_sentence(name, value):
    with pytest.raises(SettingsError, match=rf"^{name} .*\.$"):
        load(None, {f"PORTAL_{name.upper()}": value})


@pytest.mark.parametrize(("name", "value"), [
    ("database", "sqlite:///town.db"), ("database", "sqlite:////srv/town.db"), ("database", "postgres://app@db/town"),
    ("trusted_hosts", "localhost,127.0.0.1,[::1],a-b.town.example"), ("mail_from", "town@localhost"),
    ("mail_from", "禅城小屋 <town@example.org>")])
def test_what_works_is_taken(name, value):
    assert getattr(load(None, {f"PORTAL_{name.upper()}": value}), name)


def test_production_starts_with_a_good_secret_and_hosts():
    settings = load(None, GOOD)
    assert settings.production
    assert settings.trusted_hosts == ("xiaowu.example", "www.xiaowu.example")


@pytest.mark.parametrize("change", [{"PORTAL_SECRET_KEY": "short"}, {"PORTAL_SECRET_KEY": "a" * 64},
                                    {"PORTAL_SECRET_KEY": None}, {"PORTAL_TRUSTED_HOSTS": ""},
                                    {"PORTAL_TRUSTED_HOSTS": None}, {"PORTAL_ENV": "prod"},
                                    {"PORTAL_SMS": "file:"}, {"PORTAL_SMS": "carrier pigeon"}])
def test_an_unsafe_production_is_refused(change):
    environ = {k: v for k, v in (GOOD | change).items() if v is not None}
    with pytest.raises(SettingsError):
        load(None, environ)


def test_a_refusal_names_the_setting():
    for name in ("PORTAL_SECRET_KEY", "PORTAL_TRUSTED_HOSTS"):
        with pytest.raises(SettingsError, match=rf"^In production {name} must .*\.$"):
            load(None, {k: v for k, v in GOOD.items() if k != name})


def test_proxies_are_addresses_and_networks(tmp_path):
    assert load(None, {}).proxies == ("127.0.0.1/32", "::1/128")
    assert load(None, {"PORTAL_PROXIES": "10.0.0.7, 172.16.3.4/12,fd00::/8"}).proxies == (
        "10.0.0.7/32", "172.16.0.0/12", "fd00::/8")
    assert load(None, {"PORTAL_PROXIES": ""}).proxies == ()
    file = tmp_path / "portal.toml"
    file.write_text('proxies = ["10.1.0.0/16"]\n')
    assert load(file, {}).proxies == ("10.1.0.0/16",)
    for wrong in ("proxy.example", "10.0.0.0/33", "*"):
        with pytest.raises(SettingsError, match=f"no address or network: {re.escape(wrong)}"):
            load(None, {"PORTAL_PROXIES": wrong})


def test_secrets_are_not_shown():
    hidden = {"PORTAL_DATABASE": "postgresql://app:hidden@db/town", "PORTAL_SMTP": "smtp://u:hidden@m",
              "PORTAL_DATABASE_OWNER": "postgresql://db/town?user=owner&password=hidden&sslmode=require"}
    settings = load(None, GOOD | hidden)
    text = str(shown(settings))
    assert "hidden" not in text and GOOD["PORTAL_SECRET_KEY"] not in text
    assert [row[0] for row in shown(settings)] == list(NAMES)


def test_the_command_shows_each_setting_with_its_source(run_portal):
    lines = run_portal("config").stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(NAMES)
    assert any(line.startswith("database ") and line.endswith("(PORTAL_DATABASE)") for line in lines)
