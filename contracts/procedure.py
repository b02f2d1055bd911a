"""What a procedure says, as data of the law: its time, papers, fees, and its way.

The catalogue keeps it, `procedure.published` carries it, and a dossier is held to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

USUAL_LARGEST = 25
"""The most MB (of 1024² bytes) that a file may have, unless its paper allows more."""
MOST_LARGEST = 500
"""The most MB that a paper may allow: a file is sent, scanned and stored in one go."""


class Unit(StrEnum):
    """How a time limit is counted; the law knows all of these and they are never converted.

    HALF_DAYS are halves of a working day (nửa ngày làm việc, as internal processes have them):
    two are one working day, and one is half of the unit's working time of a day, 4 of 8 hours.
    """

    WORKING_DAYS = "working_days"
    HALF_DAYS = "half_days"
    CALENDAR_DAYS = "calendar_days"
    HOURS = "hours"
    SAME_DAY = "same_day"
    NONE = "none"


class CountedFrom(StrEnum):
    """From which receipt time counts: the centre's (NĐ 61/2018 Đ19), or the deciding office's."""

    RECEIPT = "receipt"
    DECIDING_OFFICE = "deciding_office"


class Supplement(StrEnum):
    """What papers that come late do to the time.

    RESTART: it begins anew when the dossier is complete; the general law (NĐ 61/2018 Đ19.4).
    PAUSE: the due date moves by the time that was waited; many laws of a field have it so.
    PAUSE_THEN_FIXED: so many working days are left then, whatever was used (1.004232: 18).
    """

    RESTART = "restart"
    PAUSE = "pause"
    PAUSE_THEN_FIXED = "pause_then_fixed"


ASK_WITHIN = 3


@dataclass(frozen=True, kw_only=True)
class TimeLimit:
    """`amount` of `unit`; `fixed` is the working days left with PAUSE_THEN_FIXED.

    `holds_others`: papers that one agency waits for stop the clock of the agencies beside it, too.
    `ask_within` is how many working days after its receipt an agency may ask for papers: 3 by NĐ
    61/2018 Đ19.4 unless a law of the field says otherwise (1.013236: 7).
    """

    unit: Unit
    amount: int = 0
    counted_from: CountedFrom = CountedFrom.RECEIPT
    supplement: Supplement = Supplement.RESTART
    fixed: int = 0
    holds_others: bool = False
    ask_within: int = ASK_WITHIN


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A paper that a procedure requires; `case` names the case it is required in, "" is always.

    `database` is the published database that holds what it says, "" where none is known.
    `form` is the electronic form that is filled in for it, as the text of a JSON Schema (the order
    of its fields counts); "" where the paper is brought as a file. Where it is `signed`, each file
    that is handed in for it has to be a PDF with a whole digital signature. `largest` is how many
    MB a file for it may have where that is more than `USUAL_LARGEST`, 0 elsewhere.
    """

    name: str
    originals: int = 1
    copies: int = 0
    case: str = ""
    required: bool = True
    database: str = ""
    form: str = ""
    signed: bool = False
    largest: int = 0


def largest_of(paper: Paper) -> int:
    """How many MB a file for the paper may have."""
    return max(USUAL_LARGEST, paper.largest)


class Collected(StrEnum):
    """When a fee is to be paid: before the dossier is received, or before the result is given."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, kw_only=True)
class Fee:
    """What the applicant pays in VND, in which case ("" is always), by which rule, if one is named.

    Fees have their own laws, and a province's council decides on many: `article` is data.
    """

    name: str
    amount: int
    case: str = ""
    collected: Collected = Collected.AFTER
    article: str = ""


class StepClock(StrEnum):
    """Whether the time of the whole runs during a step: tax, treasury and posting stop it."""

    COUNTED = "counted"
    PAUSED = "paused"


class Silence(StrEnum):
    """What it means that an agency has not answered in its time."""

    ESCALATE = "escalate"
    CONSENT = "consent"


@dataclass(frozen=True, kw_only=True)
class Task:
    """One agency's part in a route: what it does, in how much time, what its silence means."""

    agency: str
    action: str
    amount: int
    unit: Unit = Unit.WORKING_DAYS
    clock: StepClock = StepClock.COUNTED
    on_silence: Silence = Silence.ESCALATE
    decides: bool = False


class Join(StrEnum):
    """When the next stage may begin: all have answered, most have, or the lead says so."""

    ALL = "all"
    MAJORITY = "majority"
    LEAD = "lead"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """The tasks that run side by side; the next stage begins as `join` says."""

    tasks: tuple[Task, ...]
    join: Join = Join.ALL


def deciding(stages: Sequence[Stage]) -> Task | None:
    """The one task that decides, if it stands alone at the end as it must; None otherwise."""
    found = [task for stage in stages for task in stage.tasks if task.decides]
    alone = bool(stages) and tuple(found) == stages[-1].tasks and len(found) == 1
    return found[0] if alone else None


class AtCounter(StrEnum):
    """What the counter itself does: it forwards, or the whole is done there.

    SAME_DAY: the result is given at once (NĐ 61/2018 Đ17.4).
    DELEGATED: received, appraised, approved and returned at the counter, in the normal time.
    """

    FORWARDED = "forwarded"
    SAME_DAY = "same_day"
    DELEGATED = "delegated"


class Session(StrEnum):
    """The part of a working day in which a procedure is received, where that is restricted."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
