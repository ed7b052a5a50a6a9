"""Judges of pages: axe-core in the browser, the HTML checker on files."""

import json
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.support import vendor

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
BRIEF = ["-Xss8m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]  # half the work of a short run
ONLY_MEDIA = {"assets": ["media"]}  # no rule of these reads style sheets, which would be fetched again


def knows_axe(context: BrowserContext) -> None:
    """Lets all pages of this browser have axe-core at hand: it is large, and sent to them once."""
    context.add_init_script(f"window.readAxe = () => {{{_source()}}}")


def axe(page: Page, **options) -> list[str]:
    """The barriers that axe-core finds on the page: rule, element and reason; `options` are axe's own."""
    if not page.evaluate("() => { window.readAxe?.(); return 'axe' in window }"):
        page.evaluate(_source())
    settings = {"runOnly": RULES, "resultTypes": ["violations"], "preload": ONLY_MEDIA} | options
    found = page.evaluate("options => axe.run(document, options)", settings)
    if not found["passes"]:
        pytest.fail("axe-core looked at nothing")
    return [f"{v['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
            for v in found["violations"] for node in v["nodes"]]


@cache
def _source() -> str:
    return vendor.path("axe-core").read_text("utf-8")


def vnu(pages: Mapping[str, str], warnings: bool = False) -> list[str]:
    """What the HTML checker says of pages, given as name → HTML: one line a message; one JVM for all."""
    with tempfile.TemporaryDirectory(prefix="xiaowu-html-") as folder:
        names = {}
        for number, (name, html) in enumerate(pages.items()):
            file = Path(folder) / f"{number}.html"
            file.write_text(html, "utf-8")
            names[file.as_uri()] = name
        return [_line(m, names) for m in _messages(names) if m["type"] == "error" or warnings]


def _messages(urls: Mapping[str, str]) -> list[dict]:
    files = [u.removeprefix("file://") for u in urls]
    options = ["--format", "json", "--stdout", "--exit-zero-always"]
    command = ["java", *BRIEF, "-jar", vendor.path("vnu-jar"), *options, *files]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
    return json.loads(done.stdout)["messages"]


def _line(message: dict, names: Mapping[str, str]) -> str:
    url = message.get("url", "").replace("file:/", "file:///").replace("file://///", "file:///")
    where = names.get(url, url)
    extract = message.get("extract", "").strip()
    return f"{where}:{message.get('lastLine', '?')}: {message['message']} {extract!r}"


@pytest.fixture(name="axe")
def _axe() -> Callable[..., list[str]]:
    """`assert not axe(page)`."""
    return axe


@pytest.fixture(name="vnu")
def _vnu() -> Callable[..., list[str]]:
    """`assert not vnu({"/": client.get("/").text})`."""
    return vnu
