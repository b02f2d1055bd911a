"""When spans are told, and what happens when the settings are wrong."""

import os
from collections.abc import Iterator

import pytest

from foundation.observability import tracing
from tests.integration.collector import collecting

HERE = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:1"}
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture(autouse=True)
def _off() -> Iterator[None]:
    yield
    tracing.stop()


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, True),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "none"}, False),
        ({"OTEL_SDK_DISABLED": "true"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
    ],
)
def test_spans_are_told_when_a_collector_is_named_and_nothing_says_no(
    changed: dict[str, str], *, told: bool
) -> None:
    assert tracing.start("intake", HERE | changed) is told


def test_off_a_span_hands_on_the_trace_it_was_given() -> None:
    span = tracing.begin("work", tracing.SERVER, PARENT)
    assert span.traceparent == PARENT
    span.rename("other")
    span.end(ValueError("ill"), failed=True, attributes={"a": 1})
    assert tracing.begin("work", tracing.SERVER, "").traceparent == ""


def test_on_a_span_is_a_new_part_of_the_same_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        assert tracing.start("intake", HERE)
        span = tracing.begin("work", tracing.CONSUMER, PARENT, {"a": 1}, [PARENT, "nonsense"])
        assert span.traceparent[:36] == PARENT[:36]
        assert span.traceparent != PARENT
        span.end()
        tracing.stop()
        (told,) = collector.named("work", "intake")
    assert f"00-{told.trace}-{told.id}-01" == span.traceparent


@pytest.mark.parametrize("parent", ["", "nonsense", f"00-{'0' * 32}-{'0' * 16}-01"])
def test_a_parent_that_is_none_begins_a_trace(parent: str) -> None:
    assert tracing.start("intake", HERE)
    begun = tracing.begin("work", tracing.SERVER, parent).traceparent
    assert len(begun) == 55
    assert begun[3:35] != "0" * 32


def test_a_wrong_setting_leaves_the_process_untraced_and_alive() -> None:
    """The SDK reads its own variables from the environment, and refuses a queue below a batch."""
    os.environ["OTEL_BSP_MAX_QUEUE_SIZE"] = "3"
    try:
        assert not tracing.start("intake", HERE)
    finally:
        del os.environ["OTEL_BSP_MAX_QUEUE_SIZE"]
    assert tracing.begin("work", tracing.SERVER, PARENT).traceparent == PARENT
