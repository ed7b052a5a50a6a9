"""The menu of staff, which every page of theirs shows."""

from collections.abc import Iterable

from flask import current_app, g, request
from markupsafe import Markup

from ..base import changes
from ..offers import Link
from ..pages.here import may, site
from ..pages.i18n import _
from ..pages.templates import kept

N_ = str

# Address, label, icon, the right that shows it.
MENU = (
    ("desk/", N_("What waits"), "inbox", "core.desk"),
    ("desk/people", N_("Residents"), "users-round", "core.people"),
    ("desk/buildings", N_("Estates and buildings"), "map-pin", "core.roles"),
    ("desk/plugins", N_("Plugins"), "puzzle", "core.plugins"),
    ("desk/settings", N_("Settings"), "settings", "core.plugins"),
    ("desk/brand", N_("Brand"), "palette", "core.brand"),
    ("desk/figures", N_("Figures"), "chart-column", "core.figures"),
    ("desk/audit", N_("What staff did"), "history", "core.audit"),
)
DISTRICT = (
    ("district/", N_("Sites below"), "network", "core.district"),
    ("district/plugins", N_("Plugins below"), "puzzle", "core.district"),
    ("district/figures", N_("Figures below"), "chart-column", "core.district"),
    ("district/holidays", N_("Holidays"), "calendar-days", "core.holidays"),
)


class Menu:
    """The desk's menu, made only when a page shows it."""

    def __html__(self) -> Markup:
        found = entries()
        return kept("_desk_nav.html", entries=found, above=_above(), open=_open(found))


def entries() -> tuple[Link, ...]:
    """What the viewer may use; kept for all who have the same rights, where no plugin has a say of its own in these."""
    plugins, counts, viewer = current_app.portal.plugins, changes.counted(), g.viewer
    if viewer is None:
        return ()
    if counts is None or plugins.implementations("may"):
        return _entries(plugins.all(g.site, "staff_items", viewer=viewer))
    by = g.translation.locale, counts, viewer.roles, viewer.buildings
    return plugins.lasting(g.site, "staff_items", by, _entries, viewer=viewer)


def _entries(of_plugins: Iterable[Link]) -> tuple[Link, ...]:
    """The plugins' entries among the house's."""
    links = [Link(url, _(label), icon) for url, label, icon, action in MENU if may(action)]
    links[1:1] = of_plugins
    if site.kind != "community":
        links += [Link(url, _(label), icon) for url, label, icon, action in DISTRICT
                  if may(action) and (site.kind == "district" or action != "core.holidays")]
    return tuple(links)


def _above() -> tuple[str, str] | None:
    """Address and name of the street above a community, for who runs that."""
    if site.kind != "community" or not site.ancestors or not may("core.district"):
        return None
    above = site.ancestors[-1]
    return house_url(above.slug, "district/"), above.name


def _open(found: Iterable[Link]) -> str:
    """The address among these that the page belongs to: the longest that it begins with."""
    path = request.path.lstrip("/")
    fits = [link.url for link in found if path == link.url or path.startswith(link.url.rstrip("/") + "/")]
    return max(fits, key=len, default="")


def house_url(slug: str, path: str = "") -> str:
    """An address of another site by its slug; whole when this site is open under a host of its own."""
    base = "" if "portal.slug" in request.environ else current_app.portal.settings.base_url.rstrip("/")
    return f"{base}/{slug}/{path}"
