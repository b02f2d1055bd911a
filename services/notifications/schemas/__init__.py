"""Names of the API, and the texts that people read."""

from services.notifications.domain.situation import kinds
from services.notifications.schemas.answers import (
    CarriersAnswer,
    ContactAnswer,
    MessagesAnswer,
    PreviewAnswer,
    ReceivedAnswer,
    TemplateAnswer,
)
from services.notifications.schemas.preview import (
    TemplateSchema,
    preview,
    preview_of,
    published,
    situation_of_kind,
)
from services.notifications.schemas.segments import measured
from services.notifications.schemas.shown import (
    ChoiceSchema,
    MessagesPage,
    MessagesQuery,
    carriers,
    contact,
    listed,
    not_reached,
)
from services.notifications.schemas.templates import (
    LANGUAGES,
    check_shipped,
    shipped,
    variables,
)
from services.notifications.schemas.texts import (
    SMS_LENGTH,
    Letters,
    as_sms,
    gather,
    moment,
    unsubscribe_page,
    visit_letter,
    webhook_letter,
    write,
)

__all__ = [
    "LANGUAGES",
    "SMS_LENGTH",
    "CarriersAnswer",
    "ChoiceSchema",
    "ContactAnswer",
    "Letters",
    "MessagesAnswer",
    "MessagesPage",
    "MessagesQuery",
    "PreviewAnswer",
    "ReceivedAnswer",
    "TemplateAnswer",
    "TemplateSchema",
    "as_sms",
    "carriers",
    "check_shipped",
    "contact",
    "gather",
    "kinds",
    "listed",
    "measured",
    "moment",
    "not_reached",
    "preview",
    "preview_of",
    "published",
    "shipped",
    "situation_of_kind",
    "unsubscribe_page",
    "variables",
    "visit_letter",
    "webhook_letter",
    "write",
]
