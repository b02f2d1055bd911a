"""The notifications service, put together from the handlers in handlers/."""

from types import MappingProxyType

from services.notifications.handlers.message_pages import MessagePages
from services.notifications.handlers.office import OfficeHandlers
from services.notifications.handlers.own_message_pages import OwnMessagePages
from services.notifications.handlers.planning import PlanningHandlers
from services.notifications.handlers.receipts import ReceiptHandlers
from services.notifications.handlers.sending_jobs import SendingJobs
from services.notifications.handlers.subscribers import SubscriberHandlers
from services.notifications.handlers.template_pages import TemplatePages
from services.notifications.handlers.token_figures import TokenFigures
from services.notifications.settings import NotificationsSettings


class NotificationsService(
    PlanningHandlers,
    OfficeHandlers,
    SubscriberHandlers,
    SendingJobs,
    ReceiptHandlers,
    MessagePages,
    OwnMessagePages,
    TemplatePages,
    TokenFigures,
):
    """Tells people what happens to their dossiers."""

    name = "notifications"
    settings_type = NotificationsSettings
    publishes = MappingProxyType({"events": r"^message\."})
