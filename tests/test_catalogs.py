"""The tool of the catalogs: what it gathers, keeps, drops and finds wrong; and that ours are complete."""

from shutil import copytree

import pytest

from portal.pages import catalogs, i18n
from portal.pages.i18n import Catalogs
from tests.test_i18n import CORE

HANS, HANT, EN = i18n.LOCALES


PLUGIN_CODE = '''
from portal import _, lazy, ngettext
N_ = str
TITLE = lazy("Tools")
def page(n, name):
    # i18n: said to a resident
    greeting = _("Hello %(name)s", name=name)
    return greeting + ngettext("%(n)s tool", "%(n)s tools", n) + _("Home") + N_("Marked")
def no(text): return _(text) + _(f"not {text}")
'''
PLUGIN_PAGE = '''{% extends "layout.html" %}{% block main %}{{ _("From a page") }}{% do x %}
{% trans count=n %}
  {{ count }} drill
{% pluralize %}
  {{ count }} drills
{% endtrans %}{{ ngettext("%(n)s saw", "%(n)s saws", 2) }}{{ _("Tools") }}{% endblock %}'''
PLUGIN_TEXTS = {
    "Tools", "Hello %(name)s", "%(n)s tool", "Marked", "From a page", "%(count)s drill", "%(n)s saw",
}


@pytest.fixture
def plugin(tmp_path, monkeypatch):
    """A stranger's plugin folder, and a core that already says Home."""
    core, folder = tmp_path / "core", tmp_path / "tools"
    (folder / "templates" / "tools").mkdir(parents=True)
    core.mkdir()
    (core / f"{HANS}.po").write_text(CORE, encoding="utf-8")
    (folder / "__init__.py").write_text(PLUGIN_CODE)
    (folder / "templates" / "tools" / "index.html").write_text(PLUGIN_PAGE)
    monkeypatch.setattr(catalogs, "_core_folder", lambda: core)
    return folder


def fill_in(folder, replies):
    """Write `replies` (msgid → Chinese) into both catalogs of a folder."""
    for locale in catalogs.TRANSLATED:
        file = folder / "translations" / f"{locale}.po"
        text = file.read_text(encoding="utf-8")
        for msgid, reply in replies.items():
            head, _msgid, tail = text.partition(f'msgid "{msgid}"\n')
            text = head + _msgid + tail.replace('""', f'"{reply}"', 1)
        file.write_text(text, encoding="utf-8")


GOOD = {
    "Tools": "工具", "Hello %(name)s": "您好，%(name)s", "%(n)s tool": "%(n)s件", "Marked": "有",
    "From a page": "一", "%(count)s drill": "%(count)s把", "%(n)s saw": "%(n)s把",
}


def test_texts_are_gathered_from_python_and_templates(plugin):
    [target] = catalogs.targets(plugin)
    found = catalogs.gather(target)
    assert set(found) == PLUGIN_TEXTS | {"Home"}
    assert found["Tools"].places == {"tools/__init__.py", "tools/templates/tools/index.html"}
    assert found["%(count)s drill"].plural == "%(count)s drills"
    assert found["Hello %(name)s"].notes == ["said to a resident"]
    assert set(catalogs.wanted(target)) == PLUGIN_TEXTS


def test_translate_writes_keeps_and_drops(plugin, capsys):
    file = plugin / "translations" / f"{HANS}.po"
    assert catalogs.main([str(plugin)]) == 0
    assert f"written: {file}" in capsys.readouterr().out
    fill_in(plugin, GOOD)
    filled = file.read_text(encoding="utf-8")
    assert catalogs.main([str(plugin)]) == 0
    assert "written" not in capsys.readouterr().out and file.read_text(encoding="utf-8") == filled
    (plugin / "__init__.py").write_text(PLUGIN_CODE.replace('lazy("Tools")', 'lazy("New tools")'))
    (plugin / "templates" / "tools" / "index.html").unlink()
    catalogs.main([str(plugin)])
    now = file.read_text(encoding="utf-8")
    assert "您好，%(name)s" in now and 'msgid "New tools"\nmsgstr ""' in now
    assert "From a page" not in now and "#~" not in now
    msgids = [line for line in now.splitlines() if line.startswith("msgid ")]
    assert msgids == sorted(msgids)
    assert "Date" not in now and "Generated" not in now and "index.html:" not in now


def test_what_translate_writes_is_read_back(plugin):
    catalogs.main([str(plugin)])
    fill_in(plugin, GOOD)
    tools = Catalogs([plugin / "translations"]).for_(HANS)
    assert tools.gettext("Hello %(name)s", name="陈") == "您好，陈"
    assert tools.ngettext("%(n)s tool", "%(n)s tools", 2) == "2件"


def test_check_is_content_only_with_a_whole_catalog(plugin, capsys):
    assert catalogs.main(["--check", str(plugin)]) == 1
    assert not (plugin / "translations").exists()
    assert "missing: 'Tools'" in capsys.readouterr().err
    catalogs.main([str(plugin)])
    fill_in(plugin, GOOD)
    assert catalogs.main(["--check", str(plugin)]) == 0


