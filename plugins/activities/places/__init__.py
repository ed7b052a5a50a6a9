"""Who has a place: taking, leaving, the waitlist with its offers, and what comes due for them."""
