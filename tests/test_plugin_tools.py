"""The tools of plugin authors: what `portal plugin new` writes passes; `portal plugin check` names what does not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from portal.hooks import Plugins
from portal.plugin_check import check
from portal.plugin_new import write
from portal.testing import town_in
from tests.support.databases import portal
from tests.test_stranger import install

OURS = Path(__file__).parents[1] / "plugins"
STRANGER = Path(__file__).parent / "stranger" / "walks"


@pytest.fixture
def gardens(tmp_path) -> Path:
    """A plugin just written."""
    return write("gardens", tmp_path / "mine")


def test_the_written_plugin_is_short_and_whole(gardens):
    files = {f.relative_to(gardens).as_posix() for f in gardens.rglob("*") if f.is_file()}
    assert files == {
        "pyproject.toml", "tests/test_gardens.py", "gardens/__init__.py", "gardens/README.md",
        "gardens/templates/gardens/index.html", "gardens/migrations/0001_initial.py",
        "gardens/translations/zh_Hans_CN.po", "gardens/translations/zh_Hant_HK.po"}
    code = [line for line in (gardens / "gardens" / "__init__.py").read_text().splitlines() if line.strip()]
    assert len(code) <= 60
    assert "$" not in "".join(f.read_text() for f in gardens.rglob("*.*") if f.is_file())


@pytest.mark.backend("sqlite")
def test_the_written_plugin_installs_passes_its_test_and_the_check(gardens, tmp_path, settings, monkeypatch):
    beside = install(gardens, tmp_path / "installed")
    monkeypatch.setenv("PYTHONPATH", str(beside))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", gardens, gardens / "tests"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=gardens, env=dict(os.environ))
    assert done.returncode == 0 and "4 passed" in done.stdout, done.stdout[-3000:]
    assert portal("plugin", "check", "gardens", settings=settings).stdout == "gardens keeps the rules.\n"


@pytest.mark.parametrize("name", ["Garden", "g", "9lives", "my-garden", "desk", "static", "bulletin", "person", "json",
                                  "acting", "class", "garden\n", ""])
def test_a_bad_or_taken_name_is_refused(tmp_path, name):
    with pytest.raises(ValueError, match=r"name .*\."):
        write(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_overwritten(gardens):
    with pytest.raises(ValueError, match="already"):
        write("gardens", gardens.parent)


@pytest.mark.backend("sqlite")
def test_the_command_says_it_in_a_sentence(run_portal, tmp_path):
    done = run_portal("plugin", "new", "Desk", "--into", tmp_path, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr and done.stderr.count("\n") == 1
    done = run_portal("plugin", "check", "nothing", check=False)
    assert done.returncode == 1 and "There is no plugin nothing." in done.stderr


@pytest.mark.parametrize("name", sorted(f.parent.name for f in OURS.glob("*/__init__.py")))
def test_our_own_plugins_keep_the_rules(tmp_path, name):
    assert check(town_in(tmp_path).app, name) == []


# --- every rule of the check, broken

SPOILT = {
    "title": ("__init__.py", "def title():\n    return N_(\"Neighbourhood walks\")", "def title():\n    return None",
              "It has no title()"),
    "private module": ("views.py", "from .models", "from portal.base import sites\nfrom .models",
                       "portal.base is the portal's own"),
    "unpublished name": ("views.py", "    viewer = req", "    from portal import create_app\n    viewer = req",
                         "portal publishes no create_app"),
    "another plugin": ("views.py", "from .models", "from portal.plugins.bulletin.models import Bulletin\nfrom .models",
                       "never imports another one"),
    "untranslated": ("views.py", "The walk is in the calendar.", "Here we go!", "missing: 'Here we go!'"),
    "unmarked label": ("__init__.py", 'N_("Plan walks")', '"Walk the plan"', "'Walk the plan' is not translated"),
    "inline style": ("templates/walks/page.html", '<article class="flow">', '<article style="color:red">',
                     "line 8: style= is refused"),
    "inline script": ("templates/walks/page.html", '<article class="flow">', "<script>1</script><article>",
                      "<script is refused"),
    "broken template": ("templates/walks/page.html", "{% endblock %}", "{% endblok %}", "endblok"),
    "missing column": ("models.py", "    minutes = Int", "    steps = IntegerField(null=True)\n    minutes = Int",
                       "add column walks_walk.steps"),
    "missing index": ("migrations/0001_initial.py", 'indexes = ((("site", "starts_at"), False),)', "pass", "add index"),
    "null": ("models.py", "minutes = IntegerField()", "minutes = IntegerField(null=True)",
             "walks_walk.minutes is null"),
    "constraint": ("models.py", 'table_name = "walks_walk"',
                   'table_name = "walks_walk"\n        from portal import same_site\n'
                   '        constraints = [same_site("minutes", "walks_walk")]', "The migration of walks_walk lacks"),
    "unique index": ("models.py", '(("site", "starts_at"), False)', '(("title",), True)', "must begin with site"),
    "unique field": ("models.py", "CharField(max_length=60)", "CharField(max_length=60, unique=True)",
                     "(title) of walks_walk must begin with site"),
    "reference": ("models.py", "    planned_at", '    other = ForeignKeyField("self", null=True)\n    planned_at',
                  "could point into another site"),
    "heavy sheet": ("static/walks.css", "", "/* " + "x" * 16_000 + " */", "bytes; 15,000 at most"),
    "no readme": ("README.md", "", None, "It has no README.md"),
}


def spoil(folder: Path, file: str, old: str, new: str | None) -> None:
    path = folder / file
    if new is None:
        path.unlink()
        return
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1) if old else new)
    if "ForeignKeyField(" in new:
        path.write_text(path.read_text().replace("import BigInt", "import ForeignKeyField, BigInt"))


# Each folder is looked at by a child of one process that has loaded the portal already.
CHECK = """
import os, sys
from portal.app import create_app
from portal.base.settings import load
from portal.hooks import Plugins
from portal.plugin_check import check
for folder in sys.argv[1:]:
    pid = os.fork()
    if not pid:
        sys.path.insert(0, folder)
        import walks
        plugins = Plugins()
        plugins.register("walks", walks)
        app = create_app(load(environ={"PORTAL_DATA": folder + "/data"}), plugins=plugins)
        print(*check(app, "walks"), sep="\\n", file=open(folder + "/said", "w"), flush=True)
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0, folder
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> dict[str, str]:
    """What the check says of the stranger's plugin, whole and spoilt in every way."""
    place = tmp_path_factory.mktemp("spoilt")
    for rule, how in (SPOILT | {"whole": None, "misplaced": None}).items():
        copy = shutil.copytree(STRANGER, place / rule / "walks", ignore=shutil.ignore_patterns("__pycache__"))
        if how:
            spoil(copy, *how[:3])
    (place / "misplaced" / "walks" / "templates" / "layout.html").write_text("mine")
    folders = sorted(place.iterdir())
    done = subprocess.run([sys.executable, "-c", CHECK, *folders], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return {folder.name: (folder / "said").read_text().strip() for folder in folders}


def test_the_strangers_plugin_keeps_the_rules(said):
    assert said["whole"] == ""


@pytest.mark.parametrize("rule", SPOILT)
def test_what_breaks_a_rule_is_named(rule, said):
    assert SPOILT[rule][3] in said[rule]


def test_a_template_under_another_name_is_named(said):
    assert "templates/layout.html must lie in templates/walks/." in said["misplaced"]


def test_a_plugin_that_was_left_out_is_named_with_its_reason(tmp_path):
    plugins = Plugins()
    plugins.refuse("late", ValueError("not today"))
    app = town_in(tmp_path, plugins).app
    assert check(app, "late") == ["It is left out: ValueError: not today."]
