"""The integrators' queues as the broker has them; it is the only register of them."""

import secrets
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from cli.broker.admin import BrokerAdmin
from cli.broker.upload import load
from foundation.broker.integrator_queue import (
    EXCHANGE,
    MOST_CHANNELS,
    MOST_CONNECTIONS,
    PREFIX,
    definitions,
    queue_name,
)
from foundation.broker.topology import VHOST


@dataclass(frozen=True)
class IntegratorQueue:
    """One integrator's queue: what it is bound to, how many events wait and how many read it."""

    integrator: str
    keys: tuple[str, ...]
    waiting: int
    readers: int


def listed(broker: BrokerAdmin) -> list[IntegratorQueue]:
    """All of them, by name. The broker counts every few seconds."""
    queues = broker.get("queues", VHOST, columns="name,messages,consumers") or ()
    return [
        IntegratorQueue(
            integrator=each["name"].removeprefix(PREFIX),
            keys=tuple(sorted(key for key, _ in _bindings(broker, each["name"]))),
            waiting=each.get("messages", 0),
            readers=each.get("consumers", 0),
        )
        for each in sorted(queues, key=lambda queue: str(queue["name"]))
        if each["name"].startswith(PREFIX)
    ]


def exists(broker: BrokerAdmin, integrator: str) -> bool:
    """Whether the integrator has a queue."""
    return broker.get("queues", VHOST, queue_name(integrator)) is not None


def add(broker: BrokerAdmin, integrator: str, keys: Collection[str]) -> str:
    """Give an integrator a queue with these bindings; the password, or "" if it had one before.

    Safe to repeat: new bindings come before old ones go, so that no event is missed between.
    """
    name = queue_name(integrator)
    password = "" if broker.get("users", name) else secrets.token_urlsafe(24)
    load(broker, definitions(integrator, keys, password))
    for key, properties in _bindings(broker, name):
        if key not in keys:
            broker.delete("bindings", VHOST, "e", EXCHANGE, "q", name, properties)
    _limit(broker, name)
    return password


def rotate(broker: BrokerAdmin, integrator: str) -> str:
    """Give an integrator a new password; what waits in the queue stays.

    The user is made anew, since the broker closes the connections of a user who is removed.
    """
    name, password = queue_name(integrator), secrets.token_urlsafe(24)
    broker.delete("users", name)
    load(broker, definitions(integrator, (), password))
    _limit(broker, name)
    return password


def remove(broker: BrokerAdmin, integrator: str) -> None:
    """Take back user and queue; events that were not read stay in the event log."""
    broker.delete("users", queue_name(integrator))
    broker.delete("queues", VHOST, queue_name(integrator))


def _bindings(broker: BrokerAdmin, name: str) -> Iterator[tuple[str, str]]:
    for each in broker.get("queues", VHOST, name, "bindings") or ():
        if each["source"] == EXCHANGE:
            yield each["routing_key"], each["properties_key"]


def _limit(broker: BrokerAdmin, name: str) -> None:
    limits = {"max-connections": MOST_CONNECTIONS, "max-channels": MOST_CHANNELS}
    for limit, value in limits.items():
        broker.put("user-limits", name, limit, body={"value": value})
