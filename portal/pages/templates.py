"""Templates: theme → plugin → core in one environment; a part of a page is one of its blocks."""

import re
import secrets
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from functools import partial
from importlib.resources.abc import Traversable
from typing import Any

from flask import Response, current_app, g, redirect, request
from jinja2 import BaseLoader, Environment, Template, TemplateNotFound
from markupsafe import Markup, escape

from ..base.database import writing
from . import forms, htmx, i18n

theme: ContextVar[str] = ContextVar("portal_theme", default="plain")


class Folders(BaseLoader):
    """Finds `PLUGIN/NAME` in that plugin's folder, other names in the core's, and `THEME!NAME` in a theme's.

    `beneath`: plugin → its folder, and the core's under "".
    """

    def __init__(self, beneath: Mapping[str, Traversable], themes: Mapping[str, Traversable], fresh: bool):
        self.beneath, self.themes, self.fresh = dict(beneath), dict(themes), fresh

    def get_source(self, environment, template):
        over, _, name = template.rpartition("!")
        owner = name.partition("/")[0]
        folder = self.themes.get(over) or self.beneath[owner if owner in self.beneath else ""]
        file = folder.joinpath(*name.split("/"))
        if ".." in name or not file.is_file():
            raise TemplateNotFound(template)
        text = file.read_text("utf-8")
        return text, None, partial(_unchanged, file, text) if self.fresh else None


def _unchanged(file: Traversable, text: str) -> bool:
    return file.read_text("utf-8") == text


class Themed(Environment):
    """Tries the theme's own template first; a name that begins with `!` means the one beneath."""

    chains: Mapping[str, tuple[str, ...]]
    overrides: frozenset[str]

    def get_template(self, name, parent=None, globals=None):
        if isinstance(name, Template):
            return name
        if name.startswith("!"):
            return super().get_template(name[1:], parent, globals)
        for one in self.chains.get(theme.get(), ()):
            if f"{one}!{name}" in self.overrides:
                return super().get_template(f"{one}!{name}", parent, globals)
        return super().get_template(name, parent, globals)

    def make_globals(self, d):
        """One plain dict for all: a chain of two, as Jinja makes it, costs each page a copy key by key."""
        return {**self.globals, **d} if d else self.globals


def environment(folders: Mapping[str, Traversable], themes: Mapping[str, Traversable],
                chains: Mapping[str, tuple[str, ...]], shared: Mapping[str, Any], fresh: bool = False) -> Themed:
    """The one environment of an app.

    `chains`: theme → itself and its parents. `shared` is there for macros too, so that they are imported without
    the context: a module of macros is then made once and not for every page.
    """
    env = Themed(loader=Folders(folders, themes, fresh), autoescape=True, trim_blocks=True, lstrip_blocks=True,
                 auto_reload=fresh, cache_size=-1)
    env.chains = chains
    env.overrides = frozenset(f"{name}!{path}" for name, folder in themes.items() for path in _templates(folder))
    i18n.install(env)
    env.globals |= shared
    return env


def _templates(folder: Traversable, before: str = "") -> Iterable[str]:
    if not folder.is_dir():
        return
    for file in folder.iterdir():
        if file.is_dir():
            yield from _templates(file, f"{before}{file.name}/")
        elif file.name.endswith((".html", ".txt", ".svg")):
            yield before + file.name


def render(page: str, part: str | None = None, **context: Any) -> Markup:
    """A page, or one of its named blocks, as Markup.

    `context` adds to what every template has (see pages/README.md). A theme's template that lacks the asked block
    falls back to the one beneath it. Import macros inside the block that uses them: a part runs its block alone.
    """
    env = current_app.portal.templates
    values = {**g.context, **context} if "context" in g else context
    template = env.get_template(page)
    if part is None:
        return Markup(template.render(values))
    if part not in template.blocks:
        template = env.get_template(f"!{page}")
    block = template.blocks[part]
    return Markup("".join(block(template.new_context(values))))


KEPT = 2000  # pieces of pages that an app keeps, some 10 MB


class _Nobody:
    """Stands where a page has its reader: what is kept is shown to others, too."""

    def __bool__(self):
        raise TypeError("a kept piece is for every reader: give it what it depends on as a value")

    __getattr__ = __call__ = __iter__ = __str__ = __html__ = lambda self, *args: bool(self)


_NOBODY = dict.fromkeys(("viewer", "may", "csrf", "messages", "here"), _Nobody())


LAYOUT = ("nav", "nav_more", "large", "mode", "origin")  # what the layout shows beside what a page is given


class Kept(Markup):
    """A kept piece: whoever is shown an equal one sees the same."""

    __slots__ = ()


