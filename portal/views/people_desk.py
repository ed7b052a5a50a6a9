"""The desk's people: finding residents, verifying them, roles, acting for them."""

from flask import Blueprint, abort, current_app, g, request, session
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from ..base import clock, sites
from ..pages.forms import Form
from ..pages.here import may, require, say, site
from ..pages.i18n import _, lazy
from ..pages.notices import notify
from ..pages.templates import answer, refused, see_other
from ..people import buildings as lists
from ..people import residents, roles
from ..people.audit import audit
from ..people.models import Building, Membership, Person, Session
from ..people.residents import PAGE, Reach, building_name
from ..people.signin import masked_phone, phone_number

pages = Blueprint("people_desk", __name__)

N_ = str
STATES = {
    "stated": (N_("To be verified"), "warn"),
    "verified": (N_("Verified"), "ok"),
    "refused": (N_("Not verified"), "bad"),
}
SHOWN = ("", "stated", "verified", "roles")
CHANNELS = ("desk", "phone")
LONGEST_REASON = 200
KINDS = {"street": "street", "operator": "district"}  # the kind of site that such a role is given in


class AddForm(Form):
    """Somebody new: a resident, a member of staff, or both."""

    name = StringField(lazy("Full name"), [InputRequired(lazy("Write the name.")), Length(max=60)])
    phone = StringField(
        lazy("Mobile number"), description=lazy("For signing in with a code. May stay empty.")
    )
    lives = BooleanField(lazy("Lives in this community"), default=True)
    estate = StringField(lazy("Estate"), [Length(max=60)])
    building = StringField(lazy("Building"), [Length(max=40)])
    role = SelectField(lazy("Role"))

    def validate_phone(self, field):
        if field.data.strip() and phone_number(field.data) is None:
            raise ValidationError(_("This is not a mobile number, for example 138 0013 8000."))

    def validate_lives(self, field):
        if not field.data and not self.role.data:
            raise ValidationError(_("Choose a role, or say that they live here."))


@pages.get("/desk/people")
def index():
    """Residents by name, last digits of the phone or building, 24 a page."""
    who = residents.reach(site, require("core.people"))
    show = request.args.get("show", "")
    show = show if show in SHOWN and (show != "roles" or may("core.roles")) else ""
    words = request.args.get("q", "").strip()[:40]
    page = min(max(request.args.get("page", 1, type=int), 1), 10_000)
    rows = _workers(who, page) if show == "roles" else _residents(who, words, show, page)
    return answer(
        "desk/people.html",
        "results",
        rows=rows[:PAGE],
        show=show,
        words=words,
        number=page,
        more=len(rows) > PAGE,
        several=len(who.sites) > 1,
    )


def _residents(who: Reach, words: str, show: str, page: int) -> list[tuple]:
    found = residents.found(who, words, show, page)
    return [
        (i, name, masked_phone(phone), building_name(estate, building), where, *_state(state))
        for i, name, phone, estate, building, state, where in found
    ]


def _workers(who: Reach, page: int) -> list[tuple]:
    return [
        (i, name, masked_phone(phone), "", where, _(roles.ROLES.get(role, role)), "")
        for i, name, phone, role, where in residents.workers(who, page)
    ]


def _state(state: str) -> tuple[str, str]:
    words, kind = STATES[state]
    return _(words), kind


@pages.get("/desk/people/<int:person_id>")
def person(person_id: int):
    """One person, as far as they have to do with this site."""
    who = require("core.people")
    return answer("desk/person.html", **_of(residents.reach(site, who), person_id))


