"""The opinion map of a topic: planned with the answers, made by the worker, shown without scripts, handed out."""

import csv
import io
import json
from datetime import timedelta

import pytest
from portal.plugins.halls.models import Topic
from portal.plugins.halls.opinions import chart
from portal.plugins.halls.opinions.votes import parse
from portal.plugins.halls.topics import mapping, moving, polis, show
from portal.plugins.halls.topics.models import OpinionMap, Statement, StatementVote

from portal.base import clock
from portal.base.due import Due
from tests.halls.talk import answered, opened, said, two_camps, worked

TEXTS = ("离楼十米", "要有雨棚", "用公共收益", "放在东门", "晚上有人巡")


@pytest.fixture
def talked(town) -> tuple[int, list[int]]:
    """A topic on which two camps of ten have answered; (topic, statements)."""
    topic = opened(town)
    ids = said(town, topic, *TEXTS)
    answered(town, topic, two_camps(ids))
    return topic, ids


def stored(town, at: str = "north") -> list[OpinionMap]:
    with town.unit(at):
        return list(OpinionMap.select())


def waiting(town) -> list[tuple]:
    with town.unit():
        return list(Due.select(Due.ref, Due.due_at).where((Due.kind == "halls.map") & (Due.state == "waiting"))
                    .order_by(Due.ref).tuples())


def test_no_request_makes_it_and_the_worker_does(town, talked):
    topic, ids = talked
    assert not stored(town) and len(waiting(town)) == 1
    assert town.visitor().get(f"/north/halls/topics/{topic}/map").status_code == 404
    worked(town)
    kept, = stored(town)
    assert (kept.participants, kept.votes) == (20, 100) and not waiting(town)
    found = json.loads(kept.found)
    assert [g["size"] for g in found["groups"]] == [10, 10] and "people" not in found
    assert [s["statement"] for s in found["consensus"]] == [str(ids[-1])]


def test_at_most_every_five_minutes(town, talked):
    topic, ids = talked
    with clock.frozen(clock.now()) as at:
        worked(town, at)
        for n in range(3):
            answered(town, topic, {f"late{n}": {ids[0]: 1}})
        assert [due for _ref, due in waiting(town)] == [at + 300]
        worked(town, at + 299)
        assert stored(town)[0].participants == 20
    worked(town, at + 300)
    kept, = stored(town)
    assert (kept.participants, kept.version) == (23, 2)


def test_a_worker_that_dies_over_it_is_followed_by_another(town, talked, monkeypatch):
    topic, _ids = talked
    with monkeypatch.context() as broken:
        broken.setattr(mapping, "make", lambda _topic: 1 / 0)
        worked(town)
    assert not stored(town) and [ref for ref, _due in waiting(town)] == [f"{topic} again"]
    worked(town, clock.now() + mapping.AGAIN + 5)
    assert stored(town)[0].participants == 20 and not waiting(town)


def test_the_page_says_groups_consensus_and_where_one_stands(town, talked):
    topic, ids = talked
    ada = town.visitor(town.person("陈爱莲", home="north"))
    card = f"/north/halls/topics/{topic}/card"
    for statement in ids:
        ada.submit(card, card, statement=str(statement), v="1")
    worked(town)
    guest = town.visitor().get(f"/north/halls/topics/{topic}/map").text
    assert guest.count('class="hull') == 2 and 'class="you"' not in guest
    assert guest.index("晚上有人巡") < guest.index("离楼十米")  # what all share comes first
    mine = ada.get(f"/north/halls/topics/{topic}/map").text
    assert 'class="you"' in mine and "您在A群" in mine
    short = ada.get(f"/north/halls/topics/{topic}").text
    assert 'class="you"' in short and "晚上有人巡" in short
    assert "<script" not in mine.partition("<main")[2].partition("</main>")[0]


def test_fewer_than_five_are_not_shown(town):
    topic = opened(town)
    ids = said(town, topic, *TEXTS)
    answered(town, topic, {f"p{n}": {s: 1 for s in ids} for n in range(4)})
    worked(town)
    guest = town.visitor()
    assert guest.get(f"/north/halls/topics/{topic}/map").status_code == 404
    assert "<svg class=\"map\"" not in guest.get(f"/north/halls/topics/{topic}").text
    answered(town, topic, {"p4": {ids[0]: 1}})
    worked(town, clock.now() + 600)
    page = guest.get(f"/north/halls/topics/{topic}/map").text
    assert "100%" in page and page.count("–") >= len(ids) - 1  # only the first has five answers


