"""A paper in whose place data of a published database were taken, or why they could not be."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class WhyNot(StrEnum):
    """Why published data could not be had, as the law names the reasons (`LawRule.FROM_DATA`)."""

    INCIDENT = "incident"
    DISASTER = "disaster"
    WRONG_DATA = "wrong_data"


WHY_NOT = {
    WhyNot.INCIDENT: ("hệ thống gặp sự cố", "an incident of the system"),
    WhyNot.DISASTER: ("thiên tai", "a disaster"),
    WhyNot.WRONG_DATA: ("dữ liệu sai", "the data are wrong"),
}


@dataclass(frozen=True, kw_only=True)
class LookedUp:
    """What the counter found of a paper: in which database, under which number there, when.

    `because` is why the data could not be had, "" when they were taken; `clerk` who looked.
    """

    paper: str
    database: str
    at: datetime
    reference: str = ""
    because: str = ""
    clerk: str = ""

    @property
    def why_not(self) -> tuple[str, str]:
        """Why the data could not be had, in Vietnamese and English; empty words when they were."""
        return WHY_NOT[WhyNot(self.because)] if self.because else ("", "")

    @property
    def named(self) -> str:
        """As forms and agencies read it: `Giấy khai sinh (CSDL hộ tịch, số 12)`."""
        number = f", số {self.reference}" if self.reference else ""
        return f"{self.paper} ({self.database}{number})"
