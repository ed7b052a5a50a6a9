"""Proposals: written, changed and signed by residents, answered by staff, put on a ballot."""
