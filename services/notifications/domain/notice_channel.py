"""The channels by which a person is told."""

from enum import StrEnum


class NoticeChannel(StrEnum):
    """A channel of messages to people."""

    EMAIL = "email"
    SMS = "sms"
