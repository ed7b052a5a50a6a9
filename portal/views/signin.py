"""Signing in: a code to the phone, or e-mail and password; registering; signing out."""

from flask import Blueprint, abort, current_app, g, request, session
from werkzeug.wrappers import Response
from wtforms import BooleanField, EmailField, PasswordField, StringField, TelField
from wtforms.validators import DataRequired, Length, ValidationError

from ..base.database import after_commit
from ..pages.forms import Form, token
from ..pages.here import say
from ..pages.htmx import wants_part
from ..pages.i18n import _, lazy, ngettext
from ..pages.templates import answer, refused, see_other
from ..pages.ways import inside, network_address
from ..people import signin, sms
from ..people.models import Membership, Person
from ..people.signin import TooMany, masked_phone, phone_number
from .fields import BirthYear, stripped, too_often

pages = Blueprint("signin", __name__)



class PhoneForm(Form):
    tel = TelField(lazy("Mobile number"), [DataRequired(lazy("Write your mobile number.")), Length(max=40)])

    def validate_tel(self, field):
        if phone_number(field.data) is None:
            raise ValidationError(_("This is no mobile number. Write 11 digits, or + and the country first."))


class PasswordForm(Form):
    email = EmailField(lazy("E-mail"), [DataRequired(lazy("Write your e-mail address.")), Length(max=120)])
    password = PasswordField(lazy("Password"), [DataRequired(lazy("Write your password.")), Length(max=200)])


class RegisterForm(Form):
    name = StringField(lazy("Your name"), [DataRequired(lazy("Write your name.")), Length(max=60)], [stripped])
    birth_year = BirthYear(lazy("Year of birth, if you like"))
    consent = BooleanField(lazy("I agree to this"), [DataRequired(lazy("We may keep your data only if you agree."))])


@pages.get("/sign-in")
def phone():
    """The form that asks for a phone number."""
    if g.viewer is not None:
        return see_other(inside(request.args.get("next")) or "me")
    return answer("sign-in.html", "form", form=PhoneForm(), next=inside(request.args.get("next")))


@pages.post("/sign-in")
def send_code():
    """Sends a code to the phone and shows the form that asks for it; the same for known and unknown phones."""
    form, after = PhoneForm(), inside(request.form.get("next"))
    if not form.validate():
        return refused("sign-in.html", "form", form=form, next=after)
    number = phone_number(form.tel.data)
    try:
        code = signin.new_code(number, network_address(), g.site.id, _secret())
    except TooMany as e:
        if request.form.get("again"):
            return too_many(e, "sign-in.html", "again", next=after, **_code_form(number))
        return too_many(e, "sign-in.html", "tel", next=after, form=form)
    _send(number, code)
    return answer("sign-in.html", "form", next=after, sent=True, **_code_form(number))


def _code_form(number: str) -> dict[str, str]:
    return {"number": number, "shown": masked_phone(number), "token": token()}


def _send(number: str, code: str) -> None:
    """The text goes out when the code is stored, in the reader's language."""
    text = _("%(code)s is your code for %(name)s. It is good for 5 minutes. Tell nobody.",
             code=code, name=g.site.name)
    portal, here = current_app.portal, g.site
    after_commit(lambda: sms.send(portal.settings, portal.plugins, here, number, text))


@pages.post("/sign-in/code")
def check_code():
    """Checks the code. It carries no form key: its answer sets a cookie, which a kept answer could not."""
    number, after = phone_number(request.form.get("tel", "")), inside(request.form.get("next"))
    if number is None:
        return see_other("sign-in")
    if g.viewer is not None:
        return leave(after or "me")
    checked = signin.check_code(number, request.form.get("code", "")[:20], _secret())
    if checked.wrong:
        return refused("sign-in.html", "form", next=after, wrong=_wrong(checked.left), **_code_form(number))
    if len(checked.people) == 1:
        return enter(checked.people[0][0], after or "me")
    session["proved"], session["next"] = signin.prove(number, _secret()), after
    return leave("sign-in/who" if checked.people else "sign-in/register")


def _wrong(left: int) -> str:
    if left == 0:
        return _("This code is no longer good. Send a new one.")
    return ngettext("Wrong code. %(n)s try left.", "Wrong code. %(n)s tries left.", left)


