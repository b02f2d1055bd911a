"""What a citizen may do with their own dossier now.

Each act is tried on the dossier by the rule itself, which changes nothing: no second list of rules.
"""

from datetime import datetime
from enum import StrEnum

from foundation.errors import Invalid, Refused, refusal_of
from foundation.worktime import Calendar
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.counter import ending


class CitizenAct(StrEnum):
    """An act of the citizen, named as the API names it.

    Whether papers may be sent is no rule to be tried: they are asked for, or not.
    """

    WITHDRAW = "withdraw"
    WAY = "way"
    SUPPLEMENT = "supplement"


Refusal = Refused | Invalid | None


def possible(dossier: Dossier, now: datetime, calendar: Calendar) -> dict[CitizenAct, Refusal]:
    """The acts of a citizen: None for what may be done, else the rule that is against it."""
    return {
        CitizenAct.WAY: refusal_of(lambda: ending.choose_way(dossier, "")),
        CitizenAct.WITHDRAW: refusal_of(lambda: ending.withdraw(dossier, now, calendar)),
    }
