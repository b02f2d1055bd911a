"""Why messages waited: by how much two looks at the metrics of a process differ.

A message that is not where it should be within milliseconds waited for one of a few things, and
each of them is counted: another try of its handler, the sweep of the outbox, a connection that
broke, or a process that stood still.
"""

from collections import Counter
from collections.abc import Mapping

import httpx
from prometheus_client.parser import text_string_to_metric_families

from bench.intake_platform import IntakePlatform

# What a handler's outcome means for a message that waits.
TRIES = {
    "at once": "tried again after some milliseconds (somebody else wrote, or it came too early)",
    "retry": "put off to a retry queue, for seconds",
    "paused": "its handler waited for the database",
    "dead": "given up: in the dead letter queue",
}
DELAYS = {
    "disconnected": "written while the relay had no connection to the broker",
    "full": "written while too much waited in the relay",
    "unconfirmed": "not confirmed before the connection broke",
    "swept": "found and sent by the sweep",
}
STANDSTILL = 1.0  # seconds by which the event loop was late
Labels = Mapping[str, str]


def waits(setup: IntakePlatform, instances: Mapping[str, str]) -> Counter[str]:
    """What waited so far, by process and reason; `instances` are services with their agency."""
    seen: Counter[str] = Counter()
    for service, agency in instances.items():
        url = f"{setup.platform.instance(service, agency).watch_url}/metrics"
        text = httpx.get(url, timeout=10).raise_for_status().text
        seen.update({f"{service}: {why}": number for why, number in counted(text).items()})
    return seen


def counted(text: str) -> dict[str, int]:
    """What waited by its reason, from a page of metrics."""
    late = Counter[str]()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            why, number = _reason(sample.name, sample.labels, sample.value)
            late[why] += number
    return {why: number for why, number in late.items() if why and number}


def _reason(name: str, labels: Labels, value: float) -> tuple[str, int]:
    """Of a sample, what it says waited and how many; "" if it says nothing of that."""
    if name == "motcua_handler_messages_total":
        return TRIES.get(labels["outcome"], ""), int(value)
    if name == "motcua_outbox_delayed_total":
        return DELAYS[labels["reason"]], int(value)
    if name == "motcua_amqp_reconnects_total":
        return f"connections of the {labels['part']} lost", int(value)
    if name == "motcua_hub_lag_seconds_count":
        return "standstills of a second or more", int(value)
    if name == "motcua_hub_lag_seconds_bucket" and float(labels["le"]) == STANDSTILL:
        return "standstills of a second or more", -int(value)
    return "", 0


def told(before: Counter[str], after: Counter[str]) -> list[str]:
    """One line for each reason that was counted in between."""
    return [f"{number:,} · {why}" for why, number in sorted((after - before).items())]
