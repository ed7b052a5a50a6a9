"""`portal person …`: people and their roles, for whoever runs the machine."""

import re

import click

from ..base.sites import Site
from ..people import roles, signin
from ..people.finding import find_person
from ..people.models import Membership, Person
from ..views.account import ADDRESS, SHORTEST_PASSWORD
from .opened import Opened, Stop


@click.group()
def person():
    """People and their roles."""


@person.command()
@click.argument("name")
@click.option("--phone", help="For signing in with a code.")
@click.option("--email", help="For signing in with a password.")
@click.option("--password", help="Asked for when --email is given without it.")
@click.option("--community", help="The slug of the community where they live.")
@click.option("--verified", is_flag=True, help="Their living there has been checked.")
@click.pass_obj
def add(opened: Opened, name, phone, email, password, community, verified):
    """Add a person; prints their number, which `portal person role` takes."""
    number = signin.phone_number(phone) if phone else None
    if phone and number is None:
        raise Stop(f"{phone} is not a phone number.")
    name, email = name.strip(), (email or "").strip().lower()
    if not name:
        raise Stop("Say the person's name.")
    if len(name) > 60 or not name.isprintable():
        raise Stop("A person's name is one line of at most 60 characters.")
    if email and (not re.match(ADDRESS, email) or len(email) > 120):
        raise Stop(f"{email} is not an e-mail address.")
    if verified and not community:
        raise Stop("Say where they live: --community SLUG.")
    if email and not password:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    if email and len(password) < SHORTEST_PASSWORD:
        raise Stop(f"A password has at least {SHORTEST_PASSWORD} characters.")
    with opened.unit():
        if email and Person.select().where(Person.email == email).exists():
            raise Stop(f"Somebody has the e-mail {email} already.")
        row = Person.create(name=name, phone=number, email=email or None,
                            password=signin.hash_password(password) if email else "")
        if community:
            Membership.create(person=row, site=_home(opened, community), state="verified" if verified else "stated")
    click.echo(f"Added {name}, number {row.id}.")


def _home(opened: Opened, slug: str) -> Site:
    site = opened.site(slug)
    if site.kind != "community":
        raise Stop(f"{slug} is a {site.kind}: people live in a community.")
    return site


@person.command()
@click.argument("who")
@click.argument("role", type=click.Choice(roles.GRANTED))
@click.option("--community", required=True, help="The slug of the site where the role holds, and below it.")
@click.option("--take", is_flag=True, help="Take the role away instead.")
@click.pass_obj
def role(opened: Opened, who, role, community, take):
    """Give a role to WHO: a number, e-mail or phone."""
    with opened.unit():
        found = _find(who)
        site = opened.site(community)
        if take:
            roles.revoke(found.id, site.id, role)
        else:
            roles.grant(found.id, site.id, role)
    click.echo(f"{found.name} is {'no longer ' if take else ''}{role} in {community}.")


def _find(who: str) -> Person:
    try:
        return find_person(who)
    except LookupError as e:
        raise Stop(str(e)) from None
