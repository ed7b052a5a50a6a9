"""Languages: texts from .po files, a site's own words, and the language of the present reader.

`_`, `ngettext` and `lazy` speak the language that `use(translation)` has set for this context.
A msgid is an English sentence with %(name)s where a value goes: `_("Only %(n)s places left", n=3)`.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib.resources.abc import Traversable
from itertools import chain
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape

from portal.offers import Said
from portal.pages.locales import DEFAULT, LOCALES, NAMES, TAGS, locale_of, pick_locale

__all__ = [
    "DEFAULT", "LOCALES", "NAMES", "TAGS", "Catalogs", "Lazy", "Translation",
    "_", "current", "fill", "install", "lazy", "locale_of", "ngettext", "pick_locale", "read_po", "use",
]

Words = tuple[tuple[str, str], ...]
Forms = tuple[str, ...]

_ESCAPED = re.compile(r"\\(.)")
_TERM = re.compile(r"\{([^{}]+)\}")
# A site's word may end up in an attribute or beside markup: it brings no character that HTML reads.
_HARMLESS = str.maketrans({"<": "", ">": "", '"': "”", "'": "’", "&": "＆"})


def read_po(text: str) -> Iterator[tuple[str, str, Forms]]:
    """(msgid, plural msgid or "", forms) of each translated text of a .po file; no fuzzy or obsolete ones.

    Babel reads the same (a test compares), but takes 55 ms to import and 25 ms for 1,000 texts.
    """
    entry: dict[str, str] = {}
    key, fuzzy, flagged = "", False, False
    for line in chain(map(str.strip, text.split("\n")), ["msgid"]):
        word, _space, rest = line.partition(" ")
        if word == "msgid":
            if entry.get("msgid") and not fuzzy:
                yield from _translated(entry)
            entry, key, fuzzy, flagged = {word: rest.strip()[1:-1]}, word, flagged, False
        elif word.startswith("msg"):
            entry[key := word] = rest.strip()[1:-1]
        elif line.startswith('"'):
            entry[key] = entry.get(key, "") + line[1:-1]
        elif word == "#,":
            flagged = flagged or "fuzzy" in rest


def _translated(entry: dict[str, str]) -> Iterator[tuple[str, str, Forms]]:
    """One entry unescaped, if all its forms are there."""
    texts = {
        key: _ESCAPED.sub(lambda m: {"n": "\n", "t": "\t", "r": "\r"}.get(m[1], m[1]), text)
        for key, text in entry.items()
    }
    forms = tuple(text for key, text in texts.items() if key.startswith("msgstr"))
    if forms and all(forms):
        yield texts["msgid"], texts.get("msgid_plural", ""), forms


class _Texts(dict[str, str]):
    """A site's few own texts, over the shared ones, over the msgids themselves."""

    __slots__ = ("beneath",)

    def __init__(self, own: dict[str, str], beneath: "_Texts | None" = None) -> None:
        super().__init__(own)
        self.beneath = beneath

    def __missing__(self, msgid: str) -> str:
        return msgid if self.beneath is None else self.beneath[msgid]


def fill(text: str, values: dict[str, Any]) -> str:
    """`text` with its %(name)s filled; a text that does not fit its values is shown as it is.

    Where a value is Markup the answer is Markup, and all else in it is escaped.
    """
    try:
        for value in values.values():
            if isinstance(value, Markup):
                return escape(text) % values
        return text % values
    except (KeyError, ValueError, TypeError):
        return text


class Translation:
    """What one reader of one site reads: `locale`, `tag` (for html lang), and the texts."""

    __slots__ = ("_plurals", "_texts", "locale", "tag")

    def __init__(self, locale: str, texts: _Texts, plurals: dict[str, Forms]) -> None:
        self.locale, self.tag = locale, TAGS[locale]
        self._texts, self._plurals = texts, plurals

    def gettext(self, msgid: str, /, **values: Any) -> str:
        """The text for `msgid` (itself where there is none), its %(name)s filled when values are given."""
        text = self._texts[msgid]
        return fill(text, values) if values else text

    def ngettext(self, one: str, many: str, n: int, /, **values: Any) -> str:
        """The form for `n` things; %(n)s needs no naming."""
        forms = self._plurals.get(one) or (self._texts[one], self._texts[many])
        text = forms[0] if n == 1 or len(forms) == 1 else forms[1]
        return fill(text, {"n": n, "num": n, **values} if values else {"n": n, "num": n})