@pytest.mark.parametrize(("msgid", "reply", "why"), [
    ("Hello %(name)s", "您好", "placeholders differ (name)"),
    ("Hello %(name)s", "您好，%(nam)s", "placeholders differ (nam, name)"),
    ("Hello %(name)s", "您好，%(name)d", "placeholders differ (name, name)"),
    ("Hello %(name)s", "100% %(name)s", "placeholders differ (name)"),
    ("Hello %(name)s", "您好，%(name)s，100%的", "placeholders differ (%)"),
    ("%(n)s tool", "几件", "placeholders differ (n)"),
    ("Tools", "%(n)s件工具", "placeholders differ (n)"),
    ("Tools", "工具 ", "white space around it differs"),
    ("Tools", "{Shed}工具", "no text is called {Shed}"),
    ("Tools", "工具,好", "half-width punctuation (具,)"),
    ("Tools", "工具(新)", "half-width punctuation (具()"),
    ("Tools", "工具…好...", "half-width punctuation (...)"),
])
def test_check_names_what_is_wrong(plugin, capsys, msgid, reply, why):
    catalogs.main([str(plugin)])
    fill_in(plugin, {**GOOD, msgid: reply})
    assert catalogs.main(["--check", str(plugin)]) == 1
    assert f"tools {HANS}: {why}: {msgid!r}" in capsys.readouterr().err


@pytest.mark.parametrize(("reply", "locale", "foreign"), [
    ("借東西", HANS, "東"), ("预约", HANT, "预约"), ("裏面有枱", HANT, ""),
    ("議事廳裏", HANT, ""), ("议事厅", HANS, ""),
])
def test_check_tells_the_scripts_apart(plugin, reply, locale, foreign):
    catalogs.main([str(plugin)])
    fill_in(plugin, {**GOOD, "Tools": reply})
    [target] = catalogs.targets(plugin)
    wrong = [p.why for p in catalogs.problems(target) if (p.locale, p.msgid) == (locale, "Tools")]
    assert wrong == ([f"not this script ({foreign})"] if foreign else [])


def test_check_finds_fuzzy_and_forgotten_texts(plugin, capsys):
    catalogs.main([str(plugin)])
    fill_in(plugin, GOOD)
    file = plugin / "translations" / f"{HANS}.po"
    text = file.read_text(encoding="utf-8").replace('msgid "Tools"', '#, fuzzy\nmsgid "Tools"')
    file.write_text(text + '\nmsgid "Gone"\nmsgstr "没了"\n', encoding="utf-8")
    capsys.readouterr()
    assert catalogs.main(["--check", str(plugin)]) == 1
    said = capsys.readouterr()
    assert "fuzzy: 'Tools'" in said.err and "no longer used, run `make translate`: 'Gone'" in said.err
    assert said.out.splitlines()[1].split() == ["tools", HANS, "7", "0", "1", "1"]


def test_a_project_folder_is_searched_for_its_plugin(plugin, tmp_path):
    src = tmp_path / "project" / "src"
    src.mkdir(parents=True)
    plugin.rename(src / "tools")
    assert [t.name for t in catalogs.targets(tmp_path / "project")] == ["tools"]


@pytest.mark.parametrize("spoil", ["template", "python", "catalog", "nothing here"])
def test_what_cannot_be_read_is_named_in_a_sentence(plugin, tmp_path, capsys, spoil):
    catalogs.main([str(plugin)])
    file = {
        "template": plugin / "templates" / "tools" / "bad.html", "python": plugin / "bad.py",
        "catalog": plugin / "translations" / f"{HANS}.po", "nothing here": tmp_path / "empty" / "x",
    }[spoil]
    file.parent.mkdir(exist_ok=True)
    bad = {"template": b"{% if %}", "python": b"_('x'\nx = '\xff'"}
    file.write_bytes(bad.get(spoil, b'msgid "\xff"\nmsgstr "x"'))
    path = tmp_path / "empty" if spoil == "nothing here" else plugin
    assert catalogs.main(["--check", str(path)]) == 2
    said = capsys.readouterr().err
    assert str(path if spoil == "nothing here" else file) in said and "Traceback" not in said


@pytest.mark.parametrize("target", catalogs.targets(), ids=lambda target: target.name)
def test_catalogs_complete(target):
    """Each text of the core and of each plugin is said in both Chinese scripts, and rightly."""
    assert [str(problem) for problem in catalogs.problems(target)] == []


def test_no_two_catalogs_say_one_text_differently():
    assert not [str(problem) for problem in catalogs.at_odds(catalogs.targets())]


def test_a_text_that_two_plugins_say_differently_is_named(plugin, tmp_path, capsys):
    second = tmp_path / "drills"
    copytree(plugin, second)
    for folder, word in ((plugin, "工具"), (second, "家什")):
        catalogs.main([str(folder)])
        fill_in(folder, {**GOOD, "Tools": word})
    assert catalogs.main(["--check", str(plugin), str(second)]) == 1
    assert capsys.readouterr().err.count("drills zh_Hans_CN: tools says it otherwise: 'Tools'") == 1
    (second / "translations" / f"{HANS}.po").write_bytes((plugin / "translations" / f"{HANS}.po").read_bytes())
    catalogs.main(["--check", str(plugin), str(second)])
    assert f"drills {HANS}: tools says" not in capsys.readouterr().err


def test_what_a_plugin_says_otherwise_than_the_core_is_not_lost(plugin, capsys):
    """A word that the core gets later, with another meaning, does not take the plugin's away unseen."""
    catalogs.main([str(plugin)])
    fill_in(plugin, GOOD)
    file = plugin / "translations" / f"{HANS}.po"
    core = catalogs._core_folder() / f"{HANS}.po"
    for word, stays in (("用具", True), ("工具", False)):
        core.write_text(f'{CORE}\nmsgid "Tools"\nmsgstr "{word}"\n', encoding="utf-8")
        catalogs.main([str(plugin)])
        assert ('msgid "Tools"' in file.read_text(encoding="utf-8")) is stays
        catalogs.main(["--check", str(plugin)])
        assert (f"tools {HANS}: core says it otherwise: 'Tools'" in capsys.readouterr().err) is stays
