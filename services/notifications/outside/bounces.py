"""Bounces: what comes back of a letter, read as a report (RFC 3464, and the many that are not).

The letter is known by the return path that was its own (VERP), else by our Message-ID in what is
quoted. What says only that a letter is late reports nothing.
"""

import re
from collections.abc import Iterator, Sequence
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, Message

from flufl.bounce import all_failures

from services.notifications.domain.receipt import ProviderReport, ReceiptResult

LARGEST_BOUNCE = 256 * 1024
MOST_PARTS = 50
NOTICE = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_TO = ("delivered-to", "x-original-to", "envelope-to", "to")
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*<([0-9a-f-]{36})@")
_VERP = re.compile(r"[^\s<>@+]+\+([0-9a-f-]{36})@")


def read_bounce(raw: bytes) -> Sequence[ProviderReport]:
    """What a mail that came back says of the letter it is about; () if it says nothing."""
    raw = raw[:LARGEST_BOUNCE]
    mail = message_from_bytes(raw, _class=EmailMessage, policy=policy.compat32)
    notice = _notice(mail, raw)
    result, code = _by_standard(mail) or _by_words(mail)
    if not notice or result is None:
        return ()
    return (ProviderReport(result=result, notice=notice, code=code),)


def _notice(mail: Message, raw: bytes) -> str:
    """Our id of the letter: of the address it came back to, else of the Message-ID it quotes."""
    for name in _TO:
        for value in mail.get_all(name, []):
            if (found := _VERP.search(str(value).lower())) and NOTICE.fullmatch(found[1]):
                return found[1]
    quoted = _MESSAGE_ID.search(raw)
    return quoted[1].decode() if quoted else ""


def _by_standard(mail: Message) -> tuple[ReceiptResult | None, str] | None:
    """What a delivery status notification says (RFC 3464); None if it is none."""
    for block in _status_blocks(mail):
        action = str(block.get("action", "")).strip().lower()
        found = _STATUS.search(str(block.get("status", "")))
        code = found[0] if found else ""
        if action == "failed":
            for_good = not code.startswith("4")
            result = ReceiptResult.FAILED if for_good else ReceiptResult.TEMPORARY_FAILURE
            return result, f"dsn {code}".strip()
        if action == "delivered":
            return ReceiptResult.DELIVERED, f"dsn {code}".strip()
        if action:
            return None, ""  # delayed, relayed, expanded: nothing is decided
    return None


def _status_blocks(mail: Message) -> Iterator[Message]:
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            return
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            yield from (each for each in blocks if isinstance(each, Message))


def _by_words(mail: Message) -> tuple[ReceiptResult | None, str]:
    """What a bounce of another form says, as flufl.bounce has collected them over the years."""
    try:
        temporary, permanent = all_failures(mail)
    except (MessageError, ValueError, LookupError, AttributeError, TypeError):
        return None, ""  # a mail that no detector can read says nothing
    if permanent:
        return ReceiptResult.FAILED, "bounce"
    # Its temporary ones are warnings that a letter is late: it is still on its way.
    return None, "late" if temporary else ""
