"""Comments on topics and proposals: for, against, a question; two levels, a page at a time."""
