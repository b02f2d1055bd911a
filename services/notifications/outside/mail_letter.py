"""A letter as a mail: plain text and HTML of the same words, and the headers that machines read.

The return path is an address of this letter alone (VERP), so that whatever comes back names it,
however the other side words its bounce. What the law does not make us tell can be ended with one
click in the reader's mail program (RFC 8058).
"""

from dataclasses import dataclass, field
from email.headerregistry import HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy, default
from email.utils import format_datetime
from functools import cache
from hashlib import sha256
from hmac import compare_digest
from hmac import new as hmac
from html import escape
from typing import Any

from foundation.text import email_address
from foundation.text.cleaning import harmless_line
from foundation.worktime import HO_CHI_MINH
from services.notifications.domain.notice import Notice
from services.notifications.domain.situation import must_be_told

LENGTH_OF_A_SEAL = 32
PAGE = """<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{subject}</title></head>
<body style="font-family: sans-serif; font-size: 16px; line-height: 1.5; max-width: 40em;">
{paragraphs}
</body></html>
"""


@dataclass(frozen=True, kw_only=True)
class MailOffice:
    """Who writes: the address in From, where bounces go (`bounces@…`), and where one unsubscribes.

    `secret` seals the addresses by which a reader unsubscribes; without it there are none.
    """

    sender: str
    bounces_to: str = ""
    unsubscribe_at: str = ""
    secret: str = field(default="", repr=False)

    def seal(self, dossier: str) -> str:
        """What stands behind the dossier in the address, which nobody else can write."""
        made = hmac(self.secret.encode(), f"unsubscribe {dossier}".encode(), sha256)
        return made.hexdigest()[:LENGTH_OF_A_SEAL]

    def knows(self, dossier: str, seal: str) -> bool:
        """Whether we wrote this address."""
        return bool(self.secret) and compare_digest(seal.encode(), self.seal(dossier).encode())

    def return_path(self, notice_id: str) -> str:
        """The envelope's sender: `bounces+ID@…`, or the sender where bounces are not read."""
        name, at, host = self.bounces_to.rpartition("@")
        return f"{name}+{notice_id}@{host}" if at else self.sender


def mail_of(notice: Notice, office: MailOffice) -> EmailMessage:
    """The letter, ready to be handed to a relay.

    Raises:
        ValueError: where it shall go is not one plain address.
    """
    if email_address.trouble(notice.to):
        raise ValueError("not one plain address")
    mail = EmailMessage(policy=_policy())
    mail["From"] = office.sender
    mail["To"] = email_address.in_ascii(notice.to)
    mail["Subject"] = harmless_line(notice.letter.subject)
    mail["Date"] = format_datetime(notice.planned.astimezone(HO_CHI_MINH))
    mail["Message-ID"] = f"<{notice.id}@{office.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = notice.letter.language
    if office.unsubscribe_at and office.secret and not must_be_told(notice.kind):
        at = f"{office.unsubscribe_at}/{notice.dossier}/{office.seal(notice.dossier)}"
        mail["List-Unsubscribe"] = f"<{at}>"
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(notice.letter.text, cte="quoted-printable")
    mail.add_alternative(_page(notice), subtype="html", cte="quoted-printable")
    return mail


class AddressHeader(UnstructuredHeader):
    """A header that holds an address for machines: the library would encode a long one."""

    name: str

    def fold(self, *, policy: Policy) -> str:
        """On a line of its own, as it is."""
        return f"{self.name}:{policy.linesep} {self}{policy.linesep}"


@cache
def _policy() -> Any:  # the stubs of the library disagree with themselves
    headers: Any = HeaderRegistry()
    headers.map_to_type("list-unsubscribe", AddressHeader)
    return default.clone(header_factory=headers)


def _page(notice: Notice) -> str:
    paragraphs = (each.strip("\n") for each in notice.letter.text.split("\n\n"))
    return PAGE.format(
        lang=escape(notice.letter.language),
        subject=escape(notice.letter.subject),
        paragraphs="\n".join(
            f"<p>{escape(each).replace(chr(10), '<br>')}</p>" for each in paragraphs if each
        ),
    )
