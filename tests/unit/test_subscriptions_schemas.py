import json

import pytest
from marshmallow import ValidationError

from contracts.events.every import every_event
from foundation.errors import Invalid
from services.subscriptions.domain.feed import Wanted
from services.subscriptions.domain.filters import Compares, Every
from services.subscriptions.schemas.feed import EventsQuery, last_event, page, stream_piece


def test_without_a_query_the_log_is_read_from_its_beginning() -> None:
    assert EventsQuery().load({}) == Wanted(after=0, limit=100)


def test_numbers_arrive_as_text() -> None:
    query = {"after": "41", "limit": "500", "type": "step.completed", "agency": "so-xay-dung"}
    wanted = Wanted(after=41, limit=500, type="step.completed", agency="so-xay-dung")
    assert EventsQuery().load(query) == wanted


@pytest.mark.parametrize("kind", [kind.TYPE for kind in every_event()])
def test_every_event_can_be_asked_for_by_its_type(kind: str) -> None:
    assert EventsQuery().load({"type": kind}).type == kind


@pytest.mark.parametrize(
    "query",
    [
        {"after": "-1"},
        {"after": "9007199254740992"},
        {"after": "1e3"},
        {"after": ""},
        {"limit": "0"},
        {"limit": "501"},
        {"type": "dossier.accept"},
        {"type": "contact.given"},
        {"type": "dossiers.*"},
        {"agency": "Sở Xây dựng"},
        {"wait": "31"},
        {"subject": "d-1"},
    ],
)
def test_a_query_that_cannot_be_answered_names_its_field(query: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        EventsQuery().load(query)
    assert list(caught.value.messages_dict) == list(query)


def test_a_page_holds_the_events_and_where_to_go_on() -> None:
    assert json.loads(page(['{"id": "e-1"}'], 7, more=True)) == {
        "events": [{"id": "e-1"}],
        "next": 7,
        "more": True,
    }
    assert json.loads(page([], 7, more=False)) == {"events": [], "next": 7, "more": False}


def test_several_types_are_asked_for_by_what_they_begin_with() -> None:
    assert EventsQuery().load({"type": "dossier.*"}).type == "dossier.*"
    assert EventsQuery().load({"type": "*"}).filter == Every((Compares("prefix", "type", ""),))


def test_a_piece_of_a_stream_is_one_event_on_one_line_with_its_position() -> None:
    event = {"type": "word.said", "data": {"text": "một\nhai\r\n\u2028ba"}}
    head, kind, data, *end = stream_piece(7, event).decode().split("\n")
    assert (head, kind, end) == ("id: 7", "event: word.said", ["", ""])
    assert json.loads(data.removeprefix("data: ")) == event
    assert "\r" not in data


def test_a_stream_goes_on_behind_the_last_event_that_was_seen() -> None:
    assert last_event({}, 3) == 3
    assert last_event({"last-event-id": "12"}, 3) == 12
    for wrong in ("-1", "x", "1e3", "٣", "9" * 20, "1;2"):
        with pytest.raises(Invalid) as caught:
            last_event({"last-event-id": wrong}, 0)
        assert list(caught.value.fields) == ["Last-Event-ID"]
