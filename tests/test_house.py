"""The rules of the house that a machine can read."""

import ast
import re
from pathlib import Path

import pytest

from tests.support.files import ROOT, tracked

LONGEST_FILE, LONGEST_FUNCTION = 450, 40
LATER = re.compile("|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX"]))
REGISTRIES = re.compile("|".join(map(re.escape, (
    "py" + "pi.org", "pythonhosted" + ".org", "registry.npm" + "js", "npm" + "mirror", "deb.deb" + "ian.org",
    "-index" + "-url", "find" + "-links"))))
MACHINE = re.compile(r"""(?:^|["'\s(=:])/(?:wor[k]|roo[t]|hom[e]|User[s])/""", re.MULTILINE)
VAGUE = re.compile(r"(Manager|Handler|Helper|Utils?)s?$", re.IGNORECASE)
ALLOWED_TOP = {
    "portal", "plugins", "themes", "translations", "tests", "wsgi.py", "setup.cfg", "pyproject.toml",
    "README.md", "Makefile", "CHANGELOG.md", "LICENSE", ".ci", ".gitignore", ".gitattributes",
    "requirements.lock", "requirements-test.lock"}


FILES = tracked()
OURS = [f for f in FILES if "vendor" not in f.parts and ".min." not in f.name]
PYTHON = [f for f in OURS if f.suffix == ".py"]


def text(file: Path) -> str:
    return file.read_bytes().decode("utf-8", errors="ignore")


def named(file: Path) -> str:
    return str(file.relative_to(ROOT))


def expect_none(found: list) -> None:
    assert not found, "\n" + "\n".join(map(str, found))


def test_top_level_is_as_designed():
    assert {f.relative_to(ROOT).parts[0] for f in FILES} <= ALLOWED_TOP


@pytest.mark.parametrize("rule", [LATER, REGISTRIES, MACHINE], ids=["later", "registries", "machine"])
def test_no_file_says(rule):
    expect_none([f"{named(f)}: {m[0]}" for f in OURS for m in rule.finditer(text(f))])


def test_files_are_read_in_one_sitting():
    sources = [f for f in OURS if f.suffix in (".py", ".html", ".sh")]
    expect_none([named(f) for f in sources if text(f).count("\n") >= LONGEST_FILE])


def definitions(kind):
    for file in PYTHON:
        for node in ast.walk(ast.parse(text(file), named(file))):
            if isinstance(node, kind):
                yield file, node


def test_functions_are_short():
    functions = definitions((ast.FunctionDef, ast.AsyncFunctionDef))
    long = [(named(f), n.name) for f, n in functions if n.end_lineno - n.lineno >= LONGEST_FUNCTION]
    expect_none([x for x in long if "/migrations/" not in x[0]])


def test_names_say_what_a_thing_is():
    vague = [(named(f), n.name) for f, n in definitions(ast.ClassDef) if VAGUE.search(n.name)]
    expect_none(vague + [named(f) for f in PYTHON if VAGUE.search(f.stem)])


def test_every_module_says_what_it_is():
    modules = [f for f in PYTHON if text(f).strip() and "migrations" not in f.parts]
    expect_none([named(f) for f in modules if not ast.get_docstring(ast.parse(text(f)))])


def test_style_has_no_exceptions():
    expect_none([named(f) for f in PYTHON if "# no" + "qa" in text(f)])


def test_templates_obey_the_content_policy():
    """No inline script or style, no handlers in attributes."""
    script = r"<script(?![^>]*(\bsrc=|application/ld\+json))"
    inline = re.compile(rf"<style\b|\sstyle=|\son[a-z]+=|hx-on|{script}", re.IGNORECASE)
    pages = [f for f in OURS if f.suffix == ".html"]
    expect_none([f"{named(f)}: {m[0].strip()}" for f in pages for m in inline.finditer(text(f))])
