"""What a person who booked a time at the counter is told, by SMS."""

from datetime import datetime

from contracts.orders import VisitWord
from services.notifications.domain.notice import Notice, NoticeText, first_state, notice_id
from services.notifications.domain.notice_channel import NoticeChannel

KIND = "visit"


def notice(word: VisitWord, told_by: str, letter: NoticeText, now: datetime) -> Notice:
    """The SMS about it; told twice by the same message (its id), it is the same notice."""
    return Notice(
        id=notice_id(told_by, NoticeChannel.SMS),
        dossier="",
        agency=word.agency,
        kind=KIND,
        channel=NoticeChannel.SMS,
        to=word.phone,
        letter=letter,
        planned=now,
        due=now,
        state=first_state(NoticeChannel.SMS, word.phone),
    )
