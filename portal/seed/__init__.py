"""Made-up districts: `fill` an empty portal with one, the same each time; `run_demo` shows the small one."""

import json
import time
from collections.abc import Callable
from itertools import count
from random import Random

from flask import Flask, g

from ..base import database, sites
from ..base.sites import Site
from ..offers import Neighbour, Plot
from ..pages import i18n
from . import accounts, people, towns
from .gallery import Gallery
from .towns import Town

SEED = "xiaowu"
SCALES = ("demo", "district")
TOLD = 20  # sites between two lines of progress


class SeedError(ValueError):
    """Why a portal cannot be filled; the text is the sentence to show."""


def fill(app: Flask, scale: str, say: Callable[[str], None], chosen: list[Town] | None = None, of: int = 0) -> None:
    """Fill an empty portal with a made-up district: all of it, or nothing when it is interrupted.

    The same scale at the same time gives the same rows. Raises SeedError for a portal that has sites.
    `chosen` are other sites than those of the scale, parents first, each as large as it would be among `of`.
    """
    portal = app.portal
    if scale == "demo" and portal.settings.production:
        raise SeedError("The demo has sign-ins that everybody knows: it is not for production.")
    with app.app_context(), database.use(portal.db), database.unit(write=True):
        if Site.select().exists():
            raise SeedError("This portal has sites already. A made-up district needs an empty one.")
        laid = chosen or (towns.demo() if scale == "demo" else towns.district(Random(SEED)))
        _District(portal, scale, say, of or sum(1 for town in laid if town.people)).fill(laid)


class _District:
    """One filling."""

    def __init__(self, portal, scale: str, say: Callable[[str], None], of: int):
        self.portal, self.scale, self.say, self.of = portal, scale, say, of
        self.communities = count()
        self.gallery = Gallery(portal.settings.data / "files")
        self.phones, self.rows, self.people = people.Phones(), {}, 0
        self.seeds = portal.plugins.implementations("seed")

    def fill(self, laid: list[Town]) -> None:
        began = time.monotonic()
        for town in laid:
            self.rows[town.slug] = self.add(town)
        if self.scale == "demo":
            accounts.staff(self.rows)
        for number, town in enumerate(laid):
            self.settle(town, next(self.communities) if town.people else -1)
            if (number + 1) % TOLD == 0 or number + 1 == len(laid):
                self.say(f"{number + 1} of {len(laid)} sites, {self.people} residents "
                         f"({time.monotonic() - began:.0f} s)")

    def add(self, town: Town) -> Site:
        """The site's own row, with its brand."""
        row = sites.add(town.slug, town.name, self.rows.get(town.parent), town.theme)
        brand = town.brand
        if town.hero:
            brand["hero"] = self.gallery.url(row.id, town.hero)
        if town.mark:
            brand["logo"] = self.gallery.logo(row.id, town.mark, town.colour or "#b4440c")
        words = {"zh_Hans_CN": town.words} if town.words else {}
        row.brand, row.words = (json.dumps(x, ensure_ascii=False) for x in (brand, words))
        row.save()
        return row

    def settle(self, town: Town, number: int) -> None:
        """The site's people, then what each plugin puts there."""
        row, random = self.rows[town.slug], Random(f"{SEED} {town.slug} people")
        with sites.within(row.id):
            staff = people.staff_of(row.id, row.kind, random, self.phones)
            mine = accounts.resident(row.id) if self.scale == "demo" and town.slug == accounts.HOME else []
            mine += people.residents(row.id, town, random, self.phones, staff[0]) if town.people else []
            self.people += town.people
            for name, function, arguments in self.seeds:
                plot = self.plot(row.id, town, number, name, mine, staff[0])
                self.ask(name, function, arguments, row, plot)

    def plot(self, site_id: int, town: Town, number: int, plugin: str, mine: list[Neighbour], staff: int) -> Plot:
        return Plot(
            scale=self.scale, number=number, of=self.of, random=Random(f"{SEED} {town.slug} {plugin}"),
            people=tuple(mine), staff=staff, beginning=town.beginning, village=town.village, estates=town.estates,
            phone=town.phone, picture=lambda motif: self.gallery.picture(site_id, motif))

    def ask(self, name: str, function, arguments, row: Site, plot: Plot) -> None:
        """Have one plugin fill itself, and switch it on unless it says no."""
        view = sites.view(row.id)
        g.site, g.viewer = view, None
        with i18n.use(self.portal.translation(view, i18n.DEFAULT)):
            given = {"site": view, "plot": plot}
            sites.enable(row.id, name, function(*[given[a] for a in arguments]) is not False)


def run_demo(opened, port: int | None = None) -> None:
    """Seed a small district if there is none, print the address and sign-ins, and serve it until Ctrl-C."""
    from .demo import run
    run(opened, port)

