"""Messages: every kind survives the wire, old and new readers understand one another."""

import json
import traceback
import types
import typing
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.envelope import MalformedError
from contracts.events import DossierAccepted, ProcedurePublished
from contracts.message import Message
from contracts.orders import ContactGiven, StepOrder, WordGiven
from contracts.procedure import Paper, Stage, Task, TimeLimit, Unit
from tests.contract.golden import kinds
from tests.strategies import json_values, moments, said

CANARY = "Nguyễn Thị Canary"
DUE = datetime(2020, 10, 8, 2, 30, tzinfo=UTC)
ACCEPTED = DossierAccepted(agency="so-xay-dung", code="H41-1", procedure="1.009645", due=DUE)

every_kind = pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.TYPE)


@dataclass(frozen=True, kw_only=True)
class Thing(Message):
    """A message with every shape a field may have."""

    TYPE = "thing.tried"
    EXCHANGE = "events"
    text: str
    number: int
    share: float
    yes: bool
    at: datetime
    parts: tuple[Paper, ...]
    later: datetime | None = None


def built(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a dataclass, field by field."""
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{field.name: valued(hints[field.name]) for field in fields(kind)})


def valued(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of one field's type."""
    if isinstance(hint, types.UnionType):
        return st.one_of(*(valued(part) for part in hint.__args__))
    if typing.get_origin(hint) is tuple:
        return st.lists(valued(hint.__args__[0]), max_size=3).map(tuple)
    if is_dataclass(hint):
        return built(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return st.sampled_from(hint)
    plain = {
        str: st.just("") | said,
        int: st.integers(),
        float: st.floats(allow_nan=False, allow_infinity=False),
        bool: st.booleans(),
        datetime: moments,
        types.NoneType: st.none(),
    }
    return plain[hint]


messages = st.sampled_from(sorted(kinds(), key=lambda kind: kind.TYPE)).flatmap(built)


def over_the_wire(message: Message) -> Any:
    """What a reader gets of a message's data."""
    return json.loads(json.dumps(message.write()))


@settings(max_examples=200)
@given(messages)
def test_every_kind_of_message_survives_the_wire(message: Message) -> None:
    assert type(message).read(over_the_wire(message)) == message


@given(built(Thing))
def test_every_shape_of_field_survives_the_wire(thing: Thing) -> None:
    assert Thing.read(over_the_wire(thing)) == thing


@given(messages, json_values)
def test_a_reader_ignores_fields_of_a_newer_writer(message: Message, added: object) -> None:
    newer = {"added_later": added, **over_the_wire(message)}
    assert type(message).read(newer) == message


def test_a_reader_ignores_new_fields_inside_a_field() -> None:
    route = (Stage(tasks=(Task(agency="ubnd-xa", action="xac_minh", amount=3),)),)
    published = ProcedurePublished(
        agency="trung-tam",
        version=1,
        name="Cấp phép",
        field="Xây dựng",
        time=TimeLimit(unit=Unit.WORKING_DAYS, amount=17),
        papers=(),
        route=route,
    )
    data = over_the_wire(published)
    data["route"][0]["tasks"][0]["added_later"] = True
    assert ProcedurePublished.read(data) == published


@every_kind
def test_a_reader_accepts_a_writer_that_knew_no_defaulted_field(kind: type[Message]) -> None:
    example = kinds()[kind]
    older = over_the_wire(example)
    for field in fields(kind):
        if field.default is not MISSING:
            del older[field.name]
    read = kind.read(older)
    assert all(
        getattr(read, field.name)
        == (field.default if field.default is not MISSING else getattr(example, field.name))
        for field in fields(kind)
    )


@every_kind
def test_a_missing_required_field_is_malformed(kind: type[Message]) -> None:
    for field in fields(kind):
        if field.default is MISSING:
            data = over_the_wire(kinds()[kind])
            del data[field.name]
            with pytest.raises(MalformedError, match=f"{field.name} is missing"):
                kind.read(data)


@settings(max_examples=20)
@pytest.mark.parametrize("wrong", [CANARY, 5, 5.5, True, None, [CANARY], {CANARY: CANARY}])
@given(data=st.data())
def test_a_value_of_the_wrong_type_is_malformed_and_never_quoted(
    wrong: object, data: st.DataObject
) -> None:
    example = ContactGiven(
        agency="trung-tam", owner="citizen-1", name=CANARY, phone="0900", email="a@example.org"
    )
    good = over_the_wire(data.draw(st.sampled_from([ACCEPTED, example])))
    kind = ContactGiven if "phone" in good else DossierAccepted
    good[data.draw(st.sampled_from(sorted(good)))] = [wrong]
    with pytest.raises(MalformedError) as caught:
        kind.read(good)
    assert "Canary" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "changes",
    [
        {"number": True},
        {"number": 1.0},
        {"number": "1"},
        {"yes": 1},
        {"text": None},
        {"at": "2020-09-15T02:30:00"},
        {"at": CANARY},
        {"at": 0},
        {"later": CANARY},
        {"parts": {"name": CANARY}},
        {"parts": [CANARY]},
        {"parts": [{"originals": 1}]},
        {"parts": [{"name": CANARY, "originals": CANARY}]},
    ],
)
def test_each_shape_of_field_refuses_other_shapes(changes: dict[str, object]) -> None:
    thing = Thing(agency="x", text="", number=1, share=0.5, yes=True, at=DUE, parts=())
    with pytest.raises(MalformedError) as caught:
        Thing.read(over_the_wire(thing) | changes)
    assert "Canary" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("data", [None, [], "text", 5])
def test_data_that_is_no_object_is_malformed(data: Any) -> None:
    with pytest.raises(MalformedError, match=r"dossier\.accepted is not an object"):
        DossierAccepted.read(data)


def test_an_event_is_routed_by_type_and_agency_in_one_stream() -> None:
    assert ACCEPTED.routing_key == "dossier.accepted.so-xay-dung"
    assert (ACCEPTED.EXCHANGE, ACCEPTED.stream) == ("events", "events")


def test_an_order_is_routed_by_agency_alone_in_a_stream_of_its_own() -> None:
    order = kinds()[StepOrder]
    assert order.routing_key == order.agency
    assert (order.EXCHANGE, order.stream) == ("orders", f"orders.{order.agency}")


def test_a_word_to_the_applicant_goes_by_the_contacts() -> None:
    word = kinds()[WordGiven]
    assert word.routing_key == f"contact.word.{word.agency}"
    assert (word.EXCHANGE, word.stream) == ("contacts", "contacts")