class Pieces:
    """The kept pieces of an app, as the pages of one request ask for them."""

    __slots__ = ("env", "found", "of")

    def __init__(self, env: Themed, found: dict[tuple, Markup], of: tuple):
        self.env, self.found, self.of = env, found, of

    def __call__(self, page: str, make: Callable[[], dict[str, Any]] | None = None, /, **values: Any) -> Kept:
        return self._found(page, tuple(values.values()), values, make)

    def whole(self, page: str, seen: tuple, values: Mapping[str, Any], make: Callable | None,
              holes: Iterable[str]) -> list[bytes | str]:
        """A page with its layout, which depends on `seen`, cut at the holes and forms: text, name, text, name, …"""
        def whole() -> dict[str, Any]:
            marks = {"messages": (), "csrf": partial(_mark, "csrf"), **{name: _mark(name) for name in holes}}
            return {**(make() if make else {}), **marks}
        return self._found(page, (seen, *values.values()), values, whole, _cut)

    def _found(self, page: str, by: tuple, values: Mapping[str, Any], make: Callable | None = None,
               keep: Callable[[str], Any] = Kept) -> Any:
        key = (self.env.get_template(page) if self.env.auto_reload else page, self.of, by)
        piece = self.found.get(key)
        if piece is None:
            piece = keep(render(page, **{**_NOBODY, **values, **(make() if make else {})}))
            if not writing():
                self._keep(key, piece)
        return piece

    def _keep(self, key: tuple, piece: Any) -> None:
        if len(self.found) >= KEPT:
            self.found.clear()
        self.found[key] = piece


def kept(page: str, make: Callable[[], dict[str, Any]] | None = None, /, **values: Any) -> Markup:
    """A piece of a page, made once for each site, version, language, theme, day and `values`, then shown again.

    `values` are hashable and are all that the piece may depend on: rows as they were read, not who reads them. What
    has to be worked out from them comes from `make`, which is called only when the piece is new.
    """
    return g.kept(page, make, **values)


def answer(page: str, part: str | None = None, status: int = 200, **context: Any) -> Response:
    """The page, or only `part` of it when htmx asked for a part."""
    wanted = part if part and htmx.wants_part() else None
    return Response(render(page, wanted, **context), status)


_SALT = secrets.token_hex(8)  # nobody can write it into a text


def _mark(name: str) -> Markup:
    """What stands in a page to be kept where each reader sees a piece of their own."""
    return Markup(f"<!--{_SALT} {name}-->")


def _cut(page: str) -> list[bytes | str]:
    """Bytes, as they are sent, and the names between them."""
    return [piece if n % 2 else piece.encode() for n, piece in enumerate(re.split(f"<!--{_SALT} ([a-z_]+)-->", page))]


def _filled(cut: list[bytes | str], holes: Mapping[str, Any]) -> bytes:
    """A kept page with a reader's own pieces; every form gets a token and a key of its own."""
    if len(cut) == 1:
        return cut[0]
    whole, token = cut[:], forms.token() if "csrf" in cut else ""
    for i in range(1, len(cut), 2):
        whole[i] = forms.inputs(token).encode() if cut[i] == "csrf" else _said(holes[cut[i]])
    return b"".join(whole)


def _said(piece: Any) -> bytes:
    return (piece if isinstance(piece, Markup) else escape(piece)).encode()


def answer_kept(page: str, make: Callable[[], dict[str, Any]] | None = None, /,
                holes: Mapping[str, Markup] | None = None, **values: Any) -> Response:
    """The page, kept with its layout for whoever sees the same.

    `values` are hashable, and beside what every page has in its layout they are all that it may depend on; what has to
    be worked out from them comes from `make`, which is called only when the page is new. `holes` are pieces for this
    reader alone: the page shows each under its name, and cannot ask what it is. Forms get their tokens each time.
    Without `make`, a value that is somebody's own piece has the page made anew; so have messages, and acting.
    """
    context = g.context
    holes = {**(holes or {}), "desk_nav": context["desk_nav"]} if "desk_nav" in context else holes or {}
    if context["acting"] or context["messages"] or not (make or all(map(_is_kept, values.values()))):
        return answer(page, **values, **holes, **(make() if make else {}))
    whole = g.kept.whole(page, tuple([context[name] for name in LAYOUT]), values, make, holes)
    return Response(_filled(whole, holes))


def _is_kept(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(map(_is_kept, value))
    return type(value) is Kept or not isinstance(value, Markup)


def refused(page: str, part: str | None = None, **context: Any) -> Response:
    """A form that cannot be taken as it is: the same page with what was typed and what is wrong, status 422."""
    return answer(page, part, 422, **context)


def see_other(path: str) -> Response:
    """Go to another page of this site after something was done. `path` is relative to the site ("activities/7")."""
    return redirect(f"{request.script_root}/{path.lstrip('/')}", 303)
