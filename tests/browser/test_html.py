"""What comes over the line: sound HTML on every kind of page, sound files beside the pages."""

import json
import re
import xml.etree.ElementTree as Xml

import icalendar

from portal.base import database
from portal.people import signin
from portal.people.models import Person
from portal.requests import COOKIE
from portal.testing import Visitor
from tests.browser.kinds import KINDS

# The checker knows the HTML standard, which has no attributes of htmx.
OF_HTMX = re.compile(r"Attribute “hx-[a-z0-9:-]+” not allowed on element “[a-z]+” at this point\.")
BAD_COLOUR = {"own_colour": "1", "colour": "#ffee00", "do": "save"}
# What makes a form be refused, by the kind of page that shows it refused.
SENT = {
    "sign-in refused": {"tel": "12345"}, "sign-in code": {"tel": "19000000008"}, "family refused": {"name": ""},
    "sign up refused": {"who": None}, "add person": {"name": ""}, "brand refused": BAD_COLOUR,
    "activity refused": {"title": ""}, "bulletin refused": {"title": ""}, "topic refused": {"title": ""},
    "add site": {"name": ""}, "ballot refused": {}, "new poll refused": {"title": ""},
    "proposal refused": {"title": ""}, "hut refused": {"name": ""}, "item refused": {"name": ""},
    "items refused": {}, "skill refused": {"title": ""}, "want refused": {"title": ""},
    "thing refused": {"when": "days", "from": "2099-01-02", "to": "2099-01-01"},
}
LANGUAGES = ("zh-CN", "zh-HK", "en")


def visitor(demo, who: str, language: str) -> Visitor:
    """A browser without a screen, signed in as one of the demo's people."""
    made = Visitor(demo.app)
    made.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = language
    if who:
        with database.use(demo.db), database.unit(write=True):
            made.client.set_cookie(COOKIE, signin.start(Person.get(Person.email == who).id, "test"))
    return made


def html_of(demo, numbers, name: str, n: int) -> str:
    """The page's HTML; the n-th has the n-th site and language."""
    kind = KINDS[name]
    slug, reader = kind.at[n % len(kind.at)], visitor(demo, kind.who, LANGUAGES[n % 3])
    path = f"/{slug}/{kind.path.format_map(numbers.get(slug, {}))}"
    if name not in SENT:
        answer = reader.get(path)
        assert answer.status_code == (404 if name == "no such page" else 200), path
        return answer.text
    answer = reader.send(reader.form(path), **SENT[name])
    assert answer.status_code == (200 if name == "sign-in code" else 422), path
    return answer.text


def test_every_kind_of_page_is_sound_html(demo, numbers, vnu):
    pages = {f"{name} {turn}": html_of(demo, numbers, name, n + turn)
             for n, name in enumerate(KINDS) for turn in (0, 1)}
    faults = [line for line in vnu(pages, warnings=True) if not OF_HTMX.search(line)]
    assert not faults, "\n".join(faults)


def test_files_beside_the_pages_are_what_they_say(demo, numbers):
    def got(path: str, kind: str):
        status, headers, body = demo.server.get(f"/guihuali/{path}")
        assert (status, headers.get_content_type()) == (200, kind), path
        return body

    urls = [e.text for e in Xml.fromstring(got("sitemap.xml", "application/xml")).iter() if e.tag.endswith("loc")]
    assert f"{demo.url}/guihuali/activities/{numbers['guihuali']['activity']}" in urls and len(urls) == len(set(urls))
    about = json.loads(got("manifest.webmanifest", "application/manifest+json"))
    assert about["name"] == "桂花里社区" and about["start_url"] == "/guihuali/"
    assert demo.server.get(about["icons"][0]["src"])[0] == 200
    for path in ("activities/calendar.ics", f"activities/{numbers['guihuali']['activity']}.ics"):
        assert icalendar.Calendar.from_ical(got(path, "text/calendar")).walk("VEVENT")
    got("robots.txt", "text/plain")
    got("sw.js", "text/javascript")
    got("brand.css", "text/css")


def test_no_page_holds_a_style_or_script_of_its_own(demo, numbers):
    for n, name in enumerate(KINDS):
        html = html_of(demo, numbers, name, n)
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html), name
        scripts = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", html)
        assert all('type="application/ld+json"' in s for s in scripts), name
