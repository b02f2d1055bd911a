"""Notices: one message to one person, planned, and what is known of it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracts.events import Event
from contracts.history import Revision
from foundation.frozen import replace
from foundation.text.telephone import takes_sms
from services.notifications.domain.applicant import ApplicantContact
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.receipt import NoticeReceipt

NOTICES = uuid.UUID("6d6f7463-7561-5e00-8000-6e6f74696365")


class NoticeState(StrEnum):
    """The state of a notice.

    `planned` is to be sent at `due`; `sending` is with a provider this moment; `sent` means that a
    provider took it. A receipt makes of that `delivered`, `failed` (for good: there is no such
    number) or `temporary_failure` (for now: the telephone was off). `temporary_failure` is also
    what no provider took within four hours. `unknown`: a provider may have it, so it is never sent
    again; a receipt may still say what became of it. `no_mobile`: nothing was tried, as the number
    takes no SMS.

    On a ladder of channels, `held` waits for the step before it to fail, and `spared` was never
    needed: a step before it arrived.
    """

    HELD = "held"
    SPARED = "spared"
    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    TEMPORARY_FAILURE = "temporary_failure"
    UNKNOWN = "unknown"
    NO_MOBILE = "no_mobile"


@dataclass(frozen=True, kw_only=True)
class Cue:
    """The event (its id) that makes us write, whose matter it is, its kind, and when it was."""

    event: str
    agency: str
    kind: str
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class NoticeText:
    """The text of a notice for one channel; `subject` is empty where the channel knows none.

    `parameters` are facts by name, for a channel that takes no text of ours.
    """

    subject: str
    text: str
    language: str = "vi"
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One message to one person: the one intended send of an event through a channel.

    It tells of what `happened` then, and may be sent `since` it was planned or, on a ladder, since
    the step before it failed. `due` is when it is tried next or, while it is being sent, until when
    that may take. `provider` is who was asked last, `reference` what it calls the message, `reason`
    its code for what it answered, `handed` when it took it. While it is `awaiting`, a receipt may
    come until `final_by`. `next_step` is the notice that takes over if this one does not arrive
    within `patience` seconds; while it is `climbing`, that is decided at `climb_at`. Its words and
    its address are `legible` to us until `legible_until`.
    """

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
    since: datetime | None = None
    happened: datetime | None = None
    provider: str = ""
    reference: str = ""
    reason: str = ""
    handed: datetime | None = None
    receipt: NoticeReceipt | None = None
    awaiting: bool = False
    final_by: datetime | None = None
    next_step: str = ""
    patience: int = 0
    climbing: bool = False
    climb_at: datetime | None = None
    legible: bool = False
    legible_until: datetime | None = None
    revision: Revision = Revision()

    @property
    def begun(self) -> datetime:
        """From when on its time counts."""
        return self.since or self.planned


def plan(
    cue: Cue,
    applicant: ApplicantContact,
    letters: Mapping[NoticeChannel, NoticeText],
    now: datetime,
) -> tuple[Notice, ...]:
    """One notice for each letter, in the order of the letters; asking twice gives the same ids.

    One for a number that takes no SMS is kept so that the counter sees it, and never sent.
    """
    reached = applicant.channels()
    return tuple(
        Notice(
            id=notice_id(cue.event, channel),
            dossier=applicant.id,
            agency=cue.agency,
            kind=cue.kind,
            channel=channel,
            to=reached[channel],
            letter=letter,
            planned=now,
            happened=cue.at,
            due=now,
            state=first_state(channel, reached[channel]),
        )
        for channel, letter in letters.items()
    )


def first_state(channel: NoticeChannel, to: str) -> NoticeState:
    """How a notice begins: to be sent, unless it is an SMS to no mobile number."""
    reached = channel is NoticeChannel.EMAIL or takes_sms(to)
    return NoticeState.PLANNED if reached else NoticeState.NO_MOBILE


def set_aside(notice: Notice) -> tuple[Notice, tuple[Event, ...]]:
    """Give up an SMS to no mobile number that was planned before that was looked at."""
    if notice.state is not NoticeState.PLANNED:
        return notice, ()
    return replace(notice, state=first_state(notice.channel, notice.to)), ()


def notice_id(event_id: str, channel: NoticeChannel) -> str:
    """The same for the same event and channel, whoever computes it and however often."""
    return str(uuid.uuid5(NOTICES, f"{event_id} {channel.value}"))
