"""The search of a site reads its own hits; what was indexed before it knew sites is found as ever."""

from importlib import import_module
from types import SimpleNamespace

from portal.base import search

UP = import_module("portal.migrations.0004_search_sites").up


def test_what_was_indexed_before_is_found_after_the_update(town):
    for where in ("north", "south"):
        with town.app.app_context(), town.unit(where):
            search.index("bulletin", "1", f"{where} 轮椅", "bulletin/1")
            bare = search.SearchEntry.get().tokens.partition(" ")[2]
            search.SearchEntry.update(tokens=bare).execute()
            assert search.found("bulletin", "轮椅") == []
    with town.app.app_context(), town.unit():
        UP(SimpleNamespace(), town.db)
    for where in ("north", "south"):
        with town.app.app_context(), town.unit(where):
            assert [title for title, _url, _summary in search.found("bulletin", "轮椅")] == [f"{where} 轮椅"]


def test_no_words_that_somebody_types_find_all_of_a_site(town):
    with town.app.app_context(), town.unit("north"):
        search.index("bulletin", "1", "轮椅", "bulletin/1")
        mark = search.SearchEntry.get().tokens.partition(" ")[0]
        assert search.found("bulletin", mark) == [] and search.found("bulletin", mark[1:]) == []
        assert len(search.found("bulletin", "轮椅")) == 1
