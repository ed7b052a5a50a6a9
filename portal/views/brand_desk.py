"""The desk's brand: name, motto, look, colour, pictures, own words and footer, with a preview."""

import json
import re

from flask import Blueprint, Response, abort, current_app, g, request

from ..base import sites
from ..base.sites import Site
from ..pages import colours, drafts, i18n, templates
from ..pages.context import HOME, ME, context_of
from ..pages.drafts import Draft
from ..pages.forms import stale
from ..pages.here import picture_url, require, say, site
from ..pages.i18n import LOCALES, NAMES, _
from ..pages.templates import answer, refused, see_other
from ..people.audit import audit
from .desk import title_of
from .front import home
from .plugin_desk import mark_of

pages = Blueprint("brand_desk", __name__)

TEXTS = ("motto", "address", "phone", "hours", "filing")
PICTURES = ("logo", "hero")
LOGO = 192
STORED = re.compile(r"/files/(\d+)/([0-9a-f]{8,64}-\d+\.(?:png|webp))")


@pages.get("/desk/brand")
def edit():
    """The brand as it is, and the front page as residents see it."""
    require("core.brand")
    return answer("desk/brand.html", **_page(drafts.draft_of(g.site)))


@pages.post("/desk/brand")
def save():
    """Show the brand that was typed, or save it; a wrong or outdated one comes back with what was typed."""
    who = require("core.brand")
    saved = drafts.draft_of(g.site)
    mine, wrong = typed()
    wrong = drafts.problems(mine, current_app.portal.themes) | wrong
    if wrong:
        return refused("desk/brand.html", "brand", **_page(mine, wrong))
    if request.form.get("do") != "save":
        return answer(
            "desk/brand.html", "brand", **_page(mine, look=_look_url(mine), version=_sent_version())
        )
    if stale(mark_of(saved._asdict())):
        return refused("desk/brand.html", "brand", **_page(mine, theirs=saved))
    if not _store(mine):
        fresh = drafts.draft_of(sites.view(site.id))
        return refused("desk/brand.html", "brand", **_page(mine, theirs=fresh))
    audit(who, "core.brand", mine.name, "、".join(part for part, *_rest in drafts.differences(saved, mine)))
    say(_("Saved. Residents see it with their next click."))
    return see_other("desk/brand")


def _sent_version() -> str:
    return request.form.get("version", "")[:20]


def _store(mine: Draft) -> bool:
    """Whether the draft was stored: not when the site was changed since the request began."""
    done = (
        Site.update(
            name=mine.name,
            theme=mine.theme,
            brand=json.dumps(dict(mine.brand), ensure_ascii=False),
            words=json.dumps(dict(mine.words), ensure_ascii=False),
        )
        .where((Site.id == site.id) & (Site.version == site.version))
        .execute()
    )
    if done:
        sites.touched(site.id)
    return bool(done)


def typed() -> tuple[Draft, dict[str, str]]:
    """The draft that the form holds, and what is wrong with its pictures."""
    form = request.form
    brand = dict(site.brand) | {key: form.get(key, "").strip() for key in TEXTS}
    colour = form.get("suggest") or form.get("colour", "")
    brand["colours"] = (
        {"brand": colour.strip().lower()} if form.get("own_colour") or form.get("suggest") else {}
    )
    wrong = {}
    for kind in PICTURES:
        try:
            brand[kind] = _picture(kind)
        except ValueError as e:
            wrong[kind] = str(e)
    return Draft(form.get("name", "").strip(), form.get("theme", ""), brand, _words()), wrong


def _picture(kind: str) -> str:
    """The address of the picture: a new one, one kept through a preview, the saved one, or none."""
    if request.form.get(f"no-{kind}"):
        return ""
    upload = request.files.get(kind)
    if upload and upload.filename:
        return _stored(kind, upload.stream.read())
    kept = request.form.get(f"kept-{kind}")
    found = STORED.fullmatch(kept or "")
    if found and int(found[1]) == site.id and (_folder() / found[2]).is_file():
        return kept
    return site.brand.get(kind, "")


def _folder():
    return current_app.portal.settings.data / "files" / str(site.id)


