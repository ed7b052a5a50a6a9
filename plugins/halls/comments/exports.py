"""Comments of a topic as a table for everybody: what is shown, without names; what is hidden, by its rule alone."""

import csv
import io

from .models import Comment

HEAD = ("id", "proposal", "reply_to", "stance", "support", "state", "rule", "text")


def comments_csv(topic_id: int) -> str:
    """One line a comment, in the order of their numbers."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(HEAD)
    rows = Comment.select(Comment.id, Comment.proposal_id, Comment.parent_id, Comment.stance, Comment.support,
                          Comment.state, Comment.rule, Comment.text).where(Comment.topic_id == topic_id)
    for *row, text in rows.order_by(Comment.id).tuples():
        lines.writerow([*("" if value is None else value for value in row), _safe(text) if row[5] == "shown" else ""])
    return out.getvalue()


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text
