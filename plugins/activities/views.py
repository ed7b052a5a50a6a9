"""What residents see: the list, an activity with one of its dates, calendars to subscribe to."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, request
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from portal import (
    AUDIENCES,
    _,
    answer_kept,
    dates,
    kept,
    may,
    ngettext,
    now,
    public_url,
    refused,
    render,
    require_viewer,
    site,
    site_url,
    site_view,
    takes_part,
    viewer,
    within_all,
)

from . import queries, rules, show
from .attendance import afterwards, codes
from .calendars import feeds
from .queries import PAGE, Thing
from .rules import N_, Refusal, Spot

pages = Blueprint("activities", __name__)

LARGEST_ID = 2 ** 31 - 1


def row_id(given, name: str = "on") -> int | None:
    """The id that a form or an address names, if it can be one."""
    found = given.get(name, type=int)
    return found if found is not None and 0 < found <= LARGEST_ID else None


@pages.get("/")
def index():
    """What lies ahead, week by week; `when`, `tag`, `open` narrow it, `after` and `before` turn pages."""
    asked = show.Asked.of(request.args.to_dict(), site.zone, now())
    wanted = (viewer.person_id if viewer else None, asked.since, asked.until, asked.tag, asked.free, asked.after,
              asked.before, PAGE + 1)
    seen = queries.signs(*wanted)
    return _list(asked, seen or tuple(queries.tags()), lambda: queries.rows(*wanted) if seen else [])


@pages.get("/mine")
def mine():
    """The dates ahead that the viewer is signed up for."""
    me = require_viewer()
    found = queries.mine(person=me.person_id, since=now(), limit=200)
    return _list(show.Asked(mine=True), (*found, *queries.tags()), lambda: [queries.Row(*r) for r in found])


def _list(asked: show.Asked, seen: tuple, read: Callable[[], list[queries.Row]]):
    """The page of a list; whoever sees the same rows sees the same page."""
    known = bool(viewer)

    def made() -> dict:
        rows, before, after = show.page(read(), asked)
        tags = [tag for tag, in queries.tags()]
        return {"weeks": show.weeks(rows, request.script_root), "filters": show.filters(asked, tags, known),
                "before": before, "after": after, "narrowed": asked.narrowed}
    return answer_kept("activities/list.html", made, seen=seen, asked=asked.address, mine=asked.mine, known=known,
                       edits=known and may("activities.edit"))


@pages.get("/<int:activity_id>")
def page(activity_id: int):
    """An activity, one of its dates, and the form to sign up for it."""
    return page_of(found(activity_id, row_id(request.args)))


def found(activity_id: int, on: int | None, exactly: bool = False) -> Thing:
    """An activity that the viewer may see, on the asked one of its dates; else 404."""
    thing = queries.thing(activity_id, on, viewer.person_id if viewer else None, now())
    if thing is None or (exactly and thing.on != on):
        abort(404)
    if thing.state not in ("published", "cancelled") and not may("activities.edit"):
        abort(404)
    return thing


def spot_of(thing: Thing) -> Spot:
    """A date as the rules know it."""
    return Spot(thing.on, thing.id, thing.on_title, thing.starts_at, thing.ends_at, thing.all_day, thing.capacity,
                thing.taken, thing.on_state, thing.held, thing.waiting, thing.state == "published")


def barred(thing: Thing) -> Refusal | None:
    """Why this viewer cannot sign up, whatever the party."""
    if thing.mine:
        return Refusal(N_("You are already signed up, %(n)s people in all."), {"n": thing.mine})
    closed = rules.is_open(spot_of(thing), now())
    if closed or (thing.guests and not viewer) or takes_part(thing.audience):
        return closed
    return Refusal(N_("This activity is for: %(who)s."), {"who": _(AUDIENCES[thing.audience])})


def page_of(thing: Thing, problem: Refusal | None = None, size: int = 0) -> Response:
    """The page of an activity, kept but for what is the viewer's own here. With a problem: that of a form which was
    refused; `size` is that of a party that found no room."""
    at, known = now(), bool(viewer)
    over = bool(thing.on and thing.ends_at <= at)
    told = afterwards.recap_of(thing.on) if over else None

    def made() -> dict:
        public = thing.public
        return show.article(public, over) | {
            "thing": public, "linked": feeds.linked_data(public), "questions": rules.asked_in(thing.questions),
            "others": show.others(queries.others(thing), request.script_root), "given": MultiDict(),
            "recap": kept("activities/recap.html", lambda: show.recap(told), told=told) if told else ""}
    values = {
        "seen": thing[:queries.PUBLIC], "over": over, "told": told, "known": known,
        "mine": bool(thing.mine), "edits": known and may("activities.edit"),
        "offer": thing.until if thing.my_state == "offered" else None,
        "door": known and thing.capacity is not None and may("activities.check_in")
        and not rules.door_shut(thing.on_state, thing.starts_at, at)}
    values |= {} if thing.mine else _choice(thing, at, size) | {"alone": not thing.family}
    holes = {"own": _own(thing, over), "name": escape(viewer.name) if known else "", "family": ""}
    if thing.family and not thing.mine:
        holes["family"] = render("activities/family.html", family=queries.unpack(thing.family), chosen=_chosen())
    if problem:
        return refused("activities/page.html", **values, **holes, **made() | {"given": request.form},
                       chosen=_chosen(), problem=_(problem.reason, **problem.values))
    return answer_kept("activities/page.html", made, holes, **values, chosen=("me",))


def _chosen() -> list[str]:
    """Who has been chosen to come."""
    return request.form.getlist("who") if request.method == "POST" else ["me"]


def _choice(thing: Thing, at: int, size: int) -> dict:
    """What the viewer can choose here."""
    spot = spot_of(thing) if thing.on else None
    barrier = (barred(thing) if viewer else rules.is_open(spot, at)) if spot else None
    full = bool(spot and not barrier and spot.left == 0)
    crowded = spot is not None and not barrier and (full or size > (spot.left or size))
    return {"barrier": _(barrier.reason, **barrier.values) if barrier else "", "full": full, "crowded": crowded,
            "near": alternative(thing, spot, max(1, size)) if crowded else None,
            "waits_first": bool(thing.missed and viewer and not thing.approval and rules.waits_first(thing.missed))}


def _own(thing: Thing, over: bool) -> Markup:
    """What the viewer has on this date, or is asked afterwards."""
    if not thing.mine:
        return Markup()
    ahead = thing.my_state == "joined" and thing.on_state == "published" and not over
    panel = render("activities/signed_up.html", thing=thing, **code_shown(thing.on, thing.my_id) if ahead else {},
                   when=dates.when(thing.starts_at, thing.ends_at, thing.all_day),
                   with_me=queries.unpack(thing.with_me),
                   party=ngettext("%(n)s person in all", "%(n)s people in all", thing.mine))
    if not over or thing.came is None or afterwards.has_said(thing.on, viewer.person_id):
        return panel
    return panel + render("activities/feedback.html", thing=thing,
                          stars=[(str(n), _(word)) for n, word in rules.STARS.items()])


def code_shown(occurrence_id: int, sign_up_id: int) -> dict[str, str]:
    """The code of a sign-up, and the QR code that leads to it."""
    code = codes.code_of(sign_up_id)
    return {"code": code, "qr": codes.qr(public_url(f"activities/d/{occurrence_id}/{code}"))}


def alternative(thing: Thing, spot: Spot, size: int) -> tuple[str, str, str, str] | None:
    """(address, title, when, places left) of the nearest date with room, here or else around here."""
    tags = rules.unpacked(thing.tags)
    best = rules.nearest((Spot(*row) for row in queries.with_room(spot.activity_id, tags, size, now())), size, now(),
                         spot)
    if best is not None:
        return _said(f"{request.script_root}/activities/{best.activity_id}?on={best.id}", best, best.title)
    return _around(tags, spot, size) if tags else None


def _around(tags: list[str], spot: Spot, size: int) -> tuple[str, str, str, str] | None:
    """The nearest date with room in the sites of the street, of those that its residents may join."""
    street = next((kin for kin in reversed(site.ancestors)), None)
    kin = {k.id: k for k in (*site.ancestors, *(site_view(street.id).below if street else ()))
           if "activities" in k.plugins and k.id != site.id}
    if not kin:
        return None
    with within_all(tuple(kin)):
        rows = queries.with_room_around(tags, size, now())
    spots = {Spot(*row): kin[where] for where, *row in rows}
    best = rules.nearest(spots, size, now(), spot)
    if best is None:
        return None
    there = spots[best]
    return _said(site_url(there, f"activities/{best.activity_id}?on={best.id}"), best,
                 _("%(title)s (%(site)s)", title=best.title, site=there.name))


def _said(address: str, spot: Spot, title: str) -> tuple[str, str, str, str]:
    return (address, title, dates.when(spot.starts_at, spot.ends_at, spot.all_day),
            ngettext("%(n)s place left", "%(n)s places left", spot.left))


@pages.get("/<int:activity_id>.ics")
def activity_ics(activity_id: int):
    """An activity's dates for the reader's own calendar."""
    thing = found(activity_id, None)
    return _calendar(thing.title, f"activity-{activity_id}.ics", activity_id)


@pages.get("/calendar.ics")
def site_ics():
    """Everything ahead in this site, to subscribe to."""
    return _calendar(site.name, f"{site.slug}.ics")


def _calendar(name: str, file: str, activity_id: int = 0) -> Response:
    body = feeds.calendar(name, site.zone, activity_id)
    return Response(body, mimetype="text/calendar", headers={
        "Content-Disposition": f'inline; filename="{file}"', "Cache-Control": "private, max-age=300"})
