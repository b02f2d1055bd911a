"""A small OTLP/HTTP collector, so that tests can read the spans that processes send."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

SILENT = 0


@dataclass(frozen=True)
class Seen:
    """One span, with the name of the process that sent it."""

    process: str
    span: Span

    @property
    def trace(self) -> str:
        return self.span.trace_id.hex()

    @property
    def id(self) -> str:
        return self.span.span_id.hex()

    @property
    def parent(self) -> str:
        return self.span.parent_span_id.hex()

    @property
    def attributes(self) -> dict[str, str | int]:
        return {
            each.key: each.value.string_value or each.value.int_value
            for each in self.span.attributes
        }


@dataclass
class Collector:
    """What came in; `status` is what the next exports are answered with, SILENT is never."""

    url: str = ""
    status: int = 200
    seen: list[Seen] = field(default_factory=list)

    def take(self, body: bytes) -> None:
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            names = {each.key: each.value.string_value for each in resource.resource.attributes}
            self.seen += [
                Seen(names["service.name"], span)
                for scope in resource.scope_spans
                for span in scope.spans
            ]

    def named(self, name: str, process: str = "") -> list[Seen]:
        return [
            each
            for each in list(self.seen)
            if each.span.name == name and process in {"", each.process}
        ]


@contextmanager
def collecting() -> Iterator[Collector]:
    """A collector on a port of its own; its `url` is what OTEL_EXPORTER_OTLP_ENDPOINT takes."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if collector.status == SILENT:
                time.sleep(60)
            if collector.status == 200:
                collector.take(body)
            self.send_response(collector.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_what: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    collector.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield collector
    finally:
        server.shutdown()
        server.server_close()
