"""What belongs to a person here: their things, family, address, and who acted for them."""

from flask import Blueprint, abort, current_app, g, request
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from ..base.prepared import param, prepared
from ..base.sites import Site
from ..pages.forms import Form
from ..pages.here import require_viewer, say
from ..pages.i18n import _, lazy
from ..pages.templates import answer, refused, see_other
from ..people.audit import audit
from ..people.models import Audit, Building, Household, Membership, Person
from ..people.roles import Viewer
from .fields import BirthYear, stripped

N_ = str

pages = Blueprint("me", __name__, url_prefix="/me")

MOST_FAMILY = 12
A_PAGE = 24
STATES = {"verified": (N_("Verified"), "ok"), "stated": (N_("Not yet verified"), "warn"),
          "refused": (N_("Please ask your community"), "bad")}
CHANNELS = {"web": N_("on the web"), "desk": N_("at the desk"), "phone": N_("by phone"), "import": N_("from a list")}


class FamilyForm(Form):
    name = StringField(lazy("Name"), [DataRequired(lazy("Write a name.")), Length(max=60)], [stripped])
    birth_year = BirthYear(lazy("Year of birth, if you like"))


class ResidencyForm(Form):
    estate = StringField(lazy("Estate or street"), [
        DataRequired(lazy("Write where you live.")), Length(max=60)], [stripped])
    building = StringField(lazy("Building"), [Length(max=40)], [stripped])


_home_state = prepared(lambda: Membership.select(Membership.state).where(
    (Membership.person == param("person")) & (Membership.site == param("site"))))
_names = prepared(lambda: Household.select(Household.name).where(
    Household.person == param("person")).order_by(Household.id))


@pages.get("")
def index():
    """The page “me”: what the plugins hold for the person, and the way to their data."""
    viewer = require_viewer()
    cards = [card.html for card in current_app.portal.plugins.all(g.site, "my_items", viewer=viewer)]
    found = _home_state.one(person=viewer.person_id, site=g.site.id)
    return answer("me.html", cards=cards, state=state_of(found and found[0]),
                  family=[name for name, in _names(person=viewer.person_id)])


def home(viewer: Viewer) -> Membership | None:
    """Where the person says they live in this community."""
    return Membership.get_or_none((Membership.person == viewer.person_id) & (Membership.site == g.site.id))


def state_of(membership: str | None) -> tuple[str, str] | None:
    """(words, kind) of the chip beside an address, by how it stands with it."""
    known = STATES.get(membership) if membership else None
    return (_(known[0]), known[1]) if known else None


def _family(viewer: Viewer):
    return Household.select().where(Household.person == viewer.person_id).order_by(Household.id)


def _member(viewer: Viewer, member_id: int) -> Household:
    """One of the viewer's own family; anybody else's is not there."""
    return _family(viewer).where(Household.id == member_id).first() or abort(404)


@pages.get("/household")
def household():
    """The family, and the way to add to it."""
    rows = list(_family(require_viewer()).select(Household.id, Household.name, Household.birth_year).tuples())
    return answer("me-household.html", rows=rows, full=len(rows) >= MOST_FAMILY)


@pages.route("/household/add", methods=["GET", "POST"])
def add_member():
    """Somebody more in the family."""
    viewer, form = require_viewer(), FamilyForm()
    if not form.validate_on_submit():
        return _family_form(form)
    if _family(viewer).count() >= MOST_FAMILY:
        form.name.errors = [_("A family here has at most %(n)s people. Ask your community for more.", n=MOST_FAMILY)]
        return _family_form(form)
    Household.create(person=viewer.person_id, name=form.name.data, birth_year=form.birth_year.data)
    return _saved(viewer, "core.household", "me/household", _("%(name)s is in your family now.", name=form.name.data))


@pages.route("/household/<int:member_id>", methods=["GET", "POST"])
def edit_member(member_id: int):
    """Change a name or year."""
    viewer = require_viewer()
    member = _member(viewer, member_id)
    form = FamilyForm(obj=member)
    if not form.validate_on_submit():
        return _family_form(form, member)
    form.populate_obj(member)
    member.save()
    return _saved(viewer, "core.household", "me/household", _("Saved."))


def _family_form(form: FamilyForm, member: Household | None = None):
    show = refused if request.method == "POST" else answer
    return show("me-household-form.html", form=form, member=member)


@pages.route("/household/<int:member_id>/remove", methods=["GET", "POST"])
def remove_member(member_id: int):
    """Asks once more, then takes somebody off the list."""
    viewer = require_viewer()
    member = _member(viewer, member_id)
    if request.method == "GET":
        return answer("me-household-remove.html", member=member)
    member.delete_instance()
    return _saved(viewer, "core.household", "me/household", _("%(name)s is off the list.", name=member.name))


