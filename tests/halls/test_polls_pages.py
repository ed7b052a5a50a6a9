"""The pages of polls, as residents use them."""

import json
import re
import shlex

import pytest
from portal.plugins.halls.models import Ballot, Poll
from portal.plugins.halls.polls import closing
from portal.plugins.halls.tally.__main__ import main as tally_main

from portal.base import database, sites

PAGE = "/north/halls/polls/"


def stored(town) -> list[str]:
    """What the ballots say."""
    with town.unit("north"):
        return [row.choice for row in Ballot.select().order_by(Ballot.id)]


@pytest.mark.parametrize(("rule", "parameters", "typed", "choice"), [
    ("yesno", {}, {"tick": "0"}, '{"ticks":[0]}'),
    ("plurality", {}, {"tick": "2"}, '{"ticks":[2]}'),
    ("approval", {}, {"tick": ["0", "1"]}, '{"ticks":[0,1]}'),
    ("irv", {}, {"rank-0": "2", "rank-2": "1"}, '{"ranks":[[2],[0]]}'),
    ("star", {}, {"score-0": "5", "score-1": "0"}, '{"scores":[[0,5],[1,0]]}'),
    ("pb.mes.add1", {}, {"tick": ["1", "2"]}, '{"points":{"1":1,"2":1}}'),
    ("irv", {}, {"blank": "1"}, '{"blank":true}'),
])
def test_each_kind_of_ballot_is_cast_from_its_page(town, poll, rule, parameters, typed, choice):
    costs = (100_00, 200_00, 300_00) if rule.startswith("pb.") else ()
    poll_id, (ada, *_rest) = poll(rule, costs=costs, parameters=parameters, money_fen=400_00 if costs else 0)
    answer = town.visitor(ada).submit(f"{PAGE}{poll_id}/vote", f"{PAGE}{poll_id}/vote", **typed)
    assert answer.status_code == 303 and "/receipt/" in answer.location
    assert stored(town) == [choice]


def test_a_ballot_arrives_empty_and_tells_nothing_of_others(town, poll):
    poll_id, (ada, bea, _cee) = poll("approval")
    visitor = town.visitor(ada)
    before = visitor.get(f"{PAGE}{poll_id}/vote").text
    visitor.submit(f"{PAGE}{poll_id}/vote", f"{PAGE}{poll_id}/vote", tick=["0", "1"])
    again = visitor.get(f"{PAGE}{poll_id}/vote").text
    assert " checked" not in before + again and "您已经投过了" in again and "您已经投过了" not in before
    hers = town.visitor(bea)
    form = re.compile(r'name="(csrf_token|_key)" value="[^"]+"')
    assert form.sub("", hers.get(f"{PAGE}{poll_id}/vote").text) == form.sub("", before)


def test_what_is_refused_comes_back_as_it_was_typed(town, poll):
    poll_id, (ada, *_rest) = poll("irv")
    page = f"{PAGE}{poll_id}/vote"
    answer = town.visitor(ada).submit(page, page, **{"rank-0": "1", "rank-1": "1"})
    assert answer.status_code == 422 and stored(town) == []
    assert answer.text.count(" checked") == 3
    assert 'href="#rank-1"' in answer.text and 'id="rank-1"' in answer.text


def test_who_goes_back_to_the_ballot_and_votes_otherwise_has_voted_otherwise(town, poll):
    """The same page again, as the browser keeps it: what is acknowledged is what is stored."""
    poll_id, (ada, *_rest) = poll()
    visitor, page = town.visitor(ada), f"{PAGE}{poll_id}/vote"
    form = visitor.form(page, page)
    for tick in ("1", "2", "1", "1"):
        assert "/receipt/" in visitor.send(form, tick=tick).location
        assert stored(town) == [f'{{"ticks":[{tick}]}}']


def test_a_receipt_is_found_by_whoever_has_its_number(town, poll):
    poll_id, (ada, *_rest) = poll()
    code = town.visitor(ada).submit(f"{PAGE}{poll_id}/vote", f"{PAGE}{poll_id}/vote", tick="1").location[-8:]
    guest = town.visitor()
    shown = guest.get(f"{PAGE}{poll_id}/receipt?code={code.lower()}")
    assert shown.status_code == 200 and code in shown.text
    assert not any(word in shown.text for word in (ada.name, "雨棚", "长椅", "路灯"))
    assert guest.get(f"{PAGE}{poll_id}/receipt/AAAAAAAA").status_code == 404
    assert guest.get(f"{PAGE}{poll_id}/receipt").status_code == 303


