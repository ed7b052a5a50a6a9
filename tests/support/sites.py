"""A small district in a new database, and the way into its rows."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

import pytest

from portal.base import database, sites
from portal.base.sites import Site

BUILT_IN = ("activities", "bulletin")


@pytest.fixture
def rows(app) -> Callable[..., AbstractContextManager]:
    """`with rows(community):` reads and writes the app's tables inside a site; `rows()` outside of any."""
    @contextmanager
    def opened(site=None, below: bool = False, write: bool = True) -> Iterator[None]:
        with database.use(app.portal.db), database.unit(write=write):
            with sites.within(site, below) if site is not None else nullcontext():
                yield
    return opened


@pytest.fixture
def add_site(rows) -> Callable[..., Site]:
    """`add_site("jiachan", "家禅社区", street, plugins=["bulletin"])`: a new site with these plugins."""
    def add(slug: str, name: str, parent: Site | None = None, plugins=BUILT_IN, **more) -> Site:
        with rows():
            site = sites.add(slug, name, parent, **more)
            for plugin in plugins:
                sites.enable(site.id, plugin)
            return site
    return add


@pytest.fixture
def district(add_site) -> Site:
    """禅城区, at the root of the tree."""
    return add_site("chancheng", "禅城区")


@pytest.fixture
def street(add_site, district) -> Site:
    """A street of the district."""
    return add_site("zumiao", "祖庙街道", district)


@pytest.fixture
def community(add_site, street) -> Site:
    """A community of the street: the one that most tests are about."""
    return add_site("jiachan", "家禅社区", street)


@pytest.fixture
def neighbour(add_site, street) -> Site:
    """The community next door, whose rows must never be seen."""
    return add_site("tongji", "同济社区", street)
