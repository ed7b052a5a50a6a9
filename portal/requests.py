"""A request from its first statement to its last: site, viewer, language, one transaction, one answer."""

import logging
import time
from hashlib import file_digest
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from flask import Flask, abort, current_app, g, redirect, request
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, RoutingException

from . import hooks
from .base import clock, database, sites
from .base.routes import LateRule
from .pages import forms, i18n, templates
from .pages.context import context_of
from .people import signin
from .people.models import FormAnswer, PluginFault

log = logging.getLogger("portal.requests")

COOKIE = signin.COOKIE
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
YEAR = 365 * 86400
CHOICES = {"size": ("large", "normal"), "mode": ("dark", "light", "auto"), "lang": i18n.LOCALES}
CHOSEN = tuple(name.encode() for name in CHOICES)
CSP = ("default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'self'; "
       "form-action 'self'")
HALF = 32  # hexadecimal digits for which form it is, and as many for what was in it
LONGEST_KEPT = 60_000  # characters of an answer kept for a second tap

HEADERS = (("Content-Security-Policy", CSP), ("Referrer-Policy", "same-origin"))  # where a view says nothing else
SITE_HEADERS = (*HEADERS, ("Cache-Control", "private, no-cache"))
VARY = "Cookie, Accept-Language, HX-Request-Type"

csrf = CSRFProtect()


class FormSession(SecureCookieSessionInterface):
    """Flask's signed cookie, for forms' tokens and messages only; without one no signer is made."""

    def open_session(self, app, request):
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def save_session(self, app, session, response):
        if session.modified:
            super().save_session(app, session, response)


class PortalFlask(Flask):
    """Flask, with one lazily begun transaction around everything that can touch the database."""

    session_interface = FormSession()
    url_rule_class = LateRule

    def ensure_sync(self, func):
        """No view of ours is a coroutine; Flask would look at each one for every request."""
        return func

    def full_dispatch_request(self):
        self._got_first_request = True
        g.began = time.perf_counter()
        with database.use(self.portal.db):
            try:
                response = self.finalize_request(self._in_a_unit())
            except Exception as e:
                response = self._told(e)
            self._afterwards(response)
            return response

    def _in_a_unit(self):
        """The answer of the view, stored; another try when PostgreSQL gave the transaction up for another's."""
        for last in (*[False] * database.RETRIES, True):
            try:
                with database.unit(write=request.method not in SAFE):
                    return self._answer()
            except Exception as e:
                if last or not database.worth_retrying(e):
                    raise
                _rewind()

    def _answer(self):
        g.files = []
        if "portal.root" in request.environ:
            g.site = None
            return self.dispatch_request()
        early = open_request(self)
        if early is not None:
            return early
        with sites.within(g.site), i18n.use(g.translation):
            token = templates.theme.set(g.theme)
            try:
                return self._once()
            finally:
                templates.theme.reset(token)

    def _once(self):
        """The view's answer, or the first one when the same form comes a second time."""
        if request.method in SAFE:
            return self._answered()
        if any("\0" in text for texts in request.form.listvalues() for text in texts):
            abort(400)
        forms.own_token()
        csrf.protect(apply_exemptions=True)
        key = forms.key()
        if not key:
            return self._answered()
        row = _claim_key(key)
        if row is not None:
            return _again(row)
        changed = database.nothing_written()
        response = self._answered()
        _keep(response, changed)
        return response

    def _answered(self):
        """What the view answers; made whole here, so that nothing is stored of a view that answers with nonsense.

        Files that came with a form are kept once it is taken, before the transaction is."""
        response = self.make_response(self.preprocess_request() or self.dispatch_request())
        if response.status_code < 400:
            for keep in g.files:
                keep()
        return response

    def _told(self, error: Exception):
        """The answer of a request that failed; without what its plugin lays over its answers when that fails, too."""
        rv = self._in_words(error)
        try:
            return self.finalize_request(rv)
        except Exception:
            return finish(self.make_response(rv))

    def _in_words(self, error: Exception):
        """The page that tells what went wrong, in the site's brand where it is known."""
        if isinstance(error, RequestRedirect):  # to the address with its last slash
            return redirect(_address(*urlsplit(error.new_url)[2:4]), error.code)
        if isinstance(error, RoutingException):
            return error
        if isinstance(error, HTTPException) and error.response is not None:
            return error.response
        if database.unavailable(error):
            log.warning("database unavailable: %s", type(error).__name__)
            return unavailable()
        if isinstance(error, database.Unstorable):
            return error_page(404 if request.method in SAFE else 400)
        if not isinstance(error, HTTPException):
            if self.testing or self.config.get("PROPAGATE_EXCEPTIONS"):
                raise error
            self._blame(error)
        return error_page(getattr(error, "code", None) or 500)

    def _blame(self, error: Exception) -> None:
        name = (request.blueprint or "").partition(".")[0]
        if name in self.portal.plugin_names and g.get("site"):
            self.portal.plugins.fault(name, "view", g.site.id, error)
        else:
            log.error("a request failed", exc_info=error)

    def _afterwards(self, response) -> None:
        """Small notes that must not hold up or break the answer."""
        try:
            if g.get("touch"):
                with database.unit(write=True, wait=False):
                    signin.touch(g.touch)
            if self.portal.plugins.faults:
                _note_faults(self.portal.plugins)
        except Exception as e:
            log.warning("a note after a request failed: %s", type(e).__name__)


