"""Receipts: what a provider reports of a message after it took it, and how the two are matched.

A report may come twice, late, or before we have written down what the provider calls the message
(it answers us and reports to us over different connections). So one that matches nothing waits.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.events import Event
from contracts.history import Revision
from foundation.frozen import replace

RECEIPTS = uuid.UUID("6d6f7463-7561-5e00-8000-726563656970")
LONGEST_WAIT = timedelta(hours=72)
"""How long a receipt waits for its message, and a message for its receipt (promise P9)."""
FIRST_LOOK, LONGEST_LOOK = timedelta(seconds=2), timedelta(minutes=30)
BY_MAIL = "bounces"
"""Who reports by a mail that came back: whichever relay took the letter."""
LONGEST_REFERENCE = 200
LONGEST_CODE = 60


class ReceiptResult(StrEnum):
    """What a receipt says: `taken` is that the provider has it and goes on trying."""

    TAKEN = "taken"
    DELIVERED = "delivered"
    FAILED = "failed"
    TEMPORARY_FAILURE = "temporary_failure"


@dataclass(frozen=True, kw_only=True)
class NoticeReceipt:
    """The receipt that counts for a notice: what it says, the provider's code, when it came."""

    result: ReceiptResult
    code: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class ProviderReport:
    """What a provider reports of one message, named by its reference or by our own id."""

    result: ReceiptResult
    reference: str = ""
    notice: str = ""
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class WaitingReceipt:
    """A report that matched no notice yet; looked at again at `due` while it is `waiting`."""

    id: str
    provider: str
    report: ProviderReport
    came: datetime
    due: datetime
    looks: int = 0
    waiting: bool = True
    revision: Revision = Revision()

    @property
    def receipt(self) -> NoticeReceipt:
        """As it stands with the notice that it belongs to."""
        return NoticeReceipt(result=self.report.result, code=self.report.code, at=self.came)


def normalised(reference: str) -> str:
    """A provider's id as all spellings of it are: answers and reports differ in case and zeros.

    Jasmin and Kannel lose receipts to nothing else: `00A3` in the answer is `a3` in the report.
    """
    bare = re.sub(r"[^0-9a-z._@+-]", "", reference.lower())[:LONGEST_REFERENCE]
    return bare.lstrip("0") or bare[:1]


def spellings(reference: str) -> tuple[str, ...]:
    """The normalised id and its other base: SMSCs answer in hexadecimal, and report in decimal."""
    own = normalised(reference)
    other = ""
    if re.fullmatch(r"[0-9]{1,20}", own):
        other = f"{int(own):x}"
    elif re.fullmatch(r"[0-9a-f]{1,16}", own):
        other = str(int(own, 16))
    return tuple(dict.fromkeys(each for each in (own, other) if each))


def reporter(provider: str, asked: str) -> str:
    """Who reports; a letter that comes back speaks for the relay that was asked."""
    return asked if provider == BY_MAIL else provider


def waiting(provider: str, report: ProviderReport, now: datetime) -> WaitingReceipt:
    """Keep a report until its message is known; the same report twice is one."""
    named = f"{provider} {normalised(report.reference)} {report.notice} {report.result.value}"
    return WaitingReceipt(
        id=str(uuid.uuid5(RECEIPTS, f"{named} {report.code}")),
        provider=provider,
        report=report,
        came=now,
        due=now + FIRST_LOOK,
    )


def put_off(receipt: WaitingReceipt, now: datetime) -> tuple[WaitingReceipt, tuple[Event, ...]]:
    """Nothing matched: look again later; after 72 hours nobody waits for it any more."""
    if now >= receipt.came + LONGEST_WAIT:
        return settled(receipt)
    growth: int = 2 ** min(receipt.looks, 20)
    pause = min(FIRST_LOOK * growth, LONGEST_LOOK)
    return replace(receipt, due=now + pause, looks=receipt.looks + 1), ()


def settled(receipt: WaitingReceipt) -> tuple[WaitingReceipt, tuple[Event, ...]]:
    """It stands with its notice, or its time is over."""
    return replace(receipt, waiting=False), ()
