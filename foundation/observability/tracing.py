"""Tracing by OpenTelemetry: off unless the standard settings name a collector.

OTEL_EXPORTER_OTLP_ENDPOINT (or OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) turns it on; the other OTEL_
settings of the SDK and of its OTLP/HTTP exporter work as documented there. One trace goes from a
request through the outbox and the bus to the last handler: a span's `traceparent` is stored with
what is written in it, and sent with the message.

A span names routes, queues, messages and dossiers, never bodies or persons. The exporter runs in
a greenlet of its own; when the collector is away, spans are dropped and work goes on.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from foundation.observability import log_context
from foundation.observability.logs import log

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import SpanContext, Tracer

SERVER, PRODUCER, CONSUMER = "SERVER", "PRODUCER", "CONSUMER"

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
# A batch is put into bytes in one go, while the event loop stands still: 64 spans take about 10 ms.
LARGEST_EXPORT = 64

_PARENT = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")

Attributes = Mapping[str, str | int]


class _On:
    """The tracer of this process, once it is on."""

    tracer: "Tracer | None" = None
    provider: "TracerProvider | None" = None


@dataclass(frozen=True)
class Span:
    """One piece of work of a trace; `traceparent` is for what happens in it."""

    traceparent: str
    _span: Any = None

    def end(
        self,
        error: BaseException | None = None,
        *,
        failed: bool = False,
        attributes: Attributes | None = None,
    ) -> None:
        """It is done; of an error only its kind is told, for its text might quote a person."""
        if self._span is None:
            return
        self._span.set_attributes(dict(attributes or {}))
        if error is not None:
            self._span.set_attribute("error.type", type(error).__name__)
        if error is not None or failed:
            self._span.set_status(_status())
        self._span.end()

    def rename(self, name: str) -> None:
        """Call it by what was only learnt during the work."""
        if self._span is not None:
            self._span.update_name(name)


def start(name: str, environ: Mapping[str, str]) -> bool:
    """Begin to trace as the process `name`, if the settings say so; returns whether it does.

    A wrong OTEL_ setting is logged, and the process works without being traced.
    """
    if not wanted(environ):
        return False
    try:
        _On.provider = _provider(name, environ)
    except ValueError as error:
        log.error("tracing_is_off", reason=str(error))
        return False
    _On.tracer = _On.provider.get_tracer("motcua")
    return True


def wanted(environ: Mapping[str, str]) -> bool:
    """Whether a collector is named, and nothing switches the SDK off."""
    off = environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    off = off or environ.get("OTEL_TRACES_EXPORTER") == "none"
    return not off and any(environ.get(each) for each in ENDPOINTS)


def _provider(name: str, environ: Mapping[str, str]) -> "TracerProvider":
    # Importing the SDK takes a third of a second: only those who trace wait for it.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    own = {"service.namespace": "motcua", "service.name": environ.get("OTEL_SERVICE_NAME") or name}
    provider = TracerProvider(resource=Resource.create(own), shutdown_on_exit=False)
    largest = None if environ.get("OTEL_BSP_MAX_EXPORT_BATCH_SIZE") else LARGEST_EXPORT
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(), max_export_batch_size=largest)
    )
    return provider


def is_on() -> bool:
    """Whether this process traces: what only a span needs need not be put together without."""
    return _On.tracer is not None


def stop() -> None:
    """Send the spans that are left; the caller limits the time (foundation/runtime/run.py)."""
    provider, _On.provider, _On.tracer = _On.provider, None, None
    if provider is not None:
        provider.shutdown()


def begin(
    name: str,
    kind: str,
    parent: str,
    attributes: Attributes | None = None,
    together_with: Sequence[str] = (),
) -> Span:
    """Begin a piece of work caused by `parent`, a `traceparent` or ""; links to other causes."""
    if _On.tracer is None:
        return Span(parent)
    from opentelemetry import trace  # noqa: PLC0415 -- loaded already, since tracing is on

    cause = _context(parent)
    under = trace.set_span_in_context(trace.NonRecordingSpan(cause)) if cause else None
    others = [each for each in map(_context, together_with) if each]
    span = _On.tracer.start_span(
        name,
        context=under,
        kind=trace.SpanKind[kind],
        attributes={"motcua.service": log_context.tenant(), **(attributes or {})},
        links=[trace.Link(each) for each in others],
    )
    own = span.get_span_context()
    flags = int(own.trace_flags)
    return Span(f"00-{own.trace_id:032x}-{own.span_id:016x}-{flags:02x}", span)


def _context(traceparent: str) -> "SpanContext | None":
    from opentelemetry.trace import SpanContext, TraceFlags  # noqa: PLC0415 -- as above

    found = _PARENT.fullmatch(traceparent)
    if not found:
        return None
    trace_id, span_id, flags = (int(part, 16) for part in found.groups())
    context = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(flags & 1))
    return context if context.is_valid else None


def _status() -> Any:
    from opentelemetry.trace import StatusCode  # noqa: PLC0415 -- as above

    return StatusCode.ERROR
