"""A person's own account: name, e-mail, password, language and size, devices. Staff who act for them stay out."""

from flask import Blueprint, abort, current_app, g, request
from wtforms import EmailField, PasswordField, StringField
from wtforms.validators import AnyOf, DataRequired, Length, Optional, Regexp, ValidationError

from ..base import clock
from ..pages import letters, notices
from ..pages.forms import Form
from ..pages.here import require_oneself, say
from ..pages.i18n import LOCALES, NAMES, TAGS, _, lazy, ngettext
from ..pages.templates import answer, refused, see_other
from ..pages.ways import network_address
from ..people import mail, signin
from ..people.models import Membership, Person, Session
from ..people.signin import TooMany
from .fields import BirthYear, stripped, too_often

N_ = str

pages = Blueprint("account", __name__, url_prefix="/me")

SHORTEST_PASSWORD = 8
YEAR = 365 * 86400
ADDRESS = r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+$"


class ProfileForm(Form):
    name = StringField(lazy("Your name"), [DataRequired(lazy("Write your name.")), Length(max=60)], [stripped])
    birth_year = BirthYear(lazy("Year of birth, if you like"))


class EmailForm(Form):
    email = EmailField(lazy("E-mail"), [Optional(), Length(max=120), Regexp(ADDRESS, message=lazy(
        "This is no e-mail address. One looks like name@example.com."))], [lambda text: (text or "").strip().lower()])


class PasswordForm(Form):
    current = PasswordField(lazy("Current password"))
    new = PasswordField(lazy("New password"), [
        DataRequired(lazy("Write a new password.")),
        Length(SHORTEST_PASSWORD, 200, lazy("Write at least 8 characters."))])

    def validate_new(self, field):
        if len(set(field.data)) < 4:
            raise ValidationError(_("This password is too easy to guess."))


class DisplayForm(Form):
    lang = StringField(lazy("Language"), [AnyOf(LOCALES, lazy("Choose one."))])
    size = StringField(lazy("Size"), [AnyOf(("normal", "large"), lazy("Choose one."))])


def _me() -> Person:
    return Person.get_by_id(require_oneself().person_id)


def _show(page: str, **context):
    """The page with its form: refused when the form was sent."""
    return (refused if request.method == "POST" else answer)(page, **context)


@pages.route("/profile", methods=["GET", "POST"])
def profile():
    """Name and year of birth; a name that staff have verified is changed by staff."""
    person = _me()
    form = ProfileForm(obj=person)
    fixed = Membership.select().where((Membership.person == person.id) & (Membership.state == "verified")).exists()
    if fixed:
        form.name.data = person.name
    if not form.validate_on_submit():
        return _show("me-profile.html", form=form, person=person, fixed=fixed, phone=signin.masked_phone(person.phone))
    Person.update(name=form.name.data, birth_year=form.birth_year.data).where(Person.id == person.id).execute()
    say(_("Saved."))
    return see_other("me")


@pages.route("/email", methods=["GET", "POST"])
def email():
    """The e-mail address. A new one is stored once its owner has typed the code that was sent to it."""
    person = _me()
    form = EmailForm(obj=person)
    if not form.validate_on_submit():
        return _show("me-email.html", form=form, person=person)
    wanted = form.email.data
    if wanted == (person.email or ""):
        return see_other("me/profile")
    if not wanted or not current_app.portal.settings.smtp:
        return _store_email(person, wanted, "me-email.html", form=form)
    return _ask_for_code(person, wanted, form)


def _ask_for_code(person: Person, wanted: str, form: EmailForm):
    try:
        code = signin.new_code(_mark(person, wanted), network_address(), g.site.id, _secret())
    except TooMany as e:
        form.email.errors = [too_often(e)]
        return answer("me-email.html", None, 429, form=form, person=person), {"Retry-After": str(e.minutes * 60)}
    title = _("%(code)s is your code", code=code)
    text = _("Type it at %(name)s to use this address there. It is good for 5 minutes. You did not ask for it? "
             "Then do nothing.", name=g.site.name)
    html = letters.letter("mail.html", title=title, text=text, site_name=g.site.name)
    mail.queue(wanted, title, f"{title}\n\n{text}\n", html)
    return answer("me-email-code.html", wanted=wanted)


