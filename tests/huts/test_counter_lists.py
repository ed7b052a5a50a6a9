"""What lies beside the counter is remembered, and always what is so."""

import pytest
from portal.plugins.huts.lending import handing
from portal.plugins.huts.models import Hut, Item, Ticket, Unit

from portal.base import clock
from tests.huts.conftest import DESK, at, planted


@pytest.fixture
def desk(town, noon):
    return town.visitor(town.person("李敏", home="north", role="staff"))


@pytest.fixture
def two_huts(open_at, shelf):
    """(hut, item, label) of a wheelchair, and the number of another hut."""
    with open_at(3):
        hut, item, (label,) = shelf(1)
        other = planted(1, first=1, category="tools.drill", name="电钻")[0]
    return hut, item, label, other


def test_what_is_on_its_way_is_seen_in_both_huts_until_it_is_home(desk, two_huts, town):
    hut, item, label, other = two_huts
    home, away = (lambda n=n: desk.get(f"/north/huts/counter/{n}").text for n in (hut, other))
    assert 'id="transit"' not in home() and 'id="leaving"' not in away()
    with town.unit("north"):
        Unit.update(state="transit", hut_id=other).where(Unit.code == label).execute()
    assert 'id="transit"' in home() and 'id="leaving"' in away() and 'id="leaving"' not in home()
    with town.unit("north"):
        Item.update(name="轮椅二号").where(Item.id == item).execute()
        Hut.update(name="改了名的小屋").where(Hut.id == hut).execute()
    assert "轮椅二号" in home() and "改了名的小屋" in away()
    with town.unit("north"):
        Unit.update(hut_id=None).where(Unit.code == label).execute()
    assert 'id="transit"' in home() and 'id="leaving"' not in away()
    with town.unit("north"):
        Unit.update(state="in", hut_id=hut).where(Unit.code == label).execute()
    assert 'id="transit"' not in home()


def test_damaged_things_are_counted(desk, two_huts, town):
    def said() -> int:
        text = desk.get(f"/north/huts/counter/{two_huts[0]}").text.partition("counter/tickets")[2]
        return int(text.partition("<small>")[2].partition("</small>")[0] or 0) if "<small>" in text[:400] else 0
    assert said() == 0
    with town.unit("north"):
        ticket = Ticket.create(unit_id=Unit.get(Unit.code == two_huts[2]).id, text="轮子松了").id
    assert said() == 1
    with town.unit("north"):
        Ticket.update(state="repairing").where(Ticket.id == ticket).execute()
    assert said() == 1
    with town.unit("north"):
        Ticket.update(state="back").where(Ticket.id == ticket).execute()
    assert said() == 0


def test_the_list_of_things_shows_each_change(desk, two_huts, town):
    hut, item, label, _other = two_huts
    path = "/north/huts/desk/items/"
    assert "轮椅" in desk.get(path).text
    for change, shown in (({"name": "担架"}, "担架"), ({"units": 31}, "31")):
        with town.unit("north"):
            Item.update(**change).where(Item.id == item).execute()
        assert shown in desk.get(path).text
    with town.unit("north"):
        Hut.update(name="改了名的小屋").where(Hut.id == hut).execute()
    assert "改了名的小屋" in desk.get(path).text


def test_the_days_of_what_is_overdue_go_on_at_its_hour(desk, two_huts, neighbours, open_at):
    hut, _item, label, _other = two_huts
    with open_at(3):
        due = handing.lend([label], neighbours(1)[0].id, DESK, until=at(5))[0].due_at

    def said(ts: int) -> str:
        with clock.frozen(ts):
            return desk.get(f"/north/huts/counter/{hut}").text
    assert "过期2天" in said(due + 2 * 86400)
    assert "过期3天" in said(due + 2 * 86400 + 1)
