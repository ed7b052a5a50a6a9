"""Huts: things that neighbours share, from the shelf to the loan and back. This file is the plugin's face."""

from portal import Action, Hit, Link, NoticeKind, Place, _, found, hookimpl

from . import models as tables

N_ = str  # marks a text that is translated where it is shown


@hookimpl
def title():
    return N_("Shared huts")


@hookimpl
def describe():
    return N_("Huts whose things neighbours borrow: shelves, opening hours, holds, the counter, skills and wants.")


@hookimpl
def blueprint():
    from .routes import pages
    return pages


@hookimpl
def models():
    from .lent.models import MODELS as lent
    from .skills.models import MODELS as skills
    from .wants.models import MODELS as wants
    return (*tables.MODELS, *skills, *lent, *wants)


@hookimpl
def actions():
    return [Action("huts.edit", N_("Look after huts and their things"), ("staff",)),
            Action("huts.desk", N_("Lend and take back at the counter"), ("staff",)),
            Action("huts.figures", N_("See the figures of huts"), ("staff",))]


@hookimpl
def notice_kinds():
    return [NoticeKind("huts.ready", N_("Something lies ready for you"), urgent=True, sms=True),
            NoticeKind("huts.due", N_("Something is to be brought back soon")),
            NoticeKind("huts.overdue", N_("Something should have been back"), urgent=True),
            NoticeKind("huts.late", N_("Something that you hold comes later"), urgent=True),
            NoticeKind("huts.changed", N_("A hold of yours was decided on, or has ended")),
            NoticeKind("huts.skill", N_("Help among neighbours: asked for, agreed, done")),
            NoticeKind("huts.lent", N_("A thing of yours was taken by the hut, or is back")),
            NoticeKind("huts.want", N_("Somebody answers what you want, or it ended")),
            NoticeKind("huts.report", N_("What became of what you reported, or of what was hidden"))]


@hookimpl(specname="commands")  # not its own name: the module `commands` takes that when it is imported
def its_commands():
    from .commands import ALL
    return ALL


@hookimpl
def nav_items():
    return [Link("huts/", _("Huts"), "store", 18)]


@hookimpl
def my_items(site, viewer):
    from .borrowing import cards
    from .skills import cards as skills
    return [*cards.mine(viewer.person_id), *skills.mine(viewer.person_id)]


@hookimpl
def staff_items():
    from . import sections
    return sections.of_staff()


@hookimpl
def search(site, viewer, words):
    return [Hit(*hit) for hit in found("huts", words)]


@hookimpl
def places(site):
    from .shelf.queries import offered
    return [Place(f"hut {code}", name, address) for code, name, address in offered()]


@hookimpl
def sitemap(site):
    from .shelf.queries import addresses
    return ["huts/", "huts/skills/", "huts/wants/", *(f"huts/{number}" for number, in addresses())]


@hookimpl(specname="figures")  # not its own name: the module `figures` takes that when it is imported
def its_figures(site):
    from .figures import counting
    return counting.of_site(site.zone)


@hookimpl
def calendar(site, start, end, sites):
    from .out import agenda
    return agenda.days(site, start, end)


@hookimpl
def calendar_mark():
    return True


@hookimpl
def my_calendar(person_id, start, end):
    from .out import agenda
    return agenda.of(person_id, start, end)


@hookimpl
def due(site, row):
    from . import timed
    timed.run(row)


@hookimpl
def nightly(site, today):
    from . import misses
    from .lending import dues
    from .sheets import parts
    dues.tonight()
    parts.forget_old()
    misses.tidy()


@hookimpl
def export(person_id):
    from . import personal
    return personal.export(person_id)


@hookimpl
def erase(person_id):
    from . import personal
    personal.erase(person_id)


@hookimpl
def merge(person_id, into_id):
    from . import personal
    personal.merge(person_id, into_id)


@hookimpl
def seed(site, plot):
    from .seeds import fill
    return fill(site, plot)