def _rewind() -> None:
    """Have what was uploaded read from its beginning once more, after a pause."""
    for file in request.files.values():
        file.stream.seek(0)
    time.sleep(0.01)


def open_request(app) -> Any:
    """Set g.site, g.viewer, language and context. Returns an early answer (a redirect), or None to go on."""
    asked, store = request._get_current_object(), g._get_current_object()
    environ = asked.environ
    place, token = {"slug": environ.get("portal.slug"), "host": environ.get("portal.host")}, asked.cookies.get(COOKIE)
    site, store.viewer, due = signin.arrive(token, **place) if token else (sites.find(**place), None, False)
    store.site = site
    if site is None:
        abort(404)
    if environ.get("portal.front"):
        return redirect(f"/{site.slug}/", 302)
    query = asked.query_string
    chosen = _choices() if query and any(name in query for name in CHOSEN) else {}
    if chosen and asked.method == "GET":
        return _chosen(chosen)
    store.touch = store.viewer.session_id if due else 0
    store.context = context_of(app.portal, site, store.viewer)
    _gate(app, asked.blueprint, asked.endpoint, site)
    return None


def _gate(app, blueprint: str | None, endpoint: str | None, site: sites.SiteView) -> None:
    """A plugin's pages are there only where it is enabled; those of the house itself below no site."""
    name = (blueprint or "").partition(".")[0]
    if name == "root" and endpoint != "root.plugin_file":
        abort(404)
    if name in app.portal.plugin_names and name not in site.plugins:
        abort(404)


def _choices() -> dict[str, str]:
    """What the address asks for in size, colours or language."""
    try:
        return {k: request.args[k] for k in CHOICES if request.args.get(k) in CHOICES[k]}
    except UnicodeDecodeError:
        abort(400)


def _chosen(chosen: dict[str, str]):
    """Remember a choice of size, colours or language in a cookie, and show the page without it in the address."""
    rest = [(k, v) for k, v in request.args.items(multi=True) if k not in CHOICES]
    path = quote(f"{request.script_root}{request.path}", safe="/:@!$&'()*+,;=~")
    response = redirect(_address(path, urlencode(rest)), 303)
    for name, value in chosen.items():
        response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure)
    return response


def _address(path: str, query: str) -> str:
    """An address of this host: whatever a browser reads as another's begins with two slashes."""
    return f"/{path.lstrip('/')}" + (f"?{query}" if query else "")


def _claim_key(key: str) -> FormAnswer | None:
    """None when this form comes for the first time, or with something else in it than the last time, as from who went
    back to it in the browser; else the row of its last answer."""
    form = signin.digest(f"{g.site.id} {key} {forms.mine()} {request.path}")[:HALF]
    sent = [*request.form.items(multi=True), *((name, *_told_apart(f)) for name, f in request.files.items(multi=True))]
    whole = g.form_key = form + signin.digest(repr(sent))[:HALF]
    insert = FormAnswer.insert(key=whole, session_id=forms.mine(), status=0)
    if insert.on_conflict(conflict_target=[FormAnswer.key], action="IGNORE").as_rowcount().execute():
        before = FormAnswer.key.between(form + "0" * HALF, form + "f" * HALF) & (FormAnswer.key != whole)
        FormAnswer.delete().where(before).execute()
        return None
    return FormAnswer.get(FormAnswer.key == whole)


