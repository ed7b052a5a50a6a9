"""Forms: WTForms with the reader's language; the token against forged requests is checked for all posts at once."""

import secrets
from functools import lru_cache

from flask import current_app, g, request, session
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from wtforms import StringField

from ..people import signin
from .here import store_picture
from .i18n import _, ngettext

N_ = str

# What WTForms says by itself, so that our catalogs hold it.
MESSAGES = (N_("This field is required."), N_("Invalid email address."), N_("Not a valid integer value."),
            N_("Not a valid choice."), N_("Invalid Choice: could not coerce."), N_("Not a valid date value."),
            N_("Not a valid datetime value."), N_("Not a valid time value."), N_("Invalid input."),
            N_("Field cannot be longer than %(max)d characters."),
            N_("Number must be between %(min)s and %(max)s."), N_("Number must be at least %(min)s."))


class _Translations:
    """WTForms asks these two for its own messages."""

    def gettext(self, text: str) -> str:
        return _(text)

    def ngettext(self, one: str, many: str, n: int) -> str:
        return ngettext(one, many, n)


_translations = _Translations()


class Form(FlaskForm):
    """Base of all forms. `form.validate_on_submit()`, then `refused(page, form=form)` when it does not."""

    class Meta:
        csrf = False  # checked centrally, before the view

        def get_translations(self, form):
            return _translations

    def process(self, *args, **named) -> None:
        """A text that was not sent at all is an empty one: columns of text take no NULL."""
        super().process(*args, **named)
        for field in self if self.is_submitted() else ():
            if isinstance(field, StringField) and field.data is None:
                field.data = ""

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(id of the field, what is wrong) for the summary above the form."""
        return [(field.id, error) for field in self for error in field.errors]

    def stored_picture(self, before: str = "") -> str:
        """The name of the picture that was sent with the field `picture`, stored; else of the one before.

        Empty where `no_picture` was ticked. One that is refused is an error of the field.
        """
        from .pictures import PictureError  # costs 60 ms, which no page needs
        upload = request.files.get("picture")
        if upload is None or not upload.filename:
            return "" if request.form.get("no_picture") else before
        try:
            return store_picture(upload)
        except PictureError as e:
            self.picture.errors = [_(str(e))]
            return before


def own_token() -> None:
    """Have the token of a signed-in person's forms follow from their session, so that showing one stores nothing."""
    cookie = request.cookies.get(signin.COOKIE)
    if cookie:  # past the session's own way of setting it, which would send a cookie
        dict.__setitem__(session._get_current_object(), "csrf_token",
                         signin.form_token(cookie, current_app.secret_key))


@lru_cache(maxsize=4096)
def _token_of(cookie: str, secret: str) -> str:
    """The signed token of a session's forms, which takes longer to make than to show a page."""
    own_token()
    return generate_csrf()


def token() -> str:
    """What a form carries against forged requests, for one that cannot have `hidden`."""
    cookie = request.cookies.get(signin.COOKIE)
    return _token_of(cookie, current_app.secret_key) if cookie else generate_csrf()


def hidden() -> Markup:
    """The two hidden inputs of every form that changes something."""
    return Markup(inputs(token()))


def inputs(token: str) -> str:
    """The same with a token that was asked for already: the token, and a key of its own against a second tap."""
    # Both are letters, digits and the four signs of a signed token, so nothing is to be escaped.
    return (f'<input type="hidden" name="csrf_token" value="{token}">'
            f'<input type="hidden" name="_key" value="{secrets.token_urlsafe(9)}">')


def key() -> str:
    """The key that the sent form carries; empty when it has none."""
    return request.form.get("_key", "")[:64]


def stale(version: int, field: str = "version") -> bool:
    """Whether somebody else has saved the thing since this form was opened."""
    sent = request.form.get(field, "")
    return sent != "" and sent != str(version)


def mine() -> int | None:
    """The session that a form answer is kept for."""
    return g.viewer.session_id if g.viewer else None


