"""What staff did is said in words, whatever plugin notes it down."""

import re
from pathlib import Path

import pytest

from portal.people.audit import audit

PLUGINS = Path(__file__).parents[1] / "plugins"
NOTED = re.compile(r"""audit\([\w().]+, "([a-z_]+\.[a-z_]+)\"""")


def noted() -> list[str]:
    """Every name that our plugins note down as it stands."""
    return sorted({name for file in PLUGINS.rglob("*.py") for name in NOTED.findall(file.read_text("utf-8"))})


@pytest.mark.backend("sqlite")
def test_no_name_of_the_code_is_shown(town):
    names = [*noted(), "huts.item_show", "huts.hut_close", "halls.poll_cancel", "halls.statement_hidden",
             "huts.lend", "huts.ticket_mend"]
    with town.unit("north", write=True):
        for name in names:
            audit(None, name, "一件事")
    staff = town.visitor(town.person("梁姐", home="north", role="staff"))
    text, page = "", "/north/desk/audit"
    while page:
        text += (shown := staff.get(page).text)
        older = re.search(r'href="[^"]*(\?before=\d+)"', shown)
        page = f"/north/desk/audit{older[1]}" if older else ""
    assert len(names) > 30 and text.count("一件事") == len(names)
    assert not [name for name in names if name in text]
    for words in ("共享小屋：修改", "共享小屋：恢复显示", "共享小屋：关闭", "议事厅：隐藏", "共享小屋：从文件导入",
                  "共享小屋：借出", "共享小屋：修好"):
        assert words in text, words
