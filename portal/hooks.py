"""Discovery of plugins, and the calling of their hooks site by site."""

import importlib.metadata
import logging
import time
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterator
from importlib import resources
from itertools import islice
from pathlib import Path
from typing import Any

import pluggy

from . import hookspecs, offers
from .base import database
from .base.migrate import Part
from .base.prepared import Asked, together
from .base.sites import SiteView
from .face import Refused, check_face, check_name

log = logging.getLogger("portal.plugins")

GROUP = "portal.plugins"
OURS = "portal.plugins."
SLOW, SLOW_TIMES, SLOW_WINDOW, LEFT_OUT = 0.2, 3, 60, 600  # seconds, times, seconds, seconds
AT_START = ("title", "describe", "blueprint", "models", "commands", "settings", "actions", "notice_kinds")
MOST = 1_000  # items of one answer
MOST_KEPT = 2_000  # menus
MOST_DAYS = 6_000  # a month of a whole district
SHAPES = {"nav_items": offers.Link, "home_cards": offers.Card, "my_items": offers.Card, "staff_items": offers.Link,
          "search": offers.Hit, "figures": offers.Figure, "calendar": offers.Day, "places": offers.Place,
          "my_calendar": offers.Day, "news": offers.News,
          "settings": offers.Setting, "actions": offers.Action, "notice_kinds": offers.NoticeKind, "sitemap": str}
PLAIN = {"calendar_mark": (int, str)}  # hooks that answer with one thing of these types
# What may be answered with a question to the database, which is asked together with those of other plugins.
ASKING = frozenset({"home_cards", "staff_items"})
FAILED = object()  # what a hook that raised, or was too slow before, has answered


