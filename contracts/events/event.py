"""What all facts have in common."""

from dataclasses import dataclass

from contracts.message import Message


@dataclass(frozen=True, kw_only=True)
class Event(Message):
    """A fact; its routing key is `type.agency`, so an agency tells facts only in its own name."""

    TYPE = "event"
    EXCHANGE = "events"
