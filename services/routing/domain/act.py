"""Who may act at this desk: its own officers, on what was meant for it."""

from dataclasses import dataclass
from datetime import datetime

from foundation.errors import Forbidden


@dataclass(frozen=True)
class Act:
    """Who (a token's subject) does something, and when (UTC)."""

    officer: str
    now: datetime


def must_be_ours(ordered: str, agency: str) -> None:
    """Refuse an order that was meant for another agency (Forbidden)."""
    if ordered != agency:
        raise Forbidden("Lệnh này của cơ quan khác.", "This order is another agency's.")
