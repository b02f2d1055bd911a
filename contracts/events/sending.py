"""What is told of a message to a person, which is the subject."""

from dataclasses import dataclass

from contracts.events.event import Event


@dataclass(frozen=True, kw_only=True)
class MessageSent(Event):
    """The provider took a message to a person; `kind` is the situation, never the text."""

    TYPE = "message.sent"
    dossier: str
    channel: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class MessageFailed(Event):
    """A message could not be sent, or nobody knows whether it was (`unknown`)."""

    TYPE = "message.failed"
    dossier: str
    channel: str
    kind: str
    outcome: str
