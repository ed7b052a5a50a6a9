"""Discovery of plugins, and the calling of their hooks site by site."""

import importlib.metadata
import logging
import re
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import pluggy

from . import hookspecs
from .base.migrate import Part
from .base.sites import SiteView

log = logging.getLogger("portal.plugins")

GROUP = "portal.plugins"
NAME = re.compile(r"[a-z][a-z0-9_]{1,39}$")
RESERVED = frozenset("static files healthz readyz metrics me sign in search calendar about desk district inbox "
                     "portal core site themes manifest offline privacy brand".split())
SLOW, SLOW_TIMES, SLOW_WINDOW, LEFT_OUT = 0.2, 3, 60, 600  # seconds, times, seconds, seconds
SHAPES = {"nav_items": "Link", "home_cards": "Card", "my_items": "Card", "staff_items": "Link", "search": "Hit",
          "figures": "Figure", "calendar": "Day", "places": "Place", "settings": "Setting", "actions": "Action",
          "notice_kinds": "NoticeKind", "sitemap": "str"}


class Refused(Exception):
    """A plugin cannot be used; the text is the reason."""


class Plugins:
    """The plugins of one app: which there are, why some are not, and their hooks."""

    def __init__(self, raising: bool = False):
        self.manager = pluggy.PluginManager("portal")
        self.manager.add_hookspecs(hookspecs)
        self.refused: dict[str, str] = {}
        self.raising = raising  # tests want the exception
        self.faults: deque[tuple[int | None, str, str, str]] = deque(maxlen=100)
        self._slow: dict[tuple[str, str], deque[float]] = defaultdict(lambda: deque(maxlen=SLOW_TIMES))
        self._out: dict[tuple[str, str], float] = {}
        self._calls: dict[str, tuple] = {}

    def discover(self) -> "Plugins":
        """Load what is installed under the entry-point group; what cannot be used is named in `refused`."""
        for entry in sorted(importlib.metadata.entry_points(group=GROUP), key=lambda e: e.name):
            try:
                self.register(entry.name, entry.load())
            except Exception as e:
                self.refuse(entry.name, e)
        return self

    def register(self, name: str, module: Any) -> None:
        """Add one plugin. Raises Refused when its name or its face is wrong."""
        if not NAME.match(name) or name in RESERVED:
            raise Refused(f"{name} is not a name for a plugin")
        if self.manager.has_plugin(name):
            raise Refused(f"there is a plugin {name} already")
        self.manager.register(module, name=name)
        try:
            self.manager.check_pending()
            _check(self, name)
        except Exception:
            self.manager.unregister(name=name)
            raise
        self._calls.clear()

    def refuse(self, name: str, error: Exception) -> None:
        """Keep a plugin out and remember why."""
        log.error("plugin %s is left out: %s", name, error)
        self.refused[name] = f"{type(error).__name__}: {error}" if not isinstance(error, Refused) else str(error)
        if self.manager.has_plugin(name):
            self.manager.unregister(name=name)
            self._calls.clear()

    @property
    def names(self) -> list[str]:
        return sorted(n for n, _ in self.manager.list_name_plugin())

    def module(self, name: str) -> Any:
        return self.manager.get_plugin(name)

    def implementations(self, hook: str) -> tuple:
        """(plugin, function, argument names) of a hook, sorted by plugin; kept until a plugin comes or goes."""
        found = self._calls.get(hook)
        if found is None:
            impls = getattr(self.manager.hook, hook).get_hookimpls()
            found = self._calls[hook] = tuple(sorted(
                ((i.plugin_name, i.function, tuple(i.argnames)) for i in impls), key=lambda t: t[0]))
        return found

    def ask(self, plugin: str, hook: str, default: Any = None, **given) -> Any:
        """The answer of one plugin; `default` when it has none or fails."""
        for name, function, arguments in self.implementations(hook):
            if name == plugin:
                return self._call(name, hook, function, arguments, given, default)
        return default

    def each(self, site: SiteView, hook: str, **given) -> Iterator[tuple[str, Any]]:
        """(plugin, answer) of every plugin that is enabled in the site; one that fails is left out."""
        given["site"] = site
        for name, function, arguments in self.implementations(hook):
            if name in site.plugins:
                answer = self._call(name, hook, function, arguments, given, None)
                if answer is not None:
                    yield name, answer

    def all(self, site: SiteView, hook: str, **given) -> list:
        """The items of all answers in one list, sorted by weight where they have one."""
        items = [item for _, answer in self.each(site, hook, **given) for item in answer]
        return sorted(items, key=lambda i: i.weight) if items and hasattr(items[0], "weight") else items

    def _call(self, name: str, hook: str, function, arguments, given: dict, default: Any) -> Any:
        if self._out.get((name, hook), 0) > time.monotonic():
            return default
        began = time.perf_counter()
        try:
            answer = function(*[given[a] for a in arguments])
            if answer is not None and hook in SHAPES:
                answer = _shaped(hook, answer)
        except Exception as e:
            self._fault(name, hook, given.get("site"), e)
            return default
        if time.perf_counter() - began > SLOW:
            self._too_slow(name, hook, given.get("site"))
        return default if answer is None else answer

    def _fault(self, name: str, hook: str, site: SiteView | None, error: Exception) -> None:
        if self.raising:
            raise error
        log.error("plugin %s failed in %s: %s", name, hook, type(error).__name__, exc_info=error)
        self.faults.append((getattr(site, "id", None), name, hook, type(error).__name__))

    def _too_slow(self, name: str, hook: str, site: SiteView | None) -> None:
        times, now = self._slow[name, hook], time.monotonic()
        times.append(now)
        if len(times) == SLOW_TIMES and now - times[0] < SLOW_WINDOW:
            self._out[name, hook] = now + LEFT_OUT
            log.error("plugin %s is too slow in %s: left out for %d seconds", name, hook, LEFT_OUT)
            self.faults.append((getattr(site, "id", None), name, hook, "slow"))

    def part(self, name: str) -> Part | None:
        """The plugin's models and migrations, if it has any."""
        models = tuple(self.ask(name, "models", ()) or ())
        folder = folder_of(self.module(name)) / "migrations"
        return Part(name, folder, models) if models or folder.is_dir() else None


