"""Intake, the one door of the centre; what it does stands in doors/, by who stands before it."""

from types import MappingProxyType

from services.intake.doors.agencies import Agencies
from services.intake.doors.calendar import Deciding
from services.intake.doors.catalogue import Learning
from services.intake.doors.clerk import Clerk
from services.intake.doors.counter import Counter
from services.intake.doors.director import Director
from services.intake.doors.forms import Forms
from services.intake.doors.lookup import Lookup
from services.intake.doors.register import Register
from services.intake.doors.timers import Timers


class Intake(
    Counter, Clerk, Director, Lookup, Forms, Register, Agencies, Learning, Deciding, Timers
):
    """Takes dossiers in, forwards, follows, hands results back."""

    name = "intake"
    tells = MappingProxyType(
        {
            "events": r"^(dossier\.[a-z_]+|fee\.[a-z]+|step\.(ordered|urged)|calendar\.changed)\.",
            "orders": r"^",
            "contacts": r"^contact\.(given|word|form)\.",
        }
    )
