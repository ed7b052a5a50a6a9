"""Plugins that raise, sleep, answer nonsense or take what is not theirs: the house and its other parts go on."""

import itertools
import logging
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from markupsafe import Markup

from portal import hookimpl, hooks, offers
from portal.app import create_app
from portal.base import sites
from portal.base.records import District
from portal.face import Refused
from portal.hooks import Plugins
from portal.pages import notices
from portal.people.models import Audit, PluginFault
from portal.testing import Town

HEAD = """
import time
from flask import Blueprint, abort, request
from peewee import BigIntegerField, CharField, Model
from portal import *
from portal import _
pages = Blueprint(__name__, __name__)
"""
SEEN = ("nav_items", "home_cards", "my_items", "staff_items", "search", "figures", "calendar", "sitemap", "may")
SHOWN_ON = ("", "me", "desk/", "search?q=x", "desk/figures", "calendar/", "sitemap.xml", "bulletin/")


class Beside:
    """A folder of installed packages, each a plugin."""

    def __init__(self, folder: Path, settings):
        self.folder, self.settings, self.towns = folder, settings, []

    def add(self, name: str, code: str, files: dict[str, str] | None = None, module: str = "") -> None:
        """Install a plugin whose module holds `code`."""
        module = module or name
        for place, text in {"__init__.py": HEAD + code, **(files or {})}.items():
            file = self.folder / module / place
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text if isinstance(text, bytes) else text.encode())
        info = self.folder / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[portal.plugins]\n{name} = {module}\n")

    def town(self, *on: str) -> Town:
        """The town with what is installed; these plugins are on in north only, our own in both."""
        town = Town(create_app(self.settings), plugins=["bulletin"])
        self.towns.append(town)
        with town.unit():
            for name in on:
                sites.enable(town.north.id, name)
        return town


_numbers = itertools.count()


@pytest.fixture
def beside(settings, tmp_path, monkeypatch):
    """`beside.add("bad", code)`, then `beside.town("bad")`."""
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    packages = Beside(folder, settings)
    yield packages
    for town in packages.towns:
        town.db.close()
    for name in set(sys.modules) - before:
        file = getattr(sys.modules[name], "__file__", None) or ""
        if file.startswith(str(folder)):
            del sys.modules[name]


def staff_of(town: Town, slug: str = "north"):
    return town.visitor(town.person("李敏", home=slug, role="staff"))


def faults(town: Town) -> set[tuple]:
    with town.unit():
        return set(PluginFault.select(PluginFault.site_id, PluginFault.plugin, PluginFault.hook,
                                      PluginFault.reason).tuples())


# --- in the hooks of pages

WAYS = {
    "raises": "raise RuntimeError('of 13826000426')",
    "raises while its answer is read": "yield from ()\n    raise KeyError('x')",
    "leaves by exit": "raise SystemExit(3)",
    "aborts": "abort(404)",
    "calls itself": "return {hook}(site)",
    "asks nonsense of the database": "current.execute_sql('SELECT nonsense')",
    "asks nonsense and says nothing": "try:\n        current.execute_sql('SELECT nonsense')\n    except Exception:\n"
                                      "        return None",
    "answers a number": "return 7",
    "answers a text": "return 'x'",
    "answers other things": "return [1, None]",
    "answers without end": "import itertools\n    return itertools.repeat(Link('a', 'b'))",
}


@pytest.mark.parametrize("way", WAYS)
def test_a_failing_hook_is_left_out_of_the_page(way, beside, caplog):
    code = "".join(f"\n@hookimpl\ndef {hook}(site):\n    {WAYS[way].format(hook=hook)}\n" for hook in SEEN)
    beside.add("bad", code)
    town = beside.town("bad")
    staff, guest = staff_of(town), town.visitor()
    written = staff.submit("/north/bulletin/new", title="停水通知", text="x")
    assert written.location == "/north/bulletin/1", written.text
    staff.submit("/north/bulletin/1", "/north/bulletin/1/publish")
    for path in SHOWN_ON:
        assert staff.get(f"/north/{path}").status_code == 200, path
    assert "停水通知" in guest.get("/north/").text and guest.get("/south/").status_code == 200
    if "says nothing" in way:
        return  # what only reads a page takes no harm from it
    noted = faults(town)
    assert {(site, name) for site, name, *_ in noted} == {(town.north.id, "bad")}
    assert {hook for _, _, hook, _ in noted} >= set(SEEN) - {"may"}
    assert any("bad" in r.getMessage() for r in caplog.records if r.levelno == logging.ERROR)
    desk = staff.get("/north/desk/plugins").text
    assert 'id="faults"' in desk and "nav_items" in desk
    assert "13826000426" not in desk + "".join(r.getMessage() for r in caplog.records)


