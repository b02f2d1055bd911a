"""How long the words of a message are kept, and how its address is shown to whom it is not for."""

from datetime import timedelta

from contracts.events import Event
from foundation.frozen import replace
from services.notifications.domain.notice import Notice, NoticeText

MASK = "•••"
SHOWN_OF_A_NUMBER = 3


def kept_for(notice: Notice, span: timedelta) -> Notice:
    """The notice, its words to be removed so long after it was planned."""
    return replace(notice, legible=True, legible_until=notice.planned + span)


def forgotten(notice: Notice) -> tuple[Notice, tuple[Event, ...]]:
    """The notice without its words, its address masked: what became of it stays as evidence."""
    nothing = NoticeText(subject="", text="", language=notice.letter.language)
    return replace(notice, letter=nothing, to=masked(notice.to), legible=False), ()


def masked(address: str) -> str:
    """An address by which whoever knows it recognises it, and nobody else learns it."""
    if MASK in address:
        return address
    name, at, host = address.rpartition("@")
    if at:
        return f"{name[:1]}{MASK}@{host}"
    return f"{MASK}{address[-SHOWN_OF_A_NUMBER:]}" if address else ""
