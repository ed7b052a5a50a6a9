"""Commands with odd arguments: one sentence and an exit code that is not 0, and nothing is done."""

from contextlib import closing

import pytest

from portal.base import copies
from portal.people.models import Person

REFUSED = [
    (("community", "add", "east", "--name", " ", "--parent", "street"), "Say the site's name: --name NAME."),
    (("person", "add", ""), "Say the person's name."),
    (("person", "add", "李", "--email", "li", "--password", "long enough 1"), "li is not an e-mail address."),
    (("community", "add", "zu miao", "--name", "祖庙", "--parent", "street"), "cannot be an address"),
    (("community", "add", "a/b", "--name", "祖庙", "--parent", "street"), "cannot be an address"),
    (("community", "add", "x" * 41, "--name", "祖庙", "--parent", "street"), "cannot be an address"),
    (("community", "add", "east", "--name", "祖" * 41, "--parent", "street"), "at most 40 characters"),
    (("community", "add", "east", "--name", "东巷", "--parent", "street", "--host", "https://e.example"), "own host"),
    (("community", "add", "east", "--name", "东巷", "--parent", "street", "--host", "localhost"), "own host"),
    (("person", "add", "李" * 61), "at most 60 characters"),
    (("person", "add", "李", "--email", "a b@example.org", "--password", "long enough 1"), "is not an e-mail address."),
    (("person", "add", "李", "--email", "li@example.org", "--password", "short"), "at least 8 characters."),
    (("person", "add", "李", "--verified"), "Say where they live"),
    (("person", "add", "李", "--community", "street"), "street is a street"),
    (("serve", "--port", "99999"), "--port"), (("serve", "--workers", "0"), "--workers"),
    (("demo", "--port", "99999"), "--port"),
    (("person", "role", "9" * 26, "staff", "--community", "north"), "There is nobody " + "9" * 26 + "."),
    (("plugin", "disable", "nothing", "--community", "north"), "There is no plugin nothing."),
    (("activities", "occurrences", "--community", "north", "--from", "0001-01-01", "--to", "9999-12-31"),
     "too far away."),
    (("activities", "import", __file__, "--community", "north", "--capacity", "9" * 26), "--capacity"),
    (("activities", "sign-up", "1", "--community", "north", "--as", "13800001111"), "2 people have 13800001111"),
    (("huts", "hold", "1", "--from", "2026-11-25", "--to", "2026-11-26", "--community", "north", "--as", "13800001111"),
     "2 people have 13800001111"),
    (("huts", "hold", "1", "--from", "2026-11-25", "--to", "2026-11-26", "--community", "north", "--as", "100%s"),
     "There is nobody 100%s."),
]


@pytest.mark.backend("sqlite")
def test_new_sites_have_the_zone_of_the_settings(settings, call_portal, monkeypatch):
    monkeypatch.setenv("PORTAL_ZONE", "Europe/Berlin")
    for arguments in (("town", "--name", "区"), ("street", "--name", "街道", "--parent", "town")):
        assert call_portal("community", "add", *arguments).exit_code == 0
    with closing(copies.sqlite3.connect(copies.sqlite_path(settings.database))) as db:
        assert db.execute("SELECT slug, zone FROM site ORDER BY id").fetchall() == [
            ("town", "Europe/Berlin"), ("street", "Europe/Berlin")]


@pytest.mark.backend("sqlite")
def test_odd_arguments_are_refused_in_a_sentence(town, call_portal):
    for name in ("老陈", "小陈"):
        town.person(name, home="north", phone="13800001111")
    people = Person.select().count
    with town.unit("north"):
        before = people()
    for arguments, sentence in REFUSED:
        done = call_portal(*arguments)
        assert done.exit_code in (1, 2) and sentence in done.output, (arguments, done.output)
        assert "int too large" not in done.output and "Traceback" not in done.output
    with town.unit("north"):
        assert people() == before
