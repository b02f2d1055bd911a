"""One agency's desk; what it does stands in doors/, by who stands before it."""

from types import MappingProxyType

from services.routing.handlers.jobs import Timers
from services.routing.handlers.lead_api import Leading
from services.routing.handlers.lists_api import Lists
from services.routing.handlers.orders import Orders
from services.routing.handlers.refused_answers_api import Refusals
from services.routing.handlers.staff_api import Staff
from services.routing.handlers.steps_api import Steps
from services.routing.settings import RoutingSettings


class Routing(Orders, Steps, Leading, Refusals, Lists, Staff, Timers):
    """One agency's desk; another agency is another process with its own data."""

    name = "routing"
    settings_type = RoutingSettings
    per_agency = True
    tells = MappingProxyType(
        {
            # Not step.ordered, which opens a dossier's documents to the agency it names.
            "events": r"^(step\.(received|assigned|passed_on|completed|refused|supplement_needed"
            r"|resumed|rescheduled|extended|due_soon|overdue|urging_answered|withdrawn"
            r"|answer_refused)|stage\.(ended|reordered)|feedback\.explained)\.{agency}$",
            "replies": r"^reply\.(supplement|extension|proceed|reroute|urging|reminder|explanation)"
            r"\.{agency}$",
        }
    )