def _shaped(hook: str, answer: Any) -> list:
    kind = SHAPES[hook]
    items = list(answer)
    for item in items:
        if type(item).__name__ != kind:
            raise TypeError(f"{hook} answered with {type(item).__name__} instead of {kind}")
    return items


def _check(plugins: Plugins, name: str) -> None:
    """What can be wrong with a plugin's face, found before it meets a visitor."""
    answers = {hook: f(*[None] * len(a)) for hook in ("blueprint", "models", "settings", "actions", "notice_kinds")
               for n, f, a in plugins.implementations(hook) if n == name}
    blueprint = answers.get("blueprint")
    if blueprint is not None and blueprint.name != name:
        raise Refused(f"its blueprint is named {blueprint.name} instead of {name}")
    if blueprint is not None and blueprint.url_prefix not in (None, f"/{name}"):
        raise Refused(f"its pages must live under /{name}, not {blueprint.url_prefix}")
    for hook in ("settings", "actions", "notice_kinds"):
        items = _shaped(hook, answers.get(hook) or ())
        wrong = [i.name for i in items if hook != "settings" and not i.name.startswith(f"{name}.")]
        if wrong:
            raise Refused(f"{wrong[0]} takes another's name: it must begin with {name}.")
    for model in answers.get("models") or ():
        if not model._meta.table_name.startswith(name):
            raise Refused(f"the table {model._meta.table_name} must begin with {name}")


def folder_of(module: Any) -> Path:
    """The folder of a plugin's files."""
    package = module.__package__ or module.__name__
    if hasattr(module, "__path__"):
        return Path(str(resources.files(package)))
    return Path(module.__file__).parent
