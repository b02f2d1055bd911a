"""The routing service: one agency's desk, put together from the handlers in handlers/."""

from types import MappingProxyType

from foundation.sign_in import SignInPages
from services.routing.handlers.explanation_pages import ExplanationPages
from services.routing.handlers.jobs import RoutingJobs
from services.routing.handlers.lead_pages import LeadPages
from services.routing.handlers.orders import OrderHandlers
from services.routing.handlers.refused_pages import RefusedPages
from services.routing.handlers.several_pages import SeveralPages
from services.routing.handlers.staff_pages import StaffPages
from services.routing.handlers.step_pages import StepPages
from services.routing.handlers.work_pages import WorkPages
from services.routing.settings import RoutingSettings


class Routing(
    OrderHandlers,
    WorkPages,
    SeveralPages,
    StepPages,
    LeadPages,
    RefusedPages,
    ExplanationPages,
    StaffPages,
    RoutingJobs,
    SignInPages,
):
    """The desk of one agency; another agency is another process with its own data."""

    name = "routing"
    settings_type = RoutingSettings
    per_agency = True
    publishes = MappingProxyType(
        {
            # Not step.ordered, which opens a dossier's documents to the agency it names.
            "events": r"^(step\.(received|assigned|passed_on|completed|refused|supplement_needed"
            r"|resumed|rescheduled|extended|due_soon|overdue|urging_answered|withdrawn"
            r"|answer_refused)|stage\.(ended|reordered)|feedback\.explained)\.{agency}$",
            "replies": r"^reply\.(supplement|extension|proceed|reroute|urging|reminder|handler"
            r"|explanation)\.{agency}$",
        }
    )