def _stored(kind: str, data: bytes) -> str:
    """Store an upload; ValueError with the sentence for a picture that is refused."""
    from ..pages import pictures  # costs 60 ms, which no other page needs

    try:
        if kind == "logo":
            return picture_url(pictures.sized(pictures.store_logo(data, _folder()).name, LOGO))
        return picture_url(pictures.store(data, _folder()).name)
    except pictures.PictureError as e:
        raise ValueError(_(str(e))) from e


def terms() -> list[str]:
    """The msgids that a site may say in its own words: of plugins, of the menu, and what it has already."""
    plugins = current_app.portal.plugins
    own = {msgid for words in site.words.values() for msgid in words}
    return list(dict.fromkeys([*(title_of(n) for n in plugins.names), HOME, ME, *sorted(own)]))


def _words() -> dict[str, dict[str, str]]:
    found = {
        locale: {msgid: request.form.get(f"word:{locale}:{msgid}", "").strip() for msgid in terms()}
        for locale in LOCALES
    }
    return {locale: own for locale, words in found.items() if (own := {k: v for k, v in words.items() if v})}


def _page(
    draft: Draft,
    wrong: dict[str, str] | None = None,
    theirs: Draft | None = None,
    look: str = "",
    version: str = "",
) -> dict:
    """What the editor shows."""
    portal, locale = current_app.portal, g.locale
    colour = (draft.brand.get("colours") or {}).get("brand", "")
    theme = portal.themes.get(draft.theme)
    base = theirs or drafts.draft_of(g.site)
    return {
        "draft": draft,
        "wrong": wrong or {},
        "look": look or f"{request.script_root}/",
        "looking": bool(look),
        "version": version or mark_of(base._asdict()) if theirs or not wrong else _sent_version(),
        "compare": drafts.differences(theirs, draft) if theirs else [],
        "own_colour": bool(colour),
        "verdict": drafts.verdict_of(draft, portal.themes),
        "colour": colour or ((theme.about.get("light") or {}).get("brand") if theme else "") or "#14508c",
        "themes": [
            (name, _said(t.about.get("title"), name), _said(t.about.get("about"), ""))
            for name, t in portal.themes.items()
        ],
        "languages": [(one, NAMES[one], one == locale, _terms_in(one, draft)) for one in _first(locale)],
    }


def _first(locale: str) -> list[str]:
    return [locale, *(one for one in LOCALES if one != locale)]


def _said(texts, other: str) -> str:
    """What a theme says of itself in the reader's language."""
    return (
        texts if isinstance(texts, str) else (texts or {}).get(g.locale) or (texts or {}).get("en") or other
    )


def _terms_in(locale: str, draft: Draft) -> list[tuple[str, str, str, str]]:
    """(id, msgid, how the portal says it, how this site says it) in a language."""
    plain = current_app.portal.catalogs.for_(locale)
    own = draft.words.get(locale) or {}
    return [
        (drafts.word_id(locale, msgid), msgid, plain.gettext(msgid), own.get(msgid, "")) for msgid in terms()
    ]


def _token(draft: Draft) -> str:
    return drafts.sealed(draft, site.id, current_app.secret_key)


def _look_url(draft: Draft) -> str:
    return f"{request.script_root}/desk/brand/look?draft={_token(draft)}"


def _asked() -> Draft:
    """The draft in the address; 404 when it is not one that this site's desk has made within the hour."""
    require("core.brand")
    token = request.args.get("draft", "")
    draft = drafts.unsealed(token, site.id, current_app.secret_key)
    if draft is None or draft.theme not in current_app.portal.themes:
        abort(404)
    return draft


@pages.get("/desk/brand/look")
def look():
    """The front page as a guest would see it with a draft; nothing of it is saved."""
    draft = _asked()
    g.site, g.viewer = drafts.dressed(g.site, draft, request.args["draft"]), None
    g.context = context_of(current_app.portal, g.site, None)
    if draft.brand.get("colours"):
        g.context["brand_css"] = f"{request.script_root}/desk/brand/colours.css?draft={request.args['draft']}"
    token = templates.theme.set(g.theme)
    try:
        with i18n.use(g.translation):
            return home()
    finally:
        templates.theme.reset(token)


@pages.get("/desk/brand/colours.css")
def look_colours():
    """The colours of a draft as a style sheet."""
    text = colours.brand_css(dict(_asked().brand.get("colours") or {}))
    return Response(text, mimetype="text/css", headers={"Cache-Control": "no-store"})
