"""Halls: from the first complaint to a counted decision and the promise after it. This file is the plugin's face."""

from portal import Action, Link, NoticeKind, Setting, _, hookimpl

from . import marks
from . import models as tables
from .comments import cards as of_comments
from .comments import models as commented
from .moderation import cards as of_moderation
from .moderation import models as moderated
from .polls import cards as of_polls
from .polls import findable, languages
from .promises import models as promised
from .proposals import cards as of_proposals
from .proposals import models as proposed
from .topics import cards as of_topics
from .topics import models as said

N_ = str  # marks a text that is translated where it is shown


@hookimpl
def title():
    return N_("Hall")


@hookimpl
def describe():
    return N_("Topics with statements, an opinion map, proposals and polls, whose counts anybody can repeat.")


@hookimpl
def blueprint():
    from .routes import pages
    return pages


@hookimpl
def models():
    return (*tables.MODELS, *said.MODELS, *promised.MODELS, *proposed.MODELS, *commented.MODELS, *moderated.MODELS,
            *marks.MODELS)


@hookimpl
def settings():
    return [Setting("languages", N_("Further languages in which polls have to be written"), "choice", "",
                    languages.ASKED)]


@hookimpl
def actions():
    return [Action("halls.edit", N_("Open topics, prepare polls and answer proposals"), ("staff",)),
            Action("halls.desk", N_("Take votes at the desk and from paper"), ("staff",)),
            Action("halls.moderate", N_("Look at what is reported, and hide it"), ("staff",))]


@hookimpl
def notice_kinds():
    return [NoticeKind("halls.poll_soon", N_("A poll in which you can vote opens soon")),
            NoticeKind("halls.poll_open", N_("A poll is open in which you can vote"), urgent=True),
            NoticeKind("halls.poll_shut", N_("A poll that was to open could not"), urgent=True),
            NoticeKind("halls.result", N_("A poll in which you could vote is counted")),
            *of_topics.NOTICES, *of_proposals.NOTICES, *of_comments.NOTICES, *of_moderation.NOTICES]


@hookimpl(specname="commands")  # not its own name: the module `commands` takes that when it is imported
def its_commands():
    from .commands import ALL
    return ALL


@hookimpl
def nav_items():
    return [Link("halls/", _("Hall"), "messages-square", 15)]


@hookimpl
def home_cards(site, viewer):
    from .home import home
    return home(viewer)


@hookimpl
def my_items(site, viewer):
    return [*of_polls.mine(viewer.person_id)]


@hookimpl
def staff_items():
    from . import menu
    return menu.of_staff()


@hookimpl
def search(site, viewer, words):
    return findable.found_in_words(words)


@hookimpl
def calendar(site, start, end, sites):
    from . import agenda
    return [*agenda.days(start, end)]


@hookimpl
def calendar_mark():
    return True


@hookimpl
def my_calendar(person_id, start, end):
    from . import agenda
    return [*agenda.of(person_id, start, end)]


@hookimpl
def news(site):
    return [*of_topics.news(), *of_polls.news()]


@hookimpl
def sitemap(site):
    return [*of_topics.addresses(), *of_polls.addresses()]


@hookimpl
def due(site, row):
    from .polls import closing
    if not of_topics.run(row):
        closing.run(row)


@hookimpl
def export(person_id):
    from . import people
    return people.export(person_id)


@hookimpl
def erase(person_id):
    from . import people
    people.erase(person_id)


@hookimpl
def merge(person_id, into_id):
    from . import people
    people.merge(person_id, into_id)


@hookimpl
def seed(site, plot):
    from .seeds import fill
    return fill(site, plot)
