"""What a provider of messages is to us, and how its address in the settings is read.

An address is `scheme://user:password@host:port/path?rate=20#name`: the scheme chooses the class,
`name` tells two of a kind apart (else the kind is the name), `rate` is how many messages a second
it may be handed (else as fast as it takes them), `rate.viettel` how many of them may go to numbers
of that carrier. Several addresses are parted by blanks; the first
is the one that is used while all is well.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from services.notifications.domain.notice import Notice
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.receipt import ProviderReport
from services.notifications.domain.sending import ProviderAnswer

ReportHandler = Callable[[str, ProviderReport], bool]
"""Is told of a report that came over a held connection: by whom; false if it could not be kept."""

LONGEST_WAIT = 10.0
"""Seconds for each word to or from a provider."""
SMS_SENDER = "TTPVHCC"
OF_CARRIER = "rate."
RATE = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?")


@dataclass(frozen=True, kw_only=True)
class ProviderAddress:
    """An address of the settings, read; `reports_to` is where its receipts are to be sent."""

    kind: str
    scheme: str
    host: str
    port: int
    path: str = ""
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    options: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    reports_to: str = field(default="", repr=False)
    patience: float = LONGEST_WAIT

    @property
    def rate(self) -> float:
        """Messages a second; 0 for as many as it takes."""
        return float(self.options.get("rate", "0"))

    @property
    def carrier_rates(self) -> Mapping[str, float]:
        """Messages a second to the numbers of a carrier, by its name; others have no limit."""
        return {
            name.removeprefix(OF_CARRIER): float(value)
            for name, value in self.options.items()
            if name.startswith(OF_CARRIER)
        }


class MessageProvider(Protocol):
    """Who carries messages to people over one channel; a class each (docs/channels.md)."""

    kind: ClassVar[str]
    channel: ClassVar[NoticeChannel]

    @property
    def address(self) -> ProviderAddress:
        """Where it is, and how it is named."""
        ...

    def send(self, notice: Notice) -> ProviderAnswer:
        """Hand the message over, once; never raises for what the other side does."""
        ...

    def read_report(self, fields: Mapping[str, str]) -> Sequence[ProviderReport]:
        """What the fields say that it sent to our address for receipts."""
        ...

    def keep(self) -> None:
        """Hold open what has to be; called every second by the process that sends."""
        ...

    def close(self) -> None:
        """Let go of what is held open; called when the process ends."""
        ...


def read_address(text: str, reports_to: str = "") -> ProviderAddress:
    """An address of the settings; `kannel+http://…` is of the kind `kannel`, over http.

    Raises:
        ValueError: it is none; says why without the password that may stand in it.
    """
    parts = urlsplit(text)
    kind, _, scheme = parts.scheme.rpartition("+")
    kind = kind or {"http": "gateway", "https": "gateway", "smtps": "smtp"}.get(scheme, scheme)
    name = parts.fragment or kind
    if not parts.hostname or not name.isascii() or not name.replace("-", "").isalnum():
        raise ValueError("an address of a provider is scheme://host:port, with #name at its end")
    options = dict(parse_qsl(parts.query))
    rates = [each for key, each in options.items() if f"{key}.".startswith(OF_CARRIER)]
    if not all(RATE.fullmatch(each) for each in rates):
        raise ValueError("rate=20 or rate.viettel=8 in an address is messages a second, a number")
    return ProviderAddress(
        kind=kind,
        scheme=scheme,
        host=parts.hostname,
        port=parts.port or 0,
        path=parts.path,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        options=options,
        name=name,
        reports_to=f"{reports_to}/{name}" if reports_to else "",
    )
