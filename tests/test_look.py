"""The look: small sheets, readable colours, known vendor files, nothing inline, every icon there."""

import ast
import base64
import gzip
import hashlib
import json
import re
import tomllib
import xml.etree.ElementTree as Xml
from pathlib import Path

import pytest

from portal.pages.colours import contrast

HOUSE = Path(__file__).parent.parent
STATIC = HOUSE / "portal/static"
THEMES = sorted(f.parent for f in HOUSE.glob("themes/*/theme.toml"))
PLACES = ("portal/pages/templates", "plugins/*/templates", "themes/*/templates")
TEMPLATES = sorted(file for place in PLACES for file in HOUSE.glob(f"{place}/**/*.html"))
BOTH = re.compile(r"--([a-z]+):light-dark\((#[0-9a-f]{3,6}),(#[0-9a-f]{3,6})\)")
EACH = pytest.mark.parametrize("theme", THEMES, ids=lambda folder: folder.name)


def sheet(theme: Path) -> str:
    return (theme / "static/theme.css").read_text("utf-8")


def tokens(theme: Path) -> dict[str, tuple[str, str]]:
    """Token → its colour by day and by night, the theme's over the base's."""
    base = (STATIC / "base.css").read_text("utf-8")
    return {name: (day, night) for name, day, night in BOTH.findall(base) + BOTH.findall(sheet(theme))}


def packed(*files: Path) -> int:
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def test_there_are_three_themes():
    assert {theme.name for theme in THEMES} >= {"plain", "osmanthus", "lingnan"}


@EACH
def test_a_theme_says_what_it_is(theme):
    about = tomllib.loads((theme / "theme.toml").read_text("utf-8"))
    assert about["name"] == theme.name and set(about["title"]) == {"en", "zh_Hans_CN", "zh_Hant_HK"}
    assert about.get("parent", "plain") in {other.name for other in THEMES}
    assert about.get("parent") != theme.name
    for mode, at in (("light", 0), ("dark", 1)):
        for name, colour in about[mode].items():
            assert contrast(colour, tokens(theme)[name][at]) == 1, f"{name} by {mode} differs from theme.css"


@EACH
def test_a_theme_is_small(theme):
    assert len(sheet(theme).encode()) <= 10_000


@EACH
def test_a_theme_keeps_the_tabs_fixed(theme):
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet(theme)):
        if re.search(r"\.top(?![\w>:.\s+~-])|\.top$", selector.strip()):
            assert not re.search(r"(?:^|;)(?:filter|transform|mask|translate|scale|rotate)\b", body), selector


@EACH
def test_the_files_of_a_theme_are_there(theme):
    folder = theme / "static"
    named = set(re.findall(r"url\(\"?([^)\"]+)\"?\)", sheet(theme)))
    for name in named | {"logo.svg", "hero.svg", "empty.svg", "card.png"}:
        assert folder.joinpath(name).is_file(), name


@EACH
def test_pictures_of_a_theme_run_nothing(theme):
    for file in theme.glob("static/*.svg"):
        tags = {element.tag.rpartition("}")[2] for element in Xml.parse(file).iter()}
        assert not tags & {"script", "style", "foreignObject"}, file.name
        assert file.stat().st_size <= 16_000, file.name


@EACH
def test_words_can_be_read(theme):
    colour = tokens(theme)
    for mode in (0, 1):
        for ground in ("bg", "paper"):
            for words in ("ink", "soft", "brand", "ok", "warn", "bad"):
                assert contrast(colour[words][mode], colour[ground][mode]) >= 4.5, (words, ground, mode)
            assert contrast(colour["edge"][mode], colour[ground][mode]) >= 3, ("edge", ground, mode)
        assert contrast(colour["on"][mode], colour["brand"][mode]) >= 4.5, mode
        assert contrast(colour["ink"][mode], colour["tint"][mode]) >= 7, mode


@EACH
def test_a_first_visit_is_light(theme):
    files = [STATIC / name for name in ("base.css", "sites.css", "app.js", "icons.svg", "vendor/htmx.min.js")]
    assert packed(*files, theme / "static/theme.css") <= 30_000


def test_vendor_files_are_the_ones_that_were_published():
    manifest = json.loads((STATIC / "vendor/manifest.json").read_text("utf-8"))
    for entry in manifest:
        assert set(entry) == {"file", "package", "version", "licence", "sha384"}
        digest = hashlib.sha384((STATIC / entry["file"]).read_bytes()).digest()
        assert base64.b64encode(digest).decode() == entry["sha384"], entry["file"]
    kept = {f"vendor/{f.name}" for f in (STATIC / "vendor").iterdir() if f.name != "manifest.json"}
    assert kept <= {entry["file"] for entry in manifest}


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(HOUSE)))
def test_no_inline_style_or_script(file):
    text = file.read_text("utf-8")
    assert not re.search(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|\shx-on|javascript:|\bjs:", text)
    for script in re.findall(r"<script\b[^>]*>", text):
        assert "src=" in script or 'type="application/ld+json"' in script, script


def icons_in_templates() -> set[str]:
    texts = (file.read_text("utf-8") for file in TEMPLATES)
    return {name for text in texts for name in re.findall(r"\bicon\(\s*[\"']([a-z0-9-]+)[\"']", text)}


def icons_in_code() -> set[str]:
    """The third argument of every Link and NavItem."""
    found = set()
    for file in [*HOUSE.glob("portal/**/*.py"), *HOUSE.glob("plugins/**/*.py")]:
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in (
                    "Link", "NavItem"):
                given = [*call.args[2:3], *(k.value for k in call.keywords if k.arg == "icon")]
                found |= {a.value for a in given if isinstance(a, ast.Constant)}
    return found


def test_the_sprite_has_every_icon():
    symbols = {element.get("id") for element in Xml.parse(STATIC / "icons.svg").iter() if element.get("id")}
    assert icons_in_templates() | icons_in_code() <= symbols
    assert packed(STATIC / "icons.svg") <= 4096
