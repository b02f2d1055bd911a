"""When timers look at a dossier next, what they told already, and its places on the late list.

Nothing here is a fact of the case: all of it follows from the dossier, the clock, the calendar
and the rules, and is set anew by every act (`services/intake/domain/act.py`). It is stored so
that one index query finds the dossiers that are due.
"""

from dataclasses import dataclass
from datetime import datetime

from services.intake.domain.case.late_history import ReminderRecord


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Cursors of the timers and of the director's list; "" or None when there is nothing to do.

    `alarm` is when the next warning is to be told, `told` which were, by kind and date
    (lateness/warnings.py). `silent` is when an agency's silence will be its consent. `remind` is
    when the rules of urging remind somebody next, `reminded` whom they reminded of what
    (lateness/reminding.py). `pressing` are the places on the director's list that the dossier
    takes once `press_order` has passed (lateness/late_list.py).
    `ask_at` is when a payment platform is asked what became of an online payment
    (payment/paying.py); it is set there, by the world's time, and by no act.
    """

    alarm: datetime | None = None
    told: tuple[str, ...] = ()
    silent: datetime | None = None
    remind: datetime | None = None
    reminded: tuple[ReminderRecord, ...] = ()
    pressing: tuple[str, ...] = ()
    press_order: str = ""
    ask_at: datetime | None = None
