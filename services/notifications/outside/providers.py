"""The providers of this process, made from its settings, and the door for what they report."""

from collections.abc import Callable, Mapping, Sequence
from hmac import compare_digest
from types import MappingProxyType
from typing import Any

from foundation.errors import NotFound
from foundation.injection import Provider
from services.notifications.domain.ladder import read_ladder
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.quiet import read_quiet_plan
from services.notifications.domain.situation import kinds
from services.notifications.outside.bounce_mailbox import BounceMailbox, Heed
from services.notifications.outside.carrier_pace import CarrierPace
from services.notifications.outside.esms import Esms
from services.notifications.outside.kannel import Kannel
from services.notifications.outside.mail_letter import MailOffice
from services.notifications.outside.mail_relay import MailRelay
from services.notifications.outside.pace import ProviderPace
from services.notifications.outside.provider import (
    MessageProvider,
    ProviderAddress,
    ReportHandler,
    read_address,
)
from services.notifications.outside.reported import ReportLine
from services.notifications.outside.smpp import Smpp
from services.notifications.outside.sms_gateway import SmsGateway
from services.notifications.outside.zalo import ZaloNotification

Maker = Callable[[ProviderAddress], MessageProvider]

SHORTEST_SECRET = 16


class MessageProviders(Provider):
    """`providers = MessageProviders()`, then `self.providers.of(channel)`, the first first."""

    line = ReportLine()

    def __init__(self) -> None:
        """Nobody was given anything yet."""
        self.pace, self.carrier_pace = ProviderPace(), CarrierPace()

    def setup(self) -> None:
        """Make them, once: some hold a connection."""
        settings = self.container.config["settings"]
        # What is mistyped stops the process now, and no message later.
        read_ladder(settings.ladder)
        read_quiet_plan(settings.quiet_hours, kinds())
        self._secret = str(settings.receipt_secret)
        self.office = office_of(settings)
        self._made = made(settings, self.office, self.line.handle)
        mailbox = settings.bounce_mailbox
        self._mailbox = BounceMailbox(read_address(mailbox)) if mailbox else None

    def stop(self) -> None:
        """Let go of their connections."""
        for each in self._made.values():
            each.close()

    def of(self, channel: NoticeChannel) -> Sequence[MessageProvider]:
        """The providers of a channel, in the order of the settings."""
        return [each for each in self._made.values() if each.channel is channel]

    def reporting(self, name: str, secret: str) -> MessageProvider:
        """The provider that reports, if it knows the secret of our address.

        Raises:
            NotFound: it does not, or there is no such provider: nobody learns which.
        """
        known = len(self._secret) >= SHORTEST_SECRET and compare_digest(
            secret.encode(), self._secret.encode()
        )
        if not known or name not in self._made:
            raise no_such_path()
        return self._made[name]

    def must_be_ours(self, dossier: str, seal: str) -> None:
        """Hold an address by which a reader unsubscribes to what we wrote into their letter.

        Raises:
            NotFound: somebody else made it up.
        """
        if not self.office.knows(dossier, seal):
            raise no_such_path()

    def read_bounces(self, heed: Heed) -> None:
        """Give what came back to the mailbox of bounces to `heed`, if there is one."""
        if self._mailbox is not None:
            self._mailbox.read(heed)


def no_such_path() -> NotFound:
    """The answer to who does not know the secret of an address."""
    return NotFound("Không có đường dẫn này.", "There is nothing at this path.")


def office_of(settings: Any) -> MailOffice:
    """Who writes the letters."""
    public = settings.messages_url.rstrip("/")
    return MailOffice(
        sender=settings.mail_from,
        bounces_to=settings.bounces_to,
        unsubscribe_at=f"{public}/unsubscribe" if public else "",
        secret=settings.receipt_secret,
    )


def made(settings: Any, office: MailOffice, handle: ReportHandler) -> Mapping[str, MessageProvider]:
    """The providers by name.

    Raises:
        ValueError: an address is wrong, of no kind we know, or two have one name.
    """
    makers: Mapping[str, Maker] = {
        MailRelay.kind: lambda address: MailRelay(address, office),
        SmsGateway.kind: SmsGateway,
        Kannel.kind: Kannel,
        Smpp.kind: lambda address: Smpp(address, handle),
        Esms.kind: Esms,
        ZaloNotification.kind: ZaloNotification,
    }
    reports_to = ""
    if settings.messages_url and settings.receipt_secret:
        reports_to = f"{settings.messages_url.rstrip('/')}/receipts/{settings.receipt_secret}"
    found: dict[str, MessageProvider] = {}
    for text in f"{settings.smtp_url} {settings.sms_url} {settings.zalo_url}".split():
        address = read_address(text, reports_to)
        if address.kind not in makers or address.name in found:
            raise ValueError(f"{address.name}: no such kind of provider, or two of one name")
        found[address.name] = makers[address.kind](address)
    return MappingProxyType(found)
