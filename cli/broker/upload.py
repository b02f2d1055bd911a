"""Uploads definitions to a running RabbitMQ over its management API, and checks the result."""

from collections.abc import Mapping
from typing import Any

from cli.broker.admin import BrokerAdmin
from cli.errors import CliError


def upload(definitions: Mapping[str, Any], url: str) -> None:
    """Import definitions into the broker at `http(s)://user:password@host:port`.

    Raises:
        CliError: the broker does not answer, refuses, or has a queue with other arguments, which
            it does not change.
    """
    with BrokerAdmin(url) as broker:
        load(broker, definitions)


def load(broker: BrokerAdmin, definitions: Mapping[str, Any]) -> None:
    """Import definitions into a broker that is connected; raises as `upload` does."""
    broker.load(definitions)
    live = [_queues(broker, each["name"]) for each in definitions["vhosts"]]
    _must_have_arguments(
        definitions, {name: each for queues in live for name, each in queues.items()}
    )


def _queues(broker: BrokerAdmin, vhost: str) -> dict[str, dict[str, Any]]:
    listed = broker.get("queues", vhost, columns="name,arguments", disable_stats="true")
    return {each["name"]: each["arguments"] for each in listed or ()}


def _must_have_arguments(definitions: Mapping[str, Any], live: Mapping[str, Any]) -> None:
    """Compare the queues' arguments: RabbitMQ silently keeps those of an existing queue.

    Raises:
        CliError: an existing queue has other arguments; its service could not consume from it.
    """
    wrong = [
        each["name"]
        for each in definitions["queues"]
        if live.get(each["name"], each["arguments"]) != each["arguments"]
    ]
    if wrong:
        names = ", ".join(wrong)
        raise CliError(
            f"Đã nạp, nhưng hàng đợi {names} có sẵn với tham số khác và RabbitMQ không đổi: "
            "xem docs/operating.md#topology-fault.",
            f"Loaded, but {names} had other arguments before, which RabbitMQ does not change: "
            "see docs/operating.md#topology-fault.",
        )
