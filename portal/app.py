"""The application: what `wsgi.py` and the server's workers serve."""

from flask import Flask
from werkzeug.routing import IntegerConverter

from . import logs, requests
from .addresses import SiteAddresses
from .base.settings import Settings, load
from .hooks import Plugins
from .house import Portal
from .pages.htmx import Htmx
from .root import root
from .views import blueprints

UPLOAD = 11 * 1024 * 1024  # bytes of a form with its files, of which the largest may have 10 MB


def create_app(settings: Settings | None = None, *, raising: bool = False, plugins: Plugins | None = None) -> Flask:
    """The WSGI application of these settings (by default those of the environment).

    `raising` lets a plugin's exception through, for tests. Raises SettingsError for settings that cannot be used.
    """
    settings = settings or load()
    app = requests.PortalFlask("portal", static_folder=None, template_folder=None)
    app.url_map.converters["int"] = Number
    for blueprint in (root, *blueprints()):
        app.register_blueprint(blueprint)
    app.portal = Portal(settings, raising, plugins, taken=taken_by(app))
    app.config.update(
        SECRET_KEY=settings.secret_key, MAX_CONTENT_LENGTH=UPLOAD, MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="portal-form", SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_SECURE=settings.production,
        WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_SSL_STRICT=False, TESTING=raising)
    requests.csrf.init_app(app)
    requests.csrf.exempt("portal.views.handover.arrive")  # from another host, with a one-time token
    Htmx(app)
    app.after_request(requests.finish)
    _register_plugins(app)
    logs.watch(app)
    app.wsgi_app = app.portal.assets.wrap(SiteAddresses(app.wsgi_app, settings), beside=app.portal.plugin_names)
    return app


class Number(IntegerConverter):
    """A number in an address, of a size that both databases know."""

    def __init__(self, map, *args, **kwargs):
        super().__init__(map, *args, **{"max": 2**31 - 1} | kwargs)


def taken_by(app: Flask) -> set[str]:
    """The names that a plugin's pages would collide with."""
    return {*app.blueprints, *(rule.rule.split("/")[1] for rule in app.url_map.iter_rules())}


def _register_plugins(app: Flask) -> None:
    for name in app.portal.plugins.names:
        blueprint = app.portal.plugins.ask(name, "blueprint")
        if blueprint is not None:
            app.register_blueprint(blueprint, url_prefix=f"/{name}")