class Plugins:
    """The plugins of one app: which there are, why some are not, and their hooks."""

    def __init__(self, raising: bool = False):
        self.manager = pluggy.PluginManager("portal")
        self.manager.add_hookspecs(hookspecs)
        self.refused: dict[str, str] = {}
        self.raising = raising  # tests want the exception
        self.faults: deque[tuple[int | None, str, str, str]] = deque(maxlen=100)
        self._slow: dict[tuple, deque[float]] = defaultdict(lambda: deque(maxlen=SLOW_TIMES))
        self._out: dict[tuple, float] = {}  # (site, plugin, hook) → until when it is not called
        self._alone = 0.0  # until when questions are asked one by one
        self._tables: dict[str, str] = {}  # table → plugin
        self._calls: dict[str, tuple] = {}
        self._lasting: dict[tuple, Any] = {}

    def discover(self) -> "Plugins":
        """Load what is installed under the entry-point group; what cannot be used is named in `refused`.

        Of two plugins with one name the portal's own is taken, else the first one found.
        """
        entries, seen = importlib.metadata.entry_points(group=GROUP), set()
        for entry in sorted(entries, key=lambda e: (e.name, not e.value.startswith(OURS))):
            if entry.name in seen:
                self.refuse(f"{entry.name} ({entry.value})", Refused(f"there is a plugin {entry.name} already"))
                continue
            seen.add(entry.name)
            try:
                self.register(entry.name, entry.load())
            except (Exception, SystemExit) as e:
                self.refuse(entry.name, e)
        return self

    def register(self, name: str, module: Any) -> None:
        """Add one plugin. Raises Refused when its name or its face is wrong."""
        check_name(name)
        if self.manager.has_plugin(name):
            raise Refused(f"there is a plugin {name} already")
        self.manager.register(module, name=name)
        self._calls.clear()
        self._lasting.clear()
        try:
            self.manager.check_pending()
            check_face(name, {hook: self._asked_at_start(name, hook) for hook in AT_START}, self._tables)
        except (Exception, SystemExit):
            self.forget(name)
            raise

    def _asked_at_start(self, name: str, hook: str) -> Any:
        answers = [f() for n, f, _ in self.implementations(hook) if n == name]
        if not answers or answers[0] is None:
            return None
        return _shaped(hook, answers[0]) if hook in SHAPES else answers[0]

    def refuse(self, name: str, error: BaseException) -> None:
        """Keep a plugin out and remember why."""
        log.error("plugin %s is left out: %s", name, error)
        self.refused[name] = f"{type(error).__name__}: {error}" if not isinstance(error, Refused) else str(error)
        self.forget(name)

    def forget(self, name: str) -> None:
        """Call the plugin's hooks no longer."""
        if self.manager.has_plugin(name):
            self.manager.unregister(name=name)
        self._calls.clear()
        self._lasting.clear()
        self._tables = {table: owner for table, owner in self._tables.items() if owner != name}

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
                answer = self._call(name, hook, function, arguments, given)
                return default if answer is None or answer is FAILED else answer
        return default

    def answers(self, site: SiteView, hook: str, **given) -> Iterator[tuple[str, Any]]:
        """(plugin, answer) of every plugin that is enabled in the site; FAILED of one that fails."""
        given["site"] = site
        for name, function, arguments in self.implementations(hook):
            if name in site.plugins:
                yield name, self._call(name, hook, function, arguments, given)

    def each(self, site: SiteView, hook: str, **given) -> Iterator[tuple[str, Any]]:
        """(plugin, answer) of every plugin that is enabled in the site; one that fails or has none is left out."""
        for name, answer in self.answers(site, hook, **given):
            if answer is not None and answer is not FAILED:
                yield name, answer

    def all(self, site: SiteView, hook: str, **given) -> list:
        """The items of all answers in one list, sorted by weight where they have one."""
        found = list(self.each(site, hook, **given))
        if hook in ASKING:
            found = self.made(site, hook, found)
        return _in_order([item for _, answer in found for item in answer])

    def lasting(self, site: SiteView, hook: str, by: Hashable, then: Callable[[list], Any] = list, **given) -> Any:
        """What `then` makes of `all`. Where every plugin answers without arguments and asks nothing, it is kept while
        the site stays as it is, for each `by`: what else the answers depend on."""
        if any(arguments for name, _, arguments in self.implementations(hook) if name in site.plugins):
            return then(self.all(site, hook, **given))
        key = (hook, site.id, site.version, by)
        items = self._lasting.get(key)
        if items is None:
            began = time.monotonic()
            found = list(self.answers(site, hook))
            items = then(_in_order([item for _, answer in self.made(site, hook, found) for item in answer]))
            well = all(answer is not FAILED and type(answer) is not Asked for _, answer in found)
            if well and time.monotonic() - began < SLOW:
                self._keep(key, items)
        return items

    def _keep(self, key: tuple, items: Any) -> None:
        if len(self._lasting) >= MOST_KEPT:
            self._lasting.clear()
        self._lasting[key] = items

    def made(self, site: SiteView, hook: str, found: list[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
        """(plugin, answer) of those that have one; what they have asked the database for is asked in one go."""
        rows = iter(self._rows([answer for _, answer in found if type(answer) is Asked]))
        for name, answer in found:
            if type(answer) is Asked:
                answer = self._call(name, hook, answer.made, ("rows",), {"site": site, "rows": next(rows)})
            if answer is not None and answer is not FAILED:
                yield name, answer

    def _rows(self, asked: list[Asked]) -> list[list[tuple] | None]:
        """The rows of each question; None where each is to be asked alone, which shows who fails or is slow."""
        began = time.monotonic()
        if began < self._alone:
            return [None] * len(asked)
        try:
            with database.guarded():
                return together(asked)
        except Exception as e:
            if database.unavailable(e) or database.worth_retrying(e):
                raise
            return [None] * len(asked)
        finally:
            if time.monotonic() - began > SLOW:
                self._alone = began + SLOW_WINDOW

    def _call(self, name: str, hook: str, function, arguments, given: dict) -> Any:
        site_id = getattr(given.get("site"), "id", None)
        if self._out.get((site_id, name, hook), 0) > time.monotonic():
            return FAILED
        began = time.perf_counter()
        try:
            with database.guarded():
                answer = _checked(hook, function(*[given[a] for a in arguments]))
        except (Exception, SystemExit) as e:
            if database.unavailable(e) or database.worth_retrying(e):
                raise  # nobody's fault: the whole request is answered with 503, or tried again
            self.fault(name, hook, site_id, e)
            return FAILED
        if time.perf_counter() - began > SLOW:
            self._too_slow(name, hook, site_id)
        return answer

    def fault(self, name: str, hook: str, site_id: int | None, error: BaseException) -> None:
        """Note that a plugin has failed: in the log, and on the site's desk once the request is answered."""
        if self.raising:
            raise error
        log.error("plugin %s failed in %s: %s", name, hook, type(error).__name__, exc_info=error)
        self.faults.append((site_id, name, hook, type(error).__name__))

    def _too_slow(self, name: str, hook: str, site_id: int | None) -> None:
        times, now = self._slow[site_id, name, hook], time.monotonic()
        times.append(now)
        if len(times) == SLOW_TIMES and now - times[0] < SLOW_WINDOW:
            self._out[site_id, name, hook] = now + LEFT_OUT
            log.error("plugin %s is too slow in %s: left out for %d seconds", name, hook, LEFT_OUT)
            self.faults.append((site_id, name, hook, "slow"))

    def part(self, name: str) -> Part | None:
        """The plugin's models and migrations, if it has any."""
        models = tuple(self.ask(name, "models", ()) or ())
        folder = folder_of(self.module(name)) / "migrations"
        return Part(name, folder, models) if models or folder.is_dir() else None


def _in_order(items: list) -> list:
    """By weight, where they have one."""
    return sorted(items, key=lambda i: i.weight) if items and hasattr(items[0], "weight") else items


def _checked(hook: str, answer: Any) -> Any:
    """An answer that is none, a question, or what the hook answers with. Raises TypeError for anything else."""
    if answer is None or hook in ASKING and type(answer) is Asked:
        return answer
    if hook in SHAPES:
        return _shaped(hook, answer)
    if not isinstance(answer, PLAIN.get(hook, object)):
        raise TypeError(f"{hook} answered with {type(answer).__name__}")
    return answer


def _shaped(hook: str, answer: Any) -> list:
    """The items of an answer. Raises TypeError when they are not what the hook answers with."""
    if isinstance(answer, str):
        raise TypeError(f"{hook} answered with str")
    most = MOST_DAYS if SHAPES[hook] is offers.Day else MOST
    items = list(islice(answer, most + 1))
    if len(items) > most:
        raise TypeError(f"{hook} answered with more than {most} items")
    for item in items:
        if why := offers.wrong(SHAPES[hook], item):
            raise TypeError(f"{hook}: {why}")
    return items


def folder_of(module: Any) -> Path:
    """The folder of a plugin's files; of a plugin that is a single file, the folder of the same name beside it."""
    if hasattr(module, "__path__"):
        return Path(str(resources.files(module.__name__)))
    return Path(getattr(module, "__file__", None) or f"/{module.__name__}").with_suffix("")
