"""Names of the API, and the texts that people read."""

from services.notifications.schemas.shown import (
    ChoiceSchema,
    MessagesQuery,
    contact,
    listed,
    masked,
)
from services.notifications.schemas.texts import (
    SMS_LENGTH,
    Letters,
    as_sms,
    gather,
    moment,
    unsubscribe_page,
    write,
)

__all__ = [
    "SMS_LENGTH",
    "ChoiceSchema",
    "Letters",
    "MessagesQuery",
    "as_sms",
    "contact",
    "gather",
    "listed",
    "masked",
    "moment",
    "unsubscribe_page",
    "write",
]
