"""Voting rules, and readers of election files. Plain, exact Python: it imports nothing of the portal and runs alone.

Numbers are integers and fractions; nothing is rounded but where a rule says so. A rule is a function of an election
(or a budget) and of its parameters alone, so that a count can be repeated by anybody, anywhere.
"""

from .election import Ballot, Budget, Count, Election, NotAnElection, Number, Project, Stage

__all__ = ["Ballot", "Budget", "Count", "Election", "NotAnElection", "Number", "Project", "Stage"]
