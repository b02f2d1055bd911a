"""The metrics of every service (Prometheus).

Labels are fixed words: no personal data, no ids of dossiers.
"""

import time
from importlib import metadata

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

REQUEST, MESSAGE = "request", "message"

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_LAGS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 600, 3600)

HTTP_REQUESTS = Counter(
    "motcua_http_requests", "Requests answered", ["service", "route", "method", "code"]
)
ACCESS_REFUSED = Counter(
    "motcua_access_refused",
    "Requests for what is not the caller's; reason is not signed in, no right, another agency or "
    "not theirs",
    ["service", "door", "reason"],
)
HTTP_SECONDS = Histogram(
    "motcua_http_request_duration_seconds", "Time to answer", ["service", "route"], buckets=_QUICK
)
MESSAGES = Counter(
    "motcua_handler_messages",
    "Messages handled, by their queue; outcome is ok, duplicate, at once, retry, paused or dead",
    ["queue", "type", "outcome"],
)
MESSAGES_TOLD = Counter(
    "motcua_messages_told", "Messages written to an outbox, once each", ["type", "agency"]
)
HANDLER_SECONDS = Histogram(
    "motcua_handler_duration_seconds", "Time in a handler", ["service", "handler"], buckets=_QUICK
)
EVENT_LAG_SECONDS = Histogram(
    "motcua_event_lag_seconds",
    "From the event to the moment its effect was stored",
    ["queue"],
    buckets=_LAGS,
)
MESSAGE_SECONDS = Histogram(
    "motcua_message_seconds",
    "From an event until the message about it was handed over (handed), or its receipt came "
    "(receipt)",
    ["until", "kind", "channel"],
    buckets=(1, 2, 5, 10, 30, 60, 300, 1800, 14400, 86400, 259200),
)
PUBLISHED = Counter(
    "motcua_publish",
    "Messages sent; result is confirmed, nacked, returned or refused",
    ["service", "result"],
)
CONFIRM_SECONDS = Histogram(
    "motcua_publish_confirm_seconds",
    "From sending a batch to its last confirm",
    ["service"],
    buckets=_QUICK,
)
OUTBOX_PENDING = Gauge(
    "motcua_outbox_pending", "Things with unsent messages the last sweep saw", ["source"]
)
OUTBOX_OLDEST = Gauge(
    "motcua_outbox_oldest_pending_timestamp_seconds",
    "When the oldest unsent message was stored, or the last sweep began if there is none; "
    "0 in a process that does not sweep",
    ["source"],
)
OUTBOX_DELAYED = Counter(
    "motcua_outbox_delayed",
    "Messages not sent right after their write; reason is disconnected, full (too many wait in "
    "memory), unconfirmed (the connection broke first) or swept (found and sent by the sweep)",
    ["source", "reason"],
)
CONSUMER_UP = Gauge("motcua_amqp_consumer_up", "1 while the consumer is attached", ["queue"])
TOPOLOGY_FAULT = Gauge(
    "motcua_topology_fault", "1 while the queue is not as it should be", ["queue"]
)
RECONNECTS = Counter(
    "motcua_amqp_reconnects", "Connections to the broker lost", ["service", "part"]
)
ORDER_GAPS = Gauge(
    "motcua_order_gaps", "Dossiers of which an order of the centre is missing", ["agency"]
)
TIMER_FAILURES = Counter(
    "motcua_timer_failures",
    "Times that a timer could not deal with a thing and set it aside, to be tried again",
    ["service", "timer"],
)
WORKERS_BUSY = Gauge(
    "motcua_workers_busy", "At work now; kind is request or message", ["service", "kind"]
)
WORKERS = Gauge("motcua_workers", "How many may be at work at the same time", ["service", "kind"])
HUB_LAG_SECONDS = Histogram(
    "motcua_hub_lag_seconds", "How late the event loop wakes up, twice a second", buckets=_QUICK
)
TOKEN_KEYS_CHANGED = Gauge(
    "motcua_token_keys_changed_timestamp_seconds",
    "When the keys that tokens are checked with changed",
    ["service"],
)
CERTIFICATE_EXPIRES = Gauge(
    "motcua_certificate_expiry_timestamp_seconds",
    "When the certificate that a neighbour shows us runs out",
    ["service", "peer"],
)
SCANNER_CONFIGURED = Gauge(
    "motcua_scanner_configured",
    "1 if SCANNER_URL names a virus scanner, 0 if files are not scanned",
    ["service"],
)
SCANNER_UP = Gauge(
    "motcua_scanner_up",
    "1 if the virus scanner answered, and knew the test file, when it was last needed",
    ["service"],
)
BUILD = Gauge("motcua_build_info", "Always 1; says what runs here", ["service", "version"])
DESK_READY = Gauge(
    "motcua_desk_ready", "1 while a desk that shares a process can do its work", ["service"]
)


def wall() -> float:
    """Seconds since 1970, for measuring lags; rules get their time from the clock."""
    return time.time()


def set_build_info(service: str) -> None:
    """Show the service and the version that run here."""
    disable_created_metrics()  # type: ignore[no-untyped-call]
    BUILD.labels(service, installed_version()).set(1)


def set_worker_gauges(service: str, workers: int) -> None:
    """Show how many workers of each kind there are, none of them busy yet."""
    for kind in (REQUEST, MESSAGE):
        WORKERS_BUSY.labels(service, kind).set(0)
        WORKERS.labels(service, kind).set(workers)


def installed_version() -> str:
    """Of motcua itself; "unknown" where its files lie without having been installed."""
    try:
        return metadata.version("motcua")
    except metadata.PackageNotFoundError:
        return "unknown"


def remove_tenant_metrics(agency: str, *, queue: str, source: str) -> None:
    """Remove the series of a desk that is not here any more: they would alarm for ever."""
    of_the_service = (
        WORKERS,
        WORKERS_BUSY,
        TOKEN_KEYS_CHANGED,
        CERTIFICATE_EXPIRES,
        DESK_READY,
        TIMER_FAILURES,
    )
    for metric in of_the_service:
        metric.remove_by_labels({"service": queue})
    for metric in (CONSUMER_UP, TOPOLOGY_FAULT):
        metric.remove_by_labels({"queue": queue})
    for metric in (OUTBOX_PENDING, OUTBOX_OLDEST):
        metric.remove_by_labels({"source": source})
    ORDER_GAPS.remove_by_labels({"agency": agency})
