"""Logs tell what happened and not to whom; figures add up over processes."""

import io
import json
import logging
import os
from types import SimpleNamespace

import pytest
from flask import Blueprint, Flask, request

from portal import logs, metrics

PERSONAL = ("13800138000", "138 0013 8000", "+86 138-0013-8000", "85291234567", "li.ming@example.cn",
            "440604199001011234", "44060419900101123X")


@pytest.fixture
def lines():
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    out = io.StringIO()
    logs.set_up(SimpleNamespace(env="production", log="info"), out)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    root.handlers[:], root.level = before, level


@pytest.mark.parametrize("personal", PERSONAL)
def test_personal_data_is_masked_everywhere(lines, personal):
    log = logging.getLogger("portal.test")
    log.info("sent to %s", personal, extra={"to": personal})
    try:
        raise ValueError(f"no such person: {personal}")
    except ValueError:
        log.exception("failed for %s", personal)
    text = json.dumps(lines(), ensure_ascii=False)
    assert personal not in text and "ValueError" in text and "test_logs.py" in text


@pytest.mark.parametrize("text, shown", [
    ("token=abc.def", "token=<hidden>"), ("'password': 'hunter2'", "'password': '<hidden>'"),
    ("Cookie: session=eyJx", "Cookie: <hidden>"), ("code=123456&x=1", "code=<hidden>&x=1"),
    ("postgresql://town:secret@db/x", "postgresql://town:<hidden>@db/x"), ("k " + "aZ0-" * 12, "k <token>")])
def test_secrets_are_masked(text, shown):
    assert logs.masked(text) == shown


@pytest.mark.parametrize("text", [
    "took 12345678 ms", "2026-11-28T09:30:00", "id 1764293400", "status code 500",
    "portal.plugins.activities", "a/b/0a1b2c3d/base.css", "exit code"])
def test_the_rest_stays(text):
    assert logs.masked(text) == text


def app_of(tmp_path):
    app = Flask("x")
    logs.watch(app)
    figures = metrics.Metrics(tmp_path)

    @app.after_request
    def count(response):
        figures.count(request.blueprint or "none", response.status_code, 0.001)
        return response
    things = Blueprint("things", "x")
    things.add_url_rule("/p/<phone>", "one", lambda phone: "ok")
    app.register_blueprint(things)
    return app, figures


def test_an_answer_is_logged_by_its_route(lines, tmp_path):
    app, _ = app_of(tmp_path)
    app.test_client().get("/p/abcdef?q=secretword")
    app.test_client().get("/nowhere/secretplace")
    first, second = lines()
    assert first["message"] == "GET /p/<phone>" and first["status"] == 200 and first["ms"] >= 0
    assert {"request", "site", "time", "level"} <= set(first) and second["status"] == 404
    assert "secret" not in json.dumps(lines()) and "abcdef" not in json.dumps(lines())


def test_figures_of_all_processes_add_up(tmp_path):
    app, figures = app_of(tmp_path)
    client = app.test_client()
    for _ in range(3):
        client.get("/p/1")
    client.get("/nowhere")
    if (child := os.fork()) == 0:
        figures.count("things", 200, 0.3)
        os._exit(0)
    os.waitpid(child, 0)
    text = figures.text({"portal_due_waiting": ("Rows that wait.", lambda: 7)})
    assert 'portal_requests_total{blueprint="things",status="2xx"} 4' in text
    assert 'portal_requests_total{blueprint="none",status="4xx"} 1' in text
    assert 'portal_request_seconds_bucket{le="+Inf"} 5' in text and "portal_request_seconds_count 5" in text
    assert 'portal_request_seconds_bucket{le="0.25"} 4' in text and "portal_due_waiting 7" in text
    metrics.clear(tmp_path)
    assert "portal_request_seconds_count 0" in figures.text()


def test_many_names_do_not_overflow(tmp_path):
    figures = metrics.Metrics(tmp_path)
    for n in range(400):
        figures.count(f"blueprint{n}" + "长" * 60, 200, 9.0)
    assert "portal_request_seconds_count 400" in figures.text() and 'blueprint="other"' in figures.text()