def _of(who: Reach, person_id: int) -> dict:
    """What the page of a person shows; 404 for somebody out of reach."""
    row = _known(who, person_id)
    held = residents.roles_of(who, person_id) if may("core.roles") else []
    shown = session.pop("phone", None) == person_id
    return {
        "person": row,
        "phone": row[2] if shown else masked_phone(row[2]),
        "masked": bool(row[2]) and not shown,
        "homes": [
            (where, name, estate, building, state, *_state(state), stated, verified, by)
            for where, name, estate, building, state, stated, verified, by in residents.homes(who, person_id)
        ],
        "family": residents.family(person_id),
        "problems": {},
        "typed": {},
        "held": [
            (where, name, role, _(roles.ROLES.get(role, role)), names, _gives(role, where))
            for where, name, role, names in held
        ],
        "givable": [(role, _(roles.ROLES[role])) for role in givable()],
        "buildings": _building_names() if may("core.roles") else [],
        "may_act": may("core.act") and person_id != g.viewer.person_id and residents.lives(who, person_id),
    }


def _known(who: Reach, person_id: int) -> tuple:
    row = residents.known(who, person_id)
    if row is None:
        abort(404)
    return row


def _building_names() -> list[str]:
    rows = (
        Building.select(Building.estate, Building.building)
        .order_by(Building.estate, Building.building)
        .tuples()
    )
    return [building_name(*row) for row in rows.limit(lists.MOST_LINES)]


def givable() -> list[str]:
    """The roles that the viewer may give in this site: none above their own."""
    if not may("core.roles"):
        return []
    found = ["volunteer", "grid", "staff"]
    found += [
        role
        for role, kind in KINDS.items()
        if site.kind == kind and g.viewer.roles & set(roles.STRONGER[role])
    ]
    return found


def _gives(role: str, where: int) -> bool:
    return where == site.id and role in givable()


@pages.post("/desk/people/<int:person_id>/phone")
def show_phone(person_id: int):
    """The whole phone number, once, with a line in what staff did."""
    who = require("core.people")
    _known(residents.reach(site, who), person_id)
    audit(who, "core.phone", f"person:{person_id}")
    session["phone"] = person_id
    return see_other(f"desk/people/{person_id}")


@pages.post("/desk/people/<int:person_id>/verify")
def verify(person_id: int):
    """That this person lives where they say."""
    who = require("core.people")
    where, state = _home(residents.reach(site, who), person_id)
    if state != "verified":
        now = clock.now()
        with sites.within(where):
            roles.verify(person_id, where, who.actor_id, now)
            audit(who, "core.verified", f"person:{person_id}")
            notify(
                person_id,
                "core.residency",
                f"verified-{where}-{now}",
                N_("You are a verified resident now"),
                N_("Thank you. You can take part in everything that is for residents."),
                url="",
            )
            of = sites.view(where)
            for _answer in current_app.portal.plugins.each(of, "resident_joined", person_id=person_id):
                pass
    say(_("Verified. The resident has a message about it."))
    return see_other(f"desk/people/{person_id}")


@pages.post("/desk/people/<int:person_id>/refuse")
def refuse(person_id: int):
    """That this person does not live where they say, with the reason that they read."""
    who = require("core.people")
    reached = residents.reach(site, who)
    where, _stated = _home(reached, person_id)
    reason = request.form.get("reason", "").strip()
    wrong = (
        _("Write the reason; the resident reads it.")
        if not reason
        else _("At most %(n)s characters.", n=LONGEST_REASON)
        if len(reason) > LONGEST_REASON
        else ""
    )
    if wrong:
        page = _of(reached, person_id) | {"problems": {f"reason-{where}": wrong}, "typed": {"reason": reason}}
        return refused("desk/person.html", **page)
    with sites.within(where):
        Membership.update(state="refused", verified_by=who.actor_id, verified_at=clock.now()).where(
            (Membership.person == person_id) & (Membership.site == where)
        ).execute()
        audit(who, "core.refused", f"person:{person_id}", reason)
        notify(
            person_id,
            "core.residency",
            f"refused-{where}-{clock.now()}",
            N_("We could not verify where you live"),
            N_("The reason: %(reason)s You can state it again."),
            {"reason": reason},
            url="me",
        )
    say(_("Kept. The resident has a message with the reason."))
    return see_other(f"desk/people/{person_id}")


def _home(who: Reach, person_id: int) -> tuple[int, str]:
    """(site, state) of the membership that the form names, within reach."""
    asked = request.form.get("site", type=int)
    for where, _name, _estate, _building, state, *_rest in residents.homes(who, person_id):
        if where == asked:
            return where, state
    abort(404)


