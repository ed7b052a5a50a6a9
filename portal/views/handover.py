"""From one host to another: whoever is signed in on one is signed in on the other, by a token that is good once."""

from urllib.parse import quote

from flask import Blueprint, abort, current_app, g, redirect, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from ..base import clock, sites
from ..pages.here import say, site_url
from ..pages.i18n import _
from ..pages.templates import answer, see_other
from ..pages.ways import inside
from ..people import signin
from ..people.models import HandOver, Session
from .signin import enter

pages = Blueprint("handover", __name__)

SECONDS = 30
CSP = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"


@pages.get("/go/<slug>")
def go(slug: str):
    """To a page of another site. Where that has a host of its own, the sign-in is handed over by a token in a form."""
    to = sites.find(slug=slug)
    if to is None:
        abort(404)
    after = inside(request.args.get("next"))
    if not to.host and not g.site.host:
        return redirect(f"/{to.slug}/{after.lstrip('/')}", 302)
    address = site_url(to, after.lstrip("/"))
    origin, host = _origin(address)
    if g.viewer is None or g.viewer.acting or host == request.host:
        return redirect(address, 302)
    token = _hand_overs().dumps([g.viewer.session_id, host, request.host])
    response = answer("sign-in-go.html", name=to.name, arrive=f"{site_url(to)}arrive", after=after, token=token)
    response.headers["Content-Security-Policy"] = f"{CSP}; form-action {origin}"
    response.headers["Referrer-Policy"] = "origin"  # else the browser would name no Origin
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.post("/arrive")
def arrive():
    """Takes a hand-over: once, in time, on the host it was made for, from the page that made it."""
    after = inside(request.form.get("next")) or ""
    person_id = _handed_over(request.form.get("token", ""))
    if person_id is None:
        say(_("The way here took too long. Please sign in."), "warn")
        return see_other(f"sign-in?next={quote(after)}" if after else "sign-in")
    return enter(person_id, after)


def _handed_over(token: str) -> int | None:
    try:
        session_id, host, origin = _hand_overs().loads(token, max_age=SECONDS)
    except BadSignature:
        return None
    if host != request.host or _origin(request.headers.get("Origin", ""))[1] != origin:
        return None
    row = Session.get_or_none(Session.id == session_id)
    if row is None:
        return None
    until = clock.now() + SECONDS
    used = HandOver.insert(token=signin.digest(token), session=row.id, host=host, expires_at=until)
    first = used.on_conflict(conflict_target=[HandOver.token], action="IGNORE").as_rowcount().execute()
    return row.person_id if first else None


def _hand_overs() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.portal.settings.secret_key, salt="hand-over")


def _origin(address: str) -> tuple[str, str]:
    """(scheme://host:port, host:port) of an address."""
    scheme, _colon, rest = address.partition("://")
    host = rest.partition("/")[0]
    return f"{scheme}://{host}", host
