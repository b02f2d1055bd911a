"""Who of an agency has a step, as the agency told the centre."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class StepHolder:
    """The person who has the step since that moment; `name` is "" while nobody took it."""

    step: str
    name: str
    role: str
    since: datetime
