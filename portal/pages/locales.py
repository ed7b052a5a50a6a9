"""Which language to answer in: by language and script, as people in China and abroad ask for it."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

LOCALES = ("zh_Hans_CN", "zh_Hant_HK", "en")
DEFAULT = LOCALES[0]
TAGS = {"zh_Hans_CN": "zh-Hans-CN", "zh_Hant_HK": "zh-Hant-HK", "en": "en"}
NAMES = {"zh_Hans_CN": "简体中文", "zh_Hant_HK": "繁體中文", "en": "English"}
CHINESE = frozenset(("zh", "cmn", "yue", "wuu", "hak", "nan", "gan", "hsn"))


def locale_of(tag: str) -> str | None:
    """Our locale for a language tag, by language and script: zh-TW and yue read Hant, zh and zh-SG Hans."""
    language, *rest = tag.strip().lower().replace("_", "-").split("-")
    if language == "en":
        return "en"
    if language not in CHINESE:
        return None
    if "hant" in rest or "hans" in rest:
        return "zh_Hant_HK" if "hant" in rest else "zh_Hans_CN"
    cantonese = (language == "yue" or "yue" in rest) and not {"cn", "sg", "my"} & set(rest)
    return "zh_Hant_HK" if cantonese or {"tw", "hk", "mo"} & set(rest) else "zh_Hans_CN"


def pick_locale(
    accept_language: str | None, cookie: str | None, person: str | None, allowed: Sequence[str] = LOCALES
) -> str:
    """The locale to answer in: the person's choice, else the cookie's, else the browser's, else Chinese."""
    for chosen in (person, cookie):
        if chosen in allowed:
            return str(chosen)
    return _from_browser((accept_language or "")[:200], tuple(allowed))


@lru_cache(maxsize=512)
def _from_browser(header: str, allowed: tuple[str, ...]) -> str:
    """The best locale for an Accept-Language header; one Chinese script stands in for the other."""
    ranges = sorted(_ranges(header), key=lambda pair: -pair[1])
    refused = {locale_of(tag) for tag, q in ranges if not q}
    open_ = [locale for locale in dict.fromkeys((DEFAULT, *allowed)) if locale in allowed]
    fallback = next((locale for locale in open_ if locale not in refused), open_[0] if open_ else DEFAULT)
    for tag, q in ranges:
        wanted = locale_of(tag)
        near = [wanted, *(x for x in open_ if wanted and x[:2] == wanted[:2] and x not in refused)]
        found = fallback if tag == "*" else next((x for x in near if x in allowed), None)
        if q and found:
            return found
    return fallback


def _ranges(header: str) -> Iterator[tuple[str, float]]:
    """(tag, q) of each well-formed part of the header."""
    for part in header.split(","):
        tag, _semicolon, rest = part.partition(";")
        name, _equals, value = rest.strip().partition("=")
        try:
            q = float(value) if name.strip().lower() == "q" else 1.0
        except ValueError:
            continue
        if tag.strip() and 0 <= q <= 1:
            yield tag.strip(), q