ELSEWHERE = {"places": "site", "calendar": "site, sites", "calendar_mark": "site, sites", "my_calendar": "sites",
             "news": "site"}
NONSENSE = {"cannot be said": "class Mute:\n        def __str__(self):\n            raise RuntimeError\n"
                              "    return Mute()"}


@pytest.mark.parametrize("way", ["raises", "answers a number", "answers other things", "cannot be said"])
@pytest.mark.backend("sqlite")
def test_a_failing_hook_of_calendars_places_and_messages_is_left_out(way, beside):
    body = (WAYS | NONSENSE)[way]
    code = "".join(f"\n@hookimpl\ndef {hook}({given}):\n    {body}\n" for hook, given in ELSEWHERE.items())
    code += f"\ncalls = []\n@hookimpl\ndef notice_kinds():\n    if not calls:\n        calls.append(1)\n" \
            f"        return [NoticeKind('bad.news', 'x')]\n    {body}\n"
    beside.add("bad", code)
    town = beside.town("bad", "activities")
    staff, ada = staff_of(town), town.person("Ada", home="north", email="ada@example.cn")
    visitor = town.visitor(ada)
    for path in ("activities/desk/new", "calendar/", "calendar/?view=week", "feed.xml", "me/notices"):
        assert [staff.get(f"/north/{path}").status_code for _ in range(2)] == [200, 200], path
    visitor.submit("/north/me/calendar", "/north/me/calendar")
    address = re.search(r"http://[^<\s\"]+/calendar/mine/[^<\s\"]+", visitor.get("/north/me/calendar").text)[0]
    assert town.visitor().get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200
    with town.app.app_context(), town.unit("north"):
        assert notices.notify(ada.id, "bad.news", "once", "Hello")
    assert "Hello" in visitor.get("/north/inbox").text
    hooks_of_it = {hook for _, _, hook, _ in faults(town)}
    assert hooks_of_it >= {"places", "calendar", "my_calendar", "news", "notice_kinds"}
    assert "calendar_mark" in hooks_of_it or way == "answers a number"


NOT_LINKS = {
    "no weight": "Link('a', 'b', 'c', None)", "a negative weight": "Link('a', 'b', 'c', -1)",
    "a weight beyond all": "Link('a', 'b', 'c', 10**9)", "no text": "Link('a', b'b')", "no address": "Link(None, 'b')",
    "its own Link": "type('Link', (), {'weight': 1, 'url': 'x', 'label': 'y', 'icon': 'z', 'badge': 0})()",
    "a card": "Card(__import__('markupsafe').Markup('x'))",
}
WRONG = [
    (offers.Link, offers.Link("a", "b", "c", -1)), (offers.Link, ("a", "b", "c", 1, 0)),
    (offers.Card, offers.Card("<b>no markup</b>")), (offers.Card, offers.Card(Markup("x"), 1.5)),
    (offers.Hit, offers.Hit("a", 7)), (offers.Day, offers.Day(5, 4, "ends before it begins", "x")),
    (offers.Day, offers.Day(0, 2**70, "never ends", "x")), (offers.Day, offers.Day("1", 2, "x", "x")),
    (offers.Figure, offers.Figure("a", "7")), (offers.Figure, offers.Figure("a", 7, (("b", "c"),))),
    (offers.Figure, offers.Figure("a", 7, ("bc",))), (offers.Setting, offers.Setting("a", "b", "colour")),
    (offers.Action, offers.Action("a.b", "c", "staff")), (offers.Place, offers.Place(1, "x")), (str, 7),
]


@pytest.mark.parametrize("way", NOT_LINKS)
@pytest.mark.backend("sqlite")
def test_a_wrong_item_is_left_out(way, beside):
    beside.add("bad", f"@hookimpl\ndef nav_items(site):\n    return [Link('bad/', 'Fine'), {NOT_LINKS[way]}]\n")
    town = beside.town("bad")
    page = town.visitor().get("/north/")
    assert page.status_code == 200 and "Fine" not in page.text and "bulletin" in page.text
    assert [f[1:3] for f in faults(town)] == [("bad", "nav_items")]