def _told_apart(file) -> tuple[str | None, str]:
    """A file's name and the hash of what is in it: phones call every photo `image.jpg`."""
    found = file_digest(file.stream, "sha256").hexdigest()
    file.stream.seek(0)
    return file.filename, found


def _keep(response, changed: int | None) -> None:
    """Keep the answer for a second tap. A refused form is not kept: it is corrected and sent again; nor is a file that
    is downloaded: a second tap gets it anew.

    `changed`: how many rows were changed before the view; where it has changed none, nothing goes to the disk.
    """
    if response.status_code >= 400:
        db = current_app.portal.db
        if changed is not None and db.changes == changed and not db.open_unit.after:
            db.open_unit.keep = False
        else:
            FormAnswer.delete().where(FormAnswer.key == g.form_key).execute()
        return
    if not response.location and not response.mimetype.startswith("text/"):
        FormAnswer.delete().where(FormAnswer.key == g.form_key).execute()
        return
    body = "" if response.location else response.get_data(as_text=True)[:LONGEST_KEPT]
    FormAnswer.update(status=response.status_code, location=response.location or "", body=body).where(
        FormAnswer.key == g.form_key).execute()


def _again(row: FormAnswer):
    if row.location:
        return redirect(row.location, row.status)
    return row.body, row.status or 200


def _note_faults(plugins: hooks.Plugins) -> None:
    with database.unit(write=True, wait=False):
        while plugins.faults:
            site_id, plugin, hook, reason = plugins.faults.popleft()
            same = ((PluginFault.plugin == plugin) & (PluginFault.hook == hook) & (PluginFault.reason == reason)
                    & (PluginFault.site_id == site_id))
            if not PluginFault.update(n=PluginFault.n + 1, last_at=clock.now()).where(same).execute():
                PluginFault.create(site_id=site_id, plugin=plugin, hook=hook, reason=reason)


def error_page(code: int):
    """An error page in the brand and the reader's language; a bare one when not even that can be made."""
    if g.get("site") is None:
        return _bare(code), code
    try:
        with database.unit(), i18n.use(g.get("translation") or i18n.current()):
            if "context" not in g:
                g.viewer = None
                g.context = context_of(current_app.portal, g.site, None)
            with i18n.use(g.translation), sites.within(g.site):
                token = templates.theme.set(g.theme)
                try:
                    return templates.render("error.html", code=code), code
                finally:
                    templates.theme.reset(token)
    except Exception as e:
        log.warning("an error page failed: %s", type(e).__name__)
        return _bare(code), code


BARE = """<!doctype html><html lang="zh-Hans-CN"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><title>{title}</title></head>
<body><main><h1>{title}</h1><p>{text}</p><p lang="en">{english}</p></main></body></html>"""
SENTENCES = {
    404: ("没有这个页面", "请检查地址，或者回到首页。", "This page is not here."),
    503: ("现在有点忙", "刚才没有保存。请1分钟后再试。", "Busy just now and nothing was saved. Try again in a minute."),
    500: ("出了点问题", "已经记下来了，请过一会儿再试。", "Something went wrong and has been noted. Try again later."),
}


def _bare(code: int) -> str:
    title, text, english = SENTENCES.get(code) or SENTENCES[404 if code < 500 else 500]
    return BARE.format(title=title, text=text, english=english)


def unavailable():
    """503: nothing was stored, and when to try again."""
    return _bare(503), 503, {"Retry-After": "60", "Cache-Control": "no-store"}


def finish(response):
    """Headers of every answer, and its place in the figures."""
    store = g._get_current_object()
    current_app.portal.metrics.count(request.blueprint or "none", response.status_code,
                                     time.perf_counter() - store.began)
    headers, site = response.headers, store.get("site")
    headers["X-Content-Type-Options"] = "nosniff"
    own = {name.lower() for name, _ in headers}
    wanted = SITE_HEADERS if site is not None else HEADERS
    for name, value in wanted:
        if name.lower() not in own:
            headers.add(name, value)
    if site is not None:
        headers["Vary"] = VARY
        if "translation" in store and "content-language" not in own and response.mimetype == "text/html":
            headers.add("Content-Language", store.translation.tag)
    return response
