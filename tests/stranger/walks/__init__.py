"""Walks with neighbours: written by somebody who knows of the portal only what it publishes."""

from portal import Action, Card, Day, Hit, Link, Setting, _, found, hookimpl, may, now, render

from .models import MINUTE, Walk, ahead, between, coming

N_ = str  # marks a text that is translated where it is shown


@hookimpl
def title():
    return N_("Neighbourhood walks")


@hookimpl
def describe():
    return N_("Volunteers plan short walks; everybody sees where and when the next one sets off.")


@hookimpl
def blueprint():
    from .views import pages
    return pages


@hookimpl
def models():
    return [Walk]


@hookimpl
def actions():
    return [Action("walks.plan", N_("Plan walks"), ("volunteer", "staff"))]


@hookimpl
def settings():
    return [Setting("meet", N_("Where walks set off"), default="", hint=N_("For example: at the south gate")),
            Setting("minutes", N_("Minutes of a walk"), "number", 45)]


@hookimpl
def nav_items():
    return [Link("walks/", _("Walks"), "map-pin", 60)]


@hookimpl
def staff_items(site, viewer):
    return [Link("walks/new", _("Plan a walk"), "map-pin", 60)] if may("walks.plan") else []


@hookimpl
def home_cards(site, viewer):
    rows = coming(now=now(), rows=1)
    return [Card(render("walks/card.html", rows=rows), 60)] if rows else []


@hookimpl
def search(site, viewer, words):
    return [Hit(*row) for row in found("walks", words)]


@hookimpl
def calendar(site, viewer, start, end):
    return [Day(at, at + minutes * MINUTE, title, f"walks/{number}", place)
            for number, title, place, at, minutes in between(start=start, end=end)]


@hookimpl
def sitemap(site):
    return ["walks/", *(f"walks/{number}" for number, in ahead(now=now()))]


@hookimpl
def export(person_id):
    return {"walks": list(Walk.select(Walk.title, Walk.starts_at).where(Walk.person_id == person_id).dicts())}


@hookimpl
def erase(person_id):
    _hand_over(person_id, None)


@hookimpl
def merge(person_id, into_id):
    _hand_over(person_id, into_id)


def _hand_over(person_id, to):
    for field in (Walk.actor_id, Walk.person_id):
        Walk.update({field: to}).where(field == person_id).execute()
