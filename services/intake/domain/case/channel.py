"""How a dossier comes in: the four channels, and how a kiosk knows who stands before it."""

from enum import StrEnum


class Channel(StrEnum):
    """How a dossier comes in and its result goes out (`LawRule.CHANNELS`, `LawRule.KIOSK`)."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"
    KIOSK = "kiosk"

    @property
    def number(self) -> int:
        """1 to 4, as the reports count them."""
        return list(Channel).index(self) + 1


BY_FILE = (Channel.ONLINE, Channel.KIOSK)
"""What comes by these is files: nobody hands paper over."""


class IdentifiedBy(StrEnum):
    """How a kiosk identified the person (`LawRule.KIOSK`)."""

    VNEID = "vneid"
    CARD_READER = "card_reader"
