"""Who may offer and ask among neighbours: those who live here, as staff have checked."""

from flask import abort

from portal import Membership, Viewer, _, param, prepared, require_viewer, say, see_other, takes_part, viewer

N_ = str

LIVES_HERE = N_("Staff have to check first that you live here. It takes one visit, or a call.")

_verified = prepared(lambda: (
    Membership.select(Membership.id).where((Membership.person == param("person")) & (Membership.state == "verified"))
    .limit(1)))


def checked() -> bool:
    """Whether staff have checked where the viewer lives, here or in the community that is their home."""
    return viewer.verified or bool(_verified.one(person=viewer.person_id))


def neighbour() -> Viewer:
    """The viewer, who lives here as staff have checked; anybody else is told what comes first."""
    me = require_viewer()
    if not (takes_part("community") and me.verified):
        say(_(LIVES_HERE), "warn")
        abort(see_other("huts/"))
    return me
