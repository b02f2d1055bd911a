"""The account of a dossier's time: what is left, and who used how much of it."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from foundation.worktime import Calendar, working_minutes
from services.intake.domain.case.dossier import Dossier, State, Step
from services.intake.domain.case.order_delivery import holding
from services.intake.domain.clock.due_date import minutes_left, timing
from services.intake.domain.clock.ledger import LedgerKind
from services.intake.domain.clock.waits import HOLDS_ALL, WaitKind, open_waits

APPLICANT = "applicant"
_WAITING = (LedgerKind.PAUSED, LedgerKind.RESTARTED)
# Whose the waiting was; "" stands in ledgers of the time when only papers were waited for.
_THEIRS = ("", WaitKind.PAPERS, WaitKind.PAYMENT)


@dataclass(frozen=True, kw_only=True)
class Used:
    """The working minutes an agency or the centre (by its code) or the applicant used so far."""

    who: str
    minutes: int


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a deadline is kept: `timing` once it is over; working minutes left, below 0 if late.

    `id` is the step's, "" for the whole dossier.
    """

    id: str = ""
    timing: str = ""
    minutes_left: int = 0


@dataclass(frozen=True, kw_only=True)
class Account:
    """What is left of the whole and of each step, and who used what."""

    whole: Standing
    steps: tuple[Standing, ...]
    used: tuple[Used, ...]


def account(dossier: Dossier, now: datetime, calendar: Calendar) -> Account:
    """The account of a dossier as it stands now."""
    return Account(
        whole=standing(dossier, now, calendar),
        steps=standings(dossier, now, calendar),
        used=used(dossier, now, calendar),
    )


def used(dossier: Dossier, now: datetime, calendar: Calendar) -> tuple[Used, ...]:
    """Who used the working time, in the order of the route, the applicant last.

    An agency's time runs from the order to its answer and stands still while it waits for the
    applicant; while the order has reached nobody it is the centre's. Steps that were taken back
    from an agency at an unknown moment are left out.
    """
    minutes: Counter[str] = Counter()
    for step in dossier.steps:
        ended = _ended(dossier, step, now)
        if step.ordered and ended:
            spent = working_minutes(step.ordered, ended, calendar) - step.waited
            minutes[holding(dossier, step)] += max(spent, 0)
    waited = [
        (each.since, each.until)
        for each in dossier.ledger
        if each.kind in _WAITING and each.because in _THEIRS
    ]
    theirs = [each for each in open_waits(dossier.waits) if each.kind in _THEIRS]
    if theirs:
        waited.append((min(each.since for each in theirs), now))
    minutes[APPLICANT] += sum(working_minutes(since, until, calendar) for since, until in waited)
    return tuple(Used(who=who, minutes=spent) for who, spent in minutes.items() if spent)


def standing(dossier: Dossier, now: datetime, calendar: Calendar) -> Standing:
    """How the due date of the whole is kept; while papers are waited for the clock stands."""
    at = dossier.resolved or dossier.paused or now
    return Standing(timing=dossier.timing, minutes_left=minutes_left(dossier.due, at, calendar))


def standings(dossier: Dossier, now: datetime, calendar: Calendar) -> tuple[Standing, ...]:
    """How each step that was ordered keeps its own due date."""
    return tuple(
        Standing(
            id=step.id,
            timing=timing(step.due, step.finished) if step.finished else "",
            minutes_left=minutes_left(step.due, ended, calendar),
        )
        for step in dossier.steps
        if step.due and (ended := _ended(dossier, step, now))
    )


def _ended(dossier: Dossier, step: Step, now: datetime) -> datetime | None:
    """Until when the step's time ran: to its end, to what it or the whole waits for, or to now."""
    waiting = (each.since for each in dossier.requests if each.step == step.id)
    ended = step.finished or dossier.resolved or next(waiting, None)
    if ended or dossier.state is State.WITHDRAWN:
        return ended
    return min((now, *(each.since for each in open_waits(dossier.waits, *HOLDS_ALL))))
