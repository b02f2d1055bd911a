"""What one write adds to a document: numbers, seals, messages; and how the thing lies in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, ClassVar
from uuid import RFC_4122, UUID

import bson
import pytest
from bson.codec_options import CodecOptions
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import LARGEST_BODY, decode
from contracts.history import Revision, first_broken
from contracts.message import Message
from contracts.orders import WithdrawOrder
from foundation.errors import Duplicate, Invalid, StoredResponse
from foundation.outbox import Store
from foundation.persistence import Idempotency
from foundation.persistence.document import (
    WriteContext,
    changed_fields,
    entry_fields,
    history,
    new_message_id,
    outbox_fields,
    prepare_write,
    processed_marks,
    raise_if_processed,
    revision_fields,
    to_entity,
    to_fields,
    unsent_messages,
)
from foundation.persistence.entity_fields import RESERVED_FIELDS
from tests.contract.expectations import Chest, ChestMoved, Drawer, Standing, Wood
from tests.strategies import moments, said

NOW = datetime(2026, 11, 23, 2, 0, 0, 123000, tzinfo=UTC)
OCCASION = WriteContext(now=NOW, source="motcua:test", actor="ha", traceparent="")
# What a document may hold: the database keeps years 1 to 9999, and numbers of 64 bits.
in_utc = moments.map(lambda moment: moment.astimezone(UTC))

messages = st.one_of(
    st.builds(ChestMoved, agency=st.just("home"), to=said),
    st.builds(WithdrawOrder, agency=st.sampled_from(["a", "a-b"]), step=said),
)
chests = st.builds(
    Chest,
    id=said,
    wood=st.sampled_from(Wood),
    drawers=st.lists(st.builds(Drawer, name=st.text(), opened=st.none() | in_utc), max_size=3).map(
        tuple
    ),
    weight=st.floats(allow_nan=False),
    locked=st.booleans(),
    note=said,
    standing=st.builds(Standing, room=said, since=st.none() | in_utc),
)


def kept_as(thing: Any, writes: Sequence[Sequence[Message]]) -> tuple[Any, dict[str, Any]]:
    """The thing after these writes, and its document as the database hands it back."""
    document: dict[str, Any] = {"history": [], "outbox": []}
    for each in writes:
        written = prepare_write(thing, each, OCCASION)
        thing = replace(thing, revision=written.revision)
        document["history"] += entry_fields(written.entries)
        document["outbox"] += outbox_fields(written, NOW)
    document |= {"_id": thing.id, **revision_fields(thing.revision), **to_fields(thing)}
    return thing, through_the_database(document)


def through_the_database(document: Mapping[str, Any]) -> dict[str, Any]:
    options: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)
    return dict(bson.decode(bson.encode(document), options))


@given(thing=chests, writes=st.lists(st.lists(messages, max_size=3), max_size=3))
def test_a_thing_comes_back_as_it_was_kept(thing: Chest, writes: list[list[Message]]) -> None:
    after, document = kept_as(thing, writes)
    assert to_entity(Chest, document) == after
    assert after.revision.version == len(writes)
    assert replace(after, revision=Revision()) == thing


@given(writes=st.lists(st.lists(messages, max_size=4), max_size=4))
def test_each_stream_is_numbered_without_a_gap_over_all_writes(
    writes: list[list[Message]],
) -> None:
    after, document = kept_as(Chest(id="c"), writes)
    told = [message for each in writes for message in each]
    numbered = [
        (message.stream, decode(each.body).seq)
        for message, each in zip(told, unsent_messages(document), strict=True)
    ]
    for stream, numbers in groupby(sorted(numbered, key=lambda pair: pair[0]), lambda p: p[0]):
        seqs = [seq for _, seq in numbers]
        assert seqs == list(range(1, len(seqs) + 1))
        assert after.revision.seqs[stream] == len(seqs)


def test_no_stored_name_has_a_dot_which_some_servers_refuse() -> None:
    order = WithdrawOrder(agency="so-xay-dung", step="s1")
    after, document = kept_as(Chest(id="c"), [[order], [order]])
    assert after.revision.seqs == {"orders.so-xay-dung": 2}
    assert document["seqs"] == {"orders/so-xay-dung": 2}


@pytest.mark.parametrize("older", [1, 3])
def test_the_greater_number_counts_where_an_older_process_wrote_the_dot(older: int) -> None:
    _, document = kept_as(Chest(id="c"), [])
    document["seqs"] = {"orders/so-xay-dung": 2, "orders.so-xay-dung": older}
    counted = to_entity(Chest, document).revision.seqs
    assert counted == {"orders.so-xay-dung": max(older, 2)}


@given(writes=st.lists(st.lists(messages, max_size=4), max_size=4))
def test_the_history_holds_the_events_alone_and_is_whole(writes: list[list[Message]]) -> None:
    after, document = kept_as(Chest(id="c"), writes)
    entries = history(document)
    told = [each for write in writes for each in write if isinstance(each, ChestMoved)]
    assert [entry.data for entry in entries] == [each.write() for each in told]
    assert {entry.actor for entry in entries} <= {"ha"}
    assert first_broken(entries, head=after.revision.head) is None


@given(writes=st.lists(st.lists(messages, max_size=4), max_size=3))
def test_what_waits_is_what_was_told_in_its_order(writes: list[list[Message]]) -> None:
    _, document = kept_as(Chest(id="c"), writes)
    told = [message for each in writes for message in each]
    for message, each in zip(told, unsent_messages(document), strict=True):
        envelope = decode(each.body)
        assert (each.exchange, each.key) == (message.EXCHANGE, message.routing_key)
        assert (envelope.id, envelope.subject) == (each.id, "c")
        assert (envelope.source, envelope.time) == ("motcua:test", NOW)
        assert type(message).read({**envelope.data, "agency": envelope.agency}) == message


def test_a_message_too_large_to_be_sent_is_refused_before_anything_is_kept() -> None:
    with pytest.raises(Invalid, match="too large"):
        prepare_write(Chest(id="c"), [ChestMoved(agency="home", to="x" * LARGEST_BODY)], OCCASION)


@given(moment=st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 -- hypothesis adds the zone
def test_ids_are_version_7_of_their_moment_and_never_the_same(moment: datetime) -> None:
    some = {new_message_id(moment) for _ in range(20)}
    assert len(some) == 20
    for text in some:
        number = UUID(text)
        assert (str(number), number.version, number.variant) == (text, 7, RFC_4122)
        assert number.int >> 80 == (moment - datetime(1970, 1, 1, tzinfo=UTC)) // MILLISECOND
    assert max(some) < new_message_id(moment + MILLISECOND)


MILLISECOND = timedelta(milliseconds=1)


def answered(*once: Idempotency) -> dict[str, Any]:
    return {"handled": [mark for each in once for mark in processed_marks(each, Chest(id="c"))]}


def asked(key: str, body: str) -> Idempotency:
    return Idempotency(key, body, lambda chest: StoredResponse(201, {"id": chest.id}))


def test_a_repeated_request_is_told_the_first_answer() -> None:
    with pytest.raises(Duplicate) as raised:
        raise_if_processed(answered(Idempotency("e"), asked("k", "body")), asked("k", "body"))
    assert raised.value.answer == StoredResponse(201, {"id": "c"})


def test_a_repeated_message_is_a_duplicate_without_an_answer() -> None:
    with pytest.raises(Duplicate) as raised:
        raise_if_processed(answered(asked("k", "body"), Idempotency("e")), Idempotency("e"))
    assert raised.value.answer is None


def test_another_body_under_the_same_key_is_invalid() -> None:
    with pytest.raises(Invalid, match="new key"):
        raise_if_processed(answered(asked("k", "body")), asked("k", "other"))


@pytest.mark.parametrize("document", [{}, {"handled": []}, answered(asked("k", "body"))])
@pytest.mark.parametrize("once", [None, Idempotency("new"), asked("new", "body")])
def test_what_was_never_answered_passes(document: dict[str, Any], once: Idempotency | None) -> None:
    raise_if_processed(document, once)


@pytest.mark.parametrize("name", RESERVED_FIELDS)
def test_a_thing_may_not_have_a_field_that_its_keeping_needs(name: str) -> None:
    kind: type = dataclass(type("Odd", (), {"__annotations__": {"id": str, name: str}}))

    with pytest.raises(TypeError, match=f"Odds: fields named .*{name}.* are taken"):

        class Odds(Store[Any]):
            entity: ClassVar[type] = kind
            collection = "odds"


def test_what_changed_is_spelled_as_in_the_whole_and_nothing_else_is() -> None:
    before = Chest(id="c-1", drawers=(Drawer(name="top"),))
    after = replace(before, wood=Wood.TEAK, drawers=(Drawer(name="top"), Drawer(name="low")))
    changed = changed_fields(before, after)
    assert changed.keys() == {"wood", "drawers"}
    assert to_fields(before) | changed == to_fields(after)
    assert changed_fields(after, replace(after, revision=Revision(version=7))) == {}


def test_a_flat_field_lies_at_the_top_level_of_the_document() -> None:
    chest = Chest(id="c-1", standing=Standing(room="attic", since=NOW))
    fields = to_fields(chest)
    assert (fields["room"], fields["since"]) == ("attic", NOW)
    assert "standing" not in fields
    moved = replace(chest, standing=replace(chest.standing, room="hall"))
    assert changed_fields(chest, moved) == {"room": "hall"}


@given(before=chests, after=chests)
def test_what_changed_in_any_field_makes_one_document_of_the_other(
    before: Chest, after: Chest
) -> None:
    assert to_fields(before) | changed_fields(before, after) == to_fields(after)


@pytest.mark.parametrize(
    ("stored", "standing"),
    [
        ({}, Standing()),
        ({"room": "attic"}, Standing(room="attic")),
        ({"room": "attic", "since": NOW}, Standing(room="attic", since=NOW)),
    ],
)
def test_what_a_projection_leaves_out_of_a_flat_field_is_its_default(
    stored: dict[str, Any], standing: Standing
) -> None:
    document = {"_id": "c-1", **revision_fields(Revision()), **stored}
    assert to_entity(Chest, document) == Chest(id="c-1", standing=standing)


@pytest.mark.parametrize("name", ["note", "version"])
def test_a_part_of_a_flat_field_may_not_have_a_name_that_is_taken(name: str) -> None:
    small: type = dataclass(frozen=True)(
        type("Part", (), {"__annotations__": {name: str}, name: ""})
    )

    @dataclass(frozen=True, kw_only=True)
    class Odd:
        id: str
        note: str = ""
        part: small = field(default=small(), metadata={"stored": "flat"})  # type: ignore[valid-type]
        revision: Revision = Revision()

    with pytest.raises(TypeError, match=f"Odd: fields named .*{name}.* are taken"):
        changed_fields(Odd(id="o"), Odd(id="o"))
