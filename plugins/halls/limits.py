"""How much one person can say in a day."""

from portal import TooMany, _, count, viewer


def few(what: str, most: int, field) -> bool:
    """Count one more of `what` for the viewer; False after `most` in a day, and the form's field says so."""
    try:
        count(f"halls {what} {viewer.person_id}", most, 86400)
        return True
    except TooMany:
        field.errors = [_("That were many for one day. Please go on tomorrow, or call us.")]
        return False
