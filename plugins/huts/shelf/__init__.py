"""Huts and what lies in them: what residents see, and what staff keep in order."""