@pages.get("/sign-in/who")
def who():
    """Which of the residents with this phone it is."""
    number = _proved()
    return answer("sign-in-who.html", people=signin.people_of(number), **_code_form(number))


@pages.post("/sign-in/who")
def choose():
    """Signs in the chosen one; only somebody with the proved phone can be chosen, and only once."""
    number = _proved()
    people = dict(signin.people_of(number))
    chosen = request.form.get("person", type=int)
    if chosen not in people:
        return refused("sign-in-who.html", people=tuple(people.items()), wrong=_("Choose who you are."),
                       **_code_form(number))
    _redeem()
    return enter(chosen, session.get("next") or "me")


@pages.get("/sign-in/register")
def register():
    """The short form for a phone that nobody has yet."""
    return answer("sign-in-register.html", form=RegisterForm(), **_code_form(_proved()))


@pages.post("/sign-in/register")
def registered():
    """A new person, who says that they live in this community."""
    number, form = _proved(), RegisterForm()
    if not form.validate():
        return refused("sign-in-register.html", form=form, **_code_form(number))
    _redeem()
    person = Person.create(name=form.name.data, phone=number, birth_year=form.birth_year.data, locale=g.locale)
    lives_here = g.site.kind == "community"
    if lives_here:
        Membership.create(person=person, site=g.site.id)
    return enter(person.id, session.get("next") or ("me/residency" if lives_here else "me"))


def _proved() -> str:
    """The phone that this browser has just proved to hold; else back to the start."""
    number = signin.proved(session.get("proved", ""), _secret())
    if number is None:
        say(_("That took too long. Please send a new code."), "warn")
        abort(see_other("sign-in"))
    return number


def _redeem() -> None:
    if signin.proved(session.get("proved", ""), _secret(), redeem=True) is None:
        abort(see_other("sign-in"))


@pages.get("/sign-in/email")
def email():
    """The form for e-mail and password."""
    return answer("sign-in-email.html", "form", form=PasswordForm(), next=inside(request.args.get("next")),
                  token=token())


@pages.post("/sign-in/email")
def check_password():
    """Checks e-mail and password; the same answer and time whether there is such an account or not."""
    form, after = PasswordForm(), inside(request.form.get("next"))
    shown = {"form": form, "next": after, "token": token()}
    if not form.validate():
        return refused("sign-in-email.html", "form", **shown)
    try:
        checked = signin.check_password(form.email.data, form.password.data, network_address())
    except TooMany as e:
        return too_many(e, "sign-in-email.html", "password", **shown)
    if checked.wrong:
        form.password.errors = [_("E-mail and password do not match.")]
        return refused("sign-in-email.html", "form", **shown)
    return enter(checked.people[0][0], after or "me")


@pages.post("/sign-out")
def sign_out():
    """Ends the session on this device."""
    if g.viewer is not None:
        signin.end(g.viewer.session_id, g.viewer.actor_id)
    session.clear()
    say(_("You are signed out."))
    response = see_other("")
    response.delete_cookie(signin.COOKIE, httponly=True, samesite="Lax", secure=_secure())
    return response


def enter(person_id: int, after: str) -> Response:
    """Sign somebody in with a new session in place of an old one, and go on."""
    if g.viewer is not None:
        signin.end(g.viewer.session_id, g.viewer.actor_id)
    session.clear()
    token = signin.start(person_id, signin.device_name(request.user_agent.string))
    response = leave(after)
    days = signin.SESSION_DAYS
    response.set_cookie(signin.COOKIE, token, days * 86400, httponly=True, samesite="Lax", secure=_secure())
    return response


def leave(path: str) -> Response:
    """Go to another page, the whole of it, also when htmx asked for a part."""
    response = see_other(path)
    if wants_part():
        response = current_app.response_class(headers={"HX-Redirect": response.location})
    return response


def too_many(error: TooMany, page: str, field: str, **context) -> Response:
    """429: what was typed, and when the next try makes sense."""
    response = answer(page, "form", 429, limit=(field, too_often(error)), **context)
    response.headers["Retry-After"] = str(error.minutes * 60)
    return response


def _secret() -> str:
    return current_app.portal.settings.secret_key


def _secure() -> bool:
    return current_app.portal.settings.production