@pages.post("/email/code")
def confirm_email():
    """Stores the address when the code is right."""
    person, wanted = _me(), request.form.get("email", "")[:120]
    checked = signin.check_code(_mark(person, wanted), request.form.get("code", "")[:20], _secret())
    if checked.wrong:
        wrong = ngettext("Wrong code. %(n)s try left.", "Wrong code. %(n)s tries left.", checked.left) if checked.left \
            else _("This code is no longer good. Send a new one.")
        return refused("me-email-code.html", wanted=wanted, wrong=wrong)
    form = EmailForm(data={"email": wanted})
    return _store_email(person, wanted, "me-email.html", form=form)


def _store_email(person: Person, wanted: str, page: str, form: EmailForm):
    """Store or take away the address, unless it belongs to another account."""
    taken = wanted and Person.select().where((Person.email == wanted) & (Person.id != person.id)).exists()
    if taken:
        form.email.errors = [_("This address cannot be used here. Use another one.")]
        return refused(page, form=form, person=person)
    Person.update(email=wanted or None).where(Person.id == person.id).execute()
    say(_("Saved."))
    return see_other("me/profile")


def _mark(person: Person, wanted: str) -> str:
    """What stands for this person's wish for this address in the table of codes."""
    return "@" + signin.digest(f"{person.id} {wanted}")[:19]


@pages.route("/password", methods=["GET", "POST"])
def password():
    """Sets or changes the password; all other devices are signed out."""
    person, form = _me(), PasswordForm()
    if not form.validate_on_submit():
        return _show("me-password.html", form=form, person=person)
    try:
        if person.password and not signin.is_password_of(person, form.current.data or ""):
            form.current.errors = [_("This is not your current password.")]
            return refused("me-password.html", form=form, person=person)
    except TooMany as e:
        form.current.errors = [too_often(e)]
        return answer("me-password.html", None, 429, form=form, person=person), {"Retry-After": str(e.minutes * 60)}
    Person.update(password=signin.hash_password(form.new.data)).where(Person.id == person.id).execute()
    signin.end_others(g.viewer.session_id, person.id)
    notices.notify(person.id, "core.account", f"password {clock.now()}", N_("Your password was changed"),
                   N_("It was not you? Sign in with your phone and set a new one at once."), url="me/password")
    say(_("Your new password holds. All other devices are signed out."))
    return see_other("me/profile")


@pages.route("/display", methods=["GET", "POST"])
def display():
    """Language and size of the text, kept with the person and set on this device."""
    viewer = require_oneself()
    form = DisplayForm(data={"lang": g.locale, "size": "large" if g.context["large"] else "normal"})
    if not form.validate_on_submit():
        return _show("me-display.html", form=form, languages=[(c, NAMES[c], TAGS[c]) for c in LOCALES])
    lang, size = form.lang.data, form.size.data
    Person.update(locale=lang, large=size == "large").where(Person.id == viewer.person_id).execute()
    say(current_app.portal.translation(g.site, lang).gettext("Saved."))
    response = see_other("me")
    for name, value in (("lang", lang), ("size", size)):
        response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=request.is_secure)
    return response


@pages.get("/sessions")
def sessions():
    """Where the person is signed in."""
    viewer = require_oneself()
    since = clock.now() - signin.SESSION_DAYS * 86400
    rows = list(Session.select(Session.id, Session.device, Session.seen_at)
                .where((Session.person == viewer.person_id) & (Session.created_at > since))
                .order_by((Session.id == viewer.session_id).desc(), Session.seen_at.desc()).limit(50).tuples())
    return answer("me-sessions.html", rows=rows)


@pages.post("/sessions/<int:session_id>/end")
def end_session(session_id: int):
    """Signs out one other device."""
    viewer = require_oneself()
    if session_id == viewer.session_id or not signin.end(session_id, viewer.person_id):
        abort(404)
    say(_("That device is signed out."))
    return see_other("me/sessions")


@pages.post("/sessions/others")
def end_other_sessions():
    """Signs out all other devices."""
    viewer = require_oneself()
    signin.end_others(viewer.session_id, viewer.person_id)
    say(_("All other devices are signed out."))
    return see_other("me/sessions")


def _secret() -> str:
    return current_app.portal.settings.secret_key
