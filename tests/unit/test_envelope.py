"""The envelope: what is sent comes back, and what is not ours is refused without being quoted."""

import json
import traceback
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import (
    DEEPEST_JSON,
    LARGEST_BODY,
    Envelope,
    MalformedError,
    canonical,
    decode,
    read_time,
    write_time,
)
from tests.strategies import json_values, moments, said

CANARY = "Nguyễn Thị Canary"
MOMENT = datetime(2020, 9, 15, 2, 30, 0, 123000, tzinfo=UTC)
ENVELOPE = Envelope(
    id="01748f1c-2e80-7000-8000-000000000001",
    source="motcua:intake",
    type="dossier.accepted",
    subject="dossier-1",
    time=MOMENT,
    seq=2,
    agency="so-xay-dung",
    data={"code": "000.00.00.H41-200915-0001"},
)

envelopes = st.builds(
    Envelope,
    id=said,
    source=said,
    type=said,
    subject=said,
    time=moments,
    seq=st.integers(min_value=0),
    agency=said,
    data=st.dictionaries(said, json_values, max_size=4),
    traceparent=st.just("") | said,
)


@given(envelopes)
def test_what_is_encoded_is_decoded_the_same(envelope: Envelope) -> None:
    assert decode(envelope.encode()) == envelope


@given(envelopes)
def test_the_same_message_has_the_same_bytes(envelope: Envelope) -> None:
    assert decode(envelope.encode()).encode() == envelope.encode()


@given(envelopes, said, json_values)
def test_an_attribute_we_do_not_know_is_ignored(
    envelope: Envelope, name: str, value: object
) -> None:
    fields = {f"x-{name}": value, **json.loads(envelope.encode())}
    assert decode(json.dumps(fields).encode()) == envelope


@given(moments)
def test_a_time_keeps_its_moment_and_is_sent_in_utc(moment: datetime) -> None:
    text = write_time(moment)
    assert text.endswith("Z")
    assert read_time(text) == moment


def test_the_wire_shows_milliseconds_and_z() -> None:
    hanoi = timezone(timedelta(hours=7))
    assert write_time(datetime(2020, 9, 15, 9, 30, tzinfo=hanoi)) == "2020-09-15T02:30:00.000Z"


def test_a_moment_without_zone_is_not_sent() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        write_time(datetime(2020, 9, 15))  # noqa: DTZ001 -- the point of the test


def test_a_time_without_zone_is_malformed() -> None:
    with pytest.raises(MalformedError, match="no zone"):
        read_time("2020-09-15T02:30:00")


def test_canonical_json_has_one_spelling() -> None:
    assert canonical({"b": 1, "a": ["Đ", None]}) == '{"a":["Đ",null],"b":1}'.encode()
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical(float("nan"))


def test_an_absent_traceparent_is_not_sent() -> None:
    assert b"traceparent" not in ENVELOPE.encode()


def edited(**changes: Any) -> bytes:
    """The wire form with some attributes changed, `...` taking one away."""
    fields = {**json.loads(ENVELOPE.encode()), **changes}
    return json.dumps({name: value for name, value in fields.items() if value is not ...}).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe\xfa",
        b"5",
        b"[1]",
        b"null",
        b"{",
        b"(dp0\n",
        CANARY.encode(),
        f'{{"specversion": "1.0", "id": "{CANARY}'.encode(),
        b"[" * 100_000,
        b"9" * 5_000,
        edited(specversion="0.3"),
        edited(specversion=...),
        edited(data=[CANARY]),
        edited(data=CANARY),
        edited(data={CANARY: float("nan")}),
        edited(data={CANARY: float("inf")}),
        edited(data={CANARY: "\ud800"}),
        edited(data={CANARY: "half"}).replace(b"half", b"\xed\xa0\x80"),
        edited(time=CANARY),
        edited(time=f"2020-09-15 {CANARY}"),
        edited(time="2020-09-15T02:30:00"),
        edited(time="0001-01-01T00:00:00+14:00"),
        edited(time=1600137000),
        edited(seq=...),
        edited(seq=CANARY),
        edited(seq="2"),
        edited(seq=2.0),
        edited(seq=True),
        edited(seq=-1),
        edited(traceparent=5),
        *(edited(**{name: ...}) for name in ("id", "source", "type", "subject", "time", "agency")),
        *(edited(**{name: ""}) for name in ("id", "source", "type", "subject", "time", "agency")),
        *(edited(**{name: [CANARY]}) for name in ("id", "source", "type", "subject", "agency")),
    ],
)
def test_what_is_no_message_of_ours_is_malformed_and_never_quoted(body: bytes) -> None:
    with pytest.raises(MalformedError) as caught:
        decode(body)
    assert "Canary" not in "".join(traceback.format_exception(caught.value))


@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_do_worse_than_malformed(body: bytes) -> None:
    with pytest.raises(MalformedError):
        decode(body)


def test_a_message_may_be_as_large_as_the_bound_and_no_larger() -> None:
    room = LARGEST_BODY - len(edited(data={"text": ""}))
    assert decode(edited(data={"text": "x" * room})).data["text"] == "x" * room
    with pytest.raises(MalformedError, match="larger"):
        decode(edited(data={"text": "x" * (room + 1)}))


def test_a_message_may_be_as_deep_as_the_bound_and_no_deeper() -> None:
    def nested(levels: int) -> object:
        return {"in": nested(levels - 1)} if levels > 1 else {}

    deepest = nested(DEEPEST_JSON - 1)  # the envelope around it is a level too
    assert decode(edited(data=deepest)).data == deepest
    with pytest.raises(MalformedError, match="deeper"):
        decode(edited(data={"in": deepest}))
