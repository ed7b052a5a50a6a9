"""`make translate`: gather the texts of the core and of each plugin, keep their .po files, and check them.

    python -m portal.pages.catalogs [--check] [PATH …]

Without PATH: the core and the plugins beside it. PATH is a plugin's folder, or a project that holds one.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract, extract_python
from babel.messages.pofile import PoFileError, normalize, read_po
from jinja2 import TemplateError
from jinja2.ext import babel_extract

from portal.pages.locales import LOCALES

ROOT = Path(__file__).resolve().parents[2]
TRANSLATED = tuple(locale for locale in LOCALES if locale != "en")
KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "lazy": None, "N_": None, "ngettext": (1, 2)}
JINJA = {
    "newstyle_gettext": "true", "trimmed": "true", "silent": "false",
    "extensions": "jinja2.ext.do,jinja2.ext.loopcontrols",
}
NOTE = "i18n:"
HEADER = """msgid ""
msgstr ""
"Language: {}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"
"""
_PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[#0\- +]*\d*(?:\.\d+)?([a-zA-Z%])?")
_TERM = re.compile(r"\{([^{}]+)\}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_HALF_WIDTH = re.compile(
    r"[\u4e00-\u9fff][,;:!?()\"]|[,;!?()\"][\u4e00-\u9fff]|[\u4e00-\u9fff]\.(?:\s|$)|\.\.\."
)
SCRIPT = {"zh_Hans_CN": "gb2312", "zh_Hant_HK": "big5hkscs"}


@dataclass
class Text:
    """A msgid as the sources have it."""

    msgid: str
    plural: str = ""
    places: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)


class Target(NamedTuple):
    """One catalog to keep: whose it is, the folders to read, and the folder of its .po files."""

    name: str
    sources: tuple[Path, ...]
    folder: Path


class Problem(NamedTuple):
    """What is wrong with one text of one catalog."""

    catalog: str
    locale: str
    msgid: str
    why: str

    def __str__(self) -> str:
        return f"{self.catalog} {self.locale}: {self.why}: {self.msgid!r}"


class Unreadable(Exception):
    """A source or a catalog that cannot be read, as a sentence."""


def targets(path: Path | None = None) -> list[Target]:
    """The core and its plugins; for a path, the plugin in it or those right below it (or in its src/)."""
    if path is None:
        core = Target("core", (ROOT / "portal", ROOT / "themes"), ROOT / "translations")
        return [core, *map(_plugin, _packages(ROOT / "plugins"))]
    if (path / "__init__.py").is_file():
        return [_plugin(path)]
    found = [*_packages(path), *_packages(path / "src")]
    if not found:
        raise Unreadable(f"{path}: no plugin here (a folder with __init__.py)")
    return list(map(_plugin, found))


def _packages(folder: Path) -> list[Path]:
    inits = sorted(folder.glob("*/__init__.py"))
    return [init.parent for init in inits if init.parent.name not in ("tests", "build")]


def _plugin(folder: Path) -> Target:
    return Target(folder.resolve().name, (folder,), folder / "translations")


def gather(target: Target) -> dict[str, Text]:
    """Every msgid in the target's Python files and templates."""
    texts: dict[str, Text] = {}
    for source in target.sources:
        for file in sorted(source.rglob("*")):
            inside = file.relative_to(source)
            method = _method(inside)
            if method and file.is_file() and inside.parts[0] not in ("plugins", "translations"):
                for text in _texts(file, f"{source.name}/{inside.as_posix()}", method):
                    _merge(texts, text)
    return texts


def _method(inside: Path) -> Callable[..., Any] | None:
    """How to read a file: templates by Jinja's own parser, Python by Babel's."""
    if "templates" in inside.parts[:-1]:
        return babel_extract
    return extract_python if inside.suffix == ".py" else None


def _texts(file: Path, place: str, method: Callable[..., Any]) -> Iterator[Text]:
    try:
        found = list(extract(method, BytesIO(file.read_bytes()), KEYWORDS, (NOTE,), JINJA, True))
    except (TemplateError, SyntaxError, UnicodeDecodeError, ValueError) as error:
        raise Unreadable(f"{file}: {error}") from error
    for _line, message, comments, _context in found:
        msgid, plural = message if isinstance(message, tuple) else (message, "")
        if msgid:
            yield Text(msgid, plural, {place}, list(comments))


