"""Who takes part, without saying who: a name for each person and topic that only the portal's secret leads to."""

import hmac
import secrets

from flask import current_app

LENGTH = 16
SIGNS = b"abcdefghijklmnopqrstuvwxyz234567" * 8  # five bits of a byte to a letter


def participant(topic_id: int, person_id: int) -> str:
    """The 16 letters under which a person's answers in a topic are kept.

    HMAC-SHA256 of the topic and the person with the portal's secret: no row holds both it and the person.
    """
    return _letters(f"participant {topic_id} {person_id}")


def imported(topic_id: int, name: str) -> str:
    """The same for somebody of a file, by the name that the file has for them."""
    return _letters(f"imported {topic_id} {name}")


def nobody() -> str:
    """Sixteen letters that nobody can find again, for the answers of an erased person."""
    return _cut(secrets.token_bytes(32))


def _letters(what: str) -> str:
    secret = current_app.secret_key
    return _cut(hmac.digest(secret if isinstance(secret, bytes) else secret.encode(), what.encode(), "sha256"))


def _cut(digest: bytes) -> str:
    return digest[:LENGTH].translate(SIGNS).decode()
