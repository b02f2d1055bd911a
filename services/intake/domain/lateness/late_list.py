"""The director's list: what is late, where, since when, by how much, and whose the time was."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from contracts.envelope import write_time
from foundation.worktime import Calendar, Whom, working_minutes
from services.intake.domain.case.dossier import UNDER_WAY, Dossier, Step, StepState, with_schedule
from services.intake.domain.case.late_history import UrgingRecord
from services.intake.domain.case.order_delivery import holding
from services.intake.domain.clock.waits import HOLDS_ALL, open_waits
from services.intake.domain.explanation.account import used
from services.intake.domain.lateness.urging import unanswered
from services.intake.domain.lateness.warnings import apology_is_due

# What is read of a dossier to show it on the director's list, and what each must have.
LATE = (
    *("procedure", "procedure_name", "agency", "channel", "owner", "applicant", "attachments"),
    *("case", "submitted", "state", "code", "steps", "due", "ledger", "waits", "resolved"),
    *("field", "urgings", "reminded", "press_order", "undelivered", "received"),
)

ALL = "*"
APOLOGIES = "apology"
"""The place of what an apology is due for: no agency's and no field's, which have a blank."""


@dataclass(frozen=True, kw_only=True)
class Where:
    """A step that an agency has now, or the centre if its order reached nobody.

    `minutes` of working time it is late, 0 if not.
    """

    step: str
    agency: str
    action: str
    due: datetime | None
    minutes: int


@dataclass(frozen=True, kw_only=True)
class TimeShare:
    """The working minutes of a dossier's time that somebody used, and their per cent of all."""

    who: str
    minutes: int
    percent: int


@dataclass(frozen=True, kw_only=True)
class Late:
    """One row: late `since`, by `minutes` of working time; `place` is where the next row begins.

    `urged` is how often its agencies were urged, `told` how often the director was told of it.
    """

    place: str
    id: str
    code: str
    procedure: str
    procedure_name: str
    field: str
    agency: str
    due: datetime | None
    since: datetime
    minutes: int
    where: tuple[Where, ...]
    shares: tuple[TimeShare, ...]
    urged: int
    unanswered: tuple[UrgingRecord, ...]
    told: int


def listed(dossier: Dossier) -> Dossier:
    """The dossier with its places on the list: by agency, by field, by both, and among all.

    It stands at them from the earliest of its dates on that still runs; and among those that an
    apology is due for, while it is.
    """
    dates = [at for at in (_whole(dossier), *(step.due for step in _open(dossier))) if at]
    if not dates:
        return with_schedule(dossier, pressing=(), press_order="")
    agencies = dict.fromkeys((dossier.agency, *_holding(dossier)))
    pressing = tuple(
        place_of(agency, field) for agency in ("", *agencies) for field in ("", dossier.field)
    )
    if apology_is_due(dossier):
        pressing = (*pressing, APOLOGIES)
    order = f"{write_time(min(dates))} {dossier.id}"
    return with_schedule(dossier, pressing=tuple(dict.fromkeys(pressing)), press_order=order)


def place_of(agency: str, field: str) -> str:
    """The list of what is late with an agency and in a field; "" is any."""
    return f"{agency or ALL} {field or ALL}"


def row(dossier: Dossier, now: datetime, calendar: Calendar, agency: str = "") -> Late | None:
    """The row of a dossier; None if nothing is late, or nothing that is this agency's."""
    where = held(dossier, now, calendar)
    whole = _whole(dossier)
    dates = [each.due for each in where if each.due and each.due < now]
    dates += [whole] if whole and whole < now else []
    if not dates or (agency and not _is_with(dossier, agency, where, now)):
        return None
    return Late(
        place=dossier.schedule.press_order,
        id=dossier.id,
        code=dossier.code,
        procedure=dossier.procedure,
        procedure_name=dossier.procedure_name,
        field=dossier.field,
        agency=dossier.agency,
        due=dossier.due,
        since=min(dates),
        minutes=working_minutes(min(dates), now, calendar),
        where=where,
        shares=tuple(shares(dossier, now, calendar)),
        urged=len(dossier.urgings),
        unanswered=tuple(unanswered(dossier)),
        told=sum(each.count for each in dossier.schedule.reminded if each.whom == Whom.DIRECTOR),
    )


def held(dossier: Dossier, now: datetime, calendar: Calendar) -> tuple[Where, ...]:
    """What agencies have of the dossier and are held to now."""
    return tuple(_where(step, holding(dossier, step), now, calendar) for step in _open(dossier))


def shares(dossier: Dossier, now: datetime, calendar: Calendar) -> Iterator[TimeShare]:
    """Whose fault it is by the ledger: who used how much of the time, in the order of the route."""
    spent = used(dossier, now, calendar)
    total = sum(each.minutes for each in spent)
    for each in spent:
        yield TimeShare(
            who=each.who, minutes=each.minutes, percent=round(100 * each.minutes / total)
        )


def _open(dossier: Dossier) -> tuple[Step, ...]:
    """What agencies are held to now: nothing while the whole is closed or stands still."""
    if dossier.state not in UNDER_WAY or open_waits(dossier.waits, *HOLDS_ALL):
        return ()
    return tuple(each for each in dossier.steps if each.state is StepState.OPEN)


def _whole(dossier: Dossier) -> datetime | None:
    """The due date of the whole, while it runs."""
    runs = dossier.state in UNDER_WAY and not dossier.paused
    return dossier.due if runs else None


def _holding(dossier: Dossier) -> tuple[str, ...]:
    return tuple(holding(dossier, each) for each in _open(dossier))


def _where(step: Step, agency: str, now: datetime, calendar: Calendar) -> Where:
    return Where(
        step=step.id,
        agency=agency,
        action=step.action,
        due=step.due,
        minutes=working_minutes(step.due, now, calendar) if step.due else 0,
    )


def _is_with(dossier: Dossier, agency: str, where: tuple[Where, ...], now: datetime) -> bool:
    """Whether the agency is late itself, or has (or leads) a whole that is late."""
    whole = _whole(dossier)
    if whole and whole < now:
        return agency in {dossier.agency, *(each.agency for each in where)}
    return any(each.agency == agency and each.due and each.due < now for each in where)
