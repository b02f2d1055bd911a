"""Clients of the mail relay and the SMS gateway; each send ends in one of four outcomes.

Every wait is bounded. What matters after a failure is only whether the provider may have taken
the message: before it could, we may try again; after that, nobody knows, and it must be so said.
"""

import smtplib
import ssl
from collections.abc import Iterable
from email.message import EmailMessage
from email.utils import format_datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Protocol
from urllib.parse import unquote, urlencode, urlsplit

from foundation.text import email_address
from foundation.text.cleaning import harmless_line
from foundation.worktime import HO_CHI_MINH
from services.notifications.domain.notice import Notice, SendOutcome

LONGEST_WAIT = 10.0
"""Seconds for each word to or from a provider."""
SMS_SENDER = "TTPVHCC"
NOT_NOW = frozenset(
    {
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
SMTP_FOR_GOOD = 500
"""RFC 5321: replies from 500 are permanent, those below may be tried again."""


class MessageProvider(Protocol):
    """A provider that carries messages to people."""

    def send(self, notice: Notice) -> SendOutcome:
        """Hand the message over, once; never raises for what the other side does."""


class MailRelay:
    """An SMTP server, `smtp://` or `smtps://`, with `user:password@` if it wants to know us."""

    def __init__(self, url: str, sender: str, *, patience: float = LONGEST_WAIT) -> None:
        """`sender` is the address in From; `patience` is in seconds, for each word."""
        self.url = urlsplit(url)
        self.sender = sender
        self.patience = patience

    def send(self, notice: Notice) -> SendOutcome:
        """Hand a letter to the relay."""
        try:
            mail = self._mail(notice)
        except ValueError:
            return SendOutcome.REFUSED  # not an address at all
        try:
            relay = self._connect()
        except OSError:
            return SendOutcome.BUSY  # it cannot have taken what it was not given
        try:
            return self._hand_over(relay, mail)
        finally:
            relay.close()

    def _mail(self, notice: Notice) -> EmailMessage:
        if email_address.trouble(notice.to):
            raise ValueError("not one plain address")
        mail = EmailMessage()
        mail["From"] = self.sender
        mail["To"] = email_address.in_ascii(notice.to)
        mail["Subject"] = harmless_line(notice.letter.subject)
        mail["Date"] = format_datetime(notice.planned.astimezone(HO_CHI_MINH))
        mail["Message-ID"] = f"<{notice.id}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(notice.letter.text, cte="quoted-printable")
        return mail

    def _connect(self) -> smtplib.SMTP:
        host, port = self.url.hostname or "", self.url.port or 0
        relay: smtplib.SMTP
        if self.url.scheme == "smtps":
            trust = ssl.create_default_context()
            relay = smtplib.SMTP_SSL(host, port, timeout=self.patience, context=trust)
        else:
            relay = smtplib.SMTP(host, port, timeout=self.patience)
        if self.url.username:
            relay.login(unquote(self.url.username), unquote(self.url.password or ""))
        return relay

    @staticmethod
    def _hand_over(relay: smtplib.SMTP, mail: EmailMessage) -> SendOutcome:
        try:
            relay.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            return _by_code(code for code, _ in error.recipients.values())
        except smtplib.SMTPResponseException as error:
            return _by_code([error.smtp_code])
        except (smtplib.SMTPNotSupportedError, ValueError):
            return SendOutcome.REFUSED  # an address this relay cannot spell
        except OSError:
            return SendOutcome.UNCLEAR
        return SendOutcome.TAKEN


class SmsGateway:
    """An HTTP gateway: POST /sms with a form; 2xx means taken."""

    def __init__(self, url: str, *, patience: float = LONGEST_WAIT) -> None:
        """The gateway's `http(s)://host:port`; `patience` is in seconds, for each word."""
        self.url = urlsplit(url)
        self.patience = patience

    def send(self, notice: Notice) -> SendOutcome:
        """Hand an SMS to the gateway; `id` lets it recognise one it has already."""
        form = {
            "from": SMS_SENDER,
            "to": notice.to,
            "text": notice.letter.text,
            "id": notice.id,
        }
        gateway = self._connection()
        try:
            gateway.connect()
        except OSError:
            return SendOutcome.BUSY  # it cannot have taken what it was not given
        try:
            return self._post(gateway, urlencode(form))
        finally:
            gateway.close()

    def _connection(self) -> HTTPConnection:
        kind = HTTPSConnection if self.url.scheme == "https" else HTTPConnection
        return kind(self.url.hostname or "", self.url.port, timeout=self.patience)

    def _post(self, gateway: HTTPConnection, form: str) -> SendOutcome:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            gateway.request("POST", f"{self.url.path.rstrip('/')}/sms", form, headers)
            status = gateway.getresponse().status
        except (OSError, HTTPException):
            return SendOutcome.UNCLEAR
        if status in NOT_NOW:
            return SendOutcome.BUSY
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return SendOutcome.UNCLEAR  # it broke somewhere between taking and saying so
        taken = HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
        return SendOutcome.TAKEN if taken else SendOutcome.REFUSED


def _by_code(codes: Iterable[int]) -> SendOutcome:
    return SendOutcome.REFUSED if max(codes) >= SMTP_FOR_GOOD else SendOutcome.BUSY
