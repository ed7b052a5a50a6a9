"""Bulletins: announcements, which pass, and pages, which stay. This file is the plugin's face."""

from portal import Action, Card, Figure, Hit, Link, News, _, found, hookimpl, kept, may, now, remembered

from .models import Bulletin, announced, at_home, by_state, keep_findable, listed_ids

N_ = str  # marks a text that is translated where it is shown
STATES = {"published": N_("Published"), "draft": N_("Draft"), "withdrawn": N_("Withdrawn")}


@hookimpl
def title():
    return N_("Bulletins")


@hookimpl
def describe():
    return N_("Announcements, pinned or until a date, and pages that stay: guides, useful numbers, opening hours.")


@hookimpl
def blueprint():
    from .views import pages
    return pages


@hookimpl
def models():
    return [Bulletin]


@hookimpl
def actions():
    return [Action("bulletin.edit", N_("Write and publish bulletins"))]


@hookimpl
def nav_items():
    return [Link("bulletin/", _("Bulletins"), "megaphone", 20)]


@hookimpl
def home_cards(site, viewer):
    rows = remembered("bulletin", "home", at_home)
    return [Card(kept("bulletin/home.html", rows=rows), 30)] if rows else []


@hookimpl
def staff_items():
    return [Link("bulletin/desk", _("Bulletins"), "megaphone", 30)] if may("bulletin.edit") else []


@hookimpl
def search(site, viewer, words):
    return [Hit(*row) for row in found("bulletin", words)]


@hookimpl
def figures(site):
    counts = dict(by_state())
    rows = tuple((_(label), counts.get(state, 0)) for state, label in STATES.items())
    return [Figure(_("Bulletins"), sum(counts.values()), rows)]


@hookimpl
def news(site):
    return [News(at, heading, f"bulletin/{number}", summary)
            for number, heading, summary, _pinned, at, _passes in announced(rows=40)]


@hookimpl
def sitemap(site):
    return ["bulletin/", *(f"bulletin/{number}" for number, in listed_ids(now=now()))]


@hookimpl
def due(site, row):
    keep_findable(int(row.ref))


@hookimpl
def export(person_id):
    mine = (Bulletin.actor_id == person_id) | (Bulletin.person_id == person_id)
    fields = Bulletin.title, Bulletin.state, Bulletin.created_at
    return {"bulletins": list(Bulletin.select(*fields).where(mine).order_by(Bulletin.id).dicts())}


@hookimpl
def erase(person_id):
    _rename(person_id, None)


@hookimpl
def merge(person_id, into_id):
    _rename(person_id, into_id)


@hookimpl
def seed(site, plot):
    from .seeds import fill
    return fill(site, plot)


def _rename(person_id: int, to: int | None) -> None:
    for field in (Bulletin.actor_id, Bulletin.person_id):
        Bulletin.update({field: to}).where(field == person_id).execute()
