"""A poll in the language of its reader, on every page that shows it and in every message."""

import json

import pytest
from portal.plugins.halls.models import Option, Poll
from portal.plugins.halls.polls import closing, exports, findable, languages, opening, queries

from portal.base import clock, database, sites
from portal.people.models import Notice
from tests.halls.conftest import DAY, STAFF, drafted, ready
from tests.halls.talk import opened, worked

OWN, ENGLISH = "先修哪一样？", "What first, please?"
TEXTS = {"of": "", "en": {"title": ENGLISH, "text": "Choose one of them.", "options": ["Bench", "Roof", "Lamp"],
                          "abouts": ["It costs 2,000", "", ""]}}
IN_ENGLISH = {"headers": {"Accept-Language": "en"}}


@pytest.fixture
def told(town, poll):
    """An open poll of a topic that is written in English, too; (its id, who is on its roll, the topic)."""
    topic = opened(town)
    poll_id, voters = poll(title=OWN, text="选一样。", topic_id=topic, texts=json.dumps(TEXTS))
    with town.app.app_context(), town.unit("north"):
        Option.update(text="花两千块").where((Option.poll_id == poll_id) & (Option.number == 0)).execute()
        findable.keep_findable(poll_id)
    return poll_id, voters, topic


def both(visitor, path: str) -> None:
    """A page says the question in the language of its reader, in no other."""
    page, own = visitor.get(path, **IN_ENGLISH).text, visitor.get(path).text
    assert ENGLISH in page and OWN not in page, path
    assert OWN in own and ENGLISH not in own, path


def test_every_page_that_names_a_poll_does_so_in_its_readers_words(town, told, staff):
    poll_id, (ada, *_rest), topic = told
    visitor, guest, page = town.visitor(ada), town.visitor(), f"halls/polls/{poll_id}"
    for path in ("", "me", "halls/polls/", page, f"{page}/vote", f"{page}/sheet", "calendar/?view=list",
                 f"halls/topics/{topic}", "feed.xml"):
        both(visitor, f"/north/{path}")
    for words in ("Roof", "雨棚"):
        both(guest, f"/north/search?q={words}")
    for path in ("", str(poll_id), f"{poll_id}/voters?q=居民", f"{poll_id}/papers"):
        both(staff, f"/north/halls/desk/polls/{path}")


def test_options_and_what_is_said_of_them(town, told):
    poll_id, (ada, *_rest), _topic = told
    visitor = town.visitor(ada)
    for path in ("", "/vote", "/sheet"):
        said = visitor.get(f"/north/halls/polls/{poll_id}{path}", **IN_ENGLISH).text
        assert "Bench" in said and "It costs 2,000" in said and "长椅" not in said and "花两千块" not in said, path
        assert "花两千块" in visitor.get(f"/north/halls/polls/{poll_id}{path}").text


def test_the_result_names_winners_in_the_readers_words_and_files_in_those_of_the_poll(town, told):
    poll_id, (ada, *_rest), _topic = told
    page = f"/north/halls/polls/{poll_id}"
    town.visitor(ada).submit(f"{page}/vote", f"{page}/vote", tick="1")
    with town.app.app_context(), town.unit("north"):
        closing.close(poll_id, early=True)
    with town.app.app_context(), database.use(town.db), sites.within(town.north.id):
        closing.count(poll_id)
    guest = town.visitor()
    for path in (page, f"{page}/sheet"):
        assert "Result: Roof" in guest.get(path, **IN_ENGLISH).text and "Roof" not in guest.get(path).text
    file = json.loads(guest.get(f"{page}/ballots.json", **IN_ENGLISH).text)
    assert file["title"] == OWN and [o["title"] for o in file["options"]] == ["长椅", "雨棚", "路灯"]
    with town.unit("north"):
        assert exports.is_right(queries.poll(poll_id))


def test_each_is_told_in_their_own_language(town, poll):
    ada, bob = (town.person(name, home="north", locale=locale)
                for name, locale in (("Ada", "en"), ("丁一", "zh_Hans_CN")))
    with town.app.app_context(), town.unit("north"):
        row = drafted("plurality", "AB", (), {}, text="选一样。", closes_at=clock.now() + DAY)
        texts = TEXTS | {"of": _own(row.id)}
        Poll.update(texts=json.dumps(texts)).where(Poll.id == row.id).execute()
        ready(row.id)
        assert opening.open_poll(row.id, STAFF) == []
    worked(town)
    with town.unit():
        said = {person: title for person, title in Notice.select(Notice.person, Notice.title)
                .where(Notice.kind == "halls.poll_open").tuples()}
    assert ENGLISH in said[ada.id] and OWN in said[bob.id] and ENGLISH not in said[bob.id]


def _own(poll_id: int) -> str:
    row = queries.poll(poll_id)
    return languages.own(row, queries.options(row))


def test_what_was_written_of_other_words_goes_when_it_opens(town):
    town.person("甲", home="north")
    with town.app.app_context(), town.unit("north"):
        row = drafted("plurality", "AB", (), {}, text="选一样。", closes_at=clock.now() + DAY, texts=json.dumps(TEXTS))
        ready(row.id)
        assert opening.open_poll(row.id, STAFF) == []
    assert OWN in town.visitor().get("/north/halls/polls/", **IN_ENGLISH).text


def test_what_is_missing_in_a_language_is_read_in_the_polls_own(town, poll):
    texts = {"en": {"title": "", "text": "Choose one.", "options": ["Bench", "", "Lamp"]}}
    poll_id, _voters = poll(title=OWN, text="选一样。", texts=json.dumps(texts))
    said = town.visitor().get(f"/north/halls/polls/{poll_id}", **IN_ENGLISH).text
    assert all(words in said for words in (OWN, "Choose one.", ">Bench<", ">雨棚<", ">Lamp<"))
