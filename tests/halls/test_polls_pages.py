"""The pages of polls, as residents use them."""

import re

import pytest
from portal.plugins.halls.models import Ballot, Poll

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
