"""Every hook, called as its docstring says; each test is named after its hook."""

import re
from datetime import date
from types import ModuleType

import click
import pytest
from flask import Blueprint
from markupsafe import Markup

from portal import hookspecs
from portal.app import create_app
from portal.base import clock, database, due, sites
from portal.base.changes import note_change
from portal.base.prepared import param, prepared
from portal.base.records import Owned
from portal.base.sites import Site
from portal.hooks import Plugins, Refused
from portal.jobs import Work
from portal.offers import Action, Card, Day, Figure, Hit, Link, News, NoticeKind, Place, Setting
from portal.people import messages, sms
from portal.testing import Town

NAME = prepared(lambda: Site.select(Site.slug).where(Site.slug == param("slug")))


@pytest.fixture
def with_hooks(settings):
    """`with_hooks(nav_items=lambda site: [...])`: a town whose plugin `one` implements these; off in south."""
    towns = []

    def made(**implementations) -> Town:
        module, plugins = ModuleType("one"), Plugins(raising=True).discover()
        for name, function in implementations.items():
            setattr(module, name, hookspecs.hookimpl(function))
        plugins.register("one", module)
        town = Town(create_app(settings, raising=True, plugins=plugins))
        towns.append(town)
        with town.unit():
            sites.enable(town.south.id, "one", False)
        return town
    yield made
    for town in towns:
        town.db.close()


def staff_of(town):
    return town.visitor(town.person("李敏", home="north", role="staff"))


def ask(town, hook, **given):
    return town.app.portal.plugins.ask("one", hook, **given)


def test_every_hook_has_a_test():
    assert {f"test_{hook}" for hook in hookspecs.HOOKS} - set(globals()) == set()


def test_title(with_hooks):
    staff = staff_of(with_hooks(title=lambda: "The first", describe=lambda: "One of them."))
    assert "The first" in staff.get("/north/desk/plugins").text


def test_describe(with_hooks):
    staff = staff_of(with_hooks(title=lambda: "The first", describe=lambda: "One of them."))
    assert "One of them." in staff.get("/north/desk/plugins").text


def test_blueprint(with_hooks):
    pages = Blueprint("one", __name__)
    pages.get("/hello")(lambda: "hello")
    guest = with_hooks(blueprint=lambda: pages).visitor()
    assert guest.get("/north/one/hello").text == "hello"
    assert guest.get("/south/one/hello").status_code == 404


def test_models(with_hooks):
    class Thing(Owned):
        class Meta:
            table_name = "one_thing"
    town = with_hooks(models=lambda: [Thing])
    assert town.app.portal.plugins.refused["one"] == "no migration makes its table one_thing"


def test_commands(with_hooks):
    command, = ask(with_hooks(commands=lambda: [click.Command("go")]), "commands")
    assert command.name == "go"


def test_settings(with_hooks):
    staff = staff_of(with_hooks(settings=lambda: [Setting("size", "How large?", "number", 3)]))
    assert "How large?" in staff.get("/north/desk/settings/one").text


def test_actions(with_hooks):
    town = with_hooks(actions=lambda: [Action("one.do", "Do it", ("volunteer",))])
    assert town.app.portal.rights.actions["one.do"].roles == ("volunteer",)
    with pytest.raises(Refused):
        with_hooks(actions=lambda: [Action("core.desk", "Take it")])


def test_notice_kinds(with_hooks):
    assert ask(with_hooks(notice_kinds=lambda: [NoticeKind("one.news", "News")]), "notice_kinds")[0].email


def test_nav_items(with_hooks):
    guest = with_hooks(nav_items=lambda site, viewer: [Link("one/", "First of all", "house", 0)]).visitor()
    assert "First of all" in guest.get("/north/").text and "First of all" not in guest.get("/south/").text


def test_nav_items_that_are_the_same_for_everybody_are_asked_for_once(with_hooks):
    asked, labels = [], ["One"]
    town = with_hooks(nav_items=lambda: asked.append(1) or [Link("one/", labels[-1])])
    guest, english = town.visitor(), town.visitor()
    for _ in range(2):
        assert 'href="/north/one/"' in guest.get("/north/").text
        assert 'href="/south/one/"' not in guest.get("/south/").text
    assert len(asked) == 1
    english.get("/north/about?lang=en")
    english.get("/north/about")
    assert len(asked) == 2
    labels.append("Another")
    with town.unit():
        sites.touched(town.north.id)
    assert "Another" in guest.get("/north/").text and len(asked) == 3


def test_nav_items_that_ask_who_reads_are_asked_for_each_time(with_hooks):
    town = with_hooks(nav_items=lambda viewer: [Link("one/", f"For {viewer.name if viewer else 'guests'}")])
    assert "For guests" in town.visitor().get("/north/").text
    assert "For Ada" in town.visitor(town.person("Ada", home="north")).get("/north/").text


