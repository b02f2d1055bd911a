"""Pause and resumption of a dossier's clock; what is waited for is in `waits`."""

from collections.abc import Sequence
from datetime import datetime

from contracts.events import DossierPaused, DossierRescheduled, DossierResumed
from contracts.law import LawRule
from contracts.orders import RescheduleOrder, WordGiven
from contracts.procedure import Supplement
from foundation.errors import Duplicate, Refused
from foundation.frozen import replace
from foundation.worktime import Calendar, add_working_minutes, working_minutes
from services.intake.domain.case.agency_step import with_step
from services.intake.domain.case.dossier import (
    UNDER_WAY,
    Decided,
    Dossier,
    State,
    StepState,
    must_be,
)
from services.intake.domain.clock.ledger import DueDate
from services.intake.domain.clock.waits import Wait, WaitKind, counted, end, open_waits

STATE_OF = {
    WaitKind.STOPPED: State.STOPPED,
    WaitKind.PAPERS: State.SUPPLEMENT,
    WaitKind.PAYMENT: State.PAYMENT,
}
"""Which state a wait makes; where several are open, the first of them."""


def stop(dossier: Dossier, article: str, reason: str, now: datetime) -> Decided:
    """Bring the whole to a stop (state 8), e.g. for force majeure (NĐ 99/2022 Đ16).

    Raises:
        Refused: it is not under way.
        Duplicate: it is at a stop already.
    """
    must_be(dossier, *UNDER_WAY)
    must_be_received(dossier)
    if open_waits(dossier.waits, WaitKind.STOPPED):
        raise Duplicate("Hồ sơ đang dừng.", "The dossier is at a stop already.")
    wait = Wait(
        kind=WaitKind.STOPPED, since=now, who=dossier.agency, article=article, reason=reason
    )
    word = WordGiven(agency=dossier.agency, dossier=dossier.id, kind="stopped", text=reason)
    standing, told = stand(dossier, wait)
    return standing, (word, *told)


def go_on(dossier: Dossier, now: datetime, calendar: Calendar) -> Decided:
    """The stop is over: agencies get their time back, and the due date moves by what was lost.

    Raises:
        Refused: the dossier is not at a stop.
    """
    stopped = open_waits(dossier.waits, WaitKind.STOPPED)
    if not stopped:
        raise Refused(
            "Hồ sơ không ở trạng thái dừng.",
            "The dossier is not at a stop.",
            article=dossier.by(LawRule.STATES),
        )
    return give_back(dossier, stopped, now, calendar)


def stand(dossier: Dossier, wait: Wait) -> Decided:
    """The clock stands still for this, too."""
    standing = with_state(replace(dossier, waits=(*dossier.waits, wait)))
    told = DossierPaused(
        agency=dossier.agency,
        because=wait.kind.value,
        state=standing.state.number,
        article=wait.article,
    )
    return standing, (told,)


def give_back(
    dossier: Dossier, ended: Sequence[Wait], now: datetime, calendar: Calendar
) -> Decided:
    """What held up everybody is over: each open step is due later by the time it stood still."""
    dossier, orders = prolong(dossier, ended, now, calendar)
    resumed = DossierResumed(agency=dossier.agency, because=ended[0].kind.value)
    running, told = run_again(dossier, ended, now, calendar)
    return running, (resumed, *told, *orders)


def prolong(
    dossier: Dossier, ended: Sequence[Wait], now: datetime, calendar: Calendar
) -> tuple[Dossier, tuple[RescheduleOrder, ...]]:
    """Each step that is open is due later by the working time that these waits took."""
    orders: list[RescheduleOrder] = []
    stood = max((working_minutes(each.since, now, calendar) for each in ended), default=0)
    for step in dossier.steps:
        if step.state is StepState.OPEN and step.due and stood:
            theirs = calendar.of(step.agency)
            due = add_working_minutes(step.due, stood, theirs)
            until = step.ask_until and add_working_minutes(step.ask_until, stood, theirs)
            moved = replace(step, due=due, ask_until=until, waited=step.waited + stood)
            dossier = with_step(dossier, moved)
            order = RescheduleOrder(
                agency=step.agency,
                step=step.id,
                due=due,
                because=ended[0].kind.value,
                article=ended[0].article,
                ask_until=until,
            )
            orders.append(order)
    return dossier, tuple(orders)


def run_again(
    dossier: Dossier, ended: Sequence[Wait], now: datetime, calendar: Calendar
) -> Decided:
    """These waits are over; when nothing is left the clock runs and the due date is counted."""
    waits = end(dossier.waits, ended, now)
    if open_waits(waits):
        return with_state(replace(dossier, waits=waits)), ()
    return _counted(replace(dossier, waits=waits), ended[-1], calendar)


def all_over(dossier: Dossier, at: datetime, calendar: Calendar) -> Dossier:
    """The dossier ends with waits open: the time they took moved the date, and restarts nothing."""
    if not dossier.waits:
        return dossier
    waits = end(dossier.waits, open_waits(dossier.waits), at)
    time = replace(dossier.time, supplement=Supplement.PAUSE)
    ended = replace(dossier, waits=waits, time=time)
    return replace(_counted(ended, waits[-1], calendar)[0], time=dossier.time)


def with_state(dossier: Dossier) -> Dossier:
    """The state that what is waited for makes; before its receipt a dossier stays handed in."""
    kinds = {each.kind for each in open_waits(dossier.waits)}
    state = next((STATE_OF[kind] for kind in STATE_OF if kind in kinds), None)
    if state is None and dossier.state in STATE_OF.values():
        state = State.PROCESSING if dossier.received else State.SUBMITTED
    return replace(dossier, state=state or dossier.state)


def _counted(dossier: Dossier, last: Wait, calendar: Calendar) -> Decided:
    was = dossier.due
    due = counted(
        DueDate(moment=was, ledger=dossier.ledger),
        dossier.time,
        dossier.waits,
        calendar.of(dossier.agency),
        received=dossier.received,
    )
    running = with_state(replace(dossier, waits=(), due=due.moment, ledger=due.ledger))
    if was is None or due.moment is None or due.moment == was:
        return running, ()
    rescheduled = DossierRescheduled(
        agency=dossier.agency,
        due=due.moment,
        was=was,
        article=last.article,
        because=last.kind.value,
    )
    return running, (rescheduled,)


def must_be_received(dossier: Dossier) -> None:
    """Hold an act to dossiers that have their code.

    Raises:
        Refused: it has none yet.
    """
    if not dossier.code:
        raise Refused(
            "Hồ sơ chưa được tiếp nhận; hãy tiếp nhận hoặc từ chối trước.",
            "The dossier is not received yet; accept or refuse it first.",
            article=dossier.by(LawRule.COMPLETE),
        )
