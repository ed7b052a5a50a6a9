"""What is printed of a poll: each sheet is one page of A4, further ones say so, and no choice is cut in two."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page
from portal.plugins.halls.models import Option, Poll
from portal.plugins.halls.polls import casting, roll

from portal.base import clock
from tests.browser.test_halls import WHO, count

LONG = "在榕荫社区东门旧垃圾房旁边加装带雨棚的电动自行车集中充电棚"
TITLE = "榕荫社区今年的小修小补先做哪几样？请各位街坊按自己的心意来选一选"
TEXT = "街道拨给社区三十万元，今年年底以前做完。做哪几样由大家来定，得票多的先做，钱用完为止。" * 3
A4 = (595.3, 841.9)


def named(n: int) -> str:
    return f"{n}号：{LONG}"


@pytest.fixture(scope="module")
def polled(quarter) -> dict[tuple[str, int], str]:
    """(Rule or what it is, options) → the address of an open poll with so many long names."""
    here, found = quarter.community("榕荫社区"), {}
    people = [quarter.person(f"居民{n}", home=here) for n in range(5)]
    for rule, sizes, parameters in (("yesno", (2,), {"quorum": "1/2"}), ("irv", (2, 8, 30), {}),
                                    ("star", (8,), {"high": 5}), ("pb.mes.add1", (2, 8, 30), {})):
        for size in sizes:
            found[rule, size] = f"{quarter.url}/{here}/halls/polls/{opened(quarter, here, rule, size, parameters)}"
    found["people"] = people
    found["clerk"] = quarter.person("社工", home=here, role="staff")
    return found


def opened(quarter, at: str, rule: str, size: int, parameters: dict) -> int:
    with quarter.app.app_context(), quarter.unit(at):
        poll = Poll.create(title=TITLE, text=TEXT, rule=rule, parameters=json.dumps(parameters), money_fen=300_000_00,
                           wanted='{"site":true}')
        for n in range(size if rule != "yesno" else 0):
            Option.create(poll_id=poll.id, number=n, title=named(n), cost_fen=12_500_00 if rule[:2] == "pb" else None)
        roll.freeze(poll.id, WHO)
        Poll.update(state="open", closes_at=clock.now() + 86400, opened_at=clock.now()).where(
            Poll.id == poll.id).execute()
    return poll.id


def printed(page: Page, folder: Path) -> tuple[int, list[str]]:
    """How many pages of A4 a page takes, and what stands on each, without blanks."""
    pdf = page.pdf(prefer_css_page_size=True)
    boxes = {tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox\s*\[([^\]]+)\]", pdf)}
    for _x, _y, width, height in boxes:
        assert (width, height) == (pytest.approx(A4[0], abs=1), pytest.approx(A4[1], abs=1))
    file = folder / "sheet.pdf"
    file.write_bytes(pdf)
    texts = []
    if shutil.which("pdftotext"):
        said = subprocess.run(["pdftotext", "-raw", str(file), "-"], capture_output=True, check=True).stdout.decode()
        texts = ["".join(text.split()) for text in said.split("\f")[:-1]]
    return len(re.findall(rb"/Type\s*/Page\b", pdf)), texts


def whole(pages: int, texts: list[str], size: int, most: int) -> None:
    """So many pages at most; each name stands whole on one of them, which says its number where there are several."""
    assert pages <= most
    if not texts:
        return
    assert len(texts) == pages
    for n in range(size):
        assert any(named(n) in text for text in texts), n
    for n, text in enumerate(texts, 1):
        assert f"{n}/{pages}" in text


KINDS = [("irv", 2), ("irv", 8), ("irv", 30), ("star", 8), ("pb.mes.add1", 2), ("pb.mes.add1", 8), ("pb.mes.add1", 30),
         ("yesno", 2)]


@pytest.mark.parametrize(("rule", "size"), KINDS)
def test_the_notice_and_the_ballot_are_one_page(quarter, polled, phone_of, tmp_path, rule, size):
    page = phone_of(polled["clerk"])
    names = 0 if rule == "yesno" else size
    for path in ("/sheet", "/blank"):
        url = polled[rule, size]
        page.goto(url + path if path == "/sheet" else url.replace("/polls/", "/desk/polls/") + path)
        whole(*printed(page, tmp_path), names, 1 if size < 30 else 3)


def voted(quarter, at: str, poll_id: int, people: list, rule: str, size: int) -> str:
    """Everybody votes, each for others, so that a count by ranks takes its rounds; the first one's receipt."""
    receipts = []
    for k, person in enumerate(people):
        some = [n % size for n in range(k, k + 2)]
        choice = {"irv": {"ranks": [[n] for n in some]}, "star": {"scores": [[n, 5 - k % 2] for n in sorted(some)]},
                  "yesno": {"ticks": [k % 2]}}.get(rule, {"points": {str(n): 1 for n in sorted(some)}})
        who = {"actor_id": person.id, "person_id": person.id, "channel": "web"}
        with quarter.app.app_context(), quarter.unit(at):
            receipts.append(casting.cast(poll_id, person.id, choice, who).receipt)
    return receipts[0]


@pytest.mark.parametrize(("rule", "size"), KINDS)
def test_the_result_is_one_page_and_so_is_the_slip(quarter, polled, phone_of, tmp_path, rule, size):
    url = polled[rule, size]
    page, at, number = phone_of(polled["clerk"]), url.split("/")[-4], int(url.rsplit("/", 1)[1])
    receipt = voted(quarter, at, number, polled["people"], rule, size)
    page.goto(f"{url}/receipt/{receipt}")
    pages, texts = printed(page, tmp_path)
    assert pages == 1 and all(receipt in text for text in texts)
    count(quarter, at, number)
    page.goto(f"{url}/sheet")
    whole(*printed(page, tmp_path), 0 if rule == "yesno" else size, 1 if size < 30 else 4)
