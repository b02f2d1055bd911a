"""The ladder of a person: channels one after the other, the next when one did not arrive.

All steps are planned in one go, when what they say is known. The first is sent; the others are
held. What becomes of a step is decided once, when its receipt came or its time is over, and is
told to the step after it: that is sent then, or spared. Every rule may be applied twice, so that a
process may die between the two.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from contracts.events import Event
from foundation.frozen import replace
from services.notifications.domain.notice import Notice, NoticeState
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.domain.quiet import QuietHours, put_off
from services.notifications.domain.sending import end

SHORTEST_PATIENCE = timedelta(minutes=5)
SHARE_OF_THE_TIME_LEFT = 10


def read_ladder(text: str) -> tuple[NoticeChannel, ...]:
    """The channels of a setting, first one first: `zalo sms email`; none for "".

    Raises:
        ValueError: one is no channel.
    """
    return tuple(dict.fromkeys(NoticeChannel(each) for each in text.replace(",", " ").split()))


def in_steps(notices: Sequence[Notice], wait: timedelta) -> tuple[Notice, ...]:
    """The notices of one event as steps: the first is to be sent, the rest are held."""
    steps = []
    following = [each.id for each in notices[1:]] + [""]
    for number, (notice, next_step) in enumerate(zip(notices, following, strict=True)):
        held = number > 0 and notice.state is NoticeState.PLANNED
        step = replace(
            notice,
            next_step=next_step,
            patience=int(wait.total_seconds()),
            state=NoticeState.HELD if held else notice.state,
            climbing=bool(next_step) and number == 0,
            climb_at=_from(notice, notice.planned, wait) if number == 0 else None,
        )
        steps.append(step)
    return tuple(steps)


def patience(usual: timedelta, due: datetime | None, now: datetime) -> timedelta:
    """How long a step is waited for: as usual, or a tenth of what is left until a legal date."""
    if due is None or due <= now:
        return usual
    return max(SHORTEST_PATIENCE, min(usual, (due - now) / SHARE_OF_THE_TIME_LEFT))


def overtaken(notice: Notice, now: datetime) -> tuple[Notice, tuple[Event, ...]]:
    """A step whose time is over before a provider took it is not sent any more."""
    if not notice.climbing or notice.state is not NoticeState.PLANNED:
        return notice, ()
    return end(replace(notice, reason="next channel"), NoticeState.TEMPORARY_FAILURE, now)


def take_step(
    notice: Notice, now: datetime, *, spare: bool, hours: QuietHours
) -> tuple[Notice, tuple[Event, ...]]:
    """What the step before decided makes of a held one; told twice it changes nothing."""
    if notice.state is NoticeState.HELD:
        state = NoticeState.SPARED if spare else NoticeState.PLANNED
        notice = replace(notice, state=state, due=now, since=now)
    elif notice.state is not NoticeState.NO_MOBILE or notice.climb_at is not None:
        return notice, ()
    if not notice.next_step:
        return put_off(replace(notice, climb_at=now), hours), ()
    at = now if spare else _from(notice, now, timedelta(seconds=notice.patience))
    return put_off(replace(notice, climbing=True, climb_at=at), hours), ()


def climbed(notice: Notice) -> tuple[Notice, tuple[Event, ...]]:
    """The next step was told."""
    return replace(notice, climbing=False), ()


def spares_next(notice: Notice) -> bool:
    """Whether the step after this one is not needed: a receipt came, or it was spared itself."""
    return notice.state in (NoticeState.DELIVERED, NoticeState.SPARED)


def _from(notice: Notice, now: datetime, wait: timedelta) -> datetime:
    return now if notice.state is NoticeState.NO_MOBILE else now + wait
