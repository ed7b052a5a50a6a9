"""Polls: the roll, ballots by every road, the close, the count and its result."""
