"""The outbox: e-mails stored with what they tell of, and sent afterwards by any worker.

What is promised: a mail that is stored goes out, or is marked failed with a reason. No two workers send the same one.
A worker that dies between the server's “accepted” and its own note of it leads to a second delivery when its claim is
old; both carry the same Message-ID, so that most mailboxes show one.
"""

import logging
import smtplib
import ssl
from datetime import UTC, datetime
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from email.utils import format_datetime, parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

from ..base import clock
from ..base.database import unit
from ..base.settings import Settings
from .models import Mail

log = logging.getLogger("portal.mail")

TRIES = 6
PAUSE = 60  # seconds before the second try; each later pause is four times as long: nearly six hours in all
CLAIM = 300  # seconds after which the claim of a worker that died is free again; longer than any delivery takes
TIMEOUT = 20
TOO_OLD = 3 * 86400  # what could not be sent for so long tells nobody any news
KEPT = 30 * 86400  # seconds that mails are kept


def queue(to: str, subject: str, text: str, html: str = "") -> None:
    """Store an e-mail with the running transaction; it goes out once that is stored."""
    Mail.create(to=to, subject=" ".join(subject.split())[:200], text=text, html=html)


def send_waiting(settings: Settings, most: int = 50) -> int:
    """Send what is due, over one connection; how many left the outbox. Raises OSError while the server is away.

    Nothing is claimed before the server answers, so that a night without it uses up no tries.
    """
    if not settings.smtp or not _is_waiting():
        return 0
    sent = 0
    with _connected(settings) as server:
        while sent < most:
            mail = claim()
            if mail is None:
                break
            _deliver(server, settings, mail)
            sent += 1
    return sent


def _is_waiting() -> bool:
    with unit():
        return _due(clock.now()).exists()


def _due(now: int):
    return Mail.select().where((Mail.state == "waiting") & (Mail.next_at <= now) & (Mail.claimed_at < now - CLAIM))


def claim() -> Mail | None:
    """Take one mail for this worker, so that no other sends it."""
    now = clock.now()
    with unit(write=True):
        for mail in _due(now).order_by(Mail.next_at, Mail.id).limit(5):
            free = (Mail.state == "waiting") & (Mail.claimed_at == mail.claimed_at)
            if Mail.update(claimed_at=now, tries=Mail.tries + 1).where((Mail.id == mail.id) & free).execute():
                mail.claimed_at, mail.tries = now, mail.tries + 1
                return mail
    return None


def _deliver(server: smtplib.SMTP, settings: Settings, mail: Mail) -> None:
    """Send one claimed mail, outside of any transaction, and note how it went."""
    if mail.created_at < clock.now() - TOO_OLD:
        _note(mail, "failed", "too old")
        return
    try:
        server.send_message(message_of(settings, mail))
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError,
            MessageError, ValueError) as e:
        _not_taken(mail, e)
        _reset(server)
    except OSError as e:
        _not_taken(mail, e)
        raise
    else:
        _note(mail, "sent")


def _not_taken(mail: Mail, error: Exception) -> None:
    state = "failed" if _is_final(error) or mail.tries >= TRIES else "waiting"
    _note(mail, state, _reason(error))
    log.warning("mail %d was not taken: %s, %s", mail.id, _reason(error), state)


def _note(mail: Mail, state: str, error: str = "") -> None:
    """How a try ended; a claim that another worker has taken over meanwhile is left to it."""
    later = clock.now() + PAUSE * 4 ** (mail.tries - 1) if state == "waiting" else mail.next_at
    with unit(write=True):
        Mail.update(state=state, error=error[:200], claimed_at=0, next_at=later).where(
            (Mail.id == mail.id) & (Mail.state == "waiting") & (Mail.claimed_at == mail.claimed_at)).execute()


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
    """A session with the server of `PORTAL_SMTP`: smtp:// (TLS where offered) or smtps://."""
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
    if url.scheme != "smtps" and server.has_extn("starttls"):
        server.starttls(context=_tls(bool(url.username)))
        server.ehlo()
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))


def _tls(verified: bool) -> ssl.SSLContext:
    """A mail server on the same machine often shows a certificate of its own: that is refused a password only."""
    context = ssl.create_default_context()
    if not verified:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def sweep() -> None:
    """Forget the mails of last month, sent or not."""
    Mail.delete().where(Mail.created_at < clock.now() - KEPT).execute()
