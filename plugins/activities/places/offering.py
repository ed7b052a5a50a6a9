"""The waitlist: free places are offered to those who wait, in turn, and held until they answer.

Every function runs in the caller's writing unit, with the occurrence's row locked.
"""

from portal import database_now, later, now, scope_id, site_view

from ..models import Occurrence, SignUp
from ..rules import N_
from . import waitlist
from .held import FIELDS, Held, is_open, live, lock, of_person, tell_one, uncount

AT_ONCE = 20  # offers made in one transaction; a due row makes the next ones
OFFER_HOURS = 4  # how long a place is held, unless staff set something else


def deal(occurrence_id: int) -> int:
    """Offer the free places of a locked occurrence to those who wait, in turn, to whom they are enough; how many.

    A party that does not fit keeps its place. At night a due row is left that does it in the morning.
    """
    row = Occurrence.select(Occurrence.capacity, Occurrence.taken, Occurrence.held, Occurrence.waiting,
                            Occurrence.starts_at, is_open()).where(Occurrence.id == occurrence_id).tuples().first()
    if row is None or not row[5] or not row[3] or row[0] is None or row[0] - row[1] - row[2] <= 0:
        return 0
    capacity, taken, held, _waiting, starts_at, _is_open = row
    site, at = site_view(scope_id()), now()
    until = waitlist.held_until(at, starts_at, offer_seconds(site), site.zone)
    if until is None:
        opens = waitlist.next_open(at, site.zone)
        if at < opens < starts_at:
            later(opens, "activities.deal", occurrence_id, site.id, once=True)
        return 0
    offered = _offers(occurrence_id, capacity - taken - held, until)
    if offered == AT_ONCE:
        later(at, "activities.deal", occurrence_id, site.id, once=True)
    return offered


def offer_seconds(site) -> int:
    """How long a place is held at most in this site."""
    hours = site.settings.get("activities", {}).get("offer_hours") or OFFER_HOURS
    return int(hours) * 3600


def _offers(occurrence_id: int, free: int, until: int) -> int:
    """Offer up to `free` places until then. Who is told is locked: in the order of their ids, as everywhere."""
    chosen, last = [], 0
    while free and len(chosen) < AT_ONCE and (found := _next(occurrence_id, free, last)):
        *held, last = found
        chosen.append(Held(*held))
        free -= chosen[-1].size
    for held in sorted(chosen, key=_person):
        _offer(held, until)
    return len(chosen)


def _next(occurrence_id: int, free: int, last: int) -> tuple | None:
    """The first party behind a number of the queue for which so many places are enough, with its own number."""
    return (SignUp.select(*FIELDS, SignUp.number)
            .where((SignUp.occurrence_id == occurrence_id) & (SignUp.state == "waiting") & (SignUp.number > last)
                   & (SignUp.size <= free))
            .order_by(SignUp.number).tuples().first())


def _person(held: Held) -> int:
    return held.person_id or 0


def _offer(held: Held, until: int) -> None:
    SignUp.update(state="offered", offered_until=until).where(SignUp.id == held.id).execute()
    Occurrence.update(waiting=Occurrence.waiting - 1, held=Occurrence.held + held.size).where(
        Occurrence.id == held.occurrence_id).execute()
    later(until, "activities.offer_ends", held.occurrence_id, scope_id())
    tell_one(held, "offered", f"{held.id} {until}", N_("A place is free for you: %(title)s"),
             N_("%(title)s, %(when)s. The place is held for you until %(until)s: please say yes before then."),
             {"until": lambda dates: dates.said_at(until)}, until)


def accept(occurrence_id: int, who: dict) -> bool:
    """Take the places that are offered to a person; False when the offer has ended, by the database's clock."""
    lock(occurrence_id)
    mine = of_person(occurrence_id, who["person_id"])
    if mine is None or mine.state != "offered":
        return False
    taken = SignUp.update(state="joined", offered_until=None, number=None, at=now(), actor_id=who["actor_id"],
                          channel=who["channel"]).where(
        (SignUp.id == mine.id) & (SignUp.offered_until > database_now())).execute()
    if not taken:
        end_offers(occurrence_id)
        return False
    Occurrence.update(held=Occurrence.held - mine.size, taken=Occurrence.taken + mine.size).where(
        Occurrence.id == occurrence_id).execute()
    return True


def end_offers(occurrence_id: int) -> int:
    """End the offers of an occurrence whose time is over, tell people, and offer the places on; how many ended."""
    lock(occurrence_id)
    ended = live((SignUp.occurrence_id == occurrence_id) & (SignUp.state == "offered")
                 & (SignUp.offered_until <= database_now()))
    for held in sorted(ended, key=_person):
        uncount(held)
        SignUp.update(state="expired", left_at=now(), number=None).where(SignUp.id == held.id).execute()
        tell_one(held, "changed", f"ended {held.id} {now()}", N_("Your offer has ended: %(title)s"),
                 N_("The place for %(title)s on %(when)s went to the next in the queue. "
                    "You can join the waitlist again."))
    deal(occurrence_id)
    return len(ended)


def recall_offers(occurrence_id: int) -> None:
    """Take back what is offered on a date that is cancelled or moved; people keep their place in the queue."""
    lock(occurrence_id)
    for held in live((SignUp.occurrence_id == occurrence_id) & (SignUp.state == "offered")):
        SignUp.update(state="waiting", offered_until=None).where(SignUp.id == held.id).execute()
        Occurrence.update(waiting=Occurrence.waiting + 1, held=Occurrence.held - held.size).where(
            Occurrence.id == occurrence_id).execute()
