"""What the owner of a webhook is told when its target fails or is gone."""

from datetime import datetime

from contracts.orders import WebhookTrouble
from services.notifications.domain.notice import Notice, NoticeText, first_state, notice_id
from services.notifications.domain.notice_channel import NoticeChannel

KIND = "webhook"


def notice(trouble: WebhookTrouble, told_by: str, letter: NoticeText, now: datetime) -> Notice:
    """The e-mail about it; told twice by the same message (its id), it is the same notice."""
    return Notice(
        id=notice_id(told_by, NoticeChannel.EMAIL),
        dossier="",
        agency=trouble.agency,
        kind=KIND,
        channel=NoticeChannel.EMAIL,
        to=trouble.email,
        letter=letter,
        planned=now,
        due=now,
        state=first_state(NoticeChannel.EMAIL, trouble.email),
    )
