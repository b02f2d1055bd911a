"""`@on(Event)`, `@on_many(Event, …)`, `@returned(…)`: methods that get messages, once each.

A message is acknowledged only when its effect is stored. What a handler raises decides the
rest (foundation.errors draws the table): dropped, tried again with growing delays, buried with
the reason in `<queue>.dead`, or kept while a neighbour is away.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from contracts.message import Message
from foundation.consumer.delivery import MessageMeta
from foundation.consumer.subscriber import Subscriber
from foundation.injection import Entrypoint
from foundation.observability import metrics

__all__ = ["MessageMeta", "on", "on_many", "returned"]

F = TypeVar("F", bound=Callable[..., Any])
Pairs = Sequence[tuple[Message, MessageMeta]]


class On(Entrypoint):
    """Hands each message of its types to `method(self, message, about)`."""

    subscriber = Subscriber()
    many = False

    def __init__(self, *kinds: type[Message], **kwargs: Any) -> None:
        """`kinds` are the dataclasses of contracts whose messages the method takes."""
        self.kinds = {kind.TYPE: kind for kind in kinds}
        super().__init__(**kwargs)

    def setup(self) -> None:
        """Take part in the process's one subscription."""
        own = self.container.config["settings"].queue
        self.seconds = metrics.HANDLER_SECONDS.labels(own, self.method_name)
        self.subscriber.register_provider(self)

    def call(self, service: Any, pairs: Pairs) -> None:
        """Call the method once, with the one message there is."""
        getattr(service, self.method_name)(*pairs[0])

    def stop(self) -> None:
        """Take no more, and wait for what is at work."""
        self.subscriber.stop()


class OnMany(On):
    """Hands messages over in batches: `method(self, [(message, about), …])`."""

    many = True

    def call(self, service: Any, pairs: Pairs) -> None:
        """Call the method once, with all of them."""
        getattr(service, self.method_name)(pairs)


class Returned(On):
    """Hands a message of this service that no queue wanted back to `method(self, message, about)`.

    The alternate exchange of its kinds gives a copy to each service that takes messages back, and
    one to the queue `<exchange>.unrouted` for the operator; what another service sent is passed
    over.
    """

    unrouted = True

    def call(self, service: Any, pairs: Pairs) -> None:
        """Call the method, if the message is our own."""
        if pairs[0][1].source == self.container.config["settings"].source:
            super().call(service, pairs)


def returned(*kinds: type[Message]) -> Callable[[F], F]:
    """Hand messages back that this service sent and no queue wanted: `method(self, message, …)`.

    `kinds` must be all that the exchange carries: others' messages come too, and are passed over.
    """
    decorator: Callable[[F], F] = Returned.decorator(*kinds)
    return decorator


def on(*kinds: type[Message]) -> Callable[[F], F]:
    """Hand each message of these types to the method: `method(self, message, about)`."""
    decorator: Callable[[F], F] = On.decorator(*kinds)
    return decorator


def on_many(*kinds: type[Message]) -> Callable[[F], F]:
    """Hand messages of these types over in batches: `method(self, [(message, about), …])`."""
    decorator: Callable[[F], F] = OnMany.decorator(*kinds)
    return decorator
