"""The topology of the broker: exchanges, queues, bindings, users and rights, as definitions.

Services run without the right to configure anything; what is here is all there is. It is
derived from the services themselves: what a service's methods are `@on` gets bound, and its
class says in `publishes`, by exchange, what it may publish: a regular expression over routing keys,
in which `{agency}` stands for the agency's own code. A service with `per_agency = True` runs
once per agency, with a queue and a user for each.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contracts.message import AGENCY_CODE, Message
from foundation.settings import queue_of

RETRY = "retry"
EXCHANGES = ("events", "orders", "replies", "contacts", RETRY)
VHOST = "/"
DELIVERY_LIMIT = 20
LARGEST_QUEUE = 1024**3
# From RabbitMQ 4.0 on a quorum queue drops what was delivered twenty times, and each look at the
# dead letters is a delivery: what nobody may lose gets a limit nobody reaches.
KEPT = {"x-delivery-limit": 1_000_000}
NOTHING = "^$"


@dataclass(frozen=True)
class WorkQueue:
    """The queue of one process kind: what it is called, what is bound to it, what it may write."""

    name: str
    bindings: tuple[tuple[str, str], ...]
    writes: Mapping[str, str]


def retry_key(queue: str, seconds: int) -> str:
    """The retry queue, and its key on the retry exchange, where messages wait `seconds`."""
    return f"{queue}.retry.{seconds}s"


def dead_key(queue: str) -> str:
    """The dead letter queue, and its key: messages that are not tried again automatically."""
    return f"{queue}.dead"


def work_queues(services: Iterable[type], agencies: Sequence[str]) -> list[WorkQueue]:
    """One per service, one per agency for routing.

    Raises:
        ValueError: a code that is none; one with a point could be another's queue or two words.
    """
    wrong = [each for each in agencies if not AGENCY_CODE.fullmatch(each)]
    if wrong:
        raise ValueError(f"these are no codes of an agency (like so-xay-dung): {wrong}")
    queues = []
    for service in services:
        own = agencies if getattr(service, "per_agency", False) else ("",)
        queues += [_work_queue(service, agency) for agency in own]
    return queues


def users(services: Iterable[type], agencies: Sequence[str]) -> list[str]:
    """Every user of the broker: one per work queue, `watch` to look on, `operator` to mend."""
    return [each.name for each in work_queues(services, agencies)] + ["watch", "operator"]


def definitions(
    services: Iterable[type],
    agencies: Sequence[str],
    passwords: Mapping[str, str],
    delays: Sequence[int],
) -> dict[str, Any]:
    """RabbitMQ's definitions.json; `passwords` by user, `delays` the seconds between tries."""
    work = work_queues(services, agencies)
    return {
        "rabbit_version": "3.10.8",
        "vhosts": [{"name": VHOST}],
        "users": [user_entry(name, password) for name, password in passwords.items()],
        "permissions": [_permissions(each) for each in work] + _keepers(),
        "topic_permissions": [right for each in work for right in _topic_rights(each)],
        "exchanges": [part for name in EXCHANGES for part in _exchange(name)],
        "queues": [queue_entry(unrouted(name), KEPT) for name in EXCHANGES]
        + [part for each in work for part in _queues(each.name, delays)],
        "bindings": [binding_entry(unrouted(name), unrouted(name), "") for name in EXCHANGES]
        + [part for each in work for part in _bindings(each, delays)],
        "policies": [],
        "parameters": [],
    }


def unrouted(exchange: str) -> str:
    """The alternate exchange, and its queue, of messages that matched no binding."""
    return f"{exchange}.unrouted"


def arguments(queue: str) -> dict[str, Any]:
    """The arguments that a work queue must have been declared with."""
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": RETRY,
        "x-dead-letter-routing-key": dead_key(queue),
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
        "x-max-length-bytes": LARGEST_QUEUE,
    }


def _heard(service: type) -> Iterator[tuple[type[Message], bool]]:
    """Each kind that a method of the service hears, and whether only what no queue wanted."""
    for name in dir(service):
        for entrypoint in getattr(getattr(service, name), "nameko_entrypoints", ()):
            for kind in getattr(entrypoint, "kinds", {}).values():
                yield kind, getattr(entrypoint, "unrouted", False)