@pytest.mark.backend("sqlite")
def test_a_menu_in_which_a_plugin_failed_is_not_kept(beside):
    beside.add("bad", "times = []\n\n@hookimpl\ndef nav_items():\n    times.append(1)\n    if len(times) == 1:\n"
                      "        raise RuntimeError('not yet')\n    return [Link('bad/', 'Fine')]\n")
    guest = beside.town("bad").visitor()
    pages = [guest.get("/north/about").text for _ in range(2)]
    assert ["Fine" in page for page in pages] == [False, True] and "bulletin" in pages[0]


@pytest.mark.parametrize(("kind", "item"), WRONG)
def test_a_wrong_offer_is_named(kind, item):
    assert offers.wrong(kind, item)


def test_a_right_offer_is_taken():
    for kind, item in ((offers.Link, offers.Link("a", "b")), (offers.Card, offers.Card(Markup("x"))),
                       (offers.Day, offers.Day(4, 4, "a", "b")), (offers.Figure, offers.Figure("a", 1, (("b", 2),))),
                       (offers.Setting, offers.Setting("a", "b", default=None)), (str, "x")):
        assert offers.wrong(kind, item) == ""


@pytest.mark.backend("sqlite")
def test_a_slow_hook_is_left_out_for_a_while_where_it_was_slow(beside, monkeypatch):
    beside.add("bad", "@hookimpl\ndef nav_items(site):\n    time.sleep(0.05 if site.slug == 'north' else 0)\n"
                      "    return [Link('bad/', 'Snail')]\n")
    town = beside.town("bad")
    with town.unit():
        sites.enable(town.south.id, "bad")
    monkeypatch.setattr(hooks, "SLOW", 0.04)
    guest = town.visitor()
    shown = [("Snail" in guest.get("/north/about").text, "Snail" in guest.get("/south/about").text) for _ in range(5)]
    assert shown == [(True, True)] * 3 + [(False, True)] * 2
    assert faults(town) == {(town.north.id, "bad", "nav_items", "slow")}
    assert "slow" in staff_of(town).get("/north/desk/plugins").text
    later = hooks.time.monotonic() + hooks.LEFT_OUT + 60
    monkeypatch.setattr(hooks.time, "monotonic", lambda: later)
    assert "Snail" in guest.get("/north/about").text


QUESTION = """
from markupsafe import Markup
from peewee import SQL, Select
from portal import prepared

asked = prepared(lambda: Select(columns=[SQL("{sql}")]))

@hookimpl
def home_cards():
    return asked.asked({then})
"""
MANY = "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) SELECT count(*) FROM n)"


@pytest.mark.parametrize("sql, then", [("nonsense", "list"), ("1", "lambda rows: 1 / 0"), ("1", "lambda rows: rows"),
                                       ("1", "lambda rows: 7")])
def test_a_question_that_fails_leaves_those_of_others_alone(beside, sql, then):
    beside.add("bad", QUESTION.format(sql=sql, then=then))
    town = beside.town("bad")
    staff = staff_of(town)
    staff.submit("/north/bulletin/new", title="停水通知", text="x")
    staff.submit("/north/bulletin/1", "/north/bulletin/1/publish")
    for _ in range(2):
        assert "停水通知" in town.visitor().get("/north/").text
    assert {(name, hook) for _, name, hook, _ in faults(town)} == {("bad", "home_cards")}


def test_a_slow_question_is_found_among_others_and_left_out(beside, monkeypatch):
    beside.add("bad", QUESTION.format(sql=MANY, then="lambda rows: [Card(Markup('<p>Snail</p>'), 1)]"))
    town = beside.town("bad")
    monkeypatch.setattr(hooks, "SLOW", 0.02)
    guest = town.visitor()
    assert ["Snail" in guest.get("/north/").text for _ in range(6)] == [True] * 4 + [False] * 2
    assert (town.north.id, "bad", "home_cards", "slow") in faults(town)


def test_what_a_failing_hook_has_written_is_undone(beside):
    beside.add("bad", "@hookimpl\ndef enabled(site):\n    audit(None, 'bad.half')\n    raise RuntimeError\n")
    town = beside.town()
    staff = staff_of(town)
    assert staff.submit("/north/desk/plugins", "/north/desk/plugins/bad", on="1").status_code == 303
    with town.unit("north"):
        assert "bad.half" not in [a.action for a in Audit.select()]
        assert "bad" in sites.view(town.north.id).plugins


# --- may

def test_a_plugin_that_refuses_everything_can_be_switched_off(beside):
    beside.add("bad", "@hookimpl\ndef may(site):\n    return False\n")
    town = beside.town("bad")
    staff = staff_of(town)
    assert staff.get("/north/bulletin/desk").status_code == 404
    assert staff.submit("/north/desk/plugins", "/north/desk/plugins/bad", on="0").status_code == 303
    assert staff.get("/north/bulletin/desk").status_code == 200