class _Shared:
    """All texts of a locale before any site's own words."""

    def __init__(self, entries: Iterable[tuple[str, str, Forms]]) -> None:
        self.terms: dict[str, str] = {}
        self.plurals: dict[str, Forms] = {}
        for msgid, plural, forms in entries:
            self.terms[msgid] = forms[0]
            if plural:
                self.plurals[msgid] = forms
        self.texts = _Texts(self.terms)
        self._naming = {m: text for m, text in self.terms.items() if _TERM.search(text)}
        self._naming_plural = {m: forms for m, forms in self.plurals.items() if any(map(_TERM.search, forms))}
        self._lay(self.texts, self.plurals, {})

    def with_words(self, words: Words) -> tuple[_Texts, dict[str, Forms]]:
        """Texts and plurals in which `words` replace their msgids, also where a text names one in braces."""
        own = {msgid: text.translate(_HARMLESS).strip() for msgid, text in words if text.strip()}
        texts, plurals = _Texts(own, self.texts), dict(self.plurals)
        self._lay(texts, plurals, own)
        return texts, plurals

    def _lay(self, texts: _Texts, plurals: dict[str, Forms], own: dict[str, str]) -> None:
        """Put the words into every text that names one."""
        for msgid in self._naming.keys() - own.keys():
            texts[msgid] = self._named(self._naming[msgid], own)
        for msgid, forms in self._naming_plural.items():
            plurals[msgid] = tuple(self._named(form, own) for form in forms)

    def _named(self, text: str, own: dict[str, str]) -> str:
        """`text` with each {msgid} replaced; braces around anything else stay."""

        def word(m: re.Match[str]) -> str:
            found = own.get(m[1]) or self.terms.get(m[1]) or m[0]
            return found.replace("%", "%%") if "%(" in text else found

        return _TERM.sub(word, text)


class Catalogs:
    """The .po files of some folders, core first; a msgid that an earlier folder translates stays as it is.

    `folders` are Traversables (`files("portal.translations")`) or Paths that hold LOCALE.po; a missing
    file is no error. `for_(locale, words)` answers from a cache of 1,024 and may be called per request.
    """

    def __init__(self, folders: Iterable[Traversable]) -> None:
        self.folders = tuple(folders)
        self.for_ = lru_cache(maxsize=1024)(self._translation)
        self._shared = lru_cache(maxsize=None)(lambda locale: _Shared(self._entries(locale)))

    def _translation(self, locale: str, words: Words | None = None) -> Translation:
        """The texts of `locale`, with each (msgid, text) of `words` as the site's own word for it."""
        locale = locale if locale in LOCALES else DEFAULT
        shared = self._shared(locale)
        texts, plurals = shared.with_words(words) if words else (shared.texts, shared.plurals)
        return Translation(locale, texts, plurals)

    def _entries(self, locale: str) -> Iterator[tuple[str, str, Forms]]:
        """Entries of all folders, the last one first, so that the first one has the last word.

        English says the msgids themselves: those that the default locale knows, then its own few.
        """
        if locale == "en":
            for msgid, plural, _forms in self._entries(DEFAULT):
                yield msgid, plural, (msgid, plural) if plural else (msgid,)
        for folder in reversed(self.folders):
            file = folder.joinpath(f"{locale}.po")
            if file.is_file():
                yield from read_po(file.read_text(encoding="utf-8", errors="replace"))


_PLAIN = Translation("en", _Texts({}), {})
_current: ContextVar[Translation] = ContextVar("translation")


@contextmanager
def use(translation: Translation) -> Iterator[Translation]:
    """Speak with `translation` inside the block; what was spoken before comes back after it."""
    token = _current.set(translation)
    try:
        yield translation
    finally:
        _current.reset(token)


def current() -> Translation:
    """The translation in use; outside any request, plain English."""
    return _current.get(_PLAIN)


def _(msgid: str, /, **values: Any) -> str:
    """The text for `msgid` in the reader's language, %(name)s filled from `values`."""
    text = _current.get(_PLAIN)._texts[msgid]
    return fill(text, values) if values else text


def ngettext(one: str, many: str, n: int, /, **values: Any) -> str:
    """The text for `n` things; %(n)s needs no naming: `ngettext("%(n)s place", "%(n)s places", 3)`."""
    said = _current.get(_PLAIN).ngettext
    return said(one, many, n, **values) if values else said(one, many, n)


class Lazy(Said):
    """A text that is looked up each time it is shown; for labels made before there is a reader."""

    __slots__ = ("msgid", "values")

    def __init__(self, msgid: str, values: dict[str, Any]) -> None:
        self.msgid, self.values = msgid, values

    def __str__(self) -> str:
        return _(self.msgid, **self.values)

    def __html__(self) -> str:
        return escape(str(self))

    def __repr__(self) -> str:
        return f"lazy({self.msgid!r})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __mod__(self, values: Any) -> str:
        return str(self) % values

    def __add__(self, other: Any) -> str:
        return str(self) + str(other)

    def __radd__(self, other: Any) -> str:
        return str(other) + str(self)

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, str | Lazy) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))

    def __len__(self) -> int:
        return len(str(self))

    def __iter__(self) -> Iterator[str]:
        return iter(str(self))

    def __contains__(self, part: str) -> bool:
        return part in str(self)

    def __getitem__(self, at: Any) -> str:
        return str(self)[at]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(str(self), name)


def lazy(msgid: str, /, **values: Any) -> Any:
    """A str-like text for module level and form labels, in the language of whoever reads it later."""
    return Lazy(msgid, values)


def install(env: Environment) -> None:
    """Give a Jinja environment `_`, `ngettext` and `{% trans %}`; their texts are escaped like any other."""

    def gettext(msgid: str, /, **values: Any) -> str:
        return _(msgid, **values) if values else _(msgid).replace("%%", "%")

    def plural(one: str, many: str, num: int, /, **values: Any) -> str:
        return ngettext(one, many, num, **values)

    env.add_extension("jinja2.ext.i18n")
    env.newstyle_gettext = True  # type: ignore[attr-defined]
    env.policies["ext.i18n.trimmed"] = True
    env.globals.update(_=_, gettext=gettext, ngettext=plural)
