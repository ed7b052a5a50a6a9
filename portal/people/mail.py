"""E-mails of the outbox: how they are made, and sent over SMTP.

One that goes out twice, because a worker died before it could note it, carries the same Message-ID, so that most
mailboxes show one.
"""

import logging
import smtplib
import ssl
from datetime import UTC, datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime, parseaddr
from functools import partial
from urllib.parse import SplitResult, unquote, urlsplit

from ..base.settings import Settings
from . import outbox
from .models import Mail

log = logging.getLogger("portal.mail")

TIMEOUT = 20


def queue(to: str, subject: str, text: str, html: str = "", **more) -> bool:
    """Store an e-mail with the running transaction; it goes out once that is stored. `more` as of `outbox.put`."""
    return outbox.put("email", to, subject, text, html=html, **more)


def send_waiting(settings: Settings, most: int = 50) -> int:
    """Send what is due, over one connection; how many left the outbox. Raises OSError while the server is away.

    Nothing is claimed before the server answers, so that a night without it uses up no tries.
    """
    if not settings.smtp or not outbox.is_waiting("email"):
        return 0
    with _connected(settings) as server:
        return outbox.send_waiting("email", partial(_deliver, server, settings), most)


def _deliver(server: smtplib.SMTP, settings: Settings, mail: Mail) -> None:
    """Send one claimed mail and note how it went."""
    try:
        server.send_message(message_of(settings, mail))
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError,
            MessageError, ValueError) as e:
        outbox.not_taken(mail, _reason(e), _is_final(e))
        _reset(server)
    except OSError as e:
        outbox.not_taken(mail, _reason(e), _is_final(e))
        raise
    else:
        outbox.note(mail, "sent")


def _is_final(error: Exception) -> bool:
    """Whether the server (5xx) or the address itself says that no later try can help."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _ in error.recipients.values())
    return isinstance(error, (ValueError, MessageError)) or 500 <= getattr(error, "smtp_code", 0) < 600


def _reason(error: Exception) -> str:
    """The kind of error and its code; the server's words may name the address."""
    codes = [code for code, _ in getattr(error, "recipients", {}).values()] or [getattr(error, "smtp_code", "")]
    return f"{type(error).__name__} {codes[0]}".strip()


def _reset(server: smtplib.SMTP) -> None:
    try:
        server.rset()
    except smtplib.SMTPException:
        log.info("the mail server took no reset")


def message_of(settings: Settings, mail: Mail) -> EmailMessage:
    """The e-mail as it goes out: plain text, and HTML where there is some. ValueError for what is no address."""
    message = EmailMessage(policy=POLICY)
    message["From"], message["To"], message["Subject"] = settings.mail_from, mail.to, mail.subject
    message["Date"] = format_datetime(datetime.fromtimestamp(mail.created_at, UTC))
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2] or "localhost"
    message["Message-ID"] = f"<{mail.id}.{mail.created_at}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


def _connected(settings: Settings) -> smtplib.SMTP:
    """A session with the server of `PORTAL_SMTP`: smtp:// (TLS where offered, always for a password) or smtps://."""
    url = urlsplit(settings.smtp)
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(url.hostname, url.port or 465, timeout=TIMEOUT, context=_tls(True))
    else:
        server = smtplib.SMTP(url.hostname, url.port or 25, timeout=TIMEOUT)
    try:
        _sign_in(server, url)
    except Exception:
        server.close()
        raise
    return server


def _sign_in(server: smtplib.SMTP, url: SplitResult) -> None:
    server.ehlo()
    safe = url.scheme == "smtps"
    if not safe and server.has_extn("starttls"):
        server.starttls(context=_tls(bool(url.username)))
        server.ehlo()
        safe = True
    if url.username and not safe:  # also where somebody in between has taken the offer out
        log.error("the mail server offers no TLS: the password of PORTAL_SMTP is not sent in the clear")
        raise smtplib.SMTPNotSupportedError("no TLS")
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))


def _tls(verified: bool) -> ssl.SSLContext:
    """A mail server on the same machine often shows a certificate of its own: that is refused a password only."""
    context = ssl.create_default_context()
    if not verified:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context
