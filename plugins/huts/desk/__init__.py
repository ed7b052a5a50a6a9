"""The counter of a hut: one screen on which things go out and come back, and what staff do beside it."""
