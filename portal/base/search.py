"""Full-text search for both databases: text becomes bigrams, so that two Chinese characters are found."""

import re
from collections.abc import Iterable

from peewee import BigIntegerField, CharField, TextField

from . import clock
from .bulk import bulk
from .database import current
from .records import Owned
from .sites import scope_id

_RUNS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[^\W_]+", re.UNICODE)
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
LONGEST = 20_000  # characters of a text that are indexed
FORGOTTEN = 500  # things that are taken out at a time
AT = "\ue000"  # before a site's id it is a token that no text has: without it a search would read all sites' hits


class SearchEntry(Owned):
    """What can be found: one row a thing, kept by the plugin that owns the thing."""

    plugin = CharField(max_length=60)
    ref = CharField(max_length=80)  # the plugin's own key of the thing
    title = CharField(max_length=200)
    url = CharField(max_length=200)
    summary = CharField(max_length=300, default="")
    changed_at = BigIntegerField(default=clock.now)
    tokens = TextField(default="")

    class Meta:
        indexes = ((("site", "plugin", "ref"), True),)


def bigrams(text: str, query: bool = False) -> list[str]:
    """The tokens of a text: each pair of neighbouring Chinese characters, each other word in lower case.

    A single Chinese character is a token of its own; in texts every character also stands alone, in queries only
    where it has no neighbour, so that one-character words are found too.
    """
    tokens = []
    for run in _RUNS.findall(text.lower()[:LONGEST]):
        if not _HAN.match(run):
            tokens.append(run[:40])
            continue
        pairs = [run[i:i + 2] for i in range(len(run) - 1)]
        tokens += pairs if query and pairs else [*pairs, *run]
    return tokens


def index(plugin: str, ref: str, title: str, url: str, text: str = "", summary: str = "") -> None:
    """Make a thing of the open site findable, or refresh it. `url` is relative to the site, e.g. "activities/7"."""
    values = {"title": title[:200], "url": url, "summary": summary[:300], "changed_at": clock.now(),
              "tokens": _tokens(title, text)}
    (SearchEntry.insert(plugin=plugin, ref=str(ref), **values)
     .on_conflict(conflict_target=[SearchEntry.site, SearchEntry.plugin, SearchEntry.ref],
                  update={getattr(SearchEntry, k): v for k, v in values.items()})
     .execute())


def index_many(plugin: str, things: Iterable[tuple[str, str, str, str, str]]) -> None:
    """Make many things of the open site findable, or refresh them: (ref, title, url, text, summary) of each."""
    at = clock.now()
    rows = [(plugin, ref, title[:200], url, summary[:300], at, _tokens(title, text))
            for ref, title, url, text, summary in things]
    for n in range(0, len(rows), FORGOTTEN):
        refs = [row[1] for row in rows[n:n + FORGOTTEN]]
        SearchEntry.delete().where((SearchEntry.plugin == plugin) & SearchEntry.ref.in_(refs)).execute()
    bulk(SearchEntry, ("plugin", "ref", "title", "url", "summary", "changed_at", "tokens"), rows)


def _tokens(title: str, text: str) -> str:
    return " ".join(dict.fromkeys([f"{AT}{scope_id()}", *bigrams(f"{title} {text}")]))


def unindex(plugin: str, ref: str) -> None:
    """Take a thing of the open site out of the search."""
    SearchEntry.delete().where((SearchEntry.plugin == plugin) & (SearchEntry.ref == str(ref))).execute()


def found(plugin: str, words: str, limit: int = 20) -> list[tuple[str, str, str]]:
    """(title, url, summary) of the plugin's things in the open site that hold all the words, newest first."""
    tokens = bigrams(words, query=True)[:20]
    if not tokens:
        return []
    db, tokens = current.obj, [f"{AT}{scope_id()}", *tokens]
    if db.kind == "sqlite":
        match = " AND ".join(f'"{t}"' for t in tokens)
        # The text first, whatever the planner thinks; values are queries of their own, as if prepared.
        sql = ("SELECT e.title, e.url, e.summary FROM search_text t CROSS JOIN "
               "(SELECT * FROM search_entry WHERE site_id = (SELECT ?)) e ON e.id = t.rowid "
               "WHERE e.plugin = (SELECT ?) AND search_text MATCH (SELECT ?) "
               "ORDER BY e.changed_at DESC LIMIT (SELECT ?)")
    else:
        match = " & ".join(f"'{t}'" for t in tokens)
        sql = ("SELECT e.title, e.url, e.summary FROM search_entry e WHERE e.site_id = %s AND e.plugin = %s AND "
               "array_to_tsvector(string_to_array(e.tokens, ' ')) @@ %s::tsquery ORDER BY e.changed_at DESC LIMIT %s")
    return db.execute_sql(sql, (scope_id(), plugin, match, limit)).fetchall()