def _merge(texts: dict[str, Text], text: Text) -> None:
    known = texts.setdefault(text.msgid, text)
    known.plural = known.plural or text.plural
    known.places |= text.places
    known.notes = list(dict.fromkeys([*known.notes, *text.notes]))


def load(folder: Path, locale: str) -> Catalog:
    """The catalog of that folder, empty when there is none."""
    file = folder / f"{locale}.po"
    if not file.is_file():
        return Catalog(locale=locale)
    try:
        with file.open("rb") as opened:
            return read_po(opened, locale=locale, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError, ValueError, UnknownLocaleError) as error:
        raise Unreadable(f"{file}: {error}") from error


def _core_folder() -> Path:
    """Where the core's catalogs are, for a plugin that lives elsewhere."""
    try:
        return Path(str(files("portal.translations")))
    except ModuleNotFoundError:
        return ROOT / "translations"


def wanted(target: Target) -> dict[str, Text]:
    """The texts that the target's own catalog must hold: a plugin need not repeat the core's.

    What it says otherwise than the core stays in it, so that `at_odds` names it: it must not be lost unseen.
    """
    texts = gather(target)
    if target.name == "core":
        return texts
    core, own = load(_core_folder(), LOCALES[0]), load(target.folder, LOCALES[0])
    return {msgid: text for msgid, text in texts.items() if not _covers(core.get(msgid), text, own.get(msgid))}


def _covers(message: Message | None, text: Text, own: Message | None) -> bool:
    if message is None or text.plural and not isinstance(message.id, tuple):
        return False
    return not any(forms(own, True)) or forms(own, True) == forms(message, True)


def forms(message: Message | None, plural: bool) -> tuple[str, ...]:
    """The translated forms of a catalog's entry, one empty form when there is none."""
    string = message.string if message else ""
    several = tuple(string) if isinstance(string, tuple | list) else (string or "",)
    return several if plural else several[:1]


def po_text(locale: str, texts: dict[str, Text], old: Catalog) -> str:
    """The .po file of `texts` with the translations `old` has; sorted, without dates or lines."""
    entries = [_entry(text, old.get(msgid)) for msgid, text in sorted(texts.items())]
    return "\n".join([HEADER.format(locale), *entries])


def _entry(text: Text, old: Message | None) -> str:
    lines = [f"# {comment}".rstrip() for comment in (old.user_comments if old else [])]
    lines += [f"#. {note}" for note in text.notes]
    lines += [f"#: {place}" for place in sorted(text.places)]
    flags = ["fuzzy"] if old and old.fuzzy else []
    flags += ["python-format"] if "%(" in text.msgid + text.plural else []
    lines += [f"#, {', '.join(flags)}"] if flags else []
    lines.append(f"msgid {normalize(text.msgid, width=0)}")
    translated = forms(old, bool(text.plural))
    if not text.plural:
        return "\n".join([*lines, f"msgstr {normalize(translated[0], width=0)}", ""])
    lines.append(f"msgid_plural {normalize(text.plural, width=0)}")
    lines += [f"msgstr[{n}] {normalize(form or '', width=0)}" for n, form in enumerate(translated)]
    return "\n".join([*lines, ""])


def update(target: Target) -> list[Path]:
    """Bring the target's .po files up to date with its sources; the files that changed."""
    texts, changed = wanted(target), []
    for locale in TRANSLATED:
        file = target.folder / f"{locale}.po"
        new = po_text(locale, texts, load(target.folder, locale))
        if (texts or file.exists()) and (not file.exists() or file.read_text(encoding="utf-8") != new):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(new, encoding="utf-8")
            changed.append(file)
    return changed


def problems(target: Target) -> Iterator[Problem]:
    """Everything that keeps the target's catalogs from being complete and right."""
    texts = wanted(target)
    terms = texts.keys() | _msgids(load(_core_folder(), LOCALES[0]))
    for locale in TRANSLATED:
        catalog = load(target.folder, locale)
        for msgid, text in sorted(texts.items()):
            for why in _faults(text, catalog.get(msgid), locale, terms):
                yield Problem(target.name, locale, msgid, why)
        for msgid in sorted(_msgids(catalog) - texts.keys()):
            yield Problem(target.name, locale, msgid, "no longer used, run `make translate`")


