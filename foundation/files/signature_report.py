"""What the digital signatures of one PDF are: the plain values kept as evidence. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

MOST_SIGNATURES = 50
LONGEST_TEXT = 200


class SignedContent(StrEnum):
    """What became of the content since it was signed.

    EXTENDED has only additions that a signature allows: further signatures, filled form fields.
    CHANGED has others; of BROKEN the bytes are not those that were signed. NOT_CHECKED is a kind
    of signature that is too old or unknown, or one that is damaged.
    """

    WHOLE = "whole"
    EXTENDED = "extended"
    CHANGED = "changed"
    BROKEN = "broken"
    NOT_CHECKED = "not_checked"


class SignerChain(StrEnum):
    """Whether the certificate of the signer leads to a trusted root, when the report was made.

    EXPIRED leads there and was valid at the time the signer claims, which no trusted time stamp
    proves. WEAK rests on an algorithm that is broken. INVALID is not made for signing.
    """

    KNOWN = "known"
    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"
    WEAK = "weak"
    INVALID = "invalid"
    NOT_CHECKED = "not_checked"


class TimeStampTrust(StrEnum):
    """Whether a time stamp proves the time of a signature."""

    NONE = "none"
    KNOWN = "known"
    UNKNOWN = "unknown"
    BROKEN = "broken"


class ReportVerdict(StrEnum):
    """Whether the signatures of a file could be read; FAILED may go well another time."""

    READ = "read"
    NOT_READABLE = "not_readable"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class PdfSignature:
    """One signature: who, when, and what holds of it.

    `time_stamp` says that it is a time stamp of the whole file and no person's signature.
    `claimed` is the time that the signer's own clock gave, `stamped` what an authority says.
    `certificate` is the SHA-256 of the signer's certificate, `serial` its number.
    """

    field: str
    time_stamp: bool = False
    signer: str = ""
    organisation: str = ""
    issuer: str = ""
    serial: str = ""
    certificate: str = ""
    claimed: datetime | None = None
    stamped: datetime | None = None
    stamp: TimeStampTrust = TimeStampTrust.NONE
    content: SignedContent = SignedContent.NOT_CHECKED
    chain: SignerChain = SignerChain.NOT_CHECKED
    trouble: str = ""

    @property
    def valid(self) -> bool:
        """Whether it may be relied on: nothing changed since, and the signer's chain is known."""
        unchanged = self.content in {SignedContent.WHOLE, SignedContent.EXTENDED}
        return unchanged and self.chain is SignerChain.KNOWN


@dataclass(frozen=True)
class SignatureReport:
    """The signatures of a file, or why they could not be read; `more` are beyond the bound."""

    verdict: ReportVerdict
    signatures: tuple[PdfSignature, ...] = ()
    trouble: str = ""
    more: bool = False


def read_report(text: bytes) -> SignatureReport:
    """A report as the child process wrote it.

    Raises:
        ValueError, KeyError, TypeError: it is none.
    """
    said: Mapping[str, Any] = json.loads(text)
    return SignatureReport(
        ReportVerdict(said["verdict"]),
        tuple(_signature(each) for each in said["signatures"]),
        str(said["trouble"]),
        bool(said["more"]),
    )


def _signature(said: Mapping[str, Any]) -> PdfSignature:
    times = {name: _moment(said.get(name)) for name in ("claimed", "stamped")}
    named = {
        "stamp": TimeStampTrust(said.get("stamp", "none")),
        "content": SignedContent(said["content"]),
        "chain": SignerChain(said["chain"]),
    }
    return PdfSignature(**{**said, **times, **named})


def _moment(said: Any) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
