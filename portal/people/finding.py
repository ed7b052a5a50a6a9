"""Who is meant by what somebody types at a terminal."""

from .models import Person
from .signin import phone_number


def find_person(who: str) -> Person:
    """The person of a number, an e-mail address or a mobile number.

    Raises LookupError with a sentence where there is nobody, or where several share the phone.
    """
    phone = phone_number(who)
    if "@" in who:
        match = Person.email == who.lower()
    elif phone:
        match = Person.phone == phone
    elif who.isdecimal() and len(who) < 10:
        match = Person.id == int(who)
    else:
        raise LookupError(f"There is nobody {who}.")
    people = list(Person.select().where(match).order_by(Person.id))
    if not people:
        raise LookupError(f"There is nobody {who}.")
    if len(people) > 1:
        numbers = ", ".join(str(person.id) for person in people)
        raise LookupError(f"{len(people)} people have {who}: use their number, one of {numbers}.")
    return people[0]
