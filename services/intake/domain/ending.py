"""How a dossier ends for its applicant: taken back, or the result handed over."""

from dataclasses import replace
from datetime import datetime

from contracts.events import DossierReturned, DossierWithdrawn
from foundation.worktime import Calendar
from services.intake.domain.dossier import (
    UNDER_WAY,
    Channel,
    Decided,
    Dossier,
    State,
    must_be,
)
from services.intake.domain.reception import must_not_be_under_receipt
from services.intake.domain.route import stop_steps


def withdraw(dossier: Dossier, now: datetime, calendar: Calendar) -> Decided:
    """The applicant takes the dossier back (state 7, counted as resolved); agencies stop.

    Raises:
        Refused: it is decided, ended, or just getting its code.
    """
    must_be(dossier, State.SUBMITTED, *UNDER_WAY)
    must_not_be_under_receipt(dossier)
    stopped, orders = stop_steps(dossier, now, calendar)
    event = DossierWithdrawn(agency=dossier.agency, code=dossier.code)
    return replace(stopped, state=State.WITHDRAWN), (event, *orders)


def hand_over(dossier: Dossier, channel: Channel) -> Decided:
    """The applicant gets the result, at the counter, by post or online (Đ20).

    Raises:
        Refused: there is no result yet, or it was handed over before.
    """
    must_be(dossier, State.RESOLVED)
    returned = replace(dossier, state=State.RETURNED, returned=channel)
    event = DossierReturned(agency=dossier.agency, code=dossier.code, channel=channel.value)
    return returned, (event,)
