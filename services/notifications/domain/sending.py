"""Sending: what a try, the provider's answer, a receipt and time make of a notice. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from contracts.events import Event, MessageDelivered, MessageFailed, MessageSent
from foundation.frozen import replace
from services.notifications.domain.notice import Notice, NoticeState
from services.notifications.domain.receipt import (
    LONGEST_CODE,
    LONGEST_WAIT,
    NoticeReceipt,
    ReceiptResult,
    normalised,
)

LONGEST_TRYING = timedelta(hours=4)
"""A message that no provider takes is tried again for this long (promise P9)."""
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=30)
LONGEST_SENDING = timedelta(minutes=2)
"""Longer than any call of a provider may take: whoever was sending then is dead."""

Decided = tuple[Notice, tuple[Event, ...]]

_OPEN = frozenset(
    (
        NoticeState.PLANNED,
        NoticeState.SENDING,
        NoticeState.SENT,
        NoticeState.UNKNOWN,
        NoticeState.TEMPORARY_FAILURE,
    )
)
_BECOMES = {
    ReceiptResult.TAKEN: NoticeState.SENT,
    ReceiptResult.DELIVERED: NoticeState.DELIVERED,
    ReceiptResult.FAILED: NoticeState.FAILED,
    ReceiptResult.TEMPORARY_FAILURE: NoticeState.TEMPORARY_FAILURE,
}
_KNOWN = frozenset((NoticeState.DELIVERED, NoticeState.FAILED, NoticeState.TEMPORARY_FAILURE))
# What a receipt that does not say `delivered` can still change.
_BEFORE_THE_END = frozenset((NoticeState.SENDING, NoticeState.SENT, NoticeState.UNKNOWN))


class SendOutcome(StrEnum):
    """What a provider did with a message."""

    TAKEN = "taken"
    BUSY = "busy"
    REFUSED = "refused"
    UNCLEAR = "unclear"


@dataclass(frozen=True, kw_only=True)
class ProviderAnswer:
    """What a provider answered: its outcome, its id of the message, and its code for the reason.

    `reports` says that it sends a receipt later, so that one is waited for.
    """

    outcome: SendOutcome
    reference: str = ""
    reason: str = ""
    reports: bool = False


def is_due(notice: Notice, now: datetime) -> bool:
    """Whether it is to be sent now; not if somebody else is sending it, or has."""
    return notice.state is NoticeState.PLANNED and notice.due <= now


def take_up(notice: Notice, provider: str, now: datetime) -> Notice:
    """Mark that the provider is about to be called; after `due` nobody is calling it any more.

    Saved before the call, so that after a crash nobody can believe the message was not sent.
    """
    return replace(
        notice,
        state=NoticeState.SENDING,
        due=now + LONGEST_SENDING,
        tries=notice.tries + 1,
        provider=provider,
    )


def put_off(notice: Notice, until: datetime) -> Decided:
    """A message whose turn comes later; nobody was asked to carry it."""
    if notice.state is not NoticeState.PLANNED:
        return notice, ()
    return replace(notice, due=until), ()


def conclude(notice: Notice, answer: ProviderAnswer, now: datetime) -> Decided:
    """What the provider's answer makes of a message."""
    noted = _noted(notice, answer)
    if notice.state is not NoticeState.SENDING:
        return noted, ()  # a receipt was faster, or it was given up as unknown: that stands
    if answer.outcome is SendOutcome.TAKEN:
        return end(
            _waiting(replace(noted, handed=now), expected=answer.reports), NoticeState.SENT, now
        )
    if answer.outcome is SendOutcome.UNCLEAR:
        return end(_waiting(noted, expected=answer.reports), NoticeState.UNKNOWN, now)
    if answer.outcome is SendOutcome.REFUSED:
        return end(noted, NoticeState.FAILED, now)
    next_try = now + _delay(notice.tries)
    if next_try > notice.begun + LONGEST_TRYING:
        return end(noted, NoticeState.TEMPORARY_FAILURE, now)
    return replace(noted, state=NoticeState.PLANNED, due=next_try), ()


def give_up(notice: Notice, now: datetime) -> Decided:
    """A message still being sent after its time: nobody knows whether it left.

    The process that was sending it is dead; if the provider has it, a receipt may yet say so.
    """
    if notice.state is not NoticeState.SENDING or now < notice.due:
        return notice, ()
    return end(_waiting(notice, expected=True), NoticeState.UNKNOWN, now)


def heed(notice: Notice, receipt: NoticeReceipt, *, provider: str, reference: str = "") -> Decided:
    """What a receipt makes of a message; told twice, late or out of order it changes nothing.

    Who was reached stays reached. A receipt that names a message which we believe was not taken
    is believed: it is not sent a second time. That a provider which we left could not deliver it
    says nothing of the one that has it now.
    """
    becomes = _BECOMES[receipt.result]
    delivered = becomes is NoticeState.DELIVERED
    if not delivered and provider != notice.provider:
        return notice, ()
    changed = notice.state in (_OPEN | {NoticeState.FAILED} if delivered else _BEFORE_THE_END)
    if not changed or notice.state is becomes:
        return notice, ()
    noted = replace(
        notice,
        receipt=receipt,
        reference=notice.reference or normalised(reference),
        handed=notice.handed or receipt.at,
        awaiting=becomes is NoticeState.SENT,
        final_by=notice.final_by or notice.begun + LONGEST_WAIT,
    )
    return end(noted, becomes, receipt.at)


def close(notice: Notice, now: datetime) -> Decided:
    """After 72 hours nothing is waited for: what was sent without a receipt has not arrived.

    What is unknown stays unknown.
    """
    if not notice.awaiting or notice.final_by is None or now < notice.final_by:
        return notice, ()
    closed = replace(notice, awaiting=False)
    if notice.state is not NoticeState.SENT:
        return closed, ()
    return end(replace(closed, reason="no receipt"), NoticeState.TEMPORARY_FAILURE, now)


def end(notice: Notice, state: NoticeState, now: datetime) -> Decided:
    """The notice in that state, and the event that tells of it.

    A step of a ladder whose fate is known makes the next one be looked at at once.
    """
    ended = replace(notice, state=state)
    if notice.climbing and state in _KNOWN:
        ended = replace(ended, climb_at=now)
    told = {
        "agency": notice.agency,
        "dossier": notice.dossier,
        "channel": notice.channel.value,
        "kind": notice.kind,
    }
    if state is NoticeState.SENT:
        return ended, (MessageSent(**told),)
    if state is NoticeState.DELIVERED:
        return ended, (MessageDelivered(**told),)
    return ended, (MessageFailed(**told, outcome=state.value),)


def _noted(notice: Notice, answer: ProviderAnswer) -> Notice:
    return replace(
        notice,
        reference=normalised(answer.reference) or notice.reference,
        reason=answer.reason[:LONGEST_CODE],
    )


def _waiting(notice: Notice, *, expected: bool) -> Notice:
    return replace(notice, awaiting=expected, final_by=notice.begun + LONGEST_WAIT)


def _delay(tries: int) -> timedelta:
    growth: int = 2 ** min(tries - 1, 20)
    return min(FIRST_DELAY * growth, LONGEST_DELAY)
