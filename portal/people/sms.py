"""Text messages: to standard error, to a file, or through a plugin's hook. Never fails: what went wrong is logged."""

import json
import logging
import os
import sys

from ..base import clock, sites
from ..base.settings import Settings
from ..base.sites import SiteView
from ..hooks import Plugins
from .signin import masked_phone

log = logging.getLogger("portal.sms")


def send(settings: Settings, plugins: Plugins, site: SiteView, phone: str, text: str) -> bool:
    """Send a text in the way that `PORTAL_SMS` names; whether it is on its way. Call it after the commit."""
    way, _, path = settings.sms.partition(":")
    try:
        if way == "hook":
            done = by_plugin(plugins, site, "sms", phone=phone, text=text)
        elif way == "file":
            done = _to_file(path, phone, text)
        else:
            done = _to_console(settings, phone, text)
    except Exception as e:
        log.error("a text message could not be sent: %s", type(e).__name__)
        return False
    if not done:
        log.error("a text message found no sender: PORTAL_SMS=%s", way)
    return done


def is_ready(settings: Settings, plugins: Plugins, site: SiteView) -> bool:
    """Whether texts can reach phones from this site; the developers' console reaches none."""
    way = settings.sms.partition(":")[0]
    return way == "file" or way == "hook" and has_sender(plugins, site, "sms")


def has_sender(plugins: Plugins, site: SiteView, hook: str) -> bool:
    """Whether a plugin of the site sends messages by this hook."""
    return any(name in site.plugins for name, _function, _arguments in plugins.implementations(hook))


def by_plugin(plugins: Plugins, site: SiteView, hook: str, **given) -> bool:
    """Asks the site's plugins without the time limit of pages: a sender talks to another machine."""
    with sites.within(site):
        for name, function, arguments in plugins.implementations(hook):
            if name in site.plugins and _done(name, hook, function, [given[a] for a in arguments]):
                return True
    return False


def _done(name: str, hook: str, function, arguments: list) -> bool:
    try:
        return function(*arguments) is True
    except Exception as e:
        log.error("plugin %s could not send by %s: %s", name, hook, type(e).__name__)
        return False


def _to_file(path: str, phone: str, text: str) -> bool:
    """One JSON object a line, for tests and for a sender that reads a file; only its owner can read it."""
    line = json.dumps({"at": clock.now(), "phone": phone, "text": text}, ensure_ascii=False) + "\n"
    file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(file, line.encode())
    finally:
        os.close(file)
    return True


def _to_console(settings: Settings, phone: str, text: str) -> bool:
    """For development: nobody else reads this terminal. In production a code never reaches a log."""
    if settings.production:
        return False
    print(f"Text message to {masked_phone(phone)}: {text}", file=sys.stderr, flush=True)
    return True
