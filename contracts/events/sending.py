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
class MessageDelivered(Event):
    """A receipt of the provider says that a message reached the person."""

    TYPE = "message.delivered"
    dossier: str
    channel: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class MessageFailed(Event):
    """A message did not arrive, or nobody knows whether it did.

    `outcome` is `failed` (for good), `temporary_failure` (no provider took it, or the telephone
    was not reached) or `unknown` (a provider may have it, so it is not sent again).
    """

    TYPE = "message.failed"
    dossier: str
    channel: str
    kind: str
    outcome: str
