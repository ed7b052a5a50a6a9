"""Moderation: what is reported, and what is hidden by a rule, with a reason, by one or two people."""