def test_home_cards(with_hooks):
    cards = {2: "second", 1: "first"}
    town = with_hooks(home_cards=lambda site: [Card(Markup(f"<p>{t} card</p>"), w) for w, t in cards.items()])
    page = town.visitor().get("/north/").text
    assert page.index("first card") < page.index("second card")
    assert "first card" not in town.visitor().get("/south/").text


def test_home_cards_of_a_question(with_hooks):
    def then(rows):
        return [Card(Markup(f"<p>{rows[0][0]} here</p>"), 1)]
    town = with_hooks(home_cards=lambda: NAME.asked(then, slug="north"))
    assert town.visitor().get("/north/").text.count("<p>north here</p>") == 1
    assert "north here" not in town.visitor().get("/south/").text


def test_my_items(with_hooks):
    town = with_hooks(my_items=lambda viewer: [Card(Markup("<p>for {}</p>").format(viewer.name))])
    assert "for Ada" in town.visitor(town.person("Ada", home="north")).get("/north/me").text


def test_staff_items(with_hooks):
    town = with_hooks(staff_items=lambda site, viewer: [Link("one/desk", "Its desk")])
    assert "Its desk" in staff_of(town).get("/north/desk/").text


def test_staff_items_of_a_question(with_hooks):
    def then(rows):
        return [Link("one/desk", f"The desk of {rows[0][0]}")]
    staff = staff_of(with_hooks(staff_items=lambda: NAME.asked(then, slug="north")))
    assert "The desk of north" in staff.get("/north/desk/").text


def test_search(with_hooks):
    guest = with_hooks(search=lambda words: [Hit(f"about {words}", "one/1")]).visitor()
    assert "about lamps" in guest.get("/north/search?q=lamps").text
    assert "about lamps" not in guest.get("/south/search?q=lamps").text


def test_figures(with_hooks):
    town = with_hooks(figures=lambda site: [Figure("Things counted", 4711, (("a", 1), ("b", 2)))])
    page = staff_of(town).get("/north/desk/figures").text
    assert "Things counted" in page and ">b<" in page


def test_calendar(with_hooks):
    at = clock.now() + 3600
    guest = with_hooks(calendar=lambda start, end: [Day(at, at + 60, "A great day", "one/1")]).visitor()
    assert "A great day" in guest.get("/north/calendar/?view=list").text
    assert "A great day" not in guest.get("/south/calendar/?view=list").text


def test_calendar_mark(with_hooks):
    at, marks, asked = clock.now() + 3600, [1], []
    hooks = {"calendar": lambda start, end: asked.append(1) or [Day(at, at + 60, "A great day", "one/1")],
             "calendar_mark": lambda site, end: marks[-1]}
    guest = with_hooks(**hooks).visitor()
    pages = [guest.get("/north/calendar/?view=list").text for _ in range(2)]
    assert pages[0] == pages[1] and "A great day" in pages[0] and len(asked) == 1
    marks.append(2)
    guest.get("/north/calendar/?view=list")
    assert len(asked) == 2
    marks.append(None)
    guest.get("/north/calendar/?view=list")
    guest.get("/north/calendar/?view=list")
    assert len(asked) == 4


def test_calendar_mark_of_the_house(with_hooks):
    at, asked = clock.now() + 3600, []
    town = with_hooks(calendar=lambda start, end: asked.append(1) or [Day(at, at + 60, "A great day", "one/1")],
                      calendar_mark=lambda: True)
    for slug, times in ((None, 1), (None, 1), ("north", 2), (None, 2), ("south", 2)):
        if slug:
            with town.unit(slug):
                note_change("one")
        assert "A great day" in town.visitor().get("/north/calendar/?view=list").text and len(asked) == times


def test_my_calendar(with_hooks):
    at, asked = clock.now() + 3600, []
    town = with_hooks(my_calendar=lambda person_id, sites: asked.append((person_id, sites)) or [
        Day(at, at + 60, "A great day", "one/1", uid="1", site_id=sites[0])])
    ada = town.person("Ada", home="north")
    visitor = town.visitor(ada)
    visitor.submit("/north/me/calendar", "/north/me/calendar")
    address = re.search(r'value="http[^"]*(/town/calendar/mine/[^"]+)"', visitor.get("/north/me/calendar").text)[1]
    assert "SUMMARY:A great day" in town.visitor().get(address).text
    assert asked == [(ada.id, (town.north.id,))]


def test_news(with_hooks):
    guest = with_hooks(news=lambda: [News(clock.now(), "Great news", "one/1")]).visitor()
    assert "<title>Great news</title>" in guest.get("/north/feed.xml").text
    assert "Great news" not in guest.get("/south/feed.xml").text


