"""A hold: what is kept whatever the rules say, and every decision on that with its reason."""

from dataclasses import dataclass
from datetime import datetime

MOST_HOLDS = 100
"""So many decisions are kept of one thing, the last ones."""


@dataclass(frozen=True, kw_only=True)
class Hold:
    """One decision on a hold: it was set (`on`) or released, by whom and why."""

    on: bool
    by: str
    at: datetime
    reason: str
