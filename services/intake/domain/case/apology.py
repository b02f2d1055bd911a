"""The apology of an agency that will be late: one new date, named in time (NĐ 61/2018 Đ19.9)."""

from dataclasses import dataclass
from datetime import datetime

from contracts.events import DossierApologised, DossierRescheduled
from contracts.law import LawRule
from contracts.orders import RescheduleOrder, WordGiven
from contracts.replies import ExtensionReply
from foundation.errors import Invalid, Refused
from foundation.frozen import replace
from foundation.worktime import Calendar, local_day, to_minute
from services.intake.domain.case.agency_step import (
    AgencyAct,
    moment_of,
    must_be_open,
    step_of,
    with_step,
)
from services.intake.domain.case.dossier import (
    AT_AN_AGENCY,
    UNDER_WAY,
    Decided,
    Dossier,
    StepState,
    must_be,
)
from services.intake.domain.clock import due_date
from services.intake.domain.clock.ledger import DueDate, LedgerEntry, LedgerKind


@dataclass(frozen=True, kw_only=True)
class Apology:
    """An apology (form 04): who is late, why, and the new date they name."""

    agency: str
    reason: str
    due: datetime


def apologise(dossier: Dossier, apology: Apology, now: datetime, calendar: Calendar) -> Decided:
    """Re-appoint: the applicant gets the apology, the reason and the one new date.

    Raises:
        Refused: it was done before, it is too late for it, the clock stands still, the dossier has
            no due date or is not under way, or the agency has no part in it now.
        Invalid: the new date is not after the old one.
    """
    must_be(dossier, *UNDER_WAY)
    _must_have_a_part(dossier, apology.agency)
    was = _must_have_time(dossier, apology, now)
    entry = LedgerEntry(
        kind=LedgerKind.REAPPOINTED,
        since=was,
        until=apology.due,
        who=apology.agency,
        article=dossier.by(LawRule.APOLOGY),
    )
    counted = due_date.reappoint(
        DueDate(moment=was, ledger=dossier.ledger), entry, calendar.of(dossier.agency)
    )
    due = counted.moment or apology.due
    late = replace(dossier, due=due, ledger=counted.ledger, apologised=was)
    word = WordGiven(
        agency=dossier.agency, dossier=dossier.id, kind="apologised", text=apology.reason
    )
    told = DossierApologised(
        agency=dossier.agency, due=due, was=was, article=dossier.by(LawRule.APOLOGY)
    )
    moved = DossierRescheduled(
        agency=dossier.agency,
        due=due,
        was=was,
        article=dossier.by(LawRule.APOLOGY),
        because="apology",
    )
    late, orders = _give_time(late, apology.agency, due)
    return late, (word, told, moved, *orders)


def extend(
    dossier: Dossier, reply: ExtensionReply, act: AgencyAct, now: datetime, calendar: Calendar
) -> Decided:
    """An agency apologises over the bus for its own step; what counts is when it did.

    Raises:
        NotFound, Forbidden: the step is not there, or not this agency's.
        Refused: the agency has nothing more to do in it; and as `apologise`.
    """
    step = step_of(dossier, reply.step, act)
    must_be_open(dossier, step, replace(step, due=None))
    apology = Apology(agency=step.agency, reason=reply.reason, due=reply.due)
    return apologise(dossier, apology, moment_of(act, step, now), calendar)


def with_a_part(dossier: Dossier) -> tuple[str, ...]:
    """Who may apologise: the lead agency first, then those that have the dossier now."""
    at_work = (step.agency for step in dossier.steps if step.state in AT_AN_AGENCY)
    return tuple(dict.fromkeys((dossier.agency, *at_work)))


@dataclass(frozen=True, kw_only=True)
class ApologyDue:
    """A dossier an apology is due for, and its `place` on the list of those."""

    place: str
    dossier: Dossier


def row(dossier: Dossier, now: datetime) -> ApologyDue | None:
    """The row of a dossier; None if it is too late to apologise."""
    if not may_still_come(dossier, now):
        return None
    return ApologyDue(place=dossier.schedule.press_order, dossier=dossier)


def may_still_come(dossier: Dossier, now: datetime) -> bool:
    """Whether the day before the due date is not over: later, no apology moves it."""
    return dossier.due is not None and local_day(now) < local_day(dossier.due)


def _must_have_a_part(dossier: Dossier, agency: str) -> None:
    if agency not in with_a_part(dossier):
        raise Refused(
            "Chỉ cơ quan chủ trì hoặc cơ quan đang xử lý hồ sơ được xin lỗi và hẹn lại.",
            "Only the lead agency, or one that has the dossier now, may apologise and re-appoint.",
            article=dossier.by(LawRule.APOLOGY),
            fields={"agency": sorted(with_a_part(dossier))},
        )


def _must_have_time(dossier: Dossier, apology: Apology, now: datetime) -> datetime:
    """The due date as it is, if it may still be moved."""
    if dossier.apologised:
        raise Refused(
            "Chỉ được hẹn lại một lần; hồ sơ này đã được hẹn lại.",
            "A dossier may be re-appointed once only, and this one was.",
            article=dossier.by(LawRule.APOLOGY),
        )
    if dossier.due is None or dossier.paused:
        raise Refused(
            "Hồ sơ không có ngày hẹn đang chạy: không có gì để hẹn lại.",
            "The dossier has no due date that is running: there is nothing to re-appoint.",
            article=dossier.by(LawRule.APOLOGY),
        )
    if not may_still_come(dossier, now):
        raise Refused(
            "Phải xin lỗi và hẹn lại chậm nhất một ngày trước ngày hết hạn.",
            "The apology must come one day before the due date at the latest.",
            article=dossier.by(LawRule.APOLOGY),
        )
    if apology.due <= dossier.due:
        raise Invalid(
            "Ngày hẹn lại phải sau ngày hẹn cũ.",
            "The new date must be after the old one.",
            article=dossier.by(LawRule.APOLOGY),
            fields={"due": [to_minute(dossier.due).isoformat()]},
        )
    return dossier.due


def _give_time(
    dossier: Dossier, agency: str, due: datetime
) -> tuple[Dossier, tuple[RescheduleOrder, ...]]:
    """The open steps of the agency that apologised end with the new date."""
    orders = []
    for step in dossier.steps:
        if step.agency == agency and step.state is StepState.OPEN:
            dossier = with_step(dossier, replace(step, due=due))
            order = RescheduleOrder(
                agency=agency,
                step=step.id,
                due=due,
                because="apology",
                article=dossier.by(LawRule.APOLOGY),
            )
            orders.append(order)
    return dossier, tuple(orders)