def test_the_list_calls_those_who_can_vote_and_have_not(town, poll):
    poll_id, (ada, *_rest) = poll(title="修路灯")
    visitor, link = town.visitor(ada), f'href="{PAGE}{poll_id}/vote"'
    assert link in visitor.get(PAGE).text
    assert link not in town.visitor().get(PAGE).text and "修路灯" in town.visitor().get(PAGE).text
    visitor.submit(f"{PAGE}{poll_id}/vote", f"{PAGE}{poll_id}/vote", tick="1")
    assert link not in visitor.get(PAGE).text


def test_a_poll_that_was_replaced_leads_to_the_new_one(town, poll):
    old, (ada, *_rest) = poll(title="旧的")
    new, _voters = poll(title="新的", people=0, supersedes_id=old)
    with town.unit("north"):
        Poll.update(state="superseded", version=Poll.version + 1).where(Poll.id == old).execute()
    visitor = town.visitor(ada)
    assert f'href="{PAGE}{new}"' in visitor.get(f"{PAGE}{old}").text
    assert f'href="{PAGE}{old}"' in visitor.get(f"{PAGE}{new}").text
    assert visitor.get(f"{PAGE}{old}/vote").status_code == 303


# After the count.


@pytest.fixture
def counted(town, poll):
    """`counted("irv", [{"rank-0": "1"}, …])`: a poll in which so many people voted so, closed and counted."""
    def make(rule, typed, **fields):
        poll_id, voters = poll(rule, people=len(typed), **fields)
        page = f"{PAGE}{poll_id}/vote"
        for person, given in zip(voters, typed, strict=True):
            assert town.visitor(person).submit(page, page, **given).status_code == 303
        with town.app.app_context(), town.unit("north"):
            closing.close(poll_id, early=True)
        with town.app.app_context(), database.use(town.db), sites.within(town.north.id):
            closing.count(poll_id)
        return poll_id, voters
    return make


def ranked(*names: int) -> dict[str, str]:
    """A ballot that ranks these options."""
    return {f"rank-{n}": str(place) for place, n in enumerate(names, 1)}


def test_a_result_says_who_won_round_by_round(town, counted):
    poll_id, _voters = counted("irv", [ranked(0), ranked(0), ranked(1), ranked(1), ranked(2, 0)],
                               titles=("长椅", "雨棚", "路灯"))
    text = town.visitor().get(f"{PAGE}{poll_id}").text
    assert '<ol class="won"><li><b>长椅</b></li></ol>' in text
    assert text.count('class="panel stage"') == 2 and "5人投票" in text
    second = text.split('id="s2"')[1]
    assert "路灯" in second.split("<table")[0] and "+1" in second  # the one that is out, and what the first got of it


def test_middle_rounds_are_folded(town, counted):
    titles = ("甲", "乙", "丙", "丁", "戊")
    typed = [ranked(0)] * 5 + [ranked(1)] * 4 + [ranked(2, 1)] * 3 + [ranked(3, 1)] * 2 + [ranked(4, 1)]
    poll_id, _voters = counted("irv", typed, titles=titles)
    text = town.visitor().get(f"{PAGE}{poll_id}").text
    assert text.count("<h3") == 4
    folded = text.split('class="tallied"')[1].split("</details>")[0]
    assert folded.count("<h3") == 2 and 'id="s4"' not in folded


def test_a_question_is_carried_or_not(town, counted):
    yes, _voters = counted("yesno", [{"tick": "0"}, {"tick": "0"}, {"tick": "1"}])
    no, _voters = counted("yesno", [{"tick": "0"}, {"tick": "1"}, {"tick": "2"}])
    guest = town.visitor()
    assert "<b>通过</b>" in guest.get(f"{PAGE}{yes}").text
    assert "<b>没有通过</b>" in guest.get(f"{PAGE}{no}").text


def test_a_budget_shows_a_voter_their_own_bill_only(town, counted):
    poll_id, (ada, bea, _cee) = counted("pb.mes.add1", [{"tick": "0"}, {"tick": "0"}, {"tick": "1"}],
                                        costs=(20_00, 90_00, 10_00), money_fen=60_00)
    mine = town.visitor(ada).get(f"{PAGE}{poll_id}").text
    assert re.search(r"您的¥\d+.*长椅</th><td class=\"num\">¥10</td>", mine, re.S)
    assert "您的¥" not in town.visitor().get(f"{PAGE}{poll_id}").text


