"""Content of a procedure: all that a dossier is held to, and what the public is told besides."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from contracts.procedure import (
    AtCounter,
    Fee,
    Paper,
    Session,
    Stage,
    StepClock,
    TimeLimit,
    Unit,
)

CHANNELS = ("counter", "online", "post", "kiosk")
USUAL_CHANNELS = CHANNELS[:3]
"""Where nothing is said; a kiosk takes whatever may come online."""


class Level(StrEnum):
    """The level of government that a procedure belongs to."""

    CENTRAL = "central"
    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"


class OnlineLevel(StrEnum):
    """How much of it can be done online: all (once `mức độ 4`), a part (3), or reading (2)."""

    FULL = "full"
    PARTIAL = "partial"
    INFORMATION = "information"


class ContentPart(StrEnum):
    """A part of the content that may stand there without a source that confirms it.

    AGENCIES: steps and times of the route are confirmed, but the source only describes who it
    asks ("the departments concerned"), and the agencies that stand there are an example.
    """

    TIME = "time"
    PAPERS = "papers"
    FEES = "fees"
    ONLINE_LEVEL = "online_level"
    AGENCIES = "agencies"


@dataclass(frozen=True, kw_only=True)
class Period:
    """Days from `since` to `until`, both included; without `until` it goes on."""

    since: date
    until: date | None = None

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, kw_only=True)
class InternalStep:
    """A step of the internal process (quy trình nội bộ) as it was decided: who does what.

    Data to be shown and reported: nobody is ordered by it. `amount` may be a part of a day, and
    is None where no time was set.
    """

    who: str
    action: str
    amount: float | None = None
    unit: Unit | None = None
    clock: StepClock = StepClock.COUNTED


@dataclass(frozen=True, kw_only=True)
class Content:
    """One wording of a procedure; `agency` is the code of the agency in charge.

    `sessions` is empty when it is received all day; `sessions_article` is the rule that says so,
    which an administration enters. `at_centre` says in which times it was
    handled at the centre. Fees are those a source confirms; `fee_note` and `time_note` are the
    source's own words. Where `illustrative` is set, the route is an example; `unverified` names
    the other parts that no source confirms.
    """

    name: str
    field: str
    agency: str
    agency_name: str
    time: TimeLimit
    level: Level = Level.PROVINCE
    papers: tuple[Paper, ...] = ()
    fees: tuple[Fee, ...] = ()
    channels: tuple[str, ...] = USUAL_CHANNELS
    online_level: OnlineLevel | None = None
    partial_reason: str = ""
    sessions: tuple[Session, ...] = ()
    sessions_article: str = ""
    at_counter: AtCounter = AtCounter.FORWARDED
    route: tuple[Stage, ...] = ()
    internal_process: tuple[InternalStep, ...] = ()
    at_centre: tuple[Period, ...] = ()
    result: str = ""
    legal_basis: tuple[str, ...] = ()
    time_note: str = ""
    fee_note: str = ""
    illustrative: bool = False
    unverified: tuple[ContentPart, ...] = ()
