import pytest
from marshmallow import ValidationError

from services.subscriptions.domain.feed import Wanted, every_event
from services.subscriptions.schemas.feed import EventsQuery, page


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
        {"agency": "Sở Xây dựng"},
        {"subject": "d-1"},
    ],
)
def test_a_query_that_cannot_be_answered_names_its_field(query: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        EventsQuery().load(query)
    assert list(caught.value.messages_dict) == list(query)


def test_a_page_holds_the_events_and_where_to_go_on() -> None:
    assert page([{"id": "e-1"}], 7, more=True) == {
        "events": [{"id": "e-1"}],
        "next": 7,
        "more": True,
    }
    assert page([], 7, more=False) == {"events": [], "next": 7, "more": False}
