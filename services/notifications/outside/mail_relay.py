"""The mail relay: letters over SMTP.

What matters after a failure is only whether the relay may have taken the letter: before it could,
we may try again; after that, nobody knows, and it must be so said.
"""

import smtplib
import ssl
from collections.abc import Iterable, Mapping, Sequence
from email.message import EmailMessage
from typing import ClassVar

from services.notifications.domain.notice import Notice
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.receipt import ProviderReport
from services.notifications.domain.sending import ProviderAnswer, SendOutcome
from services.notifications.outside.bounces import read_bounce
from services.notifications.outside.mail_letter import MailOffice, mail_of
from services.notifications.outside.provider import ProviderAddress

SMTP_FOR_GOOD = 500
"""RFC 5321: replies from 500 are permanent, those below may be tried again."""


class MailRelay:
    """An SMTP server, `smtp://` or `smtps://`, with `user:password@` if it wants to know us."""

    kind: ClassVar[str] = "smtp"
    channel: ClassVar[NoticeChannel] = NoticeChannel.EMAIL

    def __init__(self, address: ProviderAddress, office: MailOffice) -> None:
        """`office` is who writes, and where what comes back goes."""
        self.address = address
        self.office = office

    def send(self, notice: Notice) -> ProviderAnswer:
        """Hand a letter to the relay."""
        try:
            mail = mail_of(notice, self.office)
        except ValueError:  # not an address at all
            return ProviderAnswer(outcome=SendOutcome.REFUSED, reason="no address")
        try:
            relay = self._connect()
        except OSError:  # it cannot have taken what it was not given
            return ProviderAnswer(outcome=SendOutcome.BUSY, reason="not connected")
        try:
            return self._hand_over(relay, mail, self.office.return_path(notice.id))
        finally:
            relay.close()

    def read_report(self, fields: Mapping[str, str]) -> Sequence[ProviderReport]:
        """A bounce that a relay hands on as the field `message`, instead of to a mailbox."""
        return read_bounce(fields.get("message", "").encode())

    def keep(self) -> None:
        """Nothing is held open."""

    def close(self) -> None:
        """Nothing is held open."""

    def _connect(self) -> smtplib.SMTP:
        host, port, patience = self.address.host, self.address.port, self.address.patience
        relay: smtplib.SMTP
        if self.address.scheme == "smtps":
            trust = ssl.create_default_context()
            relay = smtplib.SMTP_SSL(host, port, timeout=patience, context=trust)
        else:
            relay = smtplib.SMTP(host, port, timeout=patience)
        if self.address.user:
            relay.login(self.address.user, self.address.password)
        return relay

    @staticmethod
    def _hand_over(relay: smtplib.SMTP, mail: EmailMessage, path: str) -> ProviderAnswer:
        try:
            relay.send_message(mail, from_addr=path)
        except smtplib.SMTPRecipientsRefused as error:
            return _by_code(code for code, _ in error.recipients.values())
        except smtplib.SMTPResponseException as error:
            return _by_code([error.smtp_code])
        except (smtplib.SMTPNotSupportedError, ValueError):  # an address this relay cannot spell
            return ProviderAnswer(outcome=SendOutcome.REFUSED, reason="not spelled")
        except OSError:
            return ProviderAnswer(outcome=SendOutcome.UNCLEAR, reason="no answer")
        return ProviderAnswer(outcome=SendOutcome.TAKEN, reason="smtp 250")


def _by_code(codes: Iterable[int]) -> ProviderAnswer:
    worst = max(codes)
    outcome = SendOutcome.REFUSED if worst >= SMTP_FOR_GOOD else SendOutcome.BUSY
    return ProviderAnswer(outcome=outcome, reason=f"smtp {worst}")
