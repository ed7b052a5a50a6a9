"""A real mail server on this machine that keeps what it is given."""

import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage
from typing import NamedTuple

import pytest
from aiosmtpd.controller import Controller

from tests.support.postgres import free_port


class Mail(NamedTuple):
    """One delivery: the envelope, and the message as it was read."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content()


class MailServer:
    """`url` is what `PORTAL_SMTP` takes, `mails` what arrived; `refuse(2)` turns the next two away."""

    def __init__(self):
        self.mails: list[Mail] = []
        self.tried, self._refusals, self._code = 0, 0, 451
        self.controller = Controller(self, hostname="127.0.0.1", port=free_port())

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.controller.port}"

    def refuse(self, times: int, code: int = 451) -> None:
        """Answer the next deliveries with an error; 4xx may be tried again, 5xx is for good."""
        self._refusals, self._code = times, code

    async def handle_DATA(self, server, session, envelope) -> str:
        self.tried += 1
        if self._refusals > 0:
            self._refusals -= 1
            return f"{self._code} not now"
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.mails.append(Mail(envelope.mail_from, tuple(envelope.rcpt_tos), message))
        return "250 kept"


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server of this test's own, up and empty."""
    server = MailServer()
    server.controller.start()
    yield server
    server.controller.stop()
