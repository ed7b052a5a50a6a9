"""What the parts put on “mine” beside loans, and in the menu of staff. Here, so that loans need not know them."""

from markupsafe import Markup
from peewee import Select

from portal import Link, _, may, prepared, remembered

from .desk import rows
from .lent import cards as lent
from .lent import queries as things
from .reports import cards as reports
from .reports import queries as told
from .skills import cards as skills
from .skills import queries as offers
from .wants import cards as wants

_waiting = prepared(lambda: Select(columns=[told.count(), offers.asked(), things.waiting(), rows.waiting()]))


def mine(person_id: int) -> list[Markup | str]:
    """Everything else that somebody offers and asks for, a section a part; empty ones stay away."""
    return list(filter(None, (part.section(person_id) for part in (skills, lent, wants))))


def of_staff():
    """The entries in the menu of staff, with what waits in each."""
    reported, offered, brought, asked = remembered("huts.desk", "waiting", lambda: (_waiting.one(), None))
    found = [Link("huts/counter/", _("Hut counter"), "scan-line", 13, asked)] if may("huts.desk") else []
    if may("huts.edit"):
        found += [Link("huts/desk/", _("Shared huts"), "store", 14), *reports.desk(reported), *skills.desk(offered),
                  *lent.desk(brought)]
    return found
