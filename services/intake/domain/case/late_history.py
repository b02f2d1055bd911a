"""Records of a dossier's lateness: urgings with their answers, and reminders that were sent."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class UrgingRecord:
    """One urging (đôn đốc) of the agency that has a step: by whom, about what, and its answer.

    `by` is the subject of the director's token; `answered` is None until the agency has given
    its reason and the date it promises.
    """

    id: str
    step: str
    agency: str
    by: str
    words: str
    at: datetime
    answer_by: datetime
    answered: datetime | None = None
    reason: str = ""
    promised: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ReminderRecord:
    """How often `whom` was reminded of one date by the rules; `at` is when last.

    `matter` and `id` are whose date `due` is: the whole's (""), a step's, or an urging's.
    """

    matter: str
    id: str
    whom: str
    due: datetime
    count: int
    at: datetime
