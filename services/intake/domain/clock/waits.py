"""Waits: what the clock stands still for, and what becomes of that time when it runs again.

Several things may be waited for at once: papers for two agencies, a payment, the whole stopped.
The clock stands from the first until nothing is left; each minute of it is accounted to the wait
that was there first, so no minute counts twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from contracts.procedure import Supplement, TimeLimit
from foundation.frozen import replace
from foundation.worktime import Calendar
from services.intake.domain.clock import due_date
from services.intake.domain.clock.ledger import DueDate


class WaitKind(StrEnum):
    """What is waited for.

    PAPERS: the applicant's (Đ19.4); what they do to the time is the procedure's to say.
    PAYMENT: a financial obligation (state 6): neither the tax office's time nor the payer's counts.
    STOPPED: all is at a stop (state 8): force majeure, a failure of the system (NĐ 99/2022 Đ16).
    UNCOUNTED: a step whose time the law does not count: tax, treasury, public posting.
    """

    PAPERS = "papers"
    PAYMENT = "payment"
    STOPPED = "stopped"
    UNCOUNTED = "uncounted"


HOLDS_ALL = (WaitKind.STOPPED, WaitKind.PAYMENT)
"""What no agency is held to its time in; papers and uncounted steps are one agency's matter."""


@dataclass(frozen=True, kw_only=True)
class Wait:
    """One thing that is waited for, since when, who asked for it and by which article.

    `step` is the agency's step, "" when the centre itself waits; `papers` and `reason` stand on
    form 02; `fee` is the charge that has to be paid. `until` is None while it is waited for.
    """

    kind: WaitKind
    since: datetime
    who: str
    article: str
    step: str = ""
    papers: tuple[str, ...] = ()
    reason: str = ""
    fee: str = ""
    until: datetime | None = None


Waits = tuple[Wait, ...]


def open_waits(waits: Waits, *kinds: WaitKind) -> Waits:
    """Those that are not over, of these kinds (of all, if none is named)."""
    return tuple(each for each in waits if each.until is None and (not kinds or each.kind in kinds))


def paused_since(waits: Waits) -> datetime | None:
    """Since when the clock stands still; None when it runs."""
    return min((each.since for each in waits), default=None) if open_waits(waits) else None


def end(waits: Waits, ended: Sequence[Wait], at: datetime) -> Waits:
    """These are over at that moment; a wait never ends before it began."""
    return tuple(replace(e, until=max(e.since, at)) if e in ended else e for e in waits)


def counted(
    due: DueDate,
    limit: TimeLimit,
    waits: Waits,
    calendar: Calendar,
    *,
    received: datetime | None = None,
) -> DueDate:
    """The due date after a block of waits that are all over; `received` as of `resume`."""
    for began, ended, wait in _stretches(waits, limit):
        mode = limit.supplement if wait.kind is WaitKind.PAPERS else Supplement.PAUSE
        pause = due_date.Pause(
            since=began, until=ended, who=wait.who, article=wait.article, because=wait.kind.value
        )
        mode_limit = replace(limit, supplement=mode)
        due = due_date.resume(due, mode_limit, pause, calendar, received=received)
    return due


def _stretches(waits: Waits, limit: TimeLimit) -> Iterator[tuple[datetime, datetime, Wait]]:
    """The time of the block cut up by whose it was; papers that restart it come at their end."""
    restarts = limit.supplement is not Supplement.PAUSE
    moments = sorted({at for each in waits for at in (each.since, _over(each))})
    held: tuple[datetime, datetime, Wait] | None = None
    for began, ended in pairwise(moments):
        whose = min(_at_work(waits, began, ended), key=lambda each: each.since)
        if held and held[2] is whose:
            held = held[0], ended, whose
        else:
            yield from _unless_restarted(held, restarts=restarts)
            held = began, ended, whose
        over = [e for e in waits if e.kind is WaitKind.PAPERS and _over(e) == ended]
        if restarts and over:
            yield from _unless_restarted(held, restarts=restarts)
            held = None
            yield over[0].since, ended, over[0]
    yield from _unless_restarted(held, restarts=restarts)


def _unless_restarted(
    stretch: tuple[datetime, datetime, Wait] | None, *, restarts: bool
) -> Iterator[tuple[datetime, datetime, Wait]]:
    """A stretch of papers moves nothing where their end begins the count anew."""
    if stretch and not (restarts and stretch[2].kind is WaitKind.PAPERS):
        yield stretch


def _at_work(waits: Waits, began: datetime, ended: datetime) -> Iterator[Wait]:
    return (each for each in waits if each.since <= began and _over(each) >= ended)


def _over(wait: Wait) -> datetime:
    if wait.until is None:
        raise ValueError("a block of waits is counted when all of it is over")
    return wait.until
