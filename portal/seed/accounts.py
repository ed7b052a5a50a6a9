"""The demo's ready sign-ins. Their password is printed for everybody: never in production."""

from typing import NamedTuple

from ..base.sites import Site
from ..offers import Neighbour
from ..people import roles, signin
from ..people.models import Household, Membership, Notice, Person

PASSWORD = "xiaowu-demo"
HOME = "guihuali"


class Account(NamedTuple):
    """Somebody whom a visitor of the demo can sign in as."""

    who: str
    name: str
    phone: str
    email: str
    role: str = ""
    site: str = HOME


RESIDENT = Account("a resident of 桂花里社区", "林嘉慧", "19000000001", "resident@xiaowu.example")
STAFF = (
    Account("staff of 桂花里社区", "陈志明", "19000000002", "guihuali@xiaowu.example", "staff"),
    Account("staff of 窑前社区", "霍敏仪", "19000000003", "yaoqian@xiaowu.example", "staff", "yaoqian"),
    Account("the district's operator", "何国栋", "19000000004", "district@xiaowu.example", "operator", "chancheng"),
)
ALL = (RESIDENT, *STAFF)


def staff(rows: dict[str, Site]) -> None:
    """Store those who work in the demo."""
    for account in STAFF:
        person = _stored(account, 1988)
        roles.grant(person.id, rows[account.site].id, account.role)


def resident(site_id: int) -> list[Neighbour]:
    """Store the demo's resident with her family; she has heard from the house already."""
    person = _stored(RESIDENT, 1990)
    Membership.create(person=person, site=site_id, estate="桂花苑", building="3栋", state="verified",
                      stated_at=person.created_at, verified_at=person.created_at)
    family = tuple((Household.create(person=person, name=name, birth_year=year).id, name)
                   for name, year in (("林桂英", 1953), ("陈子悦", 2018)))
    Notice.create(person=person, site_id=site_id, kind="core.residency", event="welcome", title="您的住址已核实",
                  text="现在社区里的事都可以参加，也可以带上家人。", url="me")
    Person.update(unread=1).where(Person.id == person.id).execute()
    return [Neighbour(person.id, person.name, family)]


def _stored(account: Account, year: int) -> Person:
    return Person.create(name=account.name, phone=account.phone, email=account.email, birth_year=year,
                         password=signin.hash_password(PASSWORD))


def are_here() -> bool:
    """Whether the demo's people are in this portal."""
    return Person.select().where(Person.email.in_([a.email for a in ALL])).count() == len(ALL)
