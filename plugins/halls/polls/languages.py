"""What a poll says in further languages: which ones its site asks for, what is missing, and what a reader reads."""

import hashlib
import json
from typing import Any

from flask import g, has_request_context

from portal import scope_id, site_view

from .queries import OptionRow, PollRow

N_ = str
NAMES = {"zh_Hans_CN": "简体中文", "zh_Hant_HK": "繁體中文", "en": "English"}
ASKED = (("", N_("Only that of the site")), ("en", N_("English")), ("zh_Hans_CN", N_("Simplified Chinese")),
         ("zh_Hant_HK", N_("Traditional Chinese")), ("zh_Hans_CN en", N_("Simplified Chinese and English")),
         ("zh_Hant_HK en", N_("Traditional Chinese and English")))


def asked() -> list[str]:
    """The further languages in which polls of the open site have to be written."""
    kept = site_view(scope_id()).settings.get("halls", {}).get("languages", "")
    return [code for code in str(kept).split() if code in NAMES]


def own(poll: PollRow, options: list[OptionRow]) -> str:
    """What the translations were made of: another one once title, text or an option of the draft is another."""
    said = [poll.title, poll.text, *(o.title for o in options if poll.rule != "yesno")]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def kept(poll: PollRow) -> dict[str, Any]:
    """{"of": …, language: {"title", "text", "options"}} as it is stored."""
    return json.loads(poll.texts or "{}")


def missing(poll: PollRow, options: list[OptionRow]) -> list[str]:
    """The languages that are asked for and not there, or there for what the draft said before."""
    texts = kept(poll)
    fresh = texts.get("of") == own(poll, options)
    return [code for code in asked() if not fresh or not _whole(texts.get(code, {}), poll, options)]


def _whole(texts: dict[str, Any], poll: PollRow, options: list[OptionRow]) -> bool:
    titles = texts.get("options", [])
    named = poll.rule == "yesno" or (len(titles) == len(options) and all(titles) and len(set(titles)) == len(titles))
    return bool(texts.get("title")) and bool(texts.get("text") or not poll.text.strip()) and named


def _mine(poll: PollRow) -> dict[str, Any]:
    return kept(poll).get(getattr(g, "locale", ""), {}) if poll.texts != "{}" and has_request_context() else {}


def said(poll: PollRow) -> PollRow:
    """The poll in the reader's language, where it was written in it."""
    mine = _mine(poll)
    return poll._replace(title=mine["title"], text=mine.get("text") or poll.text) if mine.get("title") else poll


def titled(poll: PollRow, options: list[OptionRow]) -> list[OptionRow]:
    """The options, too."""
    titles = _mine(poll).get("options", [])
    if len(titles) != len(options) or poll.rule == "yesno":
        return options
    return [o._replace(title=title, text="") for o, title in zip(options, titles, strict=True)]
