"""`portal demo`: the small district, its address and its sign-ins."""

import socket
from dataclasses import replace

import click

from ..base import database
from ..base.settings import Settings
from ..base.sites import Site
from ..cli.opened import Stop
from ..server import ServeError, address, serve
from . import accounts, fill

NEAR = 40  # ports that are tried
LOCAL = "http://127.0.0.1:8000"


def run(opened, port: int | None = None) -> None:
    """Seed if there is nothing yet, print what a visitor needs, and serve until Ctrl-C."""
    settings = opened.settings
    if settings.production:
        raise Stop("The demo has sign-ins that everybody knows: it is not for production.")
    app = opened.app
    with database.use(app.portal.db), database.unit():
        empty = not Site.select().exists()
    if empty:
        click.echo("Making a district to look at, once: about ten seconds.")
        fill(app, "demo", click.echo)
    with database.use(app.portal.db), database.unit():
        ours = accounts.are_here()
    app.portal.db.close()  # the workers are copies of this process
    settings = _placed(settings, port)
    click.echo(text(address(settings), ours))
    try:
        serve(settings, jobs=True)
    except ServeError as e:
        raise Stop(str(e)) from e


def _placed(settings: Settings, port: int | None) -> Settings:
    """The settings with a port that is free, and links in e-mails that lead there."""
    port = free(settings.host, port or settings.port)
    base = settings.base_url
    log = "warning" if settings.sources.get("log") == "default" else settings.log  # the codes are to be seen
    return replace(settings, port=port, log=log, base_url=f"http://127.0.0.1:{port}" if base == LOCAL else base)


def free(host: str, first: int) -> int:
    """The first port from `first` on that nobody listens on."""
    for port in range(first, min(first + NEAR, 65536)):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
                return port
            except OSError:
                continue
    raise Stop(f"No port from {first} to {first + NEAR - 1} is free.")


def text(url: str, ours: bool) -> str:
    """What is printed before the demo starts."""
    if not ours:
        return f"\nThis portal has its own people and sites: {url}\n"
    rows = [f"  {a.phone}   {a.email:24} {a.who}" for a in accounts.ALL]
    return "\n".join([
        "", f"Xiaowu is at {url}{accounts.HOME}/ (the district: {url})", "",
        "Sign in with a phone number (the code is printed here) or with e-mail and password:", *rows,
        f"  The password of all of them is {accounts.PASSWORD}", ""])
