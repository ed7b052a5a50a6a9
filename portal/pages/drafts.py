"""A brand that is not saved yet: what was typed, what is wrong, a token that takes it to its preview."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

from itsdangerous import BadData, URLSafeTimedSerializer

from ..base.sites import SiteView
from . import colours
from .i18n import _

N_ = str

HOUR = 3600
LONGEST = {"name": 40, "motto": 16, "address": 120, "phone": 40, "hours": 80, "filing": 120}
LABELS = {
    "name": N_("Name of the site"),
    "motto": N_("Motto"),
    "theme": N_("Theme"),
    "colours": N_("Main colour"),
    "logo": N_("Logo"),
    "hero": N_("Large picture"),
    "address": N_("Address"),
    "phone": N_("Phone"),
    "hours": N_("Opening hours"),
    "filing": N_("Filing numbers"),
    "words": N_("Own words"),
}
LONGEST_WORD = 20
PHONE = re.compile(r"[0-9+()（）\-—/、，, ]{5,40}")
REASONS = (
    N_("Write the colour as #rrggbb, for example #14508c."),
    N_("Words in this colour are hard to read on the page."),
    N_("Neither white nor black words can be read on this colour."),
)


class Draft(NamedTuple):
    """What a site is to look like: the four columns of its row that make its brand."""

    name: str
    theme: str
    brand: Mapping[str, Any]
    words: Mapping[str, Mapping[str, str]]

    @property
    def shown(self) -> dict[str, str]:
        """Each part as words, to lay two drafts side by side."""
        given = {key: str(self.brand.get(key) or "") for key in LABELS}
        words = [text for own in self.words.values() for text in own.values()]
        return given | {
            "name": self.name,
            "theme": self.theme,
            "words": "、".join(words),
            "colours": (self.brand.get("colours") or {}).get("brand", ""),
        }


def draft_of(site: SiteView) -> Draft:
    """The brand as it is saved."""
    return Draft(site.name, site.theme, dict(site.brand), {k: dict(v) for k, v in site.words.items()})


def differences(theirs: Draft, mine: Draft) -> list[tuple[str, str, str]]:
    """(label, what is saved, what was typed) of each part that is not the same."""
    a, b = theirs.shown, mine.shown
    return [(_(label), a[key], b[key]) for key, label in LABELS.items() if a[key] != b[key]]


def problems(draft: Draft, themes: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong, by the id of its field."""
    wrong = {
        key: _("At most %(n)s characters.", n=most)
        for key, most in LONGEST.items()
        if len(draft.name if key == "name" else draft.brand.get(key, "")) > most
    }
    if not draft.name:
        wrong["name"] = _("Write the name.")
    if draft.theme not in themes:
        wrong["theme-0"] = _("Choose one of these.")
    phone = draft.brand.get("phone", "")
    if phone and not PHONE.fullmatch(phone):
        wrong["phone"] = _("Write the phone number with digits, for example 0757-8222 1234.")
    verdict = verdict_of(draft, themes)
    if verdict and not verdict.ok:
        wrong["colour"] = _(verdict.reason)
    return wrong | _long_words(draft)


def _long_words(draft: Draft) -> dict[str, str]:
    return {
        word_id(locale, msgid): _("At most %(n)s characters.", n=LONGEST_WORD)
        for locale, own in draft.words.items()
        for msgid, text in own.items()
        if len(text) > LONGEST_WORD
    }


def word_id(locale: str, msgid: str) -> str:
    """The id of the field for an own word."""
    return f"w-{locale}-{re.sub(r'[^A-Za-z0-9]+', '-', msgid)}"


def verdict_of(draft: Draft, themes: Mapping[str, Any]) -> colours.Verdict | None:
    """Whether the draft's own colour can be read on its theme; None when it keeps the theme's."""
    brand = (draft.brand.get("colours") or {}).get("brand")
    if not brand:
        return None
    about = themes[draft.theme].about if draft.theme in themes else {}
    light = about.get("light") or {}
    grounds = tuple(filter(None, (light.get("bg"), light.get("paper")))) or colours.LIGHT_BACKGROUNDS
    return colours.check(brand, grounds)


def sealed(draft: Draft, site_id: int, secret: str) -> str:
    """The draft as a token for an address; good for an hour and one site."""
    return _seal(secret).dumps([site_id, draft.name, draft.theme, dict(draft.brand), dict(draft.words)])


def unsealed(token: str, site_id: int, secret: str) -> Draft | None:
    """The draft that a token carries; None when it is not ours, too old or of another site."""
    try:
        whose, *parts = _seal(secret).loads(token, max_age=HOUR)
    except BadData:
        return None
    return Draft(*parts) if whose == site_id else None


def _seal(secret: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="brand draft", serializer=json)


def dressed(site: SiteView, draft: Draft, token: str) -> SiteView:
    """The site with the draft saved. Its version is the token's own: pieces of pages are kept by it."""
    version = -int(hashlib.sha256(token.encode()).hexdigest()[:15], 16)
    return replace(
        site,
        name=draft.name,
        theme=draft.theme,
        brand=MappingProxyType(dict(draft.brand)),
        words=MappingProxyType(dict(draft.words)),
        version=version,
    )
