"""The counter of a hut: scan, lend, take back, the buttons beside; as staff meet it."""

import pytest
from portal.plugins.huts.models import Loan


@pytest.fixture
def desk(town, noon):
    """The northern community's staff at the counter."""
    return town.visitor(town.person("李敏", home="north", role="staff"))


def test_lend_and_take_back(desk, shelf, neighbours, town):
    hut, item, (one, two) = shelf(2)
    ada, = neighbours(1)
    page = f"/north/huts/counter/{hut}"
    assert "邻居0" in desk.get(f"{page}?q=0000").text
    found = f"{page}?q={two}&p={ada.id}&u={one}"
    answer = desk.submit(found, f"{page}/lend")
    assert answer.status_code == 303, answer.text
    with town.unit("north"):
        assert [loan.state for loan in Loan.select()] == ["out", "out"]
    answer = desk.submit(f"{page}?q={one}", f"{page}/back")
    assert answer.status_code == 303, answer.text
    for path in ("", "lists", "sheet", "typed", "loans/1", "slip?loan=1"):
        assert desk.get(f"{page}/{path}" if path else page).status_code == 200, path
    for path in ("tickets", f"units/{one}/damage"):
        assert desk.get(f"/north/huts/counter/{path}").status_code == 200, path
