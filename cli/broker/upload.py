"""Uploads definitions to a running RabbitMQ over its management API, and checks the result."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import httpx

from cli.errors import CliError

ANSWER_WITHIN = 60.0  # seconds, in which a broker declares some hundred quorum queues


def upload(definitions: Mapping[str, Any], url: str) -> None:
    """Import definitions into the broker at `http(s)://user:password@host:port`.

    Raises:
        CliError: the broker does not answer, refuses, or has a queue with other arguments, which
            it does not change.
    """
    parts = urlsplit(url)
    login = (unquote(parts.username or ""), unquote(parts.password or ""))
    place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"
    try:
        with httpx.Client(base_url=f"{place}/api/", auth=login, timeout=ANSWER_WITHIN) as broker:
            broker.post("definitions", json=definitions).raise_for_status()
            live = [_queues(broker, each["name"]) for each in definitions["vhosts"]]
    except httpx.HTTPStatusError as error:
        raise _refused(place, error.response) from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise CliError(
            f"RabbitMQ ở {place} không trả lời ({error}): hãy xem địa chỉ, và nó có chạy không.",
            f"RabbitMQ at {place} does not answer ({error}): look at the address, and whether it "
            "runs.",
        ) from error
    _must_have_arguments(
        definitions, {name: each for queues in live for name, each in queues.items()}
    )


def _queues(broker: httpx.Client, vhost: str) -> dict[str, dict[str, Any]]:
    answer = broker.get(
        f"queues/{quote(vhost, safe='')}",
        params={"columns": "name,arguments", "disable_stats": "true"},
    )
    return {each["name"]: each["arguments"] for each in answer.raise_for_status().json()}


def _refused(place: str, answer: httpx.Response) -> CliError:
    why = answer.text[:300]
    return CliError(
        f"RabbitMQ ở {place} từ chối ({answer.status_code}: {why}): cần tài khoản administrator.",
        f"RabbitMQ at {place} refused ({answer.status_code}: {why}): the login must be an "
        "administrator's.",
    )


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
