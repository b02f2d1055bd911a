import json
from io import BytesIO
from typing import Any

import pytest
from nameko.testing.services import worker_factory

from foundation.auth import Identity
from foundation.errors import Invalid, NotFound, Refused
from foundation.web import Request
from services.catalogue.domain.procedure import Procedure
from services.catalogue.service import Catalogue
from tests.fakes import FakeClock, FakeStore

CONTENT: dict[str, Any] = {
    "name": "Cấp giấy phép xây dựng nhà ở",
    "field": "Xây dựng",
    "agency": "so-xay-dung",
    "agency_name": "Sở Xây dựng",
    "time": {"unit": "working_days", "amount": 20},
    "papers": [{"name": "Đơn đề nghị", "originals": 1, "copies": 0, "case": "", "required": True}],
    "route": [
        {
            "tasks": [
                {
                    "agency": "so-xay-dung",
                    "action": "giải quyết",
                    "amount": 20,
                    "decides": True,
                }
            ]
        }
    ],
    "result": "Giấy phép",
    "legal_basis": ["50/2014/QH13"],
}


class FakeProcedures(FakeStore):
    def known(self, code: str) -> Procedure | None:
        return next((each for each in self.things if each.id == code), None)

    def saying(self, words: tuple[str, ...]) -> list[Procedure]:
        return self.find_where(lambda each: each.public and set(words) <= set(each.words))


class Office:
    """The catalogue with its store."""

    def __init__(self) -> None:
        clock = FakeClock()
        self.procedures = FakeProcedures(Procedure, clock=clock)
        self.service = worker_factory(Catalogue, clock=clock, procedures=self.procedures)
        self.keys = 0

    def request(self, body: object = None, **query: str) -> Request:
        self.keys += 1
        return Request(
            method="POST",
            path="/procedures",
            headers={"content-type": "application/json", "idempotency-key": f"key-{self.keys}"},
            query=query,
            stream=BytesIO(json.dumps(body).encode()),
            who=Identity(subject="editor", scopes=frozenset({"catalogue:write"})),
        )

    def publish(self, code: str, **changes: object) -> None:
        self.service.draft(self.request(CONTENT | changes), code)
        self.service.publish(self.request({}), code)

    def found(self, query: str) -> list[str]:
        answer = self.service.search(self.request(query=query))
        return [each["code"] for each in answer["procedures"]]


@pytest.fixture
def office() -> Office:
    return Office()


def test_what_was_written_is_shown_once_it_is_published(office: Office) -> None:
    office.service.draft(office.request(CONTENT), "1.013236")
    with pytest.raises(NotFound):
        office.service.show(office.request(), "1.013236")
    office.service.publish(office.request({}), "1.013236")
    shown = office.service.show(office.request(), "1.013236")
    assert shown == CONTENT | {"code": "1.013236", "version": 1, "state": "published"}


def test_writing_the_same_again_writes_nothing(office: Office) -> None:
    office.publish("1.013236")
    before = office.procedures.get("1.013236")
    assert office.service.draft(office.request(CONTENT), "1.013236")["state"] == "published"
    assert office.procedures.get("1.013236") == before
    assert [message.TYPE for message in office.procedures.messages] == ["procedure.published"]


def test_a_new_draft_does_not_touch_what_is_in_force(office: Office) -> None:
    office.publish("1.013236")
    drafted = office.service.draft(
        office.request(CONTENT | {"time": {"unit": "working_days", "amount": 25}}), "1.013236"
    )
    assert (drafted["version"], drafted["state"]) == (2, "draft")
    assert office.service.show(office.request(), "1.013236")["time"]["amount"] == 20


def test_a_withdrawn_procedure_is_neither_shown_nor_found(office: Office) -> None:
    office.publish("1.013236")
    answer = office.service.withdraw(office.request({}), "1.013236")
    assert answer.body["state"] == "withdrawn"
    assert office.found("xây dựng") == []
    with pytest.raises(NotFound):
        office.service.show(office.request(), "1.013236")


@pytest.mark.parametrize(
    "query", ["cấp giấy phép", "CAP GIAY PHEP", "1.013236", "xay dung", "so xay dung", ""]
)
def test_a_procedure_is_found_by_name_code_field_and_agency(office: Office, query: str) -> None:
    office.publish("1.013236")
    assert office.found(query) == ["1.013236"]


def test_all_words_must_be_there_and_the_answer_is_bounded(office: Office) -> None:
    for number in range(5):
        office.publish(f"1.00000{number}")
    assert office.found("giấy phép lái xe") == []
    answer = office.service.search(office.request(query="phép", limit="3"))
    assert len(answer["procedures"]) == 3
    with pytest.raises(Invalid):
        office.service.search(office.request(query="phép", limit="1000"))


def test_calendar_days_are_kept_as_a_draft_and_refused_at_publication(office: Office) -> None:
    drafted = office.service.draft(
        office.request(CONTENT | {"time": {"unit": "calendar_days", "amount": 5}}), "1.013236"
    )
    assert drafted["time"]["unit"] == "calendar_days"
    with pytest.raises(Refused):
        office.service.publish(office.request({}), "1.013236")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("agency", "Sở Xây dựng"),
        ("time", 0),
        ("time", {"unit": "weeks"}),
        ("name", ""),
        ("route", [{}]),
    ],
)
def test_a_wrong_field_is_named(office: Office, field: str, value: object) -> None:
    with pytest.raises(Invalid) as caught:
        office.service.draft(office.request(CONTENT | {field: value}), "1.013236")
    assert [name.partition(".")[0] for name in caught.value.fields] == [field]
