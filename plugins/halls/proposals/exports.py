"""Proposals of a topic as a table for everybody: what is shown, without names; what is hidden, by its rule alone."""

import csv
import io

from .models import Proposal

HEAD = ("id", "version", "signatures", "standing", "merged_into", "answer", "state", "rule", "title", "text")


def proposals_csv(topic_id: int) -> str:
    """One line a proposal, in the order of their numbers."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(HEAD)
    rows = Proposal.select(Proposal.id, Proposal.version, Proposal.signatures, Proposal.standing,
                           Proposal.merged_into_id, Proposal.answered, Proposal.state, Proposal.rule, Proposal.title,
                           Proposal.text).where(Proposal.topic_id == topic_id)
    for *row, title, text in rows.order_by(Proposal.id).tuples():
        said = [_safe(title), _safe(text)] if row[6] == "shown" else ["", ""]
        lines.writerow([*("" if value is None else value for value in row), *said])
    return out.getvalue()


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
