"""Quiet hours: at night a telephone is not made to ring for what can wait until morning.

A kind of message may have hours of its own: told at the hours of an office alone, say.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from foundation.frozen import replace
from foundation.worktime import HO_CHI_MINH
from services.notifications.domain.notice import Notice, NoticeState
from services.notifications.domain.notice_channel import NoticeChannel

_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class QuietHours:
    """From when until when in Vietnamese time, usually over midnight; none if both are the same."""

    begin: time = time()
    end: time = time()

    def over(self, now: datetime) -> datetime:
        """`now`, or the end of the quiet hours it is in."""
        local = now.astimezone(HO_CHI_MINH)
        at = local.time()
        within = self.begin <= at < self.end
        if self.begin > self.end:
            within = at >= self.begin or at < self.end
        if not within:
            return now
        end = local.replace(hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0)
        ends = end if end > local else end + timedelta(days=1)
        return ends.astimezone(now.tzinfo)


def read_quiet_hours(text: str) -> QuietHours:
    """The hours of a setting, `21:00-07:00`; none for "".

    Raises:
        ValueError: it is no such span.
    """
    if not text:
        return QuietHours()
    found = _HOURS.fullmatch(text)
    if not found:
        raise ValueError("quiet hours are written 21:00-07:00")
    begin_hour, begin_minute, end_hour, end_minute = map(int, found.groups())
    return QuietHours(time(begin_hour, begin_minute), time(end_hour, end_minute))


@dataclass(frozen=True)
class QuietPlan:
    """The usual quiet hours, and those of kinds that have their own."""

    usual: QuietHours = QuietHours()
    own: Mapping[str, QuietHours] = field(default_factory=dict)

    def of(self, kind: str, *, urgent: bool) -> QuietHours:
        """Those of a kind: its own, else none for what is urgent, else the usual ones."""
        return self.own.get(kind, QuietHours() if urgent else self.usual)


def read_quiet_plan(text: str, kinds: Collection[str] = ()) -> QuietPlan:
    """The plan of a setting: `21:00-07:00 fee_requested=17:00-07:30 resolved=`.

    Raises:
        ValueError: it is none, or it names a kind that is not among `kinds`, if these are given.
    """
    usual, own = QuietHours(), dict[str, QuietHours]()
    for each in text.split():
        kind, named, hours = each.rpartition("=")
        if not named:
            usual = read_quiet_hours(hours)
        elif kinds and kind not in kinds:
            raise ValueError(f"{kind} is no kind of message: {', '.join(sorted(kinds))}")
        else:
            own[kind] = read_quiet_hours(hours)
    return QuietPlan(usual, own)


def undisturbed(notices: Sequence[Notice], hours: QuietHours) -> tuple[Notice, ...]:
    """The notices, those that ring a telephone not before the quiet hours are over."""
    return tuple(put_off(each, hours) for each in notices)


def put_off(notice: Notice, hours: QuietHours) -> Notice:
    """A notice that would ring in the quiet hours waits, and its time counts from then."""
    morning = hours.over(notice.due)
    if (
        notice.channel is NoticeChannel.EMAIL
        or notice.state is not NoticeState.PLANNED
        or morning == notice.due
    ):
        return notice
    climb_at = notice.climb_at and notice.climb_at + (morning - notice.due)
    return replace(notice, due=morning, since=morning, climb_at=climb_at)