def _work_queue(service: Any, agency: str) -> WorkQueue:
    bindings = {
        (unrouted(kind.EXCHANGE), "") if back else (kind.EXCHANGE, _binding_key(kind, agency))
        for kind, back in _heard(service)
    }
    writes = {
        exchange: pattern.replace("{agency}", escaped(agency))
        for exchange, pattern in service.publishes.items()
    }
    name = queue_of(service.name, agency)
    return WorkQueue(name, tuple(sorted(bindings)), writes)


def _binding_key(kind: type[Message], agency: str) -> str:
    if kind.EXCHANGE == "orders":
        return agency or "#"
    return f"{kind.TYPE}.*"


def user_entry(name: str, password: str) -> dict[str, Any]:
    """A user as definitions have it; the password stands there as a salted hash."""
    tags = {"watch": "monitoring", "operator": "administrator"}.get(name, "")
    salt = secrets.token_bytes(4)
    digest = hashlib.sha256(salt + password.encode()).digest()
    return {
        "name": name,
        "password_hash": base64.b64encode(salt + digest).decode(),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": tags,
    }


def _permissions(queue: WorkQueue) -> dict[str, str]:
    exchanges = "|".join([*sorted(queue.writes), RETRY])
    return {
        "user": queue.name,
        "vhost": VHOST,
        "configure": NOTHING,
        "write": f"^({exchanges})$",
        "read": f"^{escaped(queue.name)}$",
    }


def _keepers() -> list[dict[str, str]]:
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    nothing = {"configure": NOTHING, "write": NOTHING, "read": NOTHING}
    return [
        {"user": "operator", "vhost": VHOST, **everything},
        {"user": "watch", "vhost": VHOST, **nothing},
    ]


def _topic_rights(queue: WorkQueue) -> list[dict[str, str]]:
    own_retries = rf"^{escaped(queue.name)}\.(retry\.[0-9]+s|dead)$"
    writes = {**queue.writes, RETRY: own_retries}
    return [
        {
            "user": queue.name,
            "vhost": VHOST,
            "exchange": exchange,
            "write": writes.get(exchange, NOTHING),
            "read": NOTHING,
        }
        for exchange in EXCHANGES
    ]


def escaped(name: str) -> str:
    """A name as part of a regular expression over names."""
    return name.replace(".", r"\.").replace("-", r"\-")


def _exchange(name: str) -> list[dict[str, Any]]:
    settled = {"vhost": VHOST, "durable": True, "auto_delete": False, "internal": False}
    alternate = {"alternate-exchange": unrouted(name)}
    return [
        {"name": name, "type": "topic", "arguments": alternate, **settled},
        {"name": unrouted(name), "type": "fanout", "arguments": {}, **settled},
    ]


def queue_entry(name: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    """A durable quorum queue as definitions have it, with `extra` arguments."""
    return {
        "name": name,
        "vhost": VHOST,
        "durable": True,
        "auto_delete": False,
        "arguments": {"x-queue-type": "quorum", **extra},
    }


def _queues(work: str, delays: Sequence[int]) -> list[dict[str, Any]]:
    waits = [queue_entry(retry_key(work, each), _waits(work, each)) for each in delays]
    return [queue_entry(work, arguments(work)), *waits, queue_entry(dead_key(work), KEPT)]


def _waits(work: str, seconds: int) -> dict[str, Any]:
    return {
        "x-message-ttl": seconds * 1000,
        "x-dead-letter-exchange": RETRY,
        "x-dead-letter-routing-key": work,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def _bindings(work: WorkQueue, delays: Sequence[int]) -> list[dict[str, Any]]:
    told = [binding_entry(exchange, work.name, key) for exchange, key in work.bindings]
    own = [work.name, dead_key(work.name), *(retry_key(work.name, each) for each in delays)]
    return told + [binding_entry(RETRY, queue, queue) for queue in own]


def binding_entry(exchange: str, queue: str, key: str) -> dict[str, Any]:
    """A binding as definitions have it."""
    return {
        "source": exchange,
        "vhost": VHOST,
        "destination": queue,
        "destination_type": "queue",
        "routing_key": key,
        "arguments": {},
    }