MAY = """
@hookimpl
def actions():
    return [Action("bad.do", "Do it")]

@hookimpl
def blueprint():
    return pages

@pages.get("/do")
def do():
    require("bad.do")
    return "done"

@hookimpl
def may(action):
    {}
"""


@pytest.mark.parametrize(("body", "own", "others"), [
    ("return True", 200, 404), ("return 'yes'", 200, 404), ("raise RuntimeError", 404, 404), ("return None", 200, 404)])
@pytest.mark.backend("sqlite")
def test_no_plugin_grants_anothers_right_and_a_failing_one_grants_nothing(beside, body, own, others):
    beside.add("bad", MAY.format(body))
    town = beside.town("bad")
    assert staff_of(town).get("/north/bad/do").status_code == own
    resident = town.visitor(town.person("陈桂英", home="north"))
    assert resident.get("/north/bulletin/desk").status_code == others


# --- in its own pages

VIEWS = """
@hookimpl
def blueprint():
    return pages

@pages.get("/raises")
def raises():
    raise RuntimeError("13826000426")

@pages.get("/nothing")
def nothing():
    return None

@pages.get("/after")
def after():
    return "fine"

@pages.get("/sql")
def sql():
    current.execute_sql("SELECT nonsense")

@pages.route("/half", methods=["GET", "POST"])
def half():
    if request.method == "GET":
        return render(f"{__name__}/form.html")
    audit(None, "bad.half")
    return None

@pages.after_request
def overlay(response):
    if request.path.endswith("after"):
        raise RuntimeError
    return response
"""
FORM = """{% extends "layout.html" %}{% block main %}<form method="post">{{ csrf() }}</form>{% endblock %}"""


def test_a_failing_page_is_an_error_page_of_its_site(beside, caplog):
    beside.add("bad", VIEWS, {"templates/bad/form.html": FORM})
    town = beside.town("bad")
    guest = town.visitor()
    for path in ("raises", "nothing", "after", "sql"):
        answer = guest.get(f"/north/bad/{path}")
        assert answer.status_code == 500 and "桂花里社区" in answer.text, path
        assert "Content-Security-Policy" in answer.headers
        assert guest.get("/north/").status_code == 200
        assert guest.get(f"/south/bad/{path}").status_code == 404
    assert staff_of(town).submit("/north/bad/half", "").status_code == 500
    with town.unit("north"):
        assert Audit.select().count() == 0
    assert {f[:3] for f in faults(town)} == {(town.north.id, "bad", "view")}
    assert "13826000426" not in "".join(r.getMessage() for r in caplog.records)


@pytest.mark.backend("sqlite")
def test_what_runs_before_its_pages_holds_for_its_pages_only(beside):
    beside.add("bad", VIEWS + "\n@pages.before_request\ndef stop():\n    raise RuntimeError\n")
    town = beside.town("bad")
    assert town.visitor().get("/north/bad/half").status_code == 500
    assert town.visitor().get("/north/").status_code == 200


@pytest.mark.backend("sqlite")
def test_templates_and_texts_of_others_stay_theirs(beside):
    beside.add("aaa", VIEWS, {
        "templates/bulletin/list.html": "stolen", "templates/layout.html": "stolen",
        "templates/aaa/form.html": FORM, "translations/zh_Hans_CN.po": b'msgid "Home"\nmsgstr "\xff\xfe"\n',
        "static/base.css": "stolen"})
    town = beside.town("aaa")
    for path in ("bulletin/", "aaa/half"):
        page = town.visitor().get(f"/north/{path}", headers={"Accept-Language": "zh-CN"})
        assert page.status_code == 200 and "stolen" not in page.text and "<html" in page.text


# --- at start