def test_sitemap(with_hooks):
    assert "/north/one/page" in with_hooks(sitemap=lambda: ["one/page"]).visitor().get("/north/sitemap.xml").text


def test_may(with_hooks):
    town = with_hooks(actions=lambda: [Action("one.do", "Do it", ())],
                      may=lambda action, thing: True if action == "one.do" and thing == 7 else None)
    with town.unit():
        site, rights = sites.view(town.north.id), town.app.portal.rights
        assert rights.may(site, None, "one.do", 7) and not rights.may(site, None, "one.do", 8)


def test_places(with_hooks):
    town = with_hooks(places=lambda site: [Place("hall", f"Hall of {site.name}")])
    with town.unit("north"):
        view = sites.view(town.north.id)
        assert [p.name for p in town.app.portal.plugins.all(view, "places")] == ["Hall of 桂花里社区"]


def test_export(with_hooks):
    assert ask(with_hooks(export=lambda person_id: {"n": person_id}), "export", person_id=3) == {"n": 3}


def test_erase(with_hooks):
    erased = []
    ask(with_hooks(erase=lambda person_id: erased.append(person_id)), "erase", person_id=3)
    assert erased == [3]


def test_merge(with_hooks):
    merged = []
    ask(with_hooks(merge=lambda person_id, into_id: merged.append((person_id, into_id))), "merge", person_id=3,
        into_id=4)
    assert merged == [(3, 4)]


def test_sms(with_hooks, settings):
    town = with_hooks(sms=lambda phone, text: True)
    assert [name for name, *_ in town.app.portal.plugins.implementations("sms")] == ["one"]


def test_wechat(with_hooks):
    """The sender of the site is asked; tests/test_outbox.py has a worker do it."""
    sent = []
    town = with_hooks(wechat=lambda person_id, title, text, url: sent.append((person_id, title, url)) or True)
    for site, taken in (("north", True), ("south", False)):
        with town.unit():
            view = sites.view(getattr(town, site).id)
        with database.use(town.db):
            given = {"person_id": 7, "title": "Moved", "text": "", "url": "https://town.example/north/"}
            assert sms.by_plugin(town.app.portal.plugins, view, "wechat", **given) is taken
    assert sent == [(7, "Moved", "https://town.example/north/")]


def test_knows_wechat(with_hooks):
    """A way to a person is offered where a plugin of the site sends, and knows them."""
    asked = with_hooks(wechat=lambda title: True, knows_wechat=lambda person_id: person_id == 7)
    plugins = asked.app.portal.plugins
    with asked.unit():
        north, south = (sites.view(site.id) for site in (asked.north, asked.south))
        assert messages.reaches_wechat(plugins, north, 7) and not messages.reaches_wechat(plugins, north, 8)
        assert not messages.reaches_wechat(plugins, south, 7)


def test_enabled(with_hooks):
    told = []
    town = with_hooks(enabled=lambda site: told.append(site.slug), disabled=lambda site: told.append("off"))
    staff = staff_of(town)
    for on in ("0", "1"):
        staff.submit("/north/desk/plugins", "/north/desk/plugins/one", on=on)
    assert told == ["off", "north"]


def test_disabled(with_hooks):
    told = []
    town = with_hooks(disabled=lambda site: told.append("one" in site.plugins))
    staff_of(town).submit("/north/desk/plugins", "/north/desk/plugins/one", on="0")
    assert told == [False]


def test_resident_joined(with_hooks):
    joined = []
    town = with_hooks(resident_joined=lambda site, person_id: joined.append(person_id))
    person = town.person("陈桂英", home="north", verified=False)
    page = f"/north/desk/people/{person.id}"
    staff_of(town).submit(page, f"{page}/verify")
    assert joined == [person.id]


def test_nightly(with_hooks):
    nights = []
    town = with_hooks(nightly=lambda site, today: nights.append((site.slug, today)))
    noon = clock.start_of_day(date(2026, 11, 23), "Asia/Shanghai") + 12 * 3600
    with clock.frozen(noon):
        work = Work(town.app)
        while work.turn():
            pass
    assert nights == [("north", date(2026, 11, 23))]


def test_due(with_hooks):
    done = []
    town = with_hooks(due=lambda site, row: done.append((site.slug, row.ref)))
    with town.unit("north"):
        due.later(clock.now() - 1, "one.thing", 7, town.north.id)
    work = Work(town.app)
    while work.turn():
        pass
    assert done == [("north", "7")]


def test_seed(with_hooks):
    assert ask(with_hooks(seed=lambda site, plot: False), "seed", site=None, plot=None) is False
