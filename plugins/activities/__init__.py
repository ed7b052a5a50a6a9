"""Activities: dates with places, sign-up for oneself and the family, calendars in and out."""

from portal import Action, Card, Hit, Link, NoticeKind, Setting, _, found, hookimpl

from . import cards, personal
from . import models as tables

N_ = str


@hookimpl
def title():
    return N_("Activities")


@hookimpl
def describe():
    return N_("What is on, with sign-up for oneself and the family, and calendars that come in and go out.")


@hookimpl
def blueprint():
    from .desk.figures import pages  # views, joining, desk and all others: each adds to the one before
    return pages


@hookimpl
def models():
    return tables.MODELS


@hookimpl(specname="commands")  # not its own name: the module `commands` takes that when it is imported
def its_commands():
    from .commands import COMMANDS
    return COMMANDS


@hookimpl
def settings():
    return [Setting("offer_hours", N_("Hours that a freed place is held for the next on the waitlist"), "number", 4,
                    hint=N_("They count from 8 to 21 o'clock only.")),
            Setting("places", N_("Places of activities that come from a calendar file"), "number", 0,
                    hint=N_("0: nobody needs to sign up for them."))]


@hookimpl
def actions():
    return [Action("activities.edit", N_("Announce, change and cancel activities"), ("staff",)),
            Action("activities.check_in", N_("Check people in at the door"), ("staff", "grid", "volunteer")),
            Action("activities.no_show", N_("Mark who did not come, and decide on appeals"), ("staff",)),
            Action("activities.roster", N_("See who has signed up"), ("staff",))]


@hookimpl
def notice_kinds():
    return [NoticeKind("activities.offered", N_("A place is free for you"), urgent=True, sms=True),
            NoticeKind("activities.reminder", N_("Something you signed up for begins soon"), urgent=True),
            NoticeKind("activities.late", N_("Somebody has left your activity late")),
            NoticeKind("activities.missed", N_("New sign-ups wait first, or no longer do")),
            NoticeKind("activities.cancelled", N_("Something you signed up for is cancelled"), urgent=True),
            NoticeKind("activities.changed", N_("Something you signed up for has changed"))]


@hookimpl
def nav_items():
    return [Link("activities/", _("Activities"), "calendar-days", 10)]


@hookimpl
def home_cards(site, viewer):
    return cards.home()


@hookimpl
def my_items(site, viewer):
    html = cards.mine(viewer.person_id)
    return [Card(html, 10)] if html else []


@hookimpl
def staff_items():
    from .desk.missed import menu
    return menu()


@hookimpl
def search(site, viewer, words):
    return [Hit(*hit) for hit in found("activities", words)]


@hookimpl
def figures(site):
    from .attendance import counting
    return [cards.ahead_figure(), *counting.of_site(site)]


@hookimpl
def calendar(site, start, end, sites):
    from .calendars import horizon
    return horizon.days(site, start, end)


@hookimpl
def calendar_mark(end):
    from .calendars import horizon
    return horizon.counted(end) or None


@hookimpl
def my_calendar(person_id, start, end):
    from .calendars import agenda
    return agenda.of(person_id, start, end)


@hookimpl
def news(site):
    from .calendars import agenda
    return agenda.news()


@hookimpl
def sitemap(site):
    return cards.addresses()


@hookimpl
def export(person_id):
    return personal.export(person_id)


@hookimpl
def erase(person_id):
    personal.erase(person_id)


@hookimpl
def merge(person_id, into_id):
    personal.merge(person_id, into_id)


@hookimpl
def nightly(site, today):
    from .calendars import horizon
    from .places import dues
    from .sheets import parts
    dues.plan(dues.Occurrence.id > 0)
    horizon.tonight(site)
    parts.forget_old()


@hookimpl
def due(site, row):
    from .places import dues
    from .sheets import parts
    (parts if row.kind == parts.KIND else dues).run(row)


@hookimpl
def seed(site, plot):
    from .seeds import fill
    return fill(site, plot)
