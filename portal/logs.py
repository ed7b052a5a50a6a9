"""Logs without personal data: one JSON object a line in production, short text in development."""

import json
import logging
import re
import secrets
import sys
import time

from flask import Flask, g, has_request_context, request

log = logging.getLogger("portal.request")
STANDARD = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
QUIET = {"static", "healthz", "readyz", "metrics"}
MASKS = (
    (re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+"), "<e-mail>"),
    (re.compile(r"(?<![\w.])\+\d[\d -]{6,18}\d"), "<phone>"),
    (re.compile(r"(?<![0-9A-Za-z])1[3-9]\d([ -]?\d{4}){2}(?![0-9A-Za-z])"), "<phone>"),
    (re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])"), "<id card>"),
    (re.compile(r"(?<![0-9A-Za-z])\d{11}(?![0-9A-Za-z])"), "<phone>"),
    (re.compile(r"(?i)\b((?:secret|token|password|passwd|code|authorization|cookie|session|csrf)[\w-]*"
                r"['\"]?\s*[=:]\s*)(?:bearer\s+)?(['\"]?)[^\s'\",;&]+"), r"\1\2<hidden>"),
    (re.compile(r"(://[^/\s:@]+):[^@\s/]+@"), r"\1:<hidden>@"),
    (re.compile(r"(?<![\w./-])[A-Za-z0-9_-]{40,}(?![\w/-])"), "<token>"),
)


def masked(text: str) -> str:
    """The text without phone numbers, e-mail addresses, identity numbers, passwords and tokens."""
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return text


class Json(logging.Formatter):
    """One JSON object a line: time, level, logger, message, what `extra` brought, and the traceback."""

    def format(self, record: logging.LogRecord) -> str:
        said = {"time": _stamp(record.created), "level": record.levelname.lower(), "logger": record.name,
                "message": masked(record.getMessage())}
        said |= {name: _clean(value) for name, value in _extra(record).items()}
        if record.exc_info:
            said["exception"] = masked(self.formatException(record.exc_info))
        return json.dumps(said, ensure_ascii=False, default=str)


class Short(logging.Formatter):
    """One short line for the one who develops."""

    def format(self, record: logging.LogRecord) -> str:
        extra = " ".join(f"{name}={_clean(value)}" for name, value in _extra(record).items())
        words = (record.levelname.lower(), record.name, masked(record.getMessage()), extra)
        line = " ".join(filter(None, words))
        return line + ("\n" + masked(self.formatException(record.exc_info)) if record.exc_info else "")


def _stamp(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds % 1 * 1000):03d}Z"


def _extra(record: logging.LogRecord) -> dict:
    return {name: value for name, value in vars(record).items() if name not in STANDARD}


def _clean(value: object) -> object:
    return value if isinstance(value, (int, float)) or value is None else masked(str(value))


def set_up(settings, stream=None) -> None:
    """Send all logs of this process to standard error, masked, at the level of `settings.log`."""
    out = logging.StreamHandler(stream or sys.stderr)
    out.setFormatter(Json() if settings.env == "production" else Short())
    root = logging.getLogger()
    root.handlers[:] = [out]
    root.setLevel(settings.log.upper())
    for name in ("_granian", "werkzeug"):
        noisy = logging.getLogger(name)
        noisy.handlers[:], noisy.propagate = [], True
        noisy.setLevel(logging.WARNING)


def watch(app: Flask) -> None:
    """Log each answer of the app: method, route, status, time, site, request id; never path or query."""
    app.after_request(_told)


def _told(response):
    if log.isEnabledFor(logging.INFO) and not {request.blueprint, request.endpoint} & QUIET:
        log.info("%s %s", request.method, route(), extra=_facts(response))
    return response


def route() -> str:
    """The pattern of the running request, such as /activities/<int:id>; what was typed is not in it."""
    if not has_request_context():
        return "-"
    return request.url_rule.rule if request.url_rule else "no such page"


def _facts(response) -> dict:
    ms = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1)
    site = getattr(g.get("site"), "slug", None)
    return {"status": response.status_code, "ms": ms, "site": site, "request": secrets.token_hex(6)}
