"""Notices: which event is told through which channels, and what becomes of each message."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from contracts.events import (
    DossierAccepted,
    DossierApologised,
    DossierClockStarted,
    DossierOverdue,
    DossierPaused,
    DossierRefused,
    DossierRescheduled,
    DossierResolved,
    DossierReturned,
    DossierSubmitted,
    DossierSupplemented,
    DossierSupplementRequested,
    DossierWithdrawn,
    Event,
    FeedbackAnswered,
    FeePaid,
    FeeRefunded,
    FeeRequested,
    MessageFailed,
    MessageSent,
)
from contracts.history import Revision
from foundation.text.telephone import takes_sms
from services.notifications.domain.applicant import ApplicantContact
from services.notifications.domain.notice_channel import NoticeChannel

NOTICES = uuid.UUID("6d6f7463-7561-5e00-8000-6e6f74696365")
LONGEST_TRYING = timedelta(hours=4)
"""A refused message is tried again for this long (promise P9)."""
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=30)
LONGEST_SENDING = timedelta(minutes=2)
"""Longer than any call of a provider may take: whoever was sending then is dead."""


class NoticeState(StrEnum):
    """The state of a notice. `unknown` is final: it may have arrived, so it is not sent again.

    `no_mobile` is final too: nothing was tried, as the number takes no SMS.
    """

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NO_MOBILE = "no_mobile"


class SendOutcome(StrEnum):
    """What a provider did with a message."""

    TAKEN = "taken"
    BUSY = "busy"
    REFUSED = "refused"
    UNCLEAR = "unclear"


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A kind of notice: its name, its channels, and if a text of the office goes with it."""

    kind: str
    channels: tuple[NoticeChannel, ...] = (NoticeChannel.EMAIL, NoticeChannel.SMS)
    needs_word: bool = False


SITUATIONS: Mapping[type[Event], Situation] = MappingProxyType(
    {
        DossierSubmitted: Situation(kind="submitted"),
        DossierAccepted: Situation(kind="accepted"),
        DossierRefused: Situation(kind="refused", needs_word=True),
        DossierSupplementRequested: Situation(kind="supplement_requested", needs_word=True),
        # The new date follows at once with `rescheduled`, so one SMS is enough.
        DossierSupplemented: Situation(kind="supplemented", channels=(NoticeChannel.EMAIL,)),
        DossierRescheduled: Situation(kind="rescheduled"),
        DossierApologised: Situation(kind="apologised", needs_word=True),
        DossierPaused: Situation(kind="stopped", needs_word=True),
        DossierClockStarted: Situation(kind="clock_started"),
        DossierOverdue: Situation(kind="overdue"),
        FeeRequested: Situation(kind="fee_requested"),
        FeePaid: Situation(kind="fee_paid", channels=(NoticeChannel.EMAIL,)),
        FeeRefunded: Situation(kind="fee_refunded"),
        DossierResolved: Situation(kind="resolved"),
        # The applicant has the result in hand; a letter asks for the rating.
        DossierReturned: Situation(kind="returned", channels=(NoticeChannel.EMAIL,)),
        DossierWithdrawn: Situation(kind="withdrawn"),
        FeedbackAnswered: Situation(kind="feedback_answered", needs_word=True),
    }
)
"""When a person is told (NĐ 61/2018 Đ17.2a, Đ19.4, Đ19.9, Đ20.4) and how."""


def situation_of(event: Event) -> Situation | None:
    """What the person is told of, None when another message of the same act says it already.

    An apology names the new date itself; a payment that is waited for is asked for by the fee, and
    a step that does not count is the agencies' affair.
    """
    if isinstance(event, DossierRescheduled) and event.because == "apology":
        return None
    if isinstance(event, DossierPaused) and event.because != "stopped":
        return None
    return SITUATIONS[type(event)]


