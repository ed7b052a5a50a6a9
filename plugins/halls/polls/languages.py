"""What a poll says in further languages: which ones its site asks for, what is missing, and what a reader reads."""

import hashlib
import json
from typing import Any

from portal import scope_id, site_view

from .. import speech
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
    said = [poll.title, poll.text, *([o.title, o.text] for o in options if poll.rule != "yesno")]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def kept(poll: PollRow) -> dict[str, Any]:
    """{"of": …, language: {"title", "text", "options", "abouts"}} as it is stored; options are names, abouts what is
    said of each."""
    return json.loads(poll.texts or "{}")


def missing(poll: PollRow, options: list[OptionRow]) -> list[str]:
    """The languages that are asked for and not there, or there for what the draft said before."""
    texts = kept(poll)
    now = fresh(poll, options)
    return [code for code in asked() if not now or not _whole(texts.get(code, {}), poll, options)]


def fresh(poll: PollRow, options: list[OptionRow]) -> bool:
    """Whether what is kept was made of what the poll says now."""
    return kept(poll).get("of") == own(poll, options)


def _whole(texts: dict[str, Any], poll: PollRow, options: list[OptionRow]) -> bool:
    titles, about = texts.get("options", []), _abouts(texts, options)
    named = poll.rule == "yesno" or (
        len(titles) == len(options) and all(titles) and len(set(titles)) == len(titles)
        and all(said for said, o in zip(about, options, strict=True) if o.text))
    return bool(texts.get("title")) and bool(texts.get("text") or not poll.text.strip()) and named


def _abouts(texts: dict[str, Any], options: list[OptionRow]) -> list[str]:
    """What is said of each option; empty where nothing was written."""
    return (texts.get("abouts", []) + [""] * len(options))[:len(options)]


def _mine(poll: PollRow) -> dict[str, Any]:
    return kept(poll).get(speech.locale(), {}) if poll.texts != "{}" else {}


def text(own: str, texts: str) -> str:
    """What a poll says below its question, in the reader's language where it was written in it; both as stored."""
    return json.loads(texts or "{}").get(speech.locale(), {}).get("text") or own


def title(poll: Any, locale: str) -> str:
    """The question in this language, where it was written in it: for somebody who is told something."""
    return json.loads(poll.texts or "{}").get(locale, {}).get("title") or poll.title


def said(poll: PollRow) -> PollRow:
    """The poll in the reader's language, where it was written in it."""
    mine = _mine(poll)
    return poll._replace(title=mine.get("title") or poll.title, text=mine.get("text") or poll.text) if mine else poll


def titled(poll: PollRow, options: list[OptionRow]) -> list[OptionRow]:
    """The options, too."""
    mine = _mine(poll)
    titles = mine.get("options", [])
    if len(titles) != len(options) or poll.rule == "yesno":
        return options
    return [o._replace(title=title or o.title, text=about or o.text)
            for o, title, about in zip(options, titles, _abouts(mine, options), strict=True)]