def test_a_hidden_statement_leaves_map_page_and_file_at_once(town, talked):
    topic, ids = talked
    worked(town)
    staff = town.visitor(town.person("Staff", home="north", role="staff"))
    page = f"/north/halls/topics/{topic}/map"
    assert TEXTS[-1] in staff.get(page).text
    guest = town.visitor()
    assert TEXTS[-1] in guest.get(page).text
    staff.submit(f"/north/halls/desk/moderation/statement/{ids[-1]}", rule="insult", reason="x")
    for shown in (staff.get(page).text, guest.get(page).text, guest.get(page[:-4]).text):
        assert TEXTS[-1] not in shown
    worked(town, clock.now() + 600)
    found = json.loads(stored(town)[0].found)
    assert [s["id"] for s in found["statements"]] == [str(n) for n in ids[:-1]]


def drawn_without(town, topic: int, ids: list[int]) -> dict:
    """The map of these statements alone."""
    with town.unit("north"):
        votes = [vote for vote in StatementVote.select(StatementVote.participant, StatementVote.statement_id,
                                                       StatementVote.vote).tuples() if vote[1] in ids]
    return json.loads(json.dumps(chart(mapping.matrix(ids, votes)).to_dict(people=False)))


def test_what_is_hidden_or_waits_has_no_part_in_map_and_files(town, talked):
    """Also where it was answered; whoever answered nothing else is not among the participants."""
    topic, ids = talked
    hidden, waits = said(town, topic, "骂人的话", "还没看过")
    answered(town, topic, {f"only{n}": {hidden: 1, waits: -1} for n in range(6)})
    answered(town, topic, {f"a{n}": {hidden: -1 if n % 2 else 1, waits: 1 if n % 3 else -1} for n in range(10)})
    with town.unit("north"):
        Statement.update(state="hidden").where(Statement.id == hidden).execute()
        Statement.update(state="waiting").where(Statement.id == waits).execute()
    worked(town)
    kept, = stored(town)
    assert (kept.participants, kept.votes) == (20, 100)
    assert json.loads(kept.found) == drawn_without(town, topic, ids)
    with town.app.app_context(), town.unit("north"):
        moving.move(moving.topic(topic), "end")
    lines = list(csv.DictReader(io.StringIO(
        town.visitor().get(f"/north/halls/topics/{topic}/participants-votes.csv").text)))
    assert len(lines) == 20 and {line["n-votes"] for line in lines} == {"5"} and str(waits) not in lines[0]


def test_hiding_does_not_wait_five_minutes_for_the_map(town, talked):
    topic, ids = talked
    with clock.frozen(clock.now()) as at:
        worked(town, at)
        staff = town.visitor(town.person("Staff", home="north", role="staff"))
        staff.submit(f"/north/halls/desk/moderation/statement/{ids[0]}", rule="insult", reason="x")
        worked(town, at)
        assert json.loads(stored(town)[0].found) == drawn_without(town, topic, ids[1:])


def test_a_map_of_nothing_is_no_map(town, talked):
    topic, ids = talked
    worked(town)
    staff, page = town.visitor(town.person("Staff", home="north", role="staff")), f"/north/halls/topics/{topic}/map"
    for statement in ids:
        staff.submit(f"/north/halls/desk/moderation/statement/{statement}", rule="insult", reason="x")
    worked(town)
    assert not stored(town) and town.visitor().get(page).status_code == 404
    assert 'class="map"' not in town.visitor().get(page[:-4]).text


