"""The register of a unit and year (form 06; 07 since 2025): a line for each dossier with a code."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import Dossier, State

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class RegisterRow:
    """One line of the register; `number` counts through the year, `returned_by` is a channel."""

    number: int
    code: str
    matter: str
    sets: int
    holder: str
    address: str
    phone: str
    received: datetime | None
    due: datetime | None
    returned: datetime | None
    returned_by: str
    returned_to: str
    note: str


def row(dossier: Dossier, number: int) -> RegisterRow:
    """The line of a dossier; whoever got the result signs by hand."""
    over = dossier.state is State.RETURNED
    by = dossier.returned if over else None
    return RegisterRow(
        number=number,
        code=dossier.code,
        matter=dossier.procedure_name,
        sets=1,
        holder=dossier.applicant.name,
        address=dossier.applicant.address,
        phone=dossier.applicant.phone,
        received=dossier.received,
        due=dossier.due,
        returned=dossier.handed_over if over else None,
        returned_by=by.value if isinstance(by, Channel) else "",
        returned_to=dossier.handed_to if over else "",
        note=_note(dossier),
    )


def days_of(year: int) -> Iterator[date]:
    """All days of a year."""
    day = date(year, 1, 1)
    while day.year == year:
        yield day
        day += ONE_DAY


def _note(dossier: Dossier) -> str:
    if dossier.state is State.WITHDRAWN:
        return "rút hồ sơ"
    kept = {"early": "trước hạn", "on_time": "đúng hạn", "late": "quá hạn"}
    refused = "từ chối; " if dossier.outcome == "refused" else ""
    return f"{refused}{kept.get(dossier.timing, '')}".strip("; ")