@pages.post("/desk/people/<int:person_id>/home")
def correct(person_id: int):
    """Correct the estate and building of a resident."""
    who = require("core.act")
    where, _state = _home(residents.reach(site, who), person_id)
    estate, building = (request.form.get(k, "").strip() for k in ("estate", "building"))
    Membership.update(estate=estate[:60], building=building[:40]).where(
        (Membership.person == person_id) & (Membership.site == where)
    ).execute()
    with sites.within(where):
        audit(who, "core.home", f"person:{person_id}")
    say(_("Saved."))
    return see_other(f"desk/people/{person_id}")


@pages.post("/desk/people/<int:person_id>/grant")
def grant(person_id: int):
    """Give a role in this site."""
    who = require("core.roles")
    _known(residents.reach(site, who), person_id)
    role = request.form.get("role", "")
    if role not in givable():
        abort(404)
    listed = set(_building_names())
    chosen = [name for name in request.form.getlist("building") if name in listed] if role == "grid" else []
    roles.grant(person_id, site.id, role, chosen, who.actor_id)
    audit(who, "core.role_given", f"person:{person_id}", _detail(role, chosen))
    say(_("Given. It holds from the next click on."))
    return see_other(f"desk/people/{person_id}")


def _detail(role: str, chosen: list[str]) -> str:
    return f"{role}: {', '.join(chosen)}" if chosen else role


@pages.post("/desk/people/<int:person_id>/revoke")
def revoke(person_id: int):
    """Take a role away in this site; nobody takes their own."""
    who = require("core.roles")
    _known(residents.reach(site, who), person_id)
    role = request.form.get("role", "")
    if role not in givable():
        abort(404)
    if person_id == who.actor_id:
        say(_("You cannot take your own role away. Ask a colleague."), "warn")
        return see_other(f"desk/people/{person_id}")
    roles.revoke(person_id, site.id, role)
    audit(who, "core.role_taken", f"person:{person_id}", role)
    say(_("Taken away. It ends with the next click."))
    return see_other(f"desk/people/{person_id}")


@pages.post("/desk/people/<int:person_id>/act")
def act(person_id: int):
    """Begin to act for a resident, at the desk or by phone; both names are kept from here on."""
    who = require("core.act")
    channel = request.form.get("channel", "")
    if (
        channel not in CHANNELS
        or person_id == who.person_id
        or not residents.lives(residents.reach(site, who), person_id)
    ):
        abort(404)
    Session.update(acting_for=person_id, acting_site=site.id, acting_channel=channel).where(
        (Session.id == who.session_id) & (Session.person == who.actor_id)
    ).execute()
    audit(who, "core.act_begin", f"person:{person_id}", channel)
    return see_other("")


@pages.route("/desk/people/add", methods=["GET", "POST"])
def add():
    """Somebody new at the desk."""
    who = require("core.act")
    form = AddForm()
    form.role.choices = [
        SelectChoice("", _("None")),
        *(SelectChoice(r, _(roles.ROLES[r])) for r in givable()),
    ]
    estates = sorted({estate for (estate,) in Building.select(Building.estate).tuples()})
    if not form.validate_on_submit():
        page = refused if request.method == "POST" else answer
        return page("desk/person_add.html", form=form, estates=estates)
    phone = phone_number(form.phone.data) if form.phone.data.strip() else None
    row = Person.create(name=form.name.data.strip(), phone=phone)
    if form.lives.data:
        Membership.create(
            person=row,
            site=site.id,
            estate=form.estate.data.strip(),
            verified_at=clock.now(),
            building=form.building.data.strip(),
            state="verified",
            verified_by=who.actor_id,
        )
    if form.role.data:
        roles.grant(row.id, site.id, form.role.data, by=who.actor_id)
        audit(who, "core.role_given", f"person:{row.id}", form.role.data)
    audit(who, "core.added", f"person:{row.id}")
    say(_("%(name)s is added.", name=row.name))
    return see_other(f"desk/people/{row.id}")