def test_files_are_there_once_answers_are_final_and_make_the_same_map(town, talked):
    topic, ids = talked
    said(town, topic, "藏着", state="hidden")
    worked(town)
    guest, root = town.visitor(), f"/north/halls/topics/{topic}"
    for name in ("participants-votes", "comments"):
        assert guest.get(f"{root}/{name}.csv").status_code == 404
    with town.app.app_context(), town.unit("north"):
        moving.move(moving.topic(topic), "end")
    answer = guest.get(f"{root}/participants-votes.csv")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    again = chart(parse(io.StringIO(answer.text))).to_dict(people=False)
    assert json.loads(json.dumps(again)) == json.loads(stored(town)[0].found)
    rows = list(csv.DictReader(io.StringIO(guest.get(f"{root}/comments.csv").text)))
    assert [(r["comment-id"], r["comment-body"], r["author-id"], r["timestamp"]) for r in rows] == [
        (str(n), text, "", "") for n, text in zip(ids, TEXTS, strict=True)]
    assert rows[-1]["agrees"] == "20" and rows[-1]["disagrees"] == "0"


@pytest.mark.parametrize("people", [4, 5])
def test_answers_of_which_there_are_files_are_not_taken_again(town, people):
    topic = opened(town, names=("listen", "result"))
    staff, page = town.visitor(town.person("Staff", home="north", role="staff")), f"/north/halls/desk/topics/{topic}"
    answered(town, topic, {f"p{n}": {number: 1 for number in said(town, topic, f"第{n}句")} for n in range(people)})
    days = [(clock.local_date(clock.now(), "Asia/Shanghai") + timedelta(days=n)).isoformat() for n in range(6)]
    for day in days[:2]:
        assert staff.submit(f"{page}/stages", **{"listen-to": day}).status_code == 303
    with clock.frozen(clock.now() + 2 * 86400):
        assert staff.submit(f"{page}/stages", **{"result-from": days[5]}).status_code == 303
        file = town.visitor().get(f"/north/halls/topics/{topic}/participants-votes.csv")
        assert (file.status_code == 200) == (people == 5)
        for typed in ({"listen-to": days[3]}, {"listen-to": ""}, {"discuss-on": "1"}):
            done = staff.submit(f"{page}/stages", **typed)
            assert done.status_code == (422 if people == 5 else 303), typed
            assert ('href="#listen-to"' in done.text) == (people == 5)


def test_files_name_nobody(town):
    topic = opened(town)
    people = [town.person(f"Person {n}", home="north", phone=f"1380000010{n}") for n in range(6)]
    said(town, topic, "=1+1", person_id=people[0].id, actor_id=people[0].id)
    card = f"/north/halls/topics/{topic}/card"
    for person in people:
        town.visitor(person).submit(card, card, v="1")
    with town.app.app_context(), town.unit("north"):
        moving.move(moving.topic(topic), "end")
    guest = town.visitor()
    whole = [guest.get(f"/north/halls/topics/{topic}/{name}.csv").text for name in ("participants-votes", "comments")]
    assert not [p for p in people if p.name in "".join(whole) or p.phone in "".join(whole)]
    names = [line.split(",")[0] for line in whole[0].splitlines()[1:]]
    assert names == sorted(names) and len(set(names)) == 6
    assert "'=1+1" in whole[1]


def test_a_published_conversation_becomes_a_topic(open_data, halls, town):
    becomes_a_topic(open_data / "polis" / "brexit-consensus", halls, town, 50)


@pytest.mark.backend("sqlite")
def test_a_large_one_does_too_without_what_its_moderators_hid(open_data, halls, town):
    becomes_a_topic(open_data / "polis" / "vtaiwan.uberx", halls, town, 197)


def becomes_a_topic(folder, halls, town, statements: int) -> None:
    """Everybody of its files who answered a statement that is shown is on the map, and all they said in the file."""
    with open(folder / "comments.csv", encoding="utf-8") as file:
        hidden = {row["comment-id"] for row in csv.DictReader(file) if row["moderated"] == "-1"}
    with open(folder / "participants-votes.csv", encoding="utf-8") as file:
        rows = [{k: v for k, v in row.items() if k.isdecimal() and v} for row in csv.DictReader(file)]
    shown = [[v for k, v in row.items() if k not in hidden] for row in rows]
    people, said = sum(map(bool, shown)), sum(map(len, shown))
    done = halls("import", "polis", folder, "--community", "north")
    assert f": {statements} statements, {sum(map(len, rows))} answers, " in done.stdout, done.stderr
    guest, place = town.visitor(), done.stdout.split()[-1]
    page = guest.get(f"{place}/map")
    assert page.status_code == 200 and f">{people}</th>" in page.text
    out = list(csv.reader(io.StringIO(guest.get(f"{place}/participants-votes.csv").text)))
    assert sum(cell != "" for row in out[1:] for cell in row[6:]) == said and len(out) == people + 1


