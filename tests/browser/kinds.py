"""The kinds of pages that there are, with what brings each before a judge."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from playwright.sync_api import Page
from portal.plugins.activities.models import Occurrence, SignUp
from portal.plugins.bulletin.models import Bulletin
from portal.plugins.huts import codes
from portal.plugins.huts.models import Loan, Rule, Unit
from portal.plugins.huts.wants.models import Want

from portal.base import clock, sites
from portal.people.models import Membership, Person
from tests.browser import hall_things

HOME = ("guihuali",) * 3  # the resident's
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


def hold_backwards(page: Page) -> None:
    page.check("#hold [value=days]")
    page.fill("#from", "2099-01-02")
    page.fill("#to", "2099-01-01")
    page.click("#hold .btn")
    page.wait_for_selector(".errs")


def choose_no_kind(page: Page) -> None:
    page.fill("#kind", "飞碟")
    page.click("main form .btn")
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
    "huts": Kind("huts/"), "hut": Kind("huts/{hut}"), "things": Kind("huts/items/"),
    "no such thing": Kind("huts/items/?q=飞碟飞碟"), "thing": Kind("huts/items/{thing}", RESIDENT),
    "thing refused": Kind("huts/items/{thing}", RESIDENT, hold_backwards, at=HOME),
    "loans": Kind("huts/mine", RESIDENT), "loan": Kind("huts/loans/{my_loan}", RESIDENT, at=HOME),
    "hut map": Kind("huts/{hut}/map"), "hut pictures": Kind("huts/desk/{hut}/pictures", OPERATOR),
    "huts desk": Kind("huts/desk/", OPERATOR), "hut desk": Kind("huts/desk/{hut}", OPERATOR),
    "hut refused": Kind("huts/desk/new", OPERATOR, send_nothing), "items desk": Kind("huts/desk/items/", OPERATOR),
    "item desk": Kind("huts/desk/items/{thing}", OPERATOR),
    "item refused": Kind("huts/desk/items/new", OPERATOR, send_nothing),
    "unit desk": Kind("huts/desk/units/{unit}", OPERATOR),
    "huts skills": Kind("huts/skills/"), "skill refused": Kind("huts/skills/new", RESIDENT, send_nothing, at=HOME),
    "wants": Kind("huts/wants/"), "want refused": Kind("huts/wants/new", RESIDENT, send_nothing, at=HOME),
    "lend a thing": Kind("huts/offers/new", RESIDENT, at=HOME), "skills desk": Kind("huts/desk/skills/", OPERATOR),
    "offers desk": Kind("huts/desk/offers/", OPERATOR), "wants desk": Kind("huts/desk/wants/", OPERATOR),
    "in vain": Kind("huts/desk/misses", OPERATOR), "huts reports": Kind("huts/desk/reports", OPERATOR),
    "report a want": Kind("huts/report/want/{want}", RESIDENT, send_nothing, at=HOME),
    "reported want": Kind("huts/desk/reports/want/{want}", OPERATOR, send_nothing),
    "hut rules": Kind("huts/desk/rules", OPERATOR),
    "new hut rule": Kind("huts/desk/rules/new", OPERATOR, choose_no_kind),
    "hut rule refused": Kind("huts/desk/rules/limits?kind=care.wheelchair", OPERATOR, send_nothing),
    "hut rule": Kind("huts/desk/rules/{hut_rule}", OPERATOR),
    "scope of a hut rule": Kind("huts/desk/rules/{hut_rule}/scope", OPERATOR),
    "borrower's code": Kind("huts/b/{code}", OPERATOR), "no code": Kind("huts/b/ABC"),
    "remove a hut rule": Kind("huts/desk/rules/{hut_rule}/remove", OPERATOR),
    "hut counter": Kind("huts/counter/{hut}", OPERATOR), "hut scan": Kind("huts/counter/{hut}?q={label}", OPERATOR),
    "hut loan": Kind("huts/counter/{hut}/loans/{loan}", OPERATOR),
    "hut sheet": Kind("huts/counter/{hut}/typed", OPERATOR), "hut tickets": Kind("huts/counter/tickets", OPERATOR),
    "items upload": Kind("huts/desk/sheets", OPERATOR),
    "items refused": Kind("huts/desk/sheets", OPERATOR, send_nothing),
    "labels": Kind("huts/desk/labels", OPERATOR),
    "shelf list": Kind("huts/desk/{hut}/list", OPERATOR),
    "district": Kind("district/", OPERATOR, at=ABOVE), "matrix": Kind("district/plugins", OPERATOR, at=ABOVE),
    "district figures": Kind("district/figures", OPERATOR, at=ABOVE),
    "add site": Kind("district/add", OPERATOR, send_nothing, at=ABOVE),
    "holidays": Kind("district/holidays", OPERATOR, at=("chancheng",) * 3),
}

_POLL, _DESK = "halls/polls/", "halls/desk/"
_HALLS = {
    "polls": (_POLL, RESIDENT), "poll to vote in": (_POLL + "{irv}", RESIDENT),
    "poll of a guest": (_POLL + "{budget}",),
    "poll whose papers are typed": (_POLL + "{papers}",),
    **{f"ballot {name}": (_POLL + f"{{{name}}}/vote", RESIDENT) for name in hall_things.POLLS},
    "ballot refused": (_POLL + "{stv}/vote", RESIDENT, send_nothing),
    "receipt": (_POLL + "{irv_receipt}",),
    **{f"result {name}": (_POLL + f"{{{name}_done}}", RESIDENT) for name in hall_things.POLLS},
    "notice sheet": (_POLL + "{irv}/sheet",), "result sheet": (_POLL + "{stv_done}/sheet",),
    "budget sheet": (_POLL + "{budget_done}/sheet",),
    "proxy to ask": (_POLL + "{asks}/proxy", RESIDENT), "proxies held": (_POLL + "{held}/proxy", RESIDENT),
    "ballot by proxy": (_POLL + "{proxy}/vote", RESIDENT),
    "polls desk": (_DESK + "polls/", OPERATOR), "new poll refused": (_DESK + "polls/new", OPERATOR, send_nothing),
    "poll draft": (_DESK + "polls/{draft}", OPERATOR), "poll form": (_DESK + "polls/{draft}/edit", OPERATOR),
    "budget form": (_DESK + "polls/{budget_draft}/edit", OPERATOR),
    "poll texts": (_DESK + "polls/{draft}/texts", OPERATOR), "ballot paper": (_DESK + "polls/{draft}/blank", OPERATOR),
    "withdraw a draft": (_DESK + "polls/{draft}/withdraw", OPERATOR), "poll desk": (_DESK + "polls/{irv}", OPERATOR),
    "poll desk of papers": (_DESK + "polls/{papers}", OPERATOR),
    "all papers typed": (_DESK + "polls/{papers}/typed", OPERATOR),
    "poll right": (_DESK + "polls/{irv}/right", OPERATOR), "voters": (_DESK + "polls/{irv}/voters?q=1", OPERATOR),
    "desk vote": (_DESK + "polls/{irv}/voters/{voter}", OPERATOR),
    "papers": (_DESK + "polls/{papers}/papers", OPERATOR),
    "paper once more": (_DESK + "polls/{papers}/papers/{paper}", OPERATOR),
    "paper that differs": (_DESK + "polls/{papers}/papers/{paper_differs}", OPERATOR),
    "topic": ("halls/topics/{hall_topic}",), "topic to answer": ("halls/topics/{hall_topic}", RESIDENT),
    "topic with proposals": ("halls/topics/{talk}", RESIDENT), "card": ("halls/topics/{hall_topic}/card", RESIDENT),
    "my answers": ("halls/topics/{hall_topic}/mine", RESIDENT), "map": ("halls/topics/{hall_topic}/map", RESIDENT),
    "statement": ("halls/topics/{hall_topic}/statements/new", RESIDENT),
    "topic desk": (_DESK + "topics/{hall_topic}", OPERATOR),
    "topic form": (_DESK + "topics/{hall_topic}/edit", OPERATOR),
    "stages": (_DESK + "topics/{hall_topic}/stages", OPERATOR),
    "end a topic": (_DESK + "topics/{hall_topic}/end", OPERATOR),
    "topic's statements": (_DESK + "topics/{hall_topic}/statements", OPERATOR),
    "hide a statement": (_DESK + "statements/{statement_waits}/hide", OPERATOR),
    "statement on a ballot": (_DESK + "statements/{statement}/ballot", OPERATOR),
    "proposals": ("halls/topics/{talk}/proposals", RESIDENT), "proposal": ("halls/proposals/{proposal}", RESIDENT),
    "answered proposal": ("halls/proposals/{answered}",), "proposal of staff": ("halls/proposals/{proposal}", OPERATOR),
    "proposal's changes": ("halls/proposals/{proposal}/changes",),
    "edit a proposal": ("halls/proposals/{proposal}/edit", RESIDENT),
    "withdraw a proposal": ("halls/proposals/{proposal}/withdraw", RESIDENT),
    "proposal's pictures": ("halls/proposals/{proposal}/pictures", RESIDENT),
    "proposal refused": ("halls/topics/{talk}/proposals/new", RESIDENT, send_nothing),
    "proposals desk": (_DESK + "proposals", OPERATOR), "answer": (_DESK + "proposals/{proposal}/answer", OPERATOR),
    "merge": (_DESK + "proposals/{double}/merge", OPERATOR),
    "proposal on a ballot": (_DESK + "proposals/{proposal}/ballot", OPERATOR),
    "comments": ("halls/topics/{talk}/comments", RESIDENT), "reply": ("halls/comments/{comment}", RESIDENT),
    "proposal's comments": ("halls/proposals/{proposal}/comments",),
    "report": ("halls/report/comment/{reported}", RESIDENT), "hidden": ("halls/hidden/{hiding}", RESIDENT),
    "reports": (_DESK + "moderation", OPERATOR), "reported": (_DESK + "moderation/comment/{reported}", OPERATOR),
    "appeal": (_DESK + "hidings/{hiding}", OPERATOR), "second opinion": (_DESK + "hidings/{asked_hiding}", OPERATOR),
    "promises": ("halls/promises",), "promise": ("halls/promises/{promise}",),
    "new promise": (_DESK + "topics/{followed}/promise", OPERATOR),
    "edit a promise": ("halls/promises/{promise}/edit", OPERATOR),
    "end a promise": ("halls/promises/{promise}/end", OPERATOR),
}
HALLS = {name: Kind(*said, at=SITES[n // 3 % 3:][:1]) for n, (name, said) in enumerate(_HALLS.items())}  # one page each
KINDS |= HALLS


def numbers_of(site: sites.SiteView) -> dict[str, int | str]:
    """The numbers in the addresses of a site's things, as the paths above name them."""
    with sites.within(site):
        resident = Person.get(Person.email == RESIDENT).id
        hers = SignUp.select(SignUp.occurrence_id).where(SignUp.person_id == resident)
        ahead = Occurrence.select().where((Occurrence.starts_at > clock.now()) & Occurrence.id.not_in(hers))
        full = ahead.where(Occurrence.taken == Occurrence.capacity).get()
        free = ahead.where((Occurrence.taken > 2) & (Occurrence.capacity > Occurrence.taken + 2)).get()
        unit = Unit.select().order_by(Unit.id).get()
        mine = Loan.select().where(Loan.person_id == resident).order_by(Loan.id).first()
        out = Loan.select(Loan.id, Loan.hut_id, Unit.code).join(Unit, on=(Unit.id == Loan.unit_id)).where(
            Loan.state == "out").order_by(Loan.id).tuples().first()
        listed = Bulletin.select(Bulletin.id).where(Bulletin.state == "published")
        return {
            "open": f"{free.activity_id}?on={free.id}", "full": f"{full.activity_id}?on={full.id}",
            "activity": free.activity_id, "date": free.id, "loan": out[0], "hut": out[1], "label": out[2],
            "code": codes.new(Random(1), codes.OF_BORROWERS),
            "hut_rule": Rule.select(Rule.id).order_by(Rule.id).limit(1).scalar(),
            "announcement": listed.where((Bulletin.kind == "announcement") & (Bulletin.picture != "")).get().id,
            "guide": listed.where(Bulletin.kind == "page").order_by(Bulletin.weight).get().id,
            "want": Want.get((Want.state == "open") & (Want.person_id != resident)).id,
            "thing": unit.item_id, "unit": unit.code, "my_loan": mine.id if mine else 0,
            "person": Membership.get((Membership.site == site.id) & (Membership.state == "stated")).person_id,
        }
