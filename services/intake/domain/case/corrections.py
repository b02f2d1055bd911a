"""Records of what was taken in wrongly of an applicant and put right at the counter.

A field of who handed in for the applicant is named `proxy.name` and the like.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class CorrectedField:
    """One field of the applicant's data: its name, what it was, and what it became."""

    name: str
    was: str
    became: str


@dataclass(frozen=True, kw_only=True)
class CorrectionRecord:
    """One correction: by which clerk, when and why; the event of it names the fields alone.

    What the fields were and became stands here, never in the history, which integrators read.
    """

    at: datetime
    by: str
    reason: str
    fields: tuple[CorrectedField, ...]
