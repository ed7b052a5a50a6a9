"""Every guard of the house, with the patch that removes it: each turns a test red.

`python -m tests.guards` tries them all, `python -m tests.guards rows` those with a word in their name. A guard is
taken out of a copy of the project, the named test is run there, and it has to fail.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parent.parent
MAPPED = ("plugins", "themes", "translations")


class Guard(NamedTuple):
    """A guard: what it keeps out, the file, the text that is the guard, what stands there without it, its test."""

    name: str
    file: str
    guard: str
    without: str
    test: str


RECORDS, REQUESTS, SIGNIN = "portal/base/records.py", "portal/requests.py", "portal/people/signin.py"
ROWS = "tests/test_rows.py"

GUARDS = (
    Guard("rows: a query sees its site only", RECORDS, 'ctx.literal("(SELECT * FROM ").sql(entity).literal(" WHERE ").sql(IN_SCOPE)',
          'ctx.literal("(SELECT * FROM ").sql(entity)', f"{ROWS}::test_another_site_sees_nothing"),
    Guard("rows: an alias sees its site only", RECORDS, "return ScopedAlias(cls, alias)",
          "return ModelAlias(cls, alias)", f"{ROWS}::test_another_site_sees_nothing"),
    Guard("rows: an update or delete holds to its site", RECORDS,
          "held._where = IN_SCOPE if self._where is None else IN_SCOPE & self._where", "pass",
          f"{ROWS}::test_another_site_sees_nothing"),
    Guard("rows: a conflict does not overwrite another site's row", RECORDS,
          'if kwargs.get("action") != "IGNORE" and not names & {"site", "site_id"}:', "if False:",
          f"{ROWS}::test_a_row_cannot_be_written_into_another_site"),
    Guard("rows: raw SQL is refused", RECORDS, 'raise NoSite(f"raw SQL on {cls.__name__} would pass by its site")',
          "return super().raw(sql, *params)", f"{ROWS}::test_raw_sql_is_refused"),
    Guard("rows: a new row gets the open site", RECORDS,
          'if given is not None and getattr(given, "id", given) != mine:', "if False:",
          f"{ROWS}::test_a_row_cannot_be_written_into_another_site"),
    Guard("rows: a foreign row is not saved in silence", RECORDS, "        if not stored:\n", "        if False:\n",
          f"{ROWS}::test_a_row_cannot_be_written_into_another_site"),
    Guard("rows: PostgreSQL's own wall", "portal/base/migrate.py",
          "db.execute_sql(f'ALTER TABLE \"{table}\" FORCE ROW LEVEL SECURITY')\n", "pass\n        return\n",
          f"{ROWS}::test_postgresql_guards_the_rows_by_itself"),
    Guard("rows: no site, no rows", "portal/base/sites.py",
          'raise NoSite("rows of a site were asked for outside of a site")', 'return Scope((1,), "{1}")',
          f"{ROWS}::test_outside_of_a_site_there_are_no_rows"),
    Guard("rows: a subtree writes none", "portal/base/sites.py", "    if len(ids) != 1:\n", "    if False:\n",
          f"{ROWS}::test_a_subtree_reads_its_sites_and_writes_none"),
    Guard("forms: the token", REQUESTS, "        csrf.protect(apply_exemptions=True)\n", "",
          "tests/test_requests.py::test_a_form_without_its_token_is_refused"),
    Guard("forms: a second tap", REQUESTS, "        if row is not None:\n            return _again(row)\n", "",
          "tests/test_requests.py::test_a_second_tap_gets_the_first_answer"),
    Guard("forms: a key is its session's own", REQUESTS, "{key} {forms.mine()} {request.path}", "{key}",
          "tests/test_requests.py::test_a_form_key_of_somebody_else_opens_nothing"),
    Guard("sessions: only a hash is stored", SIGNIN, "return hashlib.sha256(token.encode()).hexdigest()",
          "return token", "tests/test_requests.py::test_only_a_hash_of_the_session_is_stored"),
    Guard("rights: only its owner allows an action", "portal/people/roles.py", "if answer is True and name == owner:",
          "if answer is True:", "tests/test_roles.py::test_only_the_owner_of_an_action_can_allow_it"),
    Guard("rights: anybody refuses", "portal/people/roles.py", "            if answer is False:\n                return False\n",
          "", "tests/test_roles.py::test_everybody_can_refuse"),
    Guard("rights: a plugin that is off has none", "portal/people/roles.py",
          'or (owner != "core" and owner not in site.plugins)', "",
          "tests/test_roles.py::test_a_plugin_that_is_off_has_no_rights"),
    Guard("settings: a weak secret in production", "portal/base/settings.py",
          "            or len(set(settings.secret_key)) < 10:", "            or False:",
          "tests/test_settings.py::test_an_unsafe_production_is_refused"),
)


def wrong_patches() -> Iterator[str]:
    """Guards whose text does not stand exactly once in their file."""
    for guard in GUARDS:
        n = (PROJECT / guard.file).read_text("utf-8").count(guard.guard)
        if n != 1:
            yield f"{guard.name}: its text stands {n} times in {guard.file}"


def copied(into: Path) -> Path:
    """A copy of the project in which `portal.plugins` and the others are found without being installed."""
    for name in ("portal", "tests", "setup.cfg", "wsgi.py", "README.md", *MAPPED):
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, into / name, ignore=shutil.ignore_patterns("__pycache__", ".cache", "shots"))
        else:
            shutil.copy(source, into / name)
    for name in MAPPED:
        (into / "portal" / name).symlink_to(into / name)
    return into


def stands_without(guard: Guard, folder: Path) -> bool:
    """Whether the guard's test is still green when the guard is gone."""
    file = folder / guard.file
    whole = file.read_text("utf-8")
    file.write_text(whole.replace(guard.guard, guard.without), "utf-8")
    try:
        command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", guard.test]
        done = subprocess.run(command, cwd=folder, env=os.environ | {"PYTHONPATH": str(folder)}, capture_output=True,
                              text=True, timeout=300)
    finally:
        file.write_text(whole, "utf-8")
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{guard.name}: pytest could not run {guard.test}\n{done.stdout[-2000:]}")
    return done.returncode == 0


def main(words: list[str]) -> int:
    wrong = list(wrong_patches())
    for line in wrong:
        print(line)
    with tempfile.TemporaryDirectory() as folder:
        copy = copied(Path(folder))
        for guard in (g for g in GUARDS if all(w in g.name for w in words)):
            green = stands_without(guard, copy)
            wrong += [guard.name] if green else []
            print(f"{'NOT NOTICED' if green else 'noticed    '}  {guard.name}", flush=True)
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
