"""Mail by SMTP, or none at all."""

import hashlib
import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from lms.kernel.errors import Unavailable
from lms.kernel.settings import Settings
from lms.notify.ports import MailSender

_TIMEOUT_SECONDS = 20
_SUBMISSION = 587
_SUBMISSION_TLS = 465


def sender(settings: Settings) -> MailSender:
    """Choose the way that the settings name."""
    if settings.smtp_url:
        return SmtpMail(settings.smtp_url, settings.mail_from)
    return DemoMail() if settings.demo else NoMail()


class SmtpMail:
    """Hand mail to a server: `smtps://user:password@host`, or STARTTLS by `smtp:`."""

    def __init__(self, url: str, sender: str) -> None:
        parts = urlsplit(url)
        self._secure = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (_SUBMISSION_TLS if self._secure else _SUBMISSION)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._sender = sender

    def send(
        self, address: str, subject: str, text: str, *, key: str, leave: str = ""
    ) -> None:
        """Deliver one message; the same key gives the same Message-ID."""
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self._sender, address, subject
        mark = hashlib.sha256(key.encode()).hexdigest()[:32]
        letter["Message-ID"] = f"<{mark}@{self._sender.rpartition('@')[2]}>"
        if leave:
            # RFC 8058: the receiver's mail program says no with one POST.
            letter["List-Unsubscribe"] = f"<{leave}>"
            letter["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        letter.set_content(text)
        try:
            with self._connect() as server:
                server.send_message(letter)
        except (OSError, smtplib.SMTPException) as error:
            # The server's words may repeat the address; the class says enough.
            raise Unavailable("mail.unavailable", why=type(error).__name__) from None

    def _connect(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._secure:
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, self._port, timeout=_TIMEOUT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT_SECONDS)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=context)
        if self._user:
            server.login(self._user, self._password)
        return server


class DemoMail:
    """Accept everything and deliver nothing: the demonstration's outbox shows it."""

    def send(
        self, address: str, subject: str, text: str, *, key: str, leave: str = ""
    ) -> None:
        """Take the message."""


class NoMail:
    """Say that no server is set, so that messages wait and the operator sees it."""

    def send(
        self, address: str, subject: str, text: str, *, key: str, leave: str = ""
    ) -> None:
        """Refuse.

        Raises: Unavailable.
        """
        raise Unavailable("mail.not_configured")
