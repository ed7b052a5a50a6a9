"""Charts: right lengths, escaped labels, no inline style."""

import re
from xml.etree import ElementTree

import pytest

from portal.pages.charts import bar_rows, ceiling, column_chart, meter, number, table

ROWS = [("1月", 10), ("2月", 0), ("<b>", 37.5), ("4月", 1200)]


def test_a_meter_is_as_long_as_its_share():
    assert 'd="M0 0h75v10H0z"' in meter(15, 20) and 'aria-hidden="true"' in meter(15, 20)
    assert 'class="mark" d="M25 0V10"' in meter(1, 4, mark=1)
    assert 'h100v10' in meter(30, 20)
    assert 'class="bar"' not in meter(0, 20) and 'class="bar"' not in meter(3, 0)
    assert 'role="img" aria-label="20 &lt; 30"' in meter(1, 2, label="20 < 30")


def test_bars_stand_in_a_table_with_their_numbers():
    html = bar_rows(ROWS, "报名", ("月份", "图", "人数"))
    assert html.count("<svg") == 4 and "&lt;b&gt;" in html and "1\u202f200" in html
    assert 'class="vh">报名' in html and html.count('scope="col"') == 3
    assert bar_rows([]) == '<table class="bars"><tbody></tbody></table>'


def test_columns_and_the_table_beside_them():
    svg = column_chart(ROWS, "每月报名")
    root = ElementTree.fromstring(svg)
    assert root.get("aria-label") == "每月报名" and "每月报名" in svg
    assert len(root.findall(".//*[@class='bar']")) == 3
    tallest = re.findall(r'200v-([\d.]+)h', svg)[-1]
    assert float(tallest) == pytest.approx(180 * 1200 / ceiling(1200), abs=0.1)
    assert column_chart([], "空") and "37.5" in table(ROWS, "报名", ("月", "人"))


def test_nothing_is_styled_inline():
    for html in (meter(1, 2), bar_rows(ROWS), column_chart(ROWS, "x"), table(ROWS, "a", ("b", "c"))):
        assert "style" not in html


@pytest.mark.parametrize("value, top", [
    (0, 2), (1, 2), (3, 4), (7, 10), (10, 10), (11, 20), (21, 40), (55, 60), (1200, 2000), (100_001, 200_000)])
def test_the_scale_ends_at_a_round_number(value, top):
    assert ceiling(value) == top


def test_numbers():
    assert [number(n) for n in (0, 12, 1234, 1.25)] == ["0", "12", "1\u202f234", "1.2"]
