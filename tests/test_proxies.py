"""What a proxy says of a request is believed of the listed ones only."""

import pytest

from portal.addresses import Proxies
from portal.testing import town_in

OURS = Proxies(("127.0.0.1/32", "::1/128", "10.1.0.0/16"))


@pytest.mark.parametrize(("peer", "named", "address"), [
    ("127.0.0.1", "9.9.9.9", "9.9.9.9"),
    ("::1", "2001:db8::7", "2001:db8::7"),
    ("::ffff:10.1.2.3", "9.9.9.9", "9.9.9.9"),
    ("127.0.0.1", "1.1.1.1, 9.9.9.9", "9.9.9.9"),  # the first one is the visitor's own invention
    ("127.0.0.1", "9.9.9.9, 10.1.0.8,10.1.0.9", "9.9.9.9"),
    ("203.0.113.5", "9.9.9.9", "203.0.113.5"),
    ("10.2.0.1", "9.9.9.9", "10.2.0.1"),
    ("127.0.0.1", "nonsense", "127.0.0.1"),
    ("127.0.0.1", "9.9.9.9, nonsense", "127.0.0.1"),
    ("127.0.0.1", "", "127.0.0.1"),
    ("127.0.0.1", "10.1.0.8", "127.0.0.1"),
    ("", "9.9.9.9", ""),
    ("127.0.0.1", "9.9.9.9," * 5000 + "10.1.0.1," * 9 + "10.1.0.1", "127.0.0.1"),
])
def test_the_address_that_counts(peer, named, address):
    environ = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": named}
    OURS.take_word(environ)
    assert environ["REMOTE_ADDR"] == address


@pytest.mark.parametrize(("peer", "named", "scheme"), [
    ("127.0.0.1", "https", "https"), ("10.1.9.9", "http, HTTPS", "https"), ("127.0.0.1", "javascript", "http"),
    ("127.0.0.1", "https, x", "http"), ("203.0.113.5", "https", "http")])
def test_the_scheme_that_counts(peer, named, scheme):
    environ = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_PROTO": named, "wsgi.url_scheme": "http"}
    OURS.take_word(environ)
    assert environ["wsgi.url_scheme"] == scheme and environ["REMOTE_ADDR"] == peer


def test_without_proxies_nobody_is_believed():
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "9.9.9.9"}
    Proxies(()).take_word(environ)
    assert environ["REMOTE_ADDR"] == "127.0.0.1"


@pytest.mark.parametrize(("proxies", "secure"), [("10.1.0.0/16", True), ("10.2.0.0/16", False), ("", False)])
def test_a_choice_behind_https_is_kept_by_a_secure_cookie(tmp_path, proxies, secure):
    town = town_in(tmp_path, proxies=proxies)
    answer = town.visitor().get("/north/?size=large", environ_base={"REMOTE_ADDR": "10.1.0.1"},
                                headers={"X-Forwarded-Proto": "https"})
    assert answer.status_code == 303 and ("Secure" in answer.headers["Set-Cookie"]) == secure
    town.db.close()
