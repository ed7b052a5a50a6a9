"""Markdown: what people write is shown, what could harm is not."""

import pytest

from portal.pages.markdown import markdown, plain


def test_headings_start_below_the_page_title():
    assert markdown("# 一\n\n## 二") == "<h2>一</h2>\n<h3>二</h3>\n"
    assert "<h3>" in markdown("## 一", 3) and "<h2>" in markdown("### 只有三级")
    assert "<h6>" in markdown("# a\n\n###### b", 4)


def test_line_breaks_stay():
    assert markdown("上午9点\n下午3点") == "<p>上午9点<br>\n下午3点</p>\n"


def test_a_link_is_marked():
    html = markdown("[网站](https://example.org)")
    assert html == '<p><a href="https://example.org" rel="noopener nofollow">网站</a></p>\n'
    assert 'href="tel:075788888888"' in markdown("[电话](tel:075788888888)")


@pytest.mark.parametrize("text", [
    "[a](javascript:alert(1))", "[a](JaVaScRiPt:alert(1))", "[a](data:text/html,x)",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![a](javascript:x)",
    '[a](https://x "\\" onclick=\\"x")',
    "<a href='vbscript:x'>", "<p style='color:red'>", "[a](&#106;avascript:alert(1))"])
def test_nothing_runs(text):
    html = markdown(text)
    words = ("<script", "<img", 'href="java', "<a href='", 'onclick="', "<p style", 'href="data', 'href="vb')
    for word in words:
        assert word.lower() not in html.lower()


@pytest.mark.parametrize("source", [
    "https://evil.example/a.png", "//evil.example/a.png", "/files/../a.png", "a.png", "/files/a/../../b.png",
    "/me/sign-out", "/files/a/b.svg", "data:image/png;base64,x"])
def test_a_picture_from_elsewhere_is_only_its_words(source):
    html = markdown(f"![一棵树]({source})")
    assert "<img" not in html and "一棵树" in html


def test_own_pictures_are_shown():
    html = markdown("![一棵树](/files/jiachan/0a1b2c.webp)")
    assert '<img src="/files/jiachan/0a1b2c.webp" alt="一棵树"' in html and 'loading="lazy"' in html


def test_a_table_scrolls_and_aligns_without_inline_style():
    html = markdown("| 项目 | 元 |\n|---|---:|\n| 剪刀 | 3 |")
    assert '<div class="scroll" tabindex="0"><table>' in html and '<td class="num">3</td>' in html
    assert "style" not in html and html.count("</div>") == 1


def test_html_is_shown_as_typed():
    assert "&lt;b&gt;" in markdown("<b>粗</b>")
    assert 'class="scroll"' not in markdown("<table>")


def test_the_words_alone():
    text = "# 通知\n\n**停水**：周六[早上](https://x.example)\n到 12 点\n\n- 一号楼\n- 二号楼\n\n"
    text += "![树](/files/a/b.webp)"
    assert plain(text) == "通知 停水：周六早上 到 12 点 一号楼 二号楼 树"
    assert plain(text, 6) == "通知 停水…" and len(plain("好" * 500)) == 120
    assert plain("") == "" == markdown("")
