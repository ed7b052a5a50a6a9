"""The kinds of pages that there are, with what brings each before a judge."""

from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Page
from portal.plugins.activities.models import Occurrence, SignUp
from portal.plugins.bulletin.models import Bulletin
from portal.plugins.huts.models import Hut

from portal.base import clock, sites
from portal.people.models import Membership, Person

SITES = ("hepan", "guihuali", "yaoqian")  # plain, osmanthus, lingnan
RESIDENT, OPERATOR = "resident@xiaowu.example", "district@xiaowu.example"


def send_phone(page: Page) -> None:
    page.fill("#tel", "12345")
    page.click("#sign-in .btn")
    page.wait_for_selector(".errs")


def ask_for_code(page: Page) -> None:
    page.fill("#tel", "19000000009")
    page.click("#sign-in .btn")
    page.wait_for_selector("#code")


def send_nothing(page: Page) -> None:
    page.evaluate("for (const f of document.querySelectorAll('main form[method=post]')) f.noValidate = true")
    page.locator("main form[method=post] .btn").last.click()
    page.wait_for_selector(".errs")


def choose_yellow(page: Page) -> None:
    page.check("[name=own_colour]")
    page.fill("#colour", "#ffee00")
    page.click("button[value=save]")
    page.wait_for_selector(".errs")


def take_nobody(page: Page) -> None:
    page.uncheck("[name=who][value=me]")
    page.click("form#signup .btn")
    page.wait_for_selector(".errs")


class Kind(NamedTuple):
    """A kind of page: who opens it, where it is, and what is done there before it is judged."""

    path: str
    who: str = ""
    then: Callable[[Page], None] | None = None
    at: tuple[str, ...] = SITES


ABOVE = ("zhangcha", "chancheng", "zumiao")  # plain, lingnan, lingnan
KINDS = {
    "front": Kind(""), "district front": Kind("", at=ABOVE), "activities": Kind("activities/"),
    "activity": Kind("activities/{open}"), "full": Kind("activities/{full}"), "bulletins": Kind("bulletin/"),
    "announcement": Kind("bulletin/{announcement}"), "guide": Kind("bulletin/{guide}"),
    "month": Kind("calendar/"), "week": Kind("calendar/?view=week"), "days": Kind("calendar/?view=list"),
    "search": Kind("search?q=活动"), "found nothing": Kind("search?q=梯子梯子"), "about": Kind("about"),
    "privacy": Kind("privacy"), "no such page": Kind("nothing-here"), "offline": Kind("offline"),
    "sign-in": Kind("sign-in"), "sign-in refused": Kind("sign-in", then=send_phone),
    "sign-in code": Kind("sign-in", then=ask_for_code), "sign-in e-mail": Kind("sign-in/email"),
    "me": Kind("me", RESIDENT), "inbox": Kind("inbox", RESIDENT), "family": Kind("me/household", RESIDENT),
    "family refused": Kind("me/household/add", RESIDENT, send_nothing), "residency": Kind("me/residency", RESIDENT),
    "acted": Kind("me/acted", RESIDENT), "profile": Kind("me/profile", RESIDENT),
    "display": Kind("me/display", RESIDENT), "devices": Kind("me/sessions", RESIDENT),
    "wishes": Kind("me/notices", RESIDENT), "my calendar": Kind("me/calendar", RESIDENT),
    "month above": Kind("calendar/", at=ABOVE),
    "mine": Kind("activities/mine", RESIDENT), "sign up": Kind("activities/{open}", RESIDENT),
    "sign up refused": Kind("activities/{open}", RESIDENT, take_nobody, at=("guihuali",) * 3),
    "desk": Kind("desk/", OPERATOR), "people": Kind("desk/people", OPERATOR),
    "person": Kind("desk/people/{person}", OPERATOR), "add person": Kind("desk/people/add", OPERATOR, send_nothing),
    "plugins": Kind("desk/plugins", OPERATOR), "brand": Kind("desk/brand", OPERATOR),
    "brand refused": Kind("desk/brand", OPERATOR, choose_yellow), "settings": Kind("desk/settings", OPERATOR),
    "setting": Kind("desk/settings/activities", OPERATOR), "buildings": Kind("desk/buildings", OPERATOR),
    "figures": Kind("desk/figures", OPERATOR), "audit": Kind("desk/audit", OPERATOR),
    "failed": Kind("desk/failed", OPERATOR),
    "activities desk": Kind("activities/desk/", OPERATOR),
    "activity desk": Kind("activities/desk/{activity}", OPERATOR),
    "activity refused": Kind("activities/desk/new", OPERATOR, send_nothing),
    "calendar file": Kind("activities/desk/import", OPERATOR), "date": Kind("activities/desk/date/{date}", OPERATOR),
    "poster": Kind("activities/{activity}/poster", OPERATOR),
    "roster": Kind("activities/desk/date/{date}/roster", OPERATOR), "bulletin desk": Kind("bulletin/desk", OPERATOR),
    "bulletin refused": Kind("bulletin/new", OPERATOR, send_nothing),
    "topics": Kind("halls/"), "topics desk": Kind("halls/desk/topics", OPERATOR),
    "topic templates": Kind("halls/desk/topics/templates", OPERATOR),
    "topic refused": Kind("halls/desk/topics/new?template=map", OPERATOR, send_nothing),
    "statements desk": Kind("halls/desk/statements", OPERATOR),
    "moderation desk": Kind("halls/desk/moderation", OPERATOR),
    "items upload": Kind("huts/desk/sheets", OPERATOR),
    "items refused": Kind("huts/desk/sheets", OPERATOR, send_nothing),
    "labels": Kind("huts/desk/labels", OPERATOR),
    "label sheet": Kind("huts/desk/labels/sheet?hut={hut}&paper=a4-14", OPERATOR),
    "shelf list": Kind("huts/desk/{hut}/list", OPERATOR),
    "district": Kind("district/", OPERATOR, at=ABOVE), "matrix": Kind("district/plugins", OPERATOR, at=ABOVE),
    "district figures": Kind("district/figures", OPERATOR, at=ABOVE),
    "add site": Kind("district/add", OPERATOR, send_nothing, at=ABOVE),
    "holidays": Kind("district/holidays", OPERATOR, at=("chancheng",) * 3),
}


def numbers_of(site: sites.SiteView) -> dict[str, int | str]:
    """The numbers in the addresses of a site's things, as the paths above name them."""
    with sites.within(site):
        hers = SignUp.select(SignUp.occurrence_id).where(SignUp.person_id == Person.get(Person.email == RESIDENT).id)
        ahead = Occurrence.select().where((Occurrence.starts_at > clock.now()) & Occurrence.id.not_in(hers))
        full = ahead.where(Occurrence.taken == Occurrence.capacity).get()
        free = ahead.where((Occurrence.taken > 2) & (Occurrence.capacity > Occurrence.taken + 2)).get()
        listed = Bulletin.select(Bulletin.id).where(Bulletin.state == "published")
        return {
            "open": f"{free.activity_id}?on={free.id}", "full": f"{full.activity_id}?on={full.id}",
            "activity": free.activity_id, "date": free.id,
            "announcement": listed.where((Bulletin.kind == "announcement") & (Bulletin.picture != "")).get().id,
            "guide": listed.where(Bulletin.kind == "page").order_by(Bulletin.weight).get().id,
            "hut": Hut.get().id,
            "person": Membership.get((Membership.site == site.id) & (Membership.state == "stated")).person_id,
        }
