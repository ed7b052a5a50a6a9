"""Promises: what follows from a result, who does it, until when, and how one sees that it was done."""