def at_odds(several: Iterable[Target]) -> Iterator[Problem]:
    """Texts that two catalogs translate differently: all share one dictionary, so that readers see only the first."""
    for locale in TRANSLATED:
        said = {_msgid(message): ("core", forms(message, True)) for message in load(_core_folder(), locale)}
        for target in several:
            for message in load(target.folder, locale):
                msgid, here = _msgid(message), forms(message, True)
                first, there = said.setdefault(msgid, (target.name, here))
                if msgid and there != here:
                    yield Problem(target.name, locale, msgid, f"{first} says it otherwise")


def _msgid(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _msgids(catalog: Catalog) -> set[str]:
    return {_msgid(message) for message in catalog if message.id}


def _faults(text: Text, message: Message | None, locale: str, terms: Iterable[str]) -> Iterator[str]:
    """What is wrong with one translation, one word or sentence each."""
    translated = forms(message, bool(text.plural))
    if message is None or not all(translated):
        yield "missing"
        return
    if message.fuzzy:
        yield "fuzzy"
    for form in translated:
        yield from _misfits(text.plural or text.msgid, form)
        yield from _misspelt(_PLACEHOLDER.sub("", form), locale)
        unknown = [term for term in _TERM.findall(form) if term not in terms]
        if unknown:
            yield f"no text is called {{{unknown[0]}}}"


def _misfits(msgid: str, form: str) -> Iterator[str]:
    """Placeholders that are not those of the msgid, and white space around it that is not either."""
    if "%(" in msgid + form:
        ours, theirs = set(_PLACEHOLDER.findall(msgid)), set(_PLACEHOLDER.findall(form))
        off = sorted(name or "%" for name, _kind in (ours ^ theirs) - {("", "%")})
        if off:
            yield f"placeholders differ ({', '.join(off)})"
    full_width = msgid[-1:].isspace() and form[-1:] in tuple("、，；：")  # brings its own space
    if (msgid[:1].isspace(), msgid[-1:].isspace()) != (form[:1].isspace(), form[-1:].isspace() or full_width):
        yield "white space around it differs"


def _misspelt(form: str, locale: str) -> Iterator[str]:
    """Characters of the other script, and half-width punctuation beside Chinese characters."""
    foreign = [char for char in _HAN.findall(form) if not _encodes(char, SCRIPT[locale])]
    if foreign:
        yield f"not this script ({''.join(dict.fromkeys(foreign))})"
    half = _HALF_WIDTH.search(form)
    if half:
        yield f"half-width punctuation ({half[0]})"


def _encodes(char: str, encoding: str) -> bool:
    try:
        return bool(char.encode(encoding))
    except UnicodeEncodeError:
        return False


def table(all_targets: Iterable[Target], found: list[Problem]) -> str:
    """How many texts each catalog has, and how many have which trouble."""
    lines = [f"{'catalog':16}{'locale':12}{'texts':>7}{'missing':>9}{'fuzzy':>7}{'wrong':>7}"]
    for target in all_targets:
        size = len(wanted(target))
        for locale in TRANSLATED:
            whys = [p.why for p in found if (p.catalog, p.locale) == (target.name, locale)]
            missing, fuzzy = whys.count("missing"), whys.count("fuzzy")
            rest = len(whys) - missing - fuzzy
            lines.append(f"{target.name:16}{locale:12}{size:7}{missing:9}{fuzzy:7}{rest:7}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Update, or with --check only look; 1 when something is missing or wrong."""
    parser = argparse.ArgumentParser(prog="python -m portal.pages.catalogs")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="a plugin's folder")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when incomplete")
    options = parser.parse_args(arguments)
    try:
        chosen = [t for path in options.paths or [None] for t in targets(path)]
        for file in [] if options.check else [file for t in chosen for file in update(t)]:
            print(f"written: {file}")
        found = [*(problem for target in chosen for problem in problems(target)), *at_odds(chosen)]
        print(table(chosen, found))
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2
    if options.check:
        print(*found, sep="\n", file=sys.stderr)
    return 1 if options.check and found else 0


if __name__ == "__main__":
    sys.exit(main())
