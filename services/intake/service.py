"""Intake, the one door of the centre; what it does stands in doors/, by who stands before it."""

from types import MappingProxyType

from services.intake.handlers.agency_replies import Agencies
from services.intake.handlers.calendar_api import Deciding
from services.intake.handlers.catalogue_events import Learning
from services.intake.handlers.clerk_api import Clerk
from services.intake.handlers.counter_api import Counter
from services.intake.handlers.director_api import Director
from services.intake.handlers.forms_api import Forms
from services.intake.handlers.jobs import Timers
from services.intake.handlers.lookup_api import Lookup
from services.intake.handlers.register_api import Register
from services.intake.settings import IntakeSettings


class Intake(
    Counter, Clerk, Director, Lookup, Forms, Register, Agencies, Learning, Deciding, Timers
):
    """Takes dossiers in, forwards, follows, hands results back."""

    name = "intake"
    settings_type = IntakeSettings
    publishes = MappingProxyType(
        {
            "events": r"^(dossier\.[a-z_]+|fee\.[a-z]+|step\.(ordered|urged)|calendar\.changed)\.",
            "orders": r"^",
            "contacts": r"^contact\.(given|word|form)\.",
        }
    )
