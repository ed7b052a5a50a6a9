"""Static files: addresses by contents, kept for a year, gzipped beforehand."""

import gzip
import os

import pytest
from werkzeug.test import Client
from werkzeug.wrappers import Response

from portal.compress import Compress, wants_gzip
from portal.pages.assets import Assets

LONG = "".join(f".c{n}{{color:red}}" for n in range(99))


@pytest.fixture
def folders(tmp_path):
    texts = {"core/base.css": LONG, "core/icons.svg": "<svg/>", "acts/x.css": "a{background:url(i/p.svg)}",
             "acts/i/p.svg": "<svg/>", "plain/theme.css": "b{}", "core/.hidden": "no"}
    for name, text in texts.items():
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "secret.txt").write_text("secret")
    return {"": tmp_path / "core", "activities": tmp_path / "acts", "themes/plain": tmp_path / "plain",
            "gone": tmp_path / "gone"}


def client_of(assets):
    return Client(assets.wrap(Response("the app")))


def test_a_file_is_kept_for_a_year_and_comes_gzipped(folders):
    assets = Assets(folders)
    answer = client_of(assets).get(assets.url("base.css"), headers={"Accept-Encoding": "br, gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert gzip.decompress(answer.data).decode() == LONG and len(answer.data) < len(LONG) / 2
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert client_of(assets).get(assets.url("base.css")).text == LONG


def test_each_folder_has_its_address(folders):
    assets = Assets(folders)
    client = client_of(assets)
    for name in ("activities/x.css", "activities/i/p.svg", "themes/plain/theme.css", "icons.svg"):
        url = assets.url(name)
        assert url.endswith("/" + name) and client.get(url).status_code == 200
    assert assets.owner("activities/x.css") == "activities" and assets.owner("base.css") == ""


def test_a_relative_url_in_a_style_sheet_leads_to_the_neighbour(folders):
    assets = Assets(folders)
    neighbour = assets.url("activities/x.css").replace("x.css", "i/p.svg")
    assert neighbour == assets.url("activities/i/p.svg")


def test_an_old_hash_gets_the_present_file_and_is_not_kept(folders):
    answer = client_of(Assets(folders)).get("/static/00000000/base.css")
    assert answer.text == LONG and answer.headers["Cache-Control"] == "no-cache"


def test_not_modified(folders):
    assets = Assets(folders)
    client, url = client_of(assets), assets.url("base.css")
    for accept in ("", "gzip"):
        etag = client.get(url, headers={"Accept-Encoding": accept}).headers["ETag"]
        again = client.get(url, headers={"Accept-Encoding": accept, "If-None-Match": etag})
        assert again.status_code == 304 and not again.data


@pytest.mark.parametrize("path", [
    "0/../secret.txt", "0/%2e%2e/secret.txt", "0//etc/passwd", "0/.hidden", "0/", "",
    "0/activities/../../secret.txt",
    "0/none.css", "0/gone/x.css"])
def test_nothing_else_is_served(folders, path):
    assert client_of(Assets(folders)).get("/static/" + path).status_code == 404


def test_only_reading(folders):
    assets = Assets(folders)
    assert client_of(assets).post(assets.url("base.css")).status_code == 405
    head = client_of(assets).head(assets.url("base.css"))
    assert head.status_code == 200 and not head.data


def test_a_missing_file_is_an_error_where_it_is_named(folders):
    with pytest.raises(LookupError, match="none.css"):
        Assets(folders).url("none.css")


def test_in_development_a_changed_file_has_a_new_address_at_once(folders):
    kept, fresh = Assets(folders), Assets(folders, fresh=True)
    before = fresh.url("base.css")
    file = folders[""] / "base.css"
    file.write_text("new{}")
    os.utime(file, (1, 1))
    assert fresh.url("base.css") != before == kept.url("base.css")
    assert client_of(fresh).get(fresh.url("base.css")).text == "new{}"


def test_other_addresses_reach_the_app(folders):
    assert client_of(Assets(folders)).get("/statics").text == "the app"


def page(text="好" * 400, kind="text/html; charset=utf-8", **headers):
    return lambda environ, start: Response(text, content_type=kind, headers=headers)(environ, start)


def fetch(app, accept="gzip", method="GET", **headers):
    return Client(Compress(app)).open("/", method=method, headers={"Accept-Encoding": accept, **headers})


def test_a_page_is_gzipped():
    answer = fetch(page(Vary="Cookie"))
    assert gzip.decompress(answer.data).decode() == "好" * 400
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert len(answer.data) < 100
    assert answer.headers["Vary"] == "Cookie, Accept-Encoding"
    assert answer.headers["Content-Encoding"] == "gzip"


def test_a_weak_etag_when_the_bytes_differ():
    assert fetch(page(ETag='"a"')).headers["ETag"] == 'W/"a"'


@pytest.mark.parametrize("app, accept, method", [
    (page("short"), "gzip", "GET"), (page(kind="image/webp"), "gzip", "GET"), (page(), "identity", "GET"),
    (page(**{"Content-Encoding": "br"}), "gzip", "GET"), (page(), "gzip", "HEAD"),
    (page(), "gzip;q=0", "GET"), (page(**{"Cache-Control": "no-transform"}), "gzip", "GET")])
def test_left_as_it_is(app, accept, method):
    answer = fetch(app, accept, method)
    assert answer.headers.get("Content-Encoding") in (None, "br")


def test_a_stream_stays_a_stream_and_is_closed():
    closed = []

    class Stream:
        def __iter__(self):
            yield from (b"a" * 600, b"b")

        def close(self):
            closed.append(True)

    def app(environ, start):
        start("200 OK", [("Content-Type", "text/html")])
        return Stream()
    answer = fetch(app)
    assert answer.data == b"a" * 600 + b"b" and "Content-Encoding" not in answer.headers
    answer.close()
    assert closed


def test_a_generator_that_starts_late():
    def app(environ, start):
        start("200 OK", [("Content-Type", "text/html"), ("Content-Length", "900")])
        yield b"x" * 900
    assert gzip.decompress(fetch(app).data) == b"x" * 900


def test_the_size_of_a_page_is_blurred():
    assert len({len(fetch(page()).data) for _ in range(60)}) > 5


@pytest.mark.parametrize("accept, wanted", [
    ("gzip", True), ("br;q=1, GZIP;q=0.5", True), ("*", True), ("", False), ("identity", False),
    ("gzip; q=0", False)])
def test_who_wants_gzip(accept, wanted):
    assert wants_gzip(accept) is wanted
