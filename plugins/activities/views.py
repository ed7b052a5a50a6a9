"""What residents see: the list, an activity with one of its dates, calendars to subscribe to."""

from flask import Blueprint, Response, abort, request

from portal import (
    _,
    answer,
    answer_kept,
    dates,
    kept,
    may,
    ngettext,
    now,
    public_url,
    require_viewer,
    site,
    site_url,
    site_view,
    takes_part,
    viewer,
    within_all,
)

from . import afterwards, codes, feeds, queries, rules, show
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
    found = queries.rows(viewer.person_id if viewer else None, asked.since, asked.until, asked.tag, asked.free,
                         asked.after, asked.before, PAGE + 1)
    rows, before, after = show.page(found, asked)
    return _list(asked, rows, before, after)


@pages.get("/mine")
def mine():
    """The dates ahead that the viewer is signed up for."""
    me = require_viewer()
    found = [queries.Row(*r) for r in queries.mine(person=me.person_id, since=now(), limit=200)]
    return _list(show.Asked(mine=True), found)


def _list(asked: show.Asked, rows: list[queries.Row], before: str = "", after: str = ""):
    """The page of a list; whoever sees the same rows sees the same page."""
    tags, known = tuple(queries.tags()), bool(viewer)

    def made() -> dict:
        return {"weeks": show.weeks(rows, request.script_root), "filters": show.filters(asked, tags, known)}
    main = kept("activities/rows.html", made, rows=tuple(rows), before=before, after=after, when=asked.when,
                tag=asked.tag, free=asked.free, mine=asked.mine, narrowed=asked.narrowed, tags=tags, known=known,
                edits=known and may("activities.edit"))
    return answer_kept("activities/list.html", main=main, mine=asked.mine)


@pages.get("/<int:activity_id>")
def page(activity_id: int):
    """An activity, one of its dates, and the form to sign up for it."""
    return answer("activities/page.html", **facts(found(activity_id, row_id(request.args))))


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
    return Refusal(N_("This activity is for: %(who)s."), {"who": _(rules.AUDIENCES[thing.audience])})


def facts(thing: Thing, problem: Refusal | None = None, size: int = 0) -> dict:
    """What the page of an activity is made from; `size` is that of a party that found no room."""
    public = thing.public
    spot = spot_of(thing) if thing.on else None
    shown = {"spot": spot, "when": "", "words": ""}
    if spot:
        shown["when"] = dates.when(thing.starts_at, thing.ends_at, thing.all_day)
        shown["words"] = show.chip(thing.on_state, thing.capacity, show.booked(thing), thing.ends_at <= now())[0]
    others = queries.others(thing, viewer.person_id if viewer else None, now())
    return shown | _choice(thing, spot, size) | {
        "thing": thing, "picture": show.picture(thing.picture)[0],
        "article": kept("activities/article.html", lambda: shown | show.article(thing), thing=public,
                        words=shown["words"]),
        "linked": kept("activities/linked.html", lambda: {"data": feeds.linked_data(public)}, thing=public),
        "others": kept("activities/others.html", lambda: {"others": show.others(others, request.script_root)},
                       dates=others) if others else "",
        "problem": _(problem.reason, **problem.values) if problem else "", **_afterwards(thing),
        "edits": bool(viewer) and may("activities.edit"),
        "door": bool(viewer and spot) and spot.capacity is not None and may("activities.check_in")
        and not rules.door_shut(thing.on_state, thing.starts_at, now()),
    }


def _afterwards(thing: Thing) -> dict:
    """How a date of the past was, and whether the viewer is asked what they think of it."""
    if not thing.on or thing.ends_at > now():
        return {"recap": "", "stars": ()}
    told = afterwards.recap_of(thing.on)
    asks = thing.came is not None and not afterwards.has_said(thing.on, viewer.person_id)
    return {"recap": kept("activities/recap.html", lambda: show.recap(told), told=told) if told else "",
            "stars": [(str(n), _(word)) for n, word in rules.STARS.items()] if asks else ()}


def code_shown(occurrence_id: int, sign_up_id: int) -> dict[str, str]:
    """The code of a sign-up, and the QR code that leads to it."""
    code = codes.code_of(sign_up_id)
    return {"code": code, "qr": codes.qr(public_url(f"activities/d/{occurrence_id}/{code}"))}


def _choice(thing: Thing, spot: Spot | None, size: int) -> dict:
    """What the viewer has here, or can choose."""
    if thing.mine:
        ahead = thing.my_state == "joined" and thing.on_state == "published" and thing.ends_at > now()
        return (code_shown(thing.on, thing.my_id) if ahead else {}) | {
                "barrier": "", "full": False, "with_me": queries.unpack(thing.with_me),
                "party": ngettext("%(n)s person in all", "%(n)s people in all", thing.mine)}
    barrier = (barred(thing) if viewer else rules.is_open(spot, now())) if spot else None
    full = bool(spot and not barrier and spot.left == 0)
    later = bool(viewer and not thing.approval and rules.waits_first(thing.missed))
    crowded = spot is not None and not barrier and (full or size > (spot.left or size))
    return {"barrier": _(barrier.reason, **barrier.values) if barrier else "", "full": full, "crowded": crowded,
            "near": alternative(thing, spot, max(1, size)) if crowded else None,
            "chosen": request.form.getlist("who") if request.form else ["me"],
            "family": queries.unpack(thing.family), "questions": rules.asked_in(thing.questions),
            "waits_first": later, "helps": thing.helpers > thing.helping, "given": request.form}


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
