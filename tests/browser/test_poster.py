"""A poster is exactly one page of A4, whatever its title and text, and its code is on the sheet."""

import re

import pytest
from portal.plugins.activities.models import Activity, Occurrence

LONG = ("重阳敬老月系列活动之桂花里社区长者智能手机课堂暨反诈骗知识讲座"
        "与义剪义诊便民服务进小区大型专场活动（第二场）") * 2


@pytest.mark.parametrize("theme", ["plain", "osmanthus", "lingnan"])
@pytest.mark.parametrize("title, text", [("包饺子", "一起来。"), ("端午一起包粽子学做香囊", "段落。\n\n" * 60),
                                         (LONG[:60], "很长的说明。" * 400), (LONG, "很长的说明。" * 400),
                                         ("Pneumonoultramicroscopicsilicovolcanoconiosis " * 3, "x" * 3000)],
                         ids=["short", "two lines", "long", "longest", "latin"])
def test_it_is_one_page_of_a4(quarter, open_context, theme, title, text):
    slug = quarter.community("桂花里社区", theme)
    url = quarter.activity(slug, title, 12).partition("?")[0]
    with quarter.unit(slug):
        Activity.update(text=text).execute()
        Occurrence.update(place="桂花里社区党群服务中心二楼多功能活动室（原老年大学教室，电梯出门右转）" * 2).execute()
    context = quarter.sign_in(open_context(), quarter.person("Li Min", home=slug, role="staff"))
    page = context.new_page()
    page.goto(f"{url}/poster")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
    box = [float(n) for n in re.search(rb"/MediaBox\s*\[([^\]]+)\]", pdf)[1].split()]
    assert box[2] == pytest.approx(595.3, abs=1) and box[3] == pytest.approx(841.9, abs=1)
    page.emulate_media(media="print")
    sheet, code = (page.locator(s).bounding_box() for s in (".poster", ".poster .qr"))
    assert code["y"] + code["height"] <= sheet["y"] + sheet["height"] and code["width"] > 150
    for part in ("h1", ".date", ".where"):
        found = page.locator(f".poster {part}").bounding_box()
        assert found["y"] + found["height"] <= code["y"], part
