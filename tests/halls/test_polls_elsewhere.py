"""What polls show outside of their own pages."""

PAGE = "/north/halls/polls/"


def test_the_front_page_and_me_call_who_can_vote(town, poll):
    poll_id, (ada, *_rest) = poll(title="修哪盏灯？")
    visitor, call = town.visitor(ada), f'href="{PAGE}{poll_id}/vote"'
    for page in ("/north/", "/north/me"):
        assert call in visitor.get(page).text
    assert call not in town.visitor().get("/north/").text
    visitor.submit(f"{PAGE}{poll_id}/vote", f"{PAGE}{poll_id}/vote", tick="0")
    for page in ("/north/", "/north/me"):
        assert call not in visitor.get(page).text


def test_the_calendar_has_the_close(town, poll):
    poll_id, _voters = poll(title="修哪盏灯？", closes=3600)
    text = town.visitor().get("/north/calendar/?view=list").text
    assert "修哪盏灯？" in text and f"{PAGE}{poll_id}" in text
    assert "修哪盏灯？" not in town.visitor().get("/south/calendar/?view=list").text


def test_feed_and_sitemap_hold_what_is_public(town, poll):
    shown, _voters = poll(title="修哪盏灯？")
    hidden, _voters = poll(title="还没想好", state="draft")
    guest = town.visitor()
    feed = guest.get("/north/feed.xml").text
    assert "修哪盏灯？" in feed and "还没想好" not in feed
    sitemap = guest.get("/north/sitemap.xml").text
    assert f"halls/polls/{shown}<" in sitemap and f"halls/polls/{hidden}<" not in sitemap


def test_search_finds_a_poll_once_it_is_open(town, staff):
    new, guest = "/north/halls/desk/polls/new", town.visitor()
    edit = staff.submit(new, new, title="单车棚改不改？", rule="yesno").location
    desk = edit.removesuffix("/edit")
    staff.submit(edit, edit, text="改成充电棚。", **{"closes-day": "2099-01-01"})
    assert "单车棚" not in guest.get("/north/search?q=充电棚").text
    for step in ("freeze", "told", "paper"):
        staff.submit(desk, f"{desk}/{step}", **({"printed": "0"} if step == "paper" else {}))
    assert staff.submit(desk, f"{desk}/open").status_code == 303
    assert "单车棚" in guest.get("/north/search?q=充电棚").text


def test_the_desk_has_an_entry_for_staff(town, staff):
    assert 'href="/north/halls/desk/polls/"' in staff.get("/north/desk/").text
