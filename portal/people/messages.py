"""Texts and WeChat messages of the outbox, sent through the senders of the site that they come from."""

from functools import partial

from ..base import sites
from ..base.database import unit
from ..base.settings import Settings
from ..base.sites import SiteView
from ..hooks import Plugins
from . import outbox, sms
from .models import Mail


def reaches_wechat(plugins: Plugins, site: SiteView, person_id: int) -> bool:
    """Whether a plugin of the site can reach this person by WeChat."""
    if not sms.has_sender(plugins, site, "wechat"):
        return False
    return any(known is True for _name, known in plugins.each(site, "knows_wechat", person_id=person_id))


def send_waiting(settings: Settings, plugins: Plugins, most: int = 20) -> int:
    """Send what is due by text and by WeChat; how many left the outbox."""
    send = partial(_deliver, settings, plugins)
    return outbox.send_waiting("sms", send, most) + outbox.send_waiting("wechat", send, most)


def _deliver(settings: Settings, plugins: Plugins, message: Mail) -> None:
    """Give one claimed message to a sender and note how it went."""
    try:
        with unit():
            site = sites.view(message.site_id)
    except sites.NoSite:
        outbox.not_taken(message, "NoSite", final=True)
        return
    if _sent(settings, plugins, site, message):
        outbox.note(message, "sent")
    else:
        outbox.not_taken(message, "no sender took it")


def _sent(settings: Settings, plugins: Plugins, site: SiteView, message: Mail) -> bool:
    if message.channel == "sms":
        return sms.send(settings, plugins, site, message.to, message.text)
    return sms.by_plugin(plugins, site, "wechat", person_id=message.person_id, title=message.subject,
                         text=message.text, url=message.url)
