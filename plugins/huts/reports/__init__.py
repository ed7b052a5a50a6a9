"""Skills and wants that break a rule: reported by neighbours, hidden by staff with a reason, looked at again."""
