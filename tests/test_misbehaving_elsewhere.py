"""Plugins that fail in the hooks of calendars, places, feeds and messages: those go on without them."""

import re

import pytest

from portal.pages import notices
from tests.support.beside import faults, staff_of

ELSEWHERE = {"places": "site", "calendar": "site, sites", "calendar_mark": "site, sites", "my_calendar": "sites",
             "news": "site"}
NONSENSE = {"raises": "raise RuntimeError", "answers a number": "return 7", "answers other things": "return [1, None]",
            "cannot be said": "class Mute:\n        def __str__(self):\n            raise RuntimeError\n"
                              "    return Mute()"}


@pytest.mark.parametrize("way", NONSENSE)
@pytest.mark.backend("sqlite")
def test_a_failing_hook_of_calendars_places_and_messages_is_left_out(way, beside):
    body = NONSENSE[way]
    code = "".join(f"\n@hookimpl\ndef {hook}({given}):\n    {body}\n" for hook, given in ELSEWHERE.items())
    code += f"\ncalls = []\n@hookimpl\ndef notice_kinds():\n    if not calls:\n        calls.append(1)\n" \
            f"        return [NoticeKind('bad.news', 'x')]\n    {body}\n"
    beside.add("bad", code)
    town = beside.town("bad", "activities")
    staff, ada = staff_of(town), town.person("Ada", home="north", email="ada@example.cn")
    visitor = town.visitor(ada)
    for path in ("activities/desk/new", "calendar/", "calendar/?view=week", "feed.xml", "me/notices"):
        assert [staff.get(f"/north/{path}").status_code for _ in range(2)] == [200, 200], path
    visitor.submit("/north/me/calendar", "/north/me/calendar")
    address = re.search(r"http://[^<\s\"]+/calendar/mine/[^<\s\"]+", visitor.get("/north/me/calendar").text)[0]
    assert town.visitor().get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200
    with town.app.app_context(), town.unit("north"):
        assert notices.notify(ada.id, "bad.news", "once", "Hello")
    assert "Hello" in visitor.get("/north/inbox").text
    hooks_of_it = {hook for _, _, hook, _ in faults(town)}
    assert hooks_of_it >= {"places", "calendar", "my_calendar", "news", "notice_kinds"}
    assert "calendar_mark" in hooks_of_it or way == "answers a number"