MODEL = "class Thing({base}):\n    text = CharField()\n    class Meta:\n        table_name = '{table}'\n"
HOOK = "@hookimpl\ndef {}():\n    return {}\n"
AT_START = {
    "fails": ("raise ImportError('no such luck')", "ImportError: no such luck"),
    "unreadable": ("def (", "SyntaxError"),
    "leaves": ("import sys; sys.exit(1)", "SystemExit"),
    "calendar": ("", "calendar is not a name for a plugin"),
    "acting": ("", "acting is a name of the portal's own"),
    "front": ("", "front is a name of the portal's own"),
    "form": (MODEL.format(base="District", table="form_answer") + HOOK.format("models", "[Thing]"),
             "form_answer is a name of the portal's own"),
    "BadName": ("", "BadName is not a name for a plugin"),
    "unknown": ("@hookimpl\ndef home_card(site):\n    return []\n", "unknown hook 'home_card'"),
    "mistaken": ("@hookimpl\ndef home_cards(community):\n    return []\n", "community"),
    "nameless": (HOOK.format("blueprint", "Blueprint('', __name__)"), "ValueError"),
    "renamed": (HOOK.format("blueprint", "Blueprint('bulletin', __name__)"), "named bulletin instead of renamed"),
    "no_pages": (HOOK.format("blueprint", "'pages'"), "must answer with a Blueprint, not str"),
    "elsewhere": (HOOK.format("blueprint", "Blueprint('elsewhere', __name__, url_prefix='/bulletin')"),
                  "must live under /elsewhere"),
    "sneaky": ("pages.name = 'sneaky'\n"
               "pages.record(lambda state: state.app.add_url_rule('/about', 'about', lambda: 'mine'))\n"
               + HOOK.format("blueprint", "pages"), "the page /about does not live under /sneaky"),
    "overall": ("pages.name = 'overall'\npages.before_app_request(lambda: abort(404))\n"
                + HOOK.format("blueprint", "pages"), "lays something over every page"),
    "errors": ("pages.name = 'errors'\npages.app_errorhandler(404)(lambda e: 'mine')\n"
               + HOOK.format("blueprint", "pages"), "lays something over every page"),
    "free_rows": (MODEL.format(base="Model", table="free_rows") + HOOK.format("models", "[Thing]"),
                  "must be Owned or District"),
    "greedy": (MODEL.format(base="Owned", table="bulletin_x") + HOOK.format("models", "[Thing]"),
               "must be named greedy or begin with greedy_"),
    "tableless": (MODEL.format(base="Owned", table="tableless") + HOOK.format("models", "[Thing]"),
                  "no migration makes its table tableless"),
    "stolen": (HOOK.format("actions", "[Action('bulletin.edit', 'Edit')]"), "bulletin.edit takes another's name"),
    "unsettled": (HOOK.format("settings", "[7]"), "int instead of Setting"),
    "uncommanded": (HOOK.format("commands", "['run']"), "a command must be one of click's"),
    "untitled": (HOOK.format("title", "7"), "its title must be a text"),
    "raising": ("@hookimpl\ndef models():\n    raise RuntimeError('later')\n", "RuntimeError: later"),
}
BROKEN = """def up(migrator, db):
    db.execute_sql('CREATE TABLE half (id integer)')
    raise RuntimeError('broken')
"""


def test_what_is_wrong_at_start_is_left_out_and_named_on_the_desk(beside, caplog):
    for name, (code, _) in AT_START.items():
        beside.add(name, code, module=f"start_{next(_numbers)}_{name.lower()}")
    beside.add("halfway", "", {"migrations/0001_initial.py": BROKEN})
    town = beside.town(*AT_START)
    refused = town.app.portal.plugins.refused
    missed = {name: refused.get(name) for name, (_, said) in AT_START.items() if said not in refused.get(name, "")}
    assert missed == {}
    assert "RuntimeError: broken" in refused["halfway"] and "half" not in town.db.get_tables()
    page = staff_of(town).get("/north/desk/plugins").text
    assert all(f"<h3>{name}</h3>" in page for name in (*AT_START, "halfway"))
    assert all(any(name in r.getMessage() for r in caplog.records) for name in AT_START)
    for path in ("/north/", "/north/calendar/", "/north/about", "/north/bulletin/", "/south/"):
        assert town.visitor().get(path).status_code == 200


@pytest.mark.backend("sqlite")
def test_a_plugin_cannot_take_the_place_of_ours(beside):
    beside.add("bulletin", "raise RuntimeError", module="a_stranger")
    town = beside.town()
    assert "there is a plugin bulletin already" in town.app.portal.plugins.refused["bulletin (a_stranger)"]
    assert town.visitor().get("/north/bulletin/").status_code == 200


def test_two_plugins_cannot_share_a_table():
    walk, more = ModuleType("walk"), ModuleType("walk_more")
    mine = type("Mine", (District,), {"Meta": type("Meta", (), {"table_name": "walk_more_step"})})
    for module in (walk, more):
        module.models = hookimpl(lambda: [mine])
    plugins = Plugins()
    plugins.register("walk", walk)
    with pytest.raises(Refused, match="the table walk_more_step is the plugin walk's"):
        plugins.register("walk_more", more)
    assert plugins.names == ["walk"]
