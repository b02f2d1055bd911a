"""The channels by which a person is told."""

from enum import StrEnum


class NoticeChannel(StrEnum):
    """A channel of messages to people; Zalo's notification service writes to a telephone number."""

    EMAIL = "email"
    SMS = "sms"
    ZALO = "zalo"
