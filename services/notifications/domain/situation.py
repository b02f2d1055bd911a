"""Situations: which events a person is told of, and through which channels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from contracts.events import (
    DocumentRemovalNotified,
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
    FeedbackPassedOn,
    FeePaid,
    FeeRefunded,
    FeeRequested,
)
from services.notifications.domain.applicant import ApplicantContact
from services.notifications.domain.notice_channel import NoticeChannel


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A kind of notice: its name, its channels, and if a text of the office goes with it.

    `urgent` is sent at night too and is waited for less long on each step of a ladder; what is not
    `by_law` is left out for whoever unsubscribed.
    """

    kind: str
    channels: tuple[NoticeChannel, ...] = (NoticeChannel.EMAIL, NoticeChannel.SMS)
    needs_word: bool = False
    urgent: bool = False
    by_law: bool = True

    @property
    def patience(self) -> timedelta:
        """How long a receipt is waited for before the next channel is tried."""
        return timedelta(minutes=30) if self.urgent else timedelta(hours=4)

    def allows(self, channel: NoticeChannel) -> bool:
        """Whether it goes out by the channel; what fits an SMS fits Zalo."""
        wanted = NoticeChannel.SMS if channel is NoticeChannel.ZALO else channel
        return wanted in self.channels


SITUATIONS: Mapping[type[Event], Situation] = MappingProxyType(
    {
        DossierSubmitted: Situation(kind="submitted", urgent=True),
        DossierAccepted: Situation(kind="accepted"),
        DossierRefused: Situation(kind="refused", needs_word=True),
        DossierSupplementRequested: Situation(
            kind="supplement_requested", needs_word=True, urgent=True
        ),
        # The new date follows at once with `rescheduled`, so one SMS is enough.
        DossierSupplemented: Situation(kind="supplemented", channels=(NoticeChannel.EMAIL,)),
        DossierRescheduled: Situation(kind="rescheduled"),
        DossierApologised: Situation(kind="apologised", needs_word=True),
        DossierPaused: Situation(kind="stopped", needs_word=True),
        DossierClockStarted: Situation(kind="clock_started"),
        DossierOverdue: Situation(kind="overdue"),
        FeeRequested: Situation(kind="fee_requested"),
        FeePaid: Situation(kind="fee_paid", channels=(NoticeChannel.EMAIL,), by_law=False),
        FeeRefunded: Situation(kind="fee_refunded"),
        DossierResolved: Situation(kind="resolved"),
        # The applicant has the result in hand; a letter asks for the rating.
        DossierReturned: Situation(kind="returned", channels=(NoticeChannel.EMAIL,), by_law=False),
        DossierWithdrawn: Situation(kind="withdrawn"),
        FeedbackAnswered: Situation(kind="feedback_answered", needs_word=True),
        # A person is told where their words went (NĐ 20/2008; Luật Khiếu nại 2011).
        FeedbackPassedOn: Situation(kind="feedback_passed_on", needs_word=True),
        # No file goes before this was told, so nobody can do without it.
        DocumentRemovalNotified: Situation(kind="files_removed_soon"),
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


_NAMES_THE_DUE_DATE = (
    DossierAccepted,
    DossierRescheduled,
    DossierApologised,
    DossierClockStarted,
)

CORRECTED = Situation(kind="corrected", urgent=True)
"""What was taken in wrongly of the applicant was put right: told at the old and the new contact."""


def kinds() -> tuple[str, ...]:
    """Every kind of message to an applicant."""
    return tuple(dict.fromkeys([*(each.kind for each in SITUATIONS.values()), CORRECTED.kind]))


def is_urgent(kind: str) -> bool:
    """Whether it is sent at night, too."""
    return kind in _URGENT


def must_be_told(kind: str) -> bool:
    """Whether the law makes us tell it; so does the office's own work."""
    return kind not in _LEFT_TO_THE_PERSON


_URGENT = frozenset(each.kind for each in (*SITUATIONS.values(), CORRECTED) if each.urgent)
_LEFT_TO_THE_PERSON = frozenset(each.kind for each in SITUATIONS.values() if not each.by_law)


@dataclass(frozen=True, kw_only=True)
class WantedChannels:
    """The channels of one message, in order, and whether they are taken one after the other."""

    channels: tuple[NoticeChannel, ...]
    one_by_one: bool = False


def wanted(
    situation: Situation,
    applicant: ApplicantContact,
    usual: Sequence[NoticeChannel],
    offered: Sequence[NoticeChannel],
) -> WantedChannels:
    """By which channels a person is told: as they chose, else as is usual, else by all at once.

    Only by those `offered`, which have somebody to carry them; by none, if the person unsubscribed
    from what the law does not ask of us.
    """
    if applicant.unsubscribed and not situation.by_law:
        return WantedChannels(channels=())
    reached = applicant.channels()
    if ladder := [each for each in applicant.ladder(usual) if each in offered]:
        steps = tuple(each for each in ladder if situation.allows(each))
        return WantedChannels(channels=steps, one_by_one=True)
    return WantedChannels(channels=tuple(each for each in situation.channels if each in reached))


def due_of(event: Event) -> datetime | None:
    """When the result is due as an event says it; None if it says nothing of that."""
    return event.due if isinstance(event, _NAMES_THE_DUE_DATE) else None
