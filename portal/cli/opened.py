"""What commands work on: the settings and database, opened only when a command needs them."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from flask import Flask

from ..base import database
from ..base.settings import Settings, load
from ..base.sites import Site
from ..hooks import Plugins

PATIENCE = 30.0  # seconds that a command waits for SQLite's one write lock: nobody looks at a page meanwhile


class Stop(Exception):
    """A command cannot go on; the text is the sentence to show."""


class Opened:
    """The context object of every command."""

    file: str | None = None

    @cached_property
    def settings(self) -> Settings:
        return load(self.file)

    @cached_property
    def plugins(self) -> Plugins:
        return Plugins().discover()

    @cached_property
    def app(self) -> Flask:
        from ..app import create_app
        app = create_app(self.settings)
        app.portal.db.patience = PATIENCE
        return app

    @contextmanager
    def unit(self, write: bool = True) -> Iterator[None]:
        """One transaction on the portal's database, brought up to date first."""
        with self.app.app_context(), database.use(self.app.portal.db), database.unit(write=write):
            yield

    def site(self, slug: str) -> Site:
        """The site with this slug; ends the command with a sentence when there is none."""
        found = Site.get_or_none(Site.slug == slug)
        if found is None:
            raise Stop(f"There is no site {slug}. `portal community list` shows them.")
        return found


