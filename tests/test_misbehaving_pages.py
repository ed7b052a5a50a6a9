"""Plugins that fail in what they allow, in their pages or at start, or take what is not theirs: the house goes on."""

import itertools
from types import ModuleType

import pytest

from portal import hookimpl
from portal.base.records import District
from portal.face import Refused
from portal.hooks import Plugins
from portal.people.models import Audit
from tests.support.beside import faults, staff_of

_numbers = itertools.count()


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