@dataclass(frozen=True, kw_only=True)
class Cue:
    """The event (its id) that makes us write, whose matter it is, and the kind of situation."""

    event: str
    agency: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class NoticeText:
    """The text of a notice for one channel; `subject` is empty where the channel knows none."""

    subject: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One message to one person: the one intended send of an event through a channel."""

    id: str
    dossier: str
    agency: str
    kind: str
    channel: NoticeChannel
    to: str
    letter: NoticeText
    planned: datetime
    due: datetime
    state: NoticeState = NoticeState.PLANNED
    tries: int = 0
    revision: Revision = Revision()


CORRECTED = Situation(kind="corrected")
"""What was taken in wrongly of the applicant was put right: told at the old and the new contact."""


def plan(
    cue: Cue,
    applicant: ApplicantContact,
    letters: Mapping[NoticeChannel, NoticeText],
    now: datetime,
) -> tuple[Notice, ...]:
    """One notice for each letter; asking twice gives the same ids.

    One for a number that takes no SMS is kept so that the counter sees it, and never sent.
    """
    return tuple(
        Notice(
            id=notice_id(cue.event, channel),
            dossier=applicant.id,
            agency=cue.agency,
            kind=cue.kind,
            channel=channel,
            to=applicant.channels()[channel],
            letter=letter,
            planned=now,
            due=now,
            state=first_state(channel, applicant.channels()[channel]),
        )
        for channel, letter in letters.items()
    )


def first_state(channel: NoticeChannel, to: str) -> NoticeState:
    """How a notice begins: to be sent, unless it is an SMS to no mobile number."""
    reached = channel is not NoticeChannel.SMS or takes_sms(to)
    return NoticeState.PLANNED if reached else NoticeState.NO_MOBILE


def set_aside(notice: Notice) -> tuple[Notice, tuple[Event, ...]]:
    """Give up an SMS to no mobile number that was planned before that was looked at."""
    if notice.state is not NoticeState.PLANNED:
        return notice, ()
    return replace(notice, state=first_state(notice.channel, notice.to)), ()


def notice_id(event_id: str, channel: NoticeChannel) -> str:
    """The same for the same event and channel, whoever computes it and however often."""
    return str(uuid.uuid5(NOTICES, f"{event_id} {channel.value}"))


def is_due(notice: Notice, now: datetime) -> bool:
    """Whether it is to be sent now; not if somebody else is sending it, or has."""
    return notice.state is NoticeState.PLANNED and notice.due <= now


def take_up(notice: Notice, now: datetime) -> Notice:
    """Mark that the provider is about to be called; after `due` nobody is calling it any more.

    Saved before the call, so that after a crash nobody can believe the message was not sent.
    """
    return replace(
        notice, state=NoticeState.SENDING, due=now + LONGEST_SENDING, tries=notice.tries + 1
    )


def conclude(
    notice: Notice, outcome: SendOutcome, now: datetime
) -> tuple[Notice, tuple[Event, ...]]:
    """What the provider's answer makes of a message."""
    if notice.state is not NoticeState.SENDING:
        return notice, ()  # given up as unknown meanwhile: that stands
    if outcome is SendOutcome.TAKEN:
        return _end(notice, NoticeState.SENT)
    if outcome is SendOutcome.UNCLEAR:
        return _end(notice, NoticeState.UNKNOWN)
    next_try = now + _delay(notice.tries)
    if outcome is SendOutcome.REFUSED or next_try > notice.planned + LONGEST_TRYING:
        return _end(notice, NoticeState.FAILED)
    return replace(notice, state=NoticeState.PLANNED, due=next_try), ()


def give_up(notice: Notice, now: datetime) -> tuple[Notice, tuple[Event, ...]]:
    """A message still being sent after its time: nobody knows whether it left."""
    if notice.state is not NoticeState.SENDING or now < notice.due:
        return notice, ()
    return _end(notice, NoticeState.UNKNOWN)


def _delay(tries: int) -> timedelta:
    growth: int = 2 ** min(tries - 1, 20)
    return min(FIRST_DELAY * growth, LONGEST_DELAY)


def _end(notice: Notice, state: NoticeState) -> tuple[Notice, tuple[Event, ...]]:
    ended = replace(notice, state=state)
    if state is NoticeState.SENT:
        sent = MessageSent(
            agency=notice.agency,
            dossier=notice.dossier,
            channel=notice.channel.value,
            kind=notice.kind,
        )
        return ended, (sent,)
    failed = MessageFailed(
        agency=notice.agency,
        dossier=notice.dossier,
        channel=notice.channel.value,
        kind=notice.kind,
        outcome=state.value,
    )
    return ended, (failed,)
