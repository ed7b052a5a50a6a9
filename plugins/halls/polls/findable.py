"""Polls in the search of their site."""

from collections.abc import Iterator

from portal import Hit, found, index, plain, unindex

from .. import speech
from ..models import Poll
from . import languages, queries
from .states import PUBLIC

URL = "halls/polls/"


def keep_findable(poll_id: int) -> None:
    """Put a poll that the public sees into the search, with what can be chosen; take any other out."""
    row = queries.poll(poll_id)
    if row is None or row.state not in PUBLIC:
        unindex("halls", f"poll {poll_id}")
        return
    index("halls", f"poll {poll_id}", row.title, f"{URL}{poll_id}", " ".join(filter(None, _words(row))))


def _words(row: queries.PollRow) -> Iterator[str]:
    """What it is found by, in every language in which it was written."""
    yield plain(row.text, 2000)
    yield from (o.title for o in queries.options(row) if row.rule != "yesno")
    for code, said in languages.kept(row).items():
        if code in languages.NAMES:
            yield from (said.get("title", ""), plain(said.get("text", ""), 2000), *said.get("options", ()))


def found_in_words(words: str) -> list[Hit]:
    """What the hall's search finds, polls by what they are called in the reader's language."""
    hits = [Hit(*hit) for hit in found("halls", words)]
    numbers = [int(hit.url.removeprefix(URL)) for hit in hits if hit.url.startswith(URL)]
    if not numbers or speech.locale() == "none":
        return hits
    said = {f"{URL}{n}": languages.title(poll, speech.locale()) for n, poll in _texts(numbers).items()}
    return [hit._replace(title=said.get(hit.url, hit.title)) for hit in hits]


def _texts(numbers: list[int]) -> dict[int, Poll]:
    """The polls of these numbers that say something in another language."""
    rows = Poll.select(Poll.id, Poll.title, Poll.texts).where(Poll.id.in_(numbers) & (Poll.texts != "{}"))
    return {row.id: row for row in rows}
