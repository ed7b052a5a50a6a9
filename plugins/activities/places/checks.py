"""Whether the counts of occurrences are right: what `portal activities check` proves."""

from ..models import Occurrence, SignUp
from ..rules import LIVE

COUNTS = ("taken", "held", "waiting", "asked", "helping")


def broken() -> list[str]:
    """What is wrong with the counts of the open site's occurrences, in words; nothing when every one is right."""
    counted: dict[int, dict[str, int]] = {}
    numbers: dict[int, list[int | None]] = {}
    rows = SignUp.select(SignUp.occurrence_id, SignUp.state, SignUp.role, SignUp.size, SignUp.number,
                         SignUp.offered_until).where(SignUp.state.in_(LIVE)).order_by(SignUp.number)
    found = []
    for occurrence_id, state, role, size, number, until in rows.tuples().iterator():
        sums = counted.setdefault(occurrence_id, dict.fromkeys(COUNTS, 0))
        name = {"joined": "helping" if role == "helper" else "taken", "offered": "held"}.get(state, state)
        sums[name] += 1 if state in ("waiting", "asked") else size
        if state == "waiting":
            numbers.setdefault(occurrence_id, []).append(number)
        if (state == "offered") != (until is not None):
            found.append(f"occurrence {occurrence_id}: an offer without its end, or an end without an offer")
    for row in Occurrence.select().order_by(Occurrence.id).dicts().iterator():
        found += _broken(row, counted.pop(row["id"], {}), numbers.get(row["id"], []))
    return found + [f"occurrence {i}: sign-ups without it" for i in counted]


def _broken(row: dict, sums: dict[str, int], numbers: list[int | None]) -> list[str]:
    said = f"occurrence {row['id']}"
    found = [f"{said}: {name} is {row[name]}, its sign-ups say {sums.get(name, 0)}"
             for name in COUNTS if row[name] != sums.get(name, 0)]
    if row["capacity"] is not None and row["taken"] + row["held"] > row["capacity"]:
        found.append(f"{said}: {row['taken']} taken and {row['held']} held of {row['capacity']}")
    if row["helping"] > row["helpers"]:
        found.append(f"{said}: {row['helping']} of {row['helpers']} helpers")
    if None in numbers or len(set(numbers)) != len(numbers) or any(n > row["queue"] for n in numbers if n):
        found.append(f"{said}: the numbers of the waitlist are not one for each")
    return found
