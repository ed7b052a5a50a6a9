"""`portal person …`: people and their roles, for whoever runs the machine."""

import click

from ..people import roles, signin
from ..people.finding import find_person
from ..people.models import Membership, Person
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
    if not name.strip():
        raise Stop("Say the person's name.")
    if email and not all(email.partition("@")):
        raise Stop(f"{email} is not an e-mail address.")
    if email and not password:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with opened.unit():
        if email and Person.select().where(Person.email == email.lower()).exists():
            raise Stop(f"Somebody has the e-mail {email} already.")
        row = Person.create(name=name, phone=number, email=email.lower() if email else None,
                            password=signin.hash_password(password) if password else "")
        if community:
            state = "verified" if verified else "stated"
            Membership.create(person=row, site=opened.site(community), state=state)
    click.echo(f"Added {name}, number {row.id}.")


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
