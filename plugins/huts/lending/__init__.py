"""Borrowing: rules, states, ranges and the queue."""
