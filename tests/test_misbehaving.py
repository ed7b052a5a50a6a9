"""Plugins that raise, sleep, answer nonsense in their hooks: the house and its other parts go on."""

import logging
import re

import pytest
from markupsafe import Markup

from portal import hooks, offers
from portal.base import sites
from portal.pages import notices
from portal.people.models import Audit
from tests.support.beside import faults, staff_of

SEEN = ("nav_items", "home_cards", "my_items", "staff_items", "search", "figures", "calendar", "sitemap", "may")
SHOWN_ON = ("", "me", "desk/", "search?q=x", "desk/figures", "calendar/", "sitemap.xml", "bulletin/")

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


class Clock:
    """The time that hooks are measured by; it goes on while somebody sleeps by it, and so on any machine alike."""

    def __init__(self):
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds

    perf_counter = monotonic

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


@pytest.fixture
def hour(monkeypatch) -> Clock:
    """The clock of the hooks."""
    clock = Clock()
    monkeypatch.setattr(hooks, "time", clock)
    return clock


@pytest.mark.backend("sqlite")
def test_a_slow_hook_is_left_out_for_a_while_where_it_was_slow(beside, hour):
    beside.add("bad", "import portal.hooks as by\n\n@hookimpl\ndef nav_items(site):\n"
                      "    by.time.sleep(by.SLOW + (0.01 if site.slug == 'north' else -0.01))\n"
                      "    return [Link('bad/', 'Snail')]\n")
    town = beside.town("bad")
    with town.unit():
        sites.enable(town.south.id, "bad")
    guest = town.visitor()
    shown = [("Snail" in guest.get("/north/about").text, "Snail" in guest.get("/south/about").text) for _ in range(5)]
    assert shown == [(True, True)] * 3 + [(False, True)] * 2
    assert faults(town) == {(town.north.id, "bad", "nav_items", "slow")}
    assert "slow" in staff_of(town).get("/north/desk/plugins").text
    hour.sleep(hooks.LEFT_OUT + 60)
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


def test_a_slow_question_is_found_among_others_and_left_out(beside, hour, monkeypatch):
    beside.add("bad", QUESTION.format(sql="'slow'", then="lambda rows: [Card(Markup('<p>Snail</p>'), 1)]"))
    town = beside.town("bad")
    ask = town.db.execute_all

    def asked(statements):
        if any("'slow'" in sql for sql, _values in statements):
            hour.sleep(hooks.SLOW + 0.01)
        return ask(statements)
    monkeypatch.setattr(town.db, "execute_all", asked)
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
