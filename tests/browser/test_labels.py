"""Labels lie where the paper has them: 24 Chinese names on exactly one page of A4, nothing cut, and the roll."""

import re

import pytest
from portal.plugins.huts.models import Code, Hut, Item, Unit
from portal.plugins.huts.sheets.papers import PAPERS

from portal.base import sites
from tests.huts.conftest import OPEN, label

MM = 96 / 25.4
LONG = "社区长者饭堂旁老陶工新村第三仓库公用不锈钢三层多功能电加热大容量保温蒸锅" * 2 + "配件全套一共八件"
NAMES = ("折叠轮椅", "十人折叠圆桌（配转盘）", LONG, "Cordless hammer drill, two batteries, case")


def stocked(quarter, n: int) -> tuple[str, int]:
    """(slug, hut) of a community with so many units."""
    slug = quarter.community("桂花里社区", "plain")
    with quarter.unit(slug):
        hut = Hut.create(code="GH", name="桂花里镬耳小屋", hours=OPEN, state="open").id
        for k in range(n):
            item = Item.create(hut_id=hut, category="care.wheelchair", name=NAMES[k % len(NAMES)], state="shown",
                               units=1)
            code = label(hut * 10_000 + k)
            Code.create(code=code, site_id=sites.scope_id())
            Unit.create(item_id=item.id, hut_id=hut, home_id=hut, code=code)
    return slug, hut


@pytest.mark.parametrize("paper", PAPERS)
def test_a_sheet_is_exactly_one_page(quarter, open_context, paper):
    n = PAPERS[paper].n
    slug, hut = stocked(quarter, n)
    context = quarter.sign_in(open_context(), quarter.person("Li Min", home=slug, role="staff"))
    page = context.new_page()
    page.goto(f"{quarter.url}/{slug}/huts/desk/labels/sheet?hut={hut}&paper={paper}")
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    box = [float(x) for x in re.search(rb"/MediaBox\s*\[([^\]]+)\]", pdf)[1].split()]
    wanted = (141.7, 85) if PAPERS[paper].roll else (595.3, 841.9)
    assert box[2] == pytest.approx(wanted[0], abs=1) and box[3] == pytest.approx(wanted[1], abs=1)
    page.emulate_media(media="print")
    labels = page.locator(".label")
    assert labels.count() == n
    cut = page.evaluate("""[...document.querySelectorAll('.label')].filter(label => {
        const edge = label.getBoundingClientRect();
        return [...label.children].some(part => {
            const box = part.getBoundingClientRect();
            return part.scrollHeight > part.clientHeight + 1 && part.tagName === 'P' || box.bottom > edge.bottom + .5
                || box.right > edge.right + .5; }); }).length""")
    assert cut == 0
    first, last = labels.first.bounding_box(), labels.last.bounding_box()
    assert first["width"] == pytest.approx(PAPERS[paper].width * MM, abs=.6)
    assert first["height"] == pytest.approx(PAPERS[paper].height * MM, abs=.6)
    across = PAPERS[paper].columns - 1
    gap = 2.5 if paper == "a4-14" else 0
    assert last["x"] - first["x"] == pytest.approx(across * (PAPERS[paper].width + gap) * MM, abs=1)
    code = page.locator(".label .qr").first.bounding_box()
    assert code["width"] == pytest.approx(code["height"], abs=1) and code["width"] > 18 * MM
