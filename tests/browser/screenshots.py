"""Pictures of every kind of page in every theme and look, for eyes: `make screenshots`.

    python -m tests.browser.screenshots [KIND …]        into tests/browser/shots/LOOK/KIND-SITE.png

The demo's district is made in a temporary folder and served on a free port; the kinds of pages are those of kinds.py.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, sync_playwright

from portal.app import create_app
from portal.base import database, sites
from portal.people import signin
from portal.people.models import Person
from portal.requests import COOKIE
from tests.browser.kinds import KINDS, SITES, Kind, numbers_of
from tests.support.browser import FLAGS, PATIENCE, PHONE
from tests.support.databases import Databases, settings_for
from tests.support.serving import Server, serving

SHOTS = Path(__file__).parent / "shots"
# look → (cookies, options of the browser)
LOOKS: dict[str, tuple[dict[str, str], dict]] = {
    "phone": ({}, {}),
    "dark": ({"mode": "dark"}, {}),
    "large": ({"size": "large"}, {}),
    "no-scripts": ({}, {"java_script_enabled": False}),
    "desktop": ({}, {"viewport": {"width": 1280, "height": 900}}),
}


def main(names: Iterable[str]) -> int:
    """Take the pictures of these kinds of pages, or of all; 2 for a kind that there is not."""
    names = list(names) or list(KINDS)
    unknown = [name for name in names if name not in KINDS]
    if unknown:
        print(f"There is no page {unknown[0]}; there are {', '.join(KINDS)}.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        databases = Databases(Path(place))
        urls, data = databases.seeded("sqlite")
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        with serving(settings_for(urls, data), log=Path(place) / "server.log") as server:
            taken = Studio(server, chromium).take({name: KINDS[name] for name in names})
        chromium.close()
    print(f"{taken} pictures in {SHOTS}")
    return 0


class Studio:
    """A served demo, and browsers that look at it."""

    def __init__(self, server: Server, chromium: Browser):
        self.url, self.chromium = server.url, chromium
        app = create_app(server.settings)
        self.db, self.tokens, self.numbers = app.portal.db, {}, {}
        with database.use(self.db), database.unit(write=True):
            for email in {kind.who for kind in KINDS.values()} - {""}:
                self.tokens[email] = signin.start(Person.get(Person.email == email).id, "pictures")
            for slug in SITES:
                self.numbers[slug] = numbers_of(sites.find(slug=slug))
        self.db.close()

    def take(self, kinds: dict[str, Kind]) -> int:
        """Every kind in every look; how many pictures that were."""
        taken = 0
        for look, (cookies, options) in LOOKS.items():
            folder = SHOTS / look
            folder.mkdir(parents=True, exist_ok=True)
            for name, kind in kinds.items():
                if kind.then and look == "no-scripts":
                    continue  # what brings it about is a script of ours
                for slug in dict.fromkeys(kind.at):
                    context = self.person(kind.who, cookies, options)
                    self.picture(context, kind, slug, folder / f"{name.replace(' ', '-')}-{slug}.png")
                    context.close()
                    taken += 1
            print(f"{look}: {len(kinds)} pages", flush=True)
        return taken

    def person(self, who: str, cookies: dict[str, str], options: dict) -> BrowserContext:
        """The browser of somebody who has chosen this look."""
        context = self.chromium.new_context(**PHONE | options)
        context.set_default_timeout(PATIENCE)
        given = cookies | ({COOKIE: self.tokens[who]} if who else {})
        context.add_cookies([{"name": name, "value": value, "url": self.url} for name, value in given.items()])
        return context

    def picture(self, context: BrowserContext, kind: Kind, slug: str, file: Path) -> None:
        page = context.new_page()
        page.goto(f"{self.url}/{slug}/{kind.path.format_map(self.numbers.get(slug, {}))}", wait_until="networkidle")
        if kind.then:
            kind.then(page)
        page.screenshot(path=file, full_page=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