@pytest.mark.parametrize(("files", "words"), [
    ({}, "There is no participants-votes.csv"),
    ({"participants-votes.csv": "participant,0\np,1\n"}, "There is no comments.csv"),
    ({"participants-votes.csv": "participant,0\np,2\n", "comments.csv": "comment-id,comment-body\n0,x\n"}, "Line 2"),
    ({"participants-votes.csv": "participant,0\np,1\n", "comments.csv": "comment-id\n0\n"}, "needs the columns"),
    ({"participants-votes.csv": "participant,0\np,1\n", "comments.csv": "comment-id,comment-body\n0,x,y\n"}, "row 2"),
    ({"participants-votes.csv": "participant,0\np,1\n", "comments.csv": "comment-id,comment-body\n0,x\n0,y\n"},
     "row 3"),
    ({"participants-votes.csv": "participant,0\np,1\n", "comments.csv": "comment-id,comment-body\n0,\"x\n"},
     "comments.csv"),
    ({"participants-votes.csv": "participant,0\np,1\n", "comments.csv": "comment-id,comment-body\n0,x\0y\n"},
     "comments.csv: There is a byte 0"),
    ({"participants-votes.csv": "participant,0\np,1\n", "comments.csv": "comment-id,comment-body\n0,x\n",
      "summary.csv": "topic,a\0b\n"}, "summary.csv: There is a byte 0"),
    ({"participants-votes.csv": f"participant,{'1' * 13}\np,1\n", "comments.csv": "comment-id,comment-body\n0,x\n"},
     "the number of a statement is too long")])
def test_a_broken_conversation_is_refused_in_words(tmp_path, files, words):
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(polis.NotPolis, match=words):
        polis.read(tmp_path)


def test_what_goes_out_comes_in_again(town, talked, tmp_path):
    topic, ids = talked
    with town.unit("north"):
        statements, votes = mapping.answers(topic)
        texts = list(Statement.select(Statement.id, Statement.text).order_by(Statement.id).tuples())
    (tmp_path / "participants-votes.csv").write_text(polis.votes_csv(statements, votes), "utf-8")
    (tmp_path / "comments.csv").write_text(polis.comments_csv([*texts[:-1], (ids[-1], "-晚上")], votes), "utf-8")
    given = polis.read(tmp_path)
    assert sorted(given.votes) == sorted((p, str(s), v) for p, s, v in votes)
    with town.app.app_context(), town.unit("south"):
        copy = polis.take_in(given, clock.now())
        assert [s.text for s in Statement.select().order_by(Statement.id)] == [*TEXTS[:-1], "-晚上"]
        assert StatementVote.select().count() == len(votes) and Topic.get_by_id(copy).state == "open"
    with town.app.app_context(), town.unit("south"):
        assert show.final(moving.topic(copy))


def test_places_are_packed_and_found_again(town, talked):
    topic, _ids = talked
    worked(town)
    kept, = stored(town)
    assert len(kept.people) == 20 * (mapping.LETTERS + mapping.WIDTH)
    assert mapping.unpacked("-+0200+0140") == (None, 200, 140) and mapping.unpacked("1-0003+0140") == (1, -3, 140)
    assert mapping.unpacked(None) is None and mapping.unpacked("") is None


def test_the_map_offers_a_proposal_to_who_can_write_one_now(town, talked):
    topic, _ids = talked
    worked(town)
    ada, far = (town.visitor(town.person(name, home=at)) for name, at in (("陈爱莲", "north"), ("远客", "south")))
    page, link = f"/north/halls/topics/{topic}/map", "/proposals/new?statement="
    assert link not in ada.get(page).text  # people still listen
    with town.unit("north"):
        Topic.update(stage="propose", version=Topic.version + 1).where(Topic.id == topic).execute()
    assert link in ada.get(page).text
    for other in (far, town.visitor()):
        assert link not in other.get(page).text
    with town.unit("north"):
        Topic.update(state="ended", version=Topic.version + 1).where(Topic.id == topic).execute()
    assert link not in ada.get(page).text
