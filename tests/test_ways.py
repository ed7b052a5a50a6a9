"""Where requests come from and may go on to; phone numbers as people type them."""

import pytest

from portal.pages.ways import inside
from portal.people import signin

PHONE = "13826000426"


@pytest.mark.parametrize("path", [
    "//evil.example", "///evil.example", "/%5c/evil", "https://evil.example", "/\\evil.example", "\\/evil",
    "/%5cevil.example/..", "/..", "/a/%2e%2e/b", "/a/%252e%252e/b", "evil", "", None, "/x\n", "/ x",
    "/sign-in?next=/", "/sign-out", "/" + "x" * 400,
    "javascript:alert(1)", "//[", "/\u2028x",
])
def test_the_way_on_stays_inside(path):
    assert inside(path) == ""


@pytest.mark.parametrize("path", [
    "/", "/activities/7?day=2&x=%E4%BD%A0", "/me", "/sign-in-sheet", "/a:b", "/a?b=//c"])
def test_the_way_on_may_be_any_page_of_the_site(path):
    assert inside(path) == path


@pytest.mark.parametrize(("typed", "number"), [
    ("138 2600 0426", PHONE), ("+86 138-2600-0426", PHONE), ("0086 13826000426", PHONE), ("8613826000426", PHONE),
    ("（138）26000426", PHONE), ("+852 5123 4567", "+85251234567"), ("+0 12345678", None), ("5123 4567", None),
])
def test_a_phone_has_one_form(typed, number):
    assert signin.phone_number(typed) == number


def test_addresses_of_one_subscriber_count_as_one():
    assert signin.address_key("2001:db8:1:2:aaaa::1") == signin.address_key("2001:db8:1:2::2")
    assert signin.address_key("2001:db8:1:3::1") != signin.address_key("2001:db8:1:2::2")
    assert signin.address_key("::ffff:10.0.0.1") == "10.0.0.1" and signin.address_key("?") == "?"