@pages.route("/residency", methods=["GET", "POST"])
def residency():
    """Where the person lives: stated by them, verified by staff once."""
    viewer = require_viewer()
    if g.site.kind != "community":
        return answer("me-communities.html", rows=_communities(viewer), below=_below())
    membership = home(viewer)
    form = ResidencyForm(obj=membership)
    if not form.validate_on_submit():
        return _residency_form(form, membership)
    if _state(viewer, membership, form.estate.data, form.building.data):
        return _saved(viewer, "core.residency", "me", _("Thank you. Staff will check your address."))
    return see_other("me")


def _residency_form(form: ResidencyForm, membership: Membership | None):
    rows = Building.select(Building.estate, Building.building).order_by(Building.estate, Building.building).tuples()
    known = list(rows)
    show = refused if request.method == "POST" else answer
    return show("me-residency.html", form=form, state=state_of(membership and membership.state), membership=membership,
                estates=list(dict.fromkeys(e for e, _b in known)),
                buildings=list(dict.fromkeys(b for _e, b in known if b)))


def _state(viewer: Viewer, before: Membership | None, estate: str, building: str) -> bool:
    """Store an address; one that staff have verified must be verified anew when it changes. False: nothing new."""
    if before and before.state != "refused" and (before.estate, before.building) == (estate, building):
        return False
    fresh = {Membership.estate: estate, Membership.building: building, Membership.state: "stated",
             Membership.verified_by: None, Membership.verified_at: None}
    (Membership.insert(person=viewer.person_id, site=g.site.id, estate=estate, building=building)
     .on_conflict(conflict_target=[Membership.person, Membership.site], update=fresh).execute())
    return True


def _communities(viewer: Viewer) -> list[tuple[str, str, tuple[str, str] | None]]:
    """(address, name, state) of the communities where the person lives."""
    mine = (Membership.select(Membership, Site).join(Site, on=(Membership.site == Site.id))
            .where((Membership.person == viewer.person_id) & Site.path.startswith(g.site.path)).order_by(Site.name))
    return [(f"go/{m.site.slug}?next=/me/residency", m.site.name, state_of(m.state)) for m in mine]


def _below() -> list[tuple[str, str]]:
    """(address, name) of the sites right below this one."""
    rows = Site.select(Site.slug, Site.name).where(Site.parent == g.site.id).order_by(Site.name).tuples()
    return [(f"go/{slug}?next=/me/residency", name) for slug, name in rows]


@pages.get("/acted")
def acted():
    """Who did something for the person here, and by which channel."""
    viewer = require_viewer()
    me = viewer.person_id
    lines = (Audit.select(Audit.id, Audit.actor_id, Audit.channel, Audit.action, Audit.at)
             .where((Audit.person_id == me) & (Audit.actor_id.is_null() | (Audit.actor_id != me)))
             .order_by(Audit.id.desc()).limit(A_PAGE + 1))
    before = request.args.get("before", type=int)
    rows = list((lines.where(Audit.id < before) if before else lines).tuples())
    return answer("me-acted.html", rows=_in_words(rows[:A_PAGE]), more=rows[A_PAGE - 1][0] if len(rows) > A_PAGE else 0)


def _in_words(rows: list[tuple]) -> list[tuple[str, str, str, int]]:
    """(what, who, channel, when) of each line."""
    who = {r[1] for r in rows}
    names = dict(Person.select(Person.id, Person.name).where(Person.id.in_(who)).tuples()) if who else {}
    return [(_what(action), names.get(actor, ""), _(CHANNELS.get(channel, channel)), at)
            for _id, actor, channel, action, at in rows]


def _what(action: str) -> str:
    """What an audit line is about: the right that was used, else whose part of the site it was in."""
    portal = current_app.portal
    known = portal.rights.actions.get(action)
    if known:
        return _(known.label)
    owner = action.partition(".")[0]
    if owner in portal.plugin_names:
        return _(str(portal.plugins.ask(owner, "title", owner)))
    return _(CORE_WORDS.get(action, OTHER_WORDS))


CORE_WORDS = {"core.residency": N_("Your address"), "core.household": N_("Your family")}
OTHER_WORDS = N_("Your data here")


def _saved(viewer: Viewer, action: str, path: str, words: str):
    """Note who did it when it was somebody else, and go on."""
    if viewer.acting:
        audit(viewer, action, f"person:{viewer.person_id}")
    say(words)
    return see_other(path)
