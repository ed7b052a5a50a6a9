"""Text messages: who sends them, and that no log has them."""

from dataclasses import replace

import pytest

from portal import hookimpl
from portal.app import create_app
from portal.base import sites
from portal.hooks import Plugins
from portal.people import sms
from portal.testing import Town

PHONE = "13826000426"


@pytest.fixture
def town(settings):
    made = Town(create_app(settings, raising=True, plugins=Plugins(True)))
    yield made
    made.db.close()


def test_console_shows_the_code_to_developers_only(settings, capsys):
    assert sms.send(replace(settings, sms="console"), Plugins(), None, PHONE, "123456 is it")
    shown = capsys.readouterr().err
    assert "123456" in shown and PHONE not in shown and "138****0426" in shown
    assert not sms.send(replace(settings, sms="console", env="production"), Plugins(), None, PHONE, "654321")
    assert "654321" not in "".join(capsys.readouterr())


class Sender:
    """A plugin that sends texts, does not, or cannot."""

    def __init__(self, answer):
        self.answer, self.sent, self.__name__, self.__package__ = answer, [], "sender", ""

    @hookimpl
    def sms(self, phone, text):
        self.sent.append((phone, text))
        if self.answer is None:
            raise OSError("the gateway is away")
        return self.answer


def test_hook_sms(town, caplog):
    plugins, senders = Plugins(), {n: Sender(a) for n, a in (("a", None), ("b", False), ("c", True), ("d", True))}
    for name, sender in senders.items():
        plugins.manager.register(sender, name=name * 2)
    with town.unit():
        for name in ("aa", "bb", "cc", "dd"):
            sites.enable(town.north.id, name)
        north = sites.view(town.north.id)
        south = sites.view(town.south.id)
    hooked = replace(town.app.portal.settings, sms="hook")
    assert sms.send(hooked, plugins, north, PHONE, "123456")
    assert [len(s.sent) for s in senders.values()] == [1, 1, 1, 0]
    assert not sms.send(hooked, plugins, south, PHONE, "123456")
    assert "OSError" in caplog.text and PHONE not in caplog.text and "123456" not in caplog.text
