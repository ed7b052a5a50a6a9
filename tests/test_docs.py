"""What the documents say is so: their examples run, their lists are whole."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import portal
from portal import hookspecs
from portal.base.settings import NAMES
from tests.test_stranger import install

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "plugins" / "README.md").read_text("utf-8")
BLOCK = re.compile(r"^```(?:python|jinja|toml)\n(?P<head>(?:#|\{#-) (?P<place>\S+)[^\n]*\n)(?P<text>.*?)^```$",
                   re.MULTILINE | re.DOTALL)


def table(text: str, heading: str) -> set[str]:
    """What stands in `code` in the second column of the table under a heading."""
    section = text.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[2] for line in section.splitlines() if line.startswith("| ")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


@pytest.fixture(scope="module")
def example(tmp_path_factory) -> Path:
    """The files that the guide shows, as a project."""
    project = tmp_path_factory.mktemp("guide") / "project"
    for block in BLOCK.finditer(GUIDE):
        file = project / block["place"]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(block["text"] if file.suffix != ".html" else block["head"] + block["text"], "utf-8")
    return project


def test_every_block_of_the_guide_is_a_file(example):
    assert len(re.findall(r"^```\w+$", GUIDE, re.MULTILINE)) == len(list(BLOCK.finditer(GUIDE))) == 5
    assert {f.name for f in example.rglob("*.*")} == {
        "__init__.py", "index.html", "0001_initial.py", "pyproject.toml", "test_lifts.py"}


def test_the_example_of_the_guide_runs(example, tmp_path):
    beside = install(example, tmp_path)
    given = dict(os.environ) | {"PYTHONPATH": str(beside)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", example, example / "tests"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=example, env=given)
    assert done.returncode == 0 and "3 passed" in done.stdout, done.stdout[-3000:]


def test_the_guide_lists_all_hooks():
    assert table(GUIDE, "All hooks") == set(hookspecs.HOOKS)


def test_the_guide_lists_all_published_names():
    assert table(GUIDE, "All names that `portal` publishes") == set(portal.PUBLISHED)


@pytest.mark.parametrize("name", sorted(portal.PUBLISHED))
def test_what_is_published_is_there(name):
    assert getattr(importlib.import_module("portal"), name) is not None


@pytest.mark.parametrize("name", sorted(hookspecs.HOOKS))
def test_a_hook_says_what_it_is(name):
    hook = hookspecs.HOOKS[name]
    assert hook.__doc__ and hook.__doc__.strip().endswith("."), name
    assert "return" in hook.__annotations__


def test_the_readme_lists_every_setting():
    settings = (ROOT / "README.md").read_text("utf-8").split("## Settings\n", 1)[1].split("\n## ", 1)[0]
    cells = re.findall(r"^\| (`[^|]+)\|", settings, re.MULTILINE)
    assert set(re.findall(r"`(\w+)`", "".join(cells))) == set(NAMES)


@pytest.mark.parametrize("name", sorted(f.parent.name for f in (ROOT / "plugins").glob("*/__init__.py")))
def test_every_plugin_has_a_readme_and_is_named_in_the_projects(name):
    assert (ROOT / "plugins" / name / "README.md").is_file()
    assert f"`{name}`" in (ROOT / "README.md").read_text("utf-8")


def test_links_lead_somewhere():
    files = [f for f in ROOT.rglob("*.md") if not {".venv", ".cache", "node_modules"} & set(f.parts)]
    links = [(f, link) for f in files for link in re.findall(r"\]\(([^)#\s]+)", f.read_text("utf-8"))]
    assert [f"{f.relative_to(ROOT)}: {link}" for f, link in links
            if "://" not in link and not (f.parent / link).exists()] == []
