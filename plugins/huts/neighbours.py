"""Who may offer and ask among neighbours: those who live here, as staff have checked."""

from flask import abort

from portal import Viewer, _, require_viewer, say, see_other, takes_part

N_ = str

LIVES_HERE = N_("Staff have to check first that you live here. It takes one visit, or a call.")


def neighbour() -> Viewer:
    """The viewer, who lives here as staff have checked; anybody else is told what comes first."""
    me = require_viewer()
    if not (takes_part("community") and me.verified):
        say(_(LIVES_HERE), "warn")
        abort(see_other("huts/"))
    return me
