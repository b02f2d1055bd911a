"""An integrator's queue on the broker: durable, filtered by its bindings, read by it alone.

An integrator has one user, which may read this queue and nothing else: it configures nothing,
publishes nothing, and binds nothing. A full queue holds up nobody: it lets its oldest events go,
and those are still in the event log, where `seq` shows the gap.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from contracts.events import Event
from foundation.broker.topology import (
    EXCHANGES,
    KEPT,
    NOTHING,
    VHOST,
    binding_entry,
    escaped,
    queue_entry,
    user_entry,
)

PREFIX = "integrator."
EXCHANGE = Event.EXCHANGE
EVERYTHING = "*"
MOST_BYTES = 256 * 1024**2
MOST_CONNECTIONS = 4
MOST_CHANNELS = 16


def queue_name(integrator: str) -> str:
    """The integrator's queue, which is also its user."""
    return f"{PREFIX}{integrator}"


def binding_keys(types: Iterable[str], agency: str, known: Collection[str]) -> Iterator[str]:
    """Keys for types of events (`dossier.resolved`, `dossier.*`, `*`), of one agency or all ("").

    An event's routing key is its type and its agency. A key for a group of types takes those in
    too that come with a later version.

    Raises:
        ValueError: none of the `known` types is meant.
    """
    for each in types:
        begins = each.removesuffix(EVERYTHING)
        group = begins != each and begins[-1:] in {"", "."}
        if not (any(kind.startswith(begins) for kind in known) if group else each in known):
            raise ValueError(each)
        ends = [agency] if agency else [] if group else [EVERYTHING]
        yield ".".join([f"{begins}#", *ends] if group else [each, *ends])


def definitions(integrator: str, keys: Iterable[str], password: str = "") -> dict[str, Any]:
    """What the broker imports for an integrator; without a password its user stays as it is."""
    name = queue_name(integrator)
    limits = {"x-max-length-bytes": MOST_BYTES, "x-overflow": "drop-head"}
    closed = {"user": name, "vhost": VHOST}
    return {
        "vhosts": [{"name": VHOST}],
        "users": [user_entry(name, password)] if password else [],
        "permissions": [
            {**closed, "configure": NOTHING, "write": NOTHING, "read": f"^{escaped(name)}$"}
        ],
        "topic_permissions": [
            {**closed, "exchange": each, "write": NOTHING, "read": NOTHING} for each in EXCHANGES
        ],
        "queues": [queue_entry(name, {**KEPT, **limits})],
        "bindings": [binding_entry(EXCHANGE, name, key) for key in keys],
    }
