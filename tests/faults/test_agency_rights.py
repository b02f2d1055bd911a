"""Agency B's credential at agency A's queues and under A's name: refused by the broker, each time.

What is tried is drawn from the topology itself: every queue that is not B's own, every exchange,
and every key by which somebody else's queue is bound.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import amqp
import pytest

from foundation.broker import topology
from services.feedback.service import FeedbackService
from services.intake.service import Intake
from services.routing.service import Routing
from tests.faults.broker import connection
from tests.faults.proofs import figures
from tests.platform_fixtures import Platform
from tests.processes import Bench, bench

OURS, THEIRS = "so-xay-dung", "cong-an-tinh"
US = f"routing.{OURS}"
REFUSED = amqp.exceptions.AccessRefused
NEW = "a-queue-of-our-own"
Attempt = Callable[[Any], object]


@pytest.fixture(scope="module")
def agencies(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """The topology of two agencies, the centre and the feedback service; nothing is running."""
    services: list[type] = [Routing, Intake, FeedbackService]
    with bench(platform, services, tmp_path_factory.mktemp("logs"), [OURS, THEIRS]) as made:
        yield made


def attempts(definitions: dict[str, Any]) -> dict[str, Attempt]:
    """What B must not be able to do, by a sentence."""
    found: dict[str, Attempt] = {}
    for queue in (each["name"] for each in definitions["queues"]):
        if queue != US:
            found |= _at_queue(queue)
    for exchange in (each["name"] for each in definitions["exchanges"]):
        found |= _at_exchange(exchange)
    for binding in definitions["bindings"]:
        found |= _under_key(binding["source"], binding["routing_key"])
    return found | _new_things() | _under_own_name()


def _at_queue(queue: str) -> dict[str, Attempt]:
    return {
        f"consume from {queue}": lambda channel: channel.basic_consume(queue),
        f"get from {queue}": lambda channel: channel.basic_get(queue),
        f"purge {queue}": lambda channel: channel.queue_purge(queue),
        f"delete {queue}": lambda channel: channel.queue_delete(queue),
        f"declare {queue} otherwise": lambda channel: channel.queue_declare(queue, durable=True),
        f"bind {queue} to what B hears": lambda channel: channel.queue_bind(queue, "orders", OURS),
        f"write to {queue} by the default exchange": lambda channel: _publish(channel, "", queue),
    }


def _at_exchange(exchange: str) -> dict[str, Attempt]:
    return {
        f"bind B's own queue to {exchange}": lambda channel: channel.queue_bind(US, exchange, "#"),
        f"delete {exchange}": lambda channel: channel.exchange_delete(exchange),
        f"declare {exchange} otherwise": lambda channel: channel.exchange_declare(
            exchange, "fanout", durable=True, auto_delete=False
        ),
        f"bind {exchange} to another": lambda channel: channel.exchange_bind(
            "events.unrouted", exchange, "#"
        ),
    }


def _under_key(exchange: str, key: str) -> dict[str, Attempt]:
    """Keys of others: `*` stands for the other agency, B's own order key for the centre's."""
    other = key.replace("*", THEIRS).replace("#", THEIRS)
    if exchange == "retry" and key.startswith(f"{US}."):
        return {}
    return {f"publish {other!r} to {exchange}": lambda channel: _publish(channel, exchange, other)}


def _new_things() -> dict[str, Attempt]:
    return {
        "declare a queue": lambda channel: channel.queue_declare(NEW),
        "declare a secret queue": lambda channel: channel.queue_declare("", exclusive=True),
        "declare an exchange": lambda channel: channel.exchange_declare(NEW, "topic"),
        "delete B's own queue": lambda channel: channel.queue_delete(US),
    }


def _under_own_name() -> dict[str, Attempt]:
    keys = (
        f"step.completed.{THEIRS}.{OURS}",
        f"dossier.accepted.{OURS}",
        f"step.ordered.{OURS}",
        f"coin.paid.{OURS}",
        OURS,
    )
    return {
        f"publish {key!r}, which is not for B to say": partial(_publish, exchange="events", key=key)
        for key in keys
    }


def _publish(channel: Any, exchange: str, key: str, user: str = US) -> None:
    channel.confirm_select()
    channel.basic_publish_confirm(amqp.Message(b"{}", user_id=user), exchange, key)


def test_the_credential_of_one_agency_is_refused_everything_that_is_not_its_own(
    agencies: Bench,
) -> None:
    tried = attempts(agencies.definitions)
    opened = connection(agencies.platform.amqp_url(US))
    allowed = [sentence for sentence, attempt in tried.items() if not _is_denied(opened, attempt)]
    opened.close()
    assert not allowed
    queues = {each["name"] for each in agencies.platform.api("GET", "queues")}
    assert queues == {each["name"] for each in agencies.definitions["queues"]}
    figures(f"{US} at everybody else's things", tried=len(tried), allowed=len(allowed))


def _is_denied(opened: Any, attempt: Attempt) -> bool:
    channel = opened.channel()
    try:
        attempt(channel)
    except REFUSED:
        return True
    channel.close()
    return False


@pytest.mark.parametrize("user", ["intake", f"routing.{THEIRS}", "operator"])
def test_an_agency_cannot_publish_as_somebody_else(agencies: Bench, user: str) -> None:
    opened = connection(agencies.platform.amqp_url(US))
    with pytest.raises(amqp.exceptions.PreconditionFailed, match="user_id"):
        _publish(opened.channel(), "events", f"step.completed.{OURS}", user)
    opened.close()


def test_the_same_credential_may_do_its_own_work(agencies: Bench) -> None:
    opened = connection(agencies.platform.amqp_url(US))
    own: dict[str, Attempt] = {
        "consume": lambda channel: channel.basic_consume(US),
        "tell of a step": lambda channel: _publish(channel, "events", f"step.completed.{OURS}"),
        "reply": lambda channel: _publish(channel, "replies", f"reply.supplement.{OURS}"),
        "bury": lambda channel: _publish(channel, "retry", topology.dead_key(US)),
    }
    refused = [sentence for sentence, attempt in own.items() if _is_denied(opened, attempt)]
    opened.close()
    assert not refused


def test_what_was_refused_stands_in_the_log_of_the_broker(agencies: Bench) -> None:
    opened = connection(agencies.platform.amqp_url(US))
    assert _is_denied(opened, lambda channel: channel.basic_consume(f"routing.{THEIRS}"))
    logs = agencies.platform.folder.path("rabbitmq", "log").glob("*.log")
    said = "".join(log.read_text(encoding="utf-8") for log in logs)
    assert f"access to queue 'routing.{THEIRS}'" in said
    assert f"refused for user '{US}'" in said
