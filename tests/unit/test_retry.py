"""What is taken from a message, and what becomes of it: the table of foundation.errors."""

from types import SimpleNamespace
from typing import Any

import pytest

from contracts.envelope import MalformedError
from contracts.message import UnknownWordError
from foundation.consumer.delivery import MOST_ATTEMPTS, Delivery, UnknownKindError, read_delivery
from foundation.consumer.retry import (
    PAUSES,
    QUICK_TRIES,
    Disposition,
    delay_after,
    disposition_of,
    reason_of,
)
from foundation.errors import (
    Duplicate,
    Forbidden,
    Invalid,
    NotFound,
    Refused,
    Stale,
    Unavailable,
)

TRACE = f"00-{'a' * 32}-{'b' * 16}-01"


def delivery(**changed: Any) -> Delivery:
    whole = {
        "tag": 1,
        "channel": None,
        "body": b"",
        "message_id": "m",
        "user": "u",
        "routing_key": "k",
        "attempt": 1,
        "traceparent": "",
    }
    return Delivery(**(whole | changed))


@pytest.mark.parametrize(
    ("error", "becomes"),
    [
        (None, Disposition.DONE),
        (Duplicate("", ""), Disposition.DROPPED),
        (Invalid("", ""), Disposition.BURIED),
        (Refused("", ""), Disposition.BURIED),
        (Forbidden("", ""), Disposition.BURIED),
        (MalformedError(""), Disposition.BURIED),
        (UnknownKindError(""), Disposition.RETRIED),
        (UnknownWordError(""), Disposition.RETRIED),
        (NotFound("", ""), Disposition.AT_ONCE),
        (Stale("", ""), Disposition.AT_ONCE),
        (Unavailable("", ""), Disposition.KEPT),
        (RuntimeError(""), Disposition.RETRIED),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_what_a_handler_raises_decides(error: Exception | None, becomes: Disposition) -> None:
    assert disposition_of(error, delivery()) is becomes


def test_patience_ends_in_the_delays_and_the_delays_in_the_dead_queue() -> None:
    assert disposition_of(Stale("", ""), delivery(quick_tries=QUICK_TRIES)) is Disposition.RETRIED
    assert (
        disposition_of(NotFound("", ""), delivery(quick_tries=QUICK_TRIES)) is Disposition.RETRIED
    )
    assert disposition_of(Unavailable("", ""), delivery(pauses=PAUSES)) is Disposition.RETRIED
    lasting = (Unavailable("", ""), Stale("", ""), NotFound("", ""), RuntimeError(""))
    for error in (*lasting, UnknownKindError(""), UnknownWordError("")):
        last = delivery(pauses=PAUSES, quick_tries=QUICK_TRIES, attempt=MOST_ATTEMPTS)
        assert disposition_of(error, last) is Disposition.BURIED


def test_a_reason_quotes_what_we_wrote_ourselves_and_nothing_else() -> None:
    assert reason_of(Refused("Không.", "The term is over.")) == "Refused: The term is over."
    assert reason_of(ValueError("Nguyễn Văn A, 0912345678")) == "ValueError"
    assert reason_of(Unavailable("Vắng.", "Away.")) == "Unavailable"
    assert len(reason_of(Invalid("", "x" * 9999))) == 500
    assert reason_of(None) == "NoneType"


def message(headers: Any, body: Any = b"{}", **properties: Any) -> Any:
    return SimpleNamespace(
        headers=headers,
        body=body,
        channel=None,
        properties=properties,
        delivery_info={"delivery_tag": 7, "routing_key": "k"},
    )


@pytest.mark.parametrize(
    "attempt", [0, -1, MOST_ATTEMPTS + 1, 2**70, True, "3", [1], {"a": 1}, 1.5, None]
)
def test_an_odd_attempt_counts_as_the_first(attempt: object) -> None:
    assert read_delivery(message({"attempt": attempt})).attempt == 1


@pytest.mark.parametrize(
    "trace", ["", TRACE + "\n", TRACE.upper(), "x" * 1_000_000, 5, [1], {"a": 1}, b"00"]
)
def test_an_odd_trace_counts_as_none(trace: object) -> None:
    assert read_delivery(message({"traceparent": trace})).traceparent == ""


def test_what_is_as_it_should_be_is_taken() -> None:
    headers = {"attempt": MOST_ATTEMPTS, "traceparent": TRACE, "nameko.call_id_stack": 5}
    taken = read_delivery(message(headers, "text", message_id="m" * 300, user_id="teller"))
    assert (taken.tag, taken.attempt, taken.traceparent) == (7, MOST_ATTEMPTS, TRACE)
    assert (taken.body, taken.user, len(taken.message_id)) == (b"text", "teller", 100)


def test_a_message_with_nothing_but_a_body_is_taken_too() -> None:
    taken = read_delivery(message(None, memoryview(b"{}")))
    assert (taken.body, taken.user, taken.message_id, taken.attempt) == (b"{}", "", "", 1)


@pytest.mark.parametrize(("attempt", "seconds"), [(1, 1), (2, 5), (3, 30), (4, 30), (8, 30)])
def test_each_pause_is_the_next_and_the_last_one_repeats(attempt: int, seconds: int) -> None:
    assert delay_after(attempt, (1, 5, 30)) == seconds
