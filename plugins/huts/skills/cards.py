"""Skills elsewhere: on the page “me”, and in the menu of staff."""

from markupsafe import Markup

from portal import Card, Link, _, render

from . import queries, show


def mine(person_id: int) -> list[Card]:
    """What somebody is asked for, or has asked for, while it is open."""
    rows = queries.asks(person_id, live=True)
    return [Card(render("huts/skills/my.html", asks=show.ask_lines(rows, person_id)), 26)] if rows else []


def desk(n: int) -> list[Link]:
    """Offers that staff have not looked at; nothing where there are none."""
    return [Link("huts/desk/skills/", _("Skills to look at"), "hand-heart", 15, n)] if n else []


def section(person_id: int) -> Markup | str:
    """All that somebody offers and asks for, for the page of what is theirs; nothing where there is nothing."""
    asks, skills = queries.asks(person_id), queries.mine(person_id)
    return render("huts/skills/mine.html", asks=show.ask_lines(asks, person_id), skills=show.own(skills)) \
        if asks or skills else ""
