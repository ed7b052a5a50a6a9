"""The kinds of things that huts lend: a tree with names in three languages and other words to find them by."""

import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

_FILE = Path(__file__).parent / "categories.toml"
LOCALES = ("zh_Hans_CN", "zh_Hant_HK", "en")


class Names(NamedTuple):
    """A kind's name in each language; `hk` is Chinese as written in Hong Kong."""

    zh: str
    hk: str
    en: str


class Kind(NamedTuple):
    """A kind of thing, or a branch that other kinds lie below. `days` and `value_fen` are what is usual for it."""

    code: str
    names: Names
    others: tuple[str, ...]
    icon: str
    days: int
    value_fen: int
    parent: str


class Found(NamedTuple):
    """The kind that a word means; if that is not clear `code` is None, and `candidates` are what it could mean."""

    code: str | None
    candidates: tuple[str, ...] = ()


@cache
def tree() -> Mapping[str, Kind]:
    """All kinds by code, in the order of the file: each branch before what lies below it."""
    groups = tomllib.loads(_FILE.read_text("utf-8"))
    return {kind.code: kind for code, group in groups.items() for kind in _kinds(code, group)}


def _kinds(code: str, group: Mapping[str, Any]) -> Iterator[Kind]:
    """A group and the kinds on its lines."""
    names = Names(group["zh_Hans"], group["zh_Hant"], group["en"])
    above = {code: Kind(code, names, (), group["icon"], group["days"], group["yuan"] * 100, "")}
    yield above[code]
    for line in group["kinds"].strip().splitlines():
        own, zh, hk, en, others, days, yuan = (cell.strip() for cell in line.split("|"))
        full = f"{code}.{own}"
        parent = above[full.rpartition(".")[0]]
        words = tuple(word.strip() for word in others.split(",") if word.strip())
        above[full] = Kind(full, Names(zh, hk, en), words, parent.icon, int(days or parent.days),
                           int(yuan) * 100 if yuan else parent.value_fen, parent.code)
        yield above[full]


def names(code: str) -> Names:
    """The kind's names; for a code that is not in the tree the code itself."""
    kind = tree().get(code)
    return kind.names if kind else Names(code, code, code)


def name(code: str, locale: str) -> str:
    """The kind's name in that language, else in simplified Chinese."""
    return names(code)[LOCALES.index(locale) if locale in LOCALES else 0]


def path(code: str) -> tuple[str, ...]:
    """The codes from the group down to the kind itself; empty when it is not in the tree."""
    parts = code.split(".") if code in tree() else []
    return tuple(".".join(parts[:n + 1]) for n in range(len(parts)))


@cache
def _by_parent() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for kind in tree().values():
        found.setdefault(kind.parent, []).append(kind.code)
    return {parent: tuple(codes) for parent, codes in found.items()}


def children(code: str = "") -> tuple[str, ...]:
    """The codes right below this one; without one, the groups."""
    return _by_parent().get(code, ())


@cache
def below(code: str) -> tuple[str, ...]:
    """The code and all below it, branches too; empty when it is not in the tree."""
    own = (code,) if code in tree() else ()
    return own + tuple(c for child in (children(code) if own else ()) for c in below(child))


@cache
def leaves() -> tuple[str, ...]:
    """The kinds that nothing lies below."""
    return tuple(code for code in tree() if not children(code))


def words(code: str) -> str:
    """What the search finds the kind by: its names in all languages, and the other words for it."""
    kind = tree().get(code)
    return " ".join(dict.fromkeys([*kind.names, *kind.others])) if kind else ""


def found(text: str) -> Found:
    """The kind that somebody wrote in a spreadsheet: its code, its name in any language, else another word for it."""
    wanted = plain(text)
    for index in (_named(), _called()) if wanted else ():
        codes = index.get(wanted, ())
        if codes:
            return Found(codes[0] if len(codes) == 1 else None, codes)
    return Found(None)


def plain(text: str) -> str:
    """A word as it is compared: without case, width, spaces and dashes."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if not c.isspace() and c not in "-–—_'’")


@cache
def _named() -> Mapping[str, tuple[str, ...]]:
    return _index({code: (code, *kind.names) for code, kind in tree().items()})


@cache
def _called() -> Mapping[str, tuple[str, ...]]:
    return _index({code: kind.others for code, kind in tree().items()})


def _index(words_of: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    index: dict[str, dict[str, None]] = {}
    for code, said in words_of.items():
        for word in said:
            index.setdefault(plain(word), {})[code] = None
    return {word: tuple(codes) for word, codes in index.items()}
