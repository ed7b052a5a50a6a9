"""The code by which a counter knows somebody: their own, of the whole house, and never told to others."""

import re
from random import Random

import pytest
from portal.plugins.huts import borrowers, codes, personal
from portal.plugins.huts.models import BorrowerCode, Hut

MINE = "/north/huts/mine"


@pytest.fixture
def staff(town):
    return town.visitor(town.person("梁姐", home="north", role="staff"))


def code_of(visitor) -> str:
    return re.search(r'<strong class="d">([2-9C-Y]{4}-[2-9C-Y]{4})</strong>', visitor.get(MINE).text)[1]


def test_no_slip_makes_a_label_of_a_borrowers_code():
    for n in range(60):
        label, code = codes.new(Random(n)), codes.new(Random(n), codes.OF_BORROWERS)
        assert codes.read(code) is None and codes.read(label, codes.OF_BORROWERS) is None
        assert codes.read(f"https://h.example/north/huts/b/{codes.shown(code)}", codes.OF_BORROWERS) == code
        assert codes.read(f"https://h.example/north/huts/u/{code}", codes.OF_BORROWERS) is None
        for place, sign in enumerate(code):
            wrong = codes.SIGNS[(codes.SIGNS.index(sign) + 1 + n % 20) % 23]
            assert codes.read(code[:place] + wrong + code[place + 1:], codes.OF_BORROWERS) is None


def test_a_code_is_had_shown_scanned_and_renewed(town, shelf, staff, neighbours, noon):
    hut, item, (label, _two) = shelf(2)
    ada, bea = neighbours(2)
    hers = town.visitor(ada)
    assert "<strong" not in hers.get(MINE).text
    assert hers.submit(MINE, f"{MINE}/code").status_code == 303
    first, page = code_of(hers), hers.get(MINE).text
    assert "<svg" in page and f"/north/huts/b/{first.replace('-', '')}" not in hers.get("/north/huts/").text
    counter = f"/north/huts/counter/{hut}"
    for typed in first, first.lower(), f"http://localhost/north/huts/b/{first.replace('-', '')}":
        assert "邻居0" in staff.get(f"{counter}?q={typed}").text, typed
    assert staff.submit(f"{counter}?q={first}&u={label}", f"{counter}/lend").status_code == 303
    assert hers.submit(MINE, f"{MINE}/code").status_code == 303
    assert code_of(hers) != first
    assert "邻居0" not in staff.get(f"{counter}?q={first}").text  # nobody's any more
    assert "邻居0" in staff.get(f"{counter}?q={code_of(hers)}").text
    assert town.visitor(bea).get(MINE).text.count("<strong") == 0


def test_its_address_never_tells_whose_it_is(town, shelf, staff, neighbours, noon):
    hut, *_rest = shelf()
    ada, bea = neighbours(2)
    hers = town.visitor(ada)
    hers.submit(MINE, f"{MINE}/code")
    code = code_of(hers).replace("-", "")
    address = f"/north/huts/b/{code}"
    assert hers.get(address).location.endswith("/north/huts/mine#code")
    for reader in town.visitor(), town.visitor(bea), staff:
        page = reader.get(address)
        assert page.status_code == 200 and "邻居0" not in page.text
    assert f"/north/huts/counter/{hut}?q={code}" in staff.get(address).text
    assert f"/counter/{hut}" not in town.visitor(bea).get(address).text
    assert town.visitor().post(f"{MINE}/code").status_code in (303, 400)


def test_only_whom_the_hut_lends_to_is_found(town, neighbours):
    ada, = neighbours(1)
    with town.app.app_context(), town.unit("south"):
        code = borrowers.renew(ada.id)
    for slug, audience, found in (("north", "community", [ada.id]), ("south", "community", []),
                                  ("south", "anyone", [ada.id])):
        assert found_in(town, slug, code, audience) == found


def found_in(town, slug: str, code: str, audience: str) -> list[int]:
    """Who is found by a code at a hut of a site for this audience."""
    with town.app.app_context(), town.unit(slug):
        hut = Hut.create(code=f"Z{audience[0].upper()}", name="小屋", state="open", audience=audience)
    worker = town.visitor(town.person("何姐", home=slug, role="staff"))
    page = worker.get(f"/{slug}/huts/counter/{hut.id}?q={code}").text
    return [int(n) for n in set(re.findall(r'name="p" value="(\d+)"', page))]


def test_what_is_kept_is_told_moved_and_forgotten(town, neighbours):
    ada, bea, cem = neighbours(3)
    with town.app.app_context(), town.unit("north"):
        first, second = borrowers.renew(ada.id), borrowers.renew(bea.id)
        assert [row["code"] for row in personal.export(ada.id)["codes"]] == [first]
        personal.merge(ada.id, cem.id)
        assert borrowers.code_of(cem.id) == first and borrowers.person_of(first) == cem.id
        personal.merge(bea.id, cem.id)
        assert borrowers.code_of(cem.id) == first and borrowers.person_of(second) is None
        personal.erase(cem.id)
        assert not BorrowerCode.select().exists()


def test_digits_of_a_phone_that_read_as_a_code_are_still_a_phone(town, shelf, staff, noon):
    hut, *_rest = shelf()
    digits = next(text for n in range(2222, 10000) for text in [f"3886{n}"]
                  if codes.read(text, codes.OF_BORROWERS) == text)
    town.person("阿辉", home="north", phone=f"138{digits}")
    assert "阿辉" in staff.get(f"/north/huts/counter/{hut}?q={digits}").text