def test_ballots_are_there_to_count_again_and_the_roll_is_not(town, counted, staff):
    poll_id, _voters = counted("irv", [ranked(0), ranked(0), ranked(1)])
    guest = town.visitor()
    text = guest.get(f"{PAGE}{poll_id}").text
    with town.unit("north"):
        row = Poll.get_by_id(poll_id)
    assert row.ballots_hash in text and row.roll_hash in text and row.seed in text
    for form in ("csv", "blt", "json"):
        assert f'href="{PAGE}{poll_id}/ballots.{form}"' in text
        assert "attachment" in guest.get(f"{PAGE}{poll_id}/ballots.{form}").headers["Content-Disposition"]
    assert guest.get(f"{PAGE}{poll_id}/ballots.exe").status_code == 404
    assert guest.get(f"{PAGE}{poll_id}/roll.txt").status_code == 404
    assert "居民000" in staff.get(f"{PAGE}{poll_id}/roll.txt").text


AGAIN = [
    ("multiple", {"most": 2, "seats": 1}, [{"tick": ["0", "1"]}, {"tick": ["0", "1"]}, {"tick": "2"}], {}),
    ("yesno", {"quorum": "2/3", "majority": "1/2", "of": "roll"}, [{"tick": "0"}, {"tick": "1"}], {}),
    ("approval", {"seats": 2}, [{"tick": ["0", "1"]}, {"tick": ["1", "2"]}, {"tick": "2"}], {}),
    ("score", {"high": 9, "seats": 1}, [{"score-0": "1", "score-1": "2"}, {"score-2": "3"}], {}),
    ("irv", {}, [ranked(0), ranked(1, 2), ranked(2)], {}),
    ("stv.scottish", {"seats": 2}, [ranked(0), ranked(1, 2), ranked(2)], {}),
    ("pb.greedy-threshold", {"threshold": 2}, [{"tick": ["0", "1"]}, {"tick": "0"}, {"tick": "2"}],
     {"costs": (1_00, 2_50, 3_00), "money_fen": 6_00}),
    ("pb.mes.add1", {}, [{"tick": ["0", "1"]}, {"tick": "0"}, {"tick": "2"}],
     {"costs": (1_00, 2_50, 3_00), "money_fen": 6_00})]


@pytest.mark.parametrize(("rule", "parameters", "typed", "more"), AGAIN, ids=[row[0] for row in AGAIN])
def test_the_command_below_a_result_counts_the_same(town, counted, tmp_path, capsys, rule, parameters, typed, more):
    poll_id, _voters = counted(rule, typed, parameters=parameters, **more)
    guest = town.visitor()
    _python, _m, _tally, name, *words = shlex.split(re.search(
        "<pre[^>]*>(.*?)</pre>", guest.get(f"{PAGE}{poll_id}").text)[1])
    file = tmp_path / name
    file.write_bytes(guest.get(f"{PAGE}{poll_id}/ballots.{file.suffix[1:]}").data)
    assert tally_main([str(file), *words, "--json"]) == 0
    again = json.loads(capsys.readouterr().out)
    with town.unit("north"):
        kept = json.loads(Poll.get_by_id(poll_id).result)
    assert [list(stage["votes"].values()) for stage in again["stages"]] == [
        list(stage["votes"].values()) for stage in kept["stages"]]
    assert len(again["winners"]) == len(kept["winners"])


def test_nothing_of_a_count_is_told_before_it(town, poll):
    poll_id, (ada, *_rest) = poll("irv")
    visitor, page = town.visitor(ada), f"{PAGE}{poll_id}"
    visitor.submit(f"{page}/vote", f"{page}/vote", **ranked(0))
    for path in ("/ballots.csv", "/ballots.json"):
        assert visitor.get(page + path).status_code == 404
    assert "投票率" not in visitor.get(page).text


@pytest.mark.parametrize("rule", ["yesno", "irv", "pb.greedy"])
def test_sheets_for_the_wall(town, poll, counted, rule):
    extra = {"costs": (1_00, 2_00, 3_00), "money_fen": 3_00} if rule.startswith("pb.") else {}
    typed = ranked(1) if rule == "irv" else {"tick": "0"}
    done, _voters = counted(rule, [typed], title="先修哪一样", **extra)
    ahead, _voters = poll(rule, people=0, title="先修哪一样", **extra)
    for poll_id in (done, ahead):
        text = town.visitor().get(f"{PAGE}{poll_id}/sheet").text
        assert "先修哪一样" in text and 'class="qr"' in text
