"""The figures of the centre, counted from time to time and kept: what the director's page shows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from contracts.envelope import write_time
from contracts.history import Revision
from foundation.places import moment_of
from foundation.worktime import HO_CHI_MINH, to_minute
from services.intake.domain.case.dossier import UNDER_WAY, Dossier, State

SOON = timedelta(days=3)
"""What is due within this time is about to be late."""


@dataclass(frozen=True, kw_only=True)
class DeadlineTally:
    """Dossiers under way of a leading agency or a field, by how their time stands.

    `still` are those whose clock stands still. Of the others, which run, some are due `soon`,
    and some are `late`: a date of theirs, of the whole or of a step, has passed.
    """

    name: str = ""
    still: int = 0
    running: int = 0
    soon: int = 0
    late: int = 0

    @property
    def open(self) -> int:
        """All that are under way."""
        return self.still + self.running

    @property
    def in_time(self) -> int:
        """Those that run and are neither late nor about to be."""
        return self.running - self.soon - self.late


@dataclass(frozen=True, kw_only=True)
class CentreFigures:
    """How many dossiers there are, as they were `counted`.

    `taken_in` and `resolved` are those of that day, `states` the number in each state under way,
    by the state's name.
    """

    id: str
    counted: datetime
    taken_in: int = 0
    resolved: int = 0
    whole: DeadlineTally = DeadlineTally()
    states: Mapping[str, int] = field(default_factory=dict)
    agencies: tuple[DeadlineTally, ...] = ()
    fields: tuple[DeadlineTally, ...] = ()
    revision: Revision = field(default_factory=Revision)

    def in_state(self, state: State) -> int:
        """How many are in it."""
        return self.states.get(state.value, 0)

    @property
    def by_state(self) -> tuple[tuple[State, int], ...]:
        """Each state under way, with how many are in it."""
        return tuple((each, self.in_state(each)) for each in UNDER_WAY)


def most_pressing(tallies: Iterable[DeadlineTally]) -> tuple[DeadlineTally, ...]:
    """In the order of a director's interest: what is late first, then what soon will be."""
    return tuple(sorted(tallies, key=lambda each: (-each.late, -each.soon, -each.open, each.name)))


def time_stands(press_order: str, now: str, soon: str) -> str:
    """Which figure a dossier counts to, by its place on the list of what is late; "" if none.

    The same comparison picks the rows behind the figure: see `bounds`.
    """
    if not press_order:
        return "still"
    if press_order <= now:
        return "late"
    return "soon" if press_order <= soon else ""


def bounds(name: str, now: datetime) -> tuple[str, str]:
    """Between which places the dossiers behind a figure stand: `late`, `soon` or `running`."""
    moment, later = write_time(now), write_time(now + SOON)
    return {"late": ("", moment), "soon": (moment, later)}.get(name, ("", ""))


def start_of_day(now: datetime) -> datetime:
    """When the day of a moment began in Viet Nam."""
    return to_minute(now).astimezone(HO_CHI_MINH).replace(hour=0, minute=0)


@dataclass(frozen=True, kw_only=True)
class CentreRow:
    """A dossier behind a figure, without anything about its person; `due` is its nearest date.

    None while its clock stands still, when it has no `place` on the list of what presses either.
    """

    place: str
    id: str
    code: str
    procedure_name: str
    field: str
    agency: str
    state: State
    due: datetime | None
    late: bool


def row(dossier: Dossier, now: datetime, agency: str = "") -> CentreRow | None:
    """The row of a dossier; None if another agency leads it, or it has no code yet."""
    if not dossier.code or agency not in ("", dossier.agency):
        return None
    place = dossier.schedule.press_order
    return CentreRow(
        place=place,
        id=dossier.id,
        code=dossier.code,
        procedure_name=dossier.procedure_name or dossier.procedure,
        field=dossier.field,
        agency=dossier.agency,
        state=dossier.state,
        due=moment_of(place) if place else None,
        late=time_stands(place, *map(write_time, (now, now + SOON))) == "late",
    )
