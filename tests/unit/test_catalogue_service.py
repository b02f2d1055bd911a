import json
import unicodedata
from datetime import date
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from nameko.testing.services import worker_factory

from foundation.errors import Invalid, NotFound, Refused
from foundation.web import Request
from foundation.web.auth import Identity
from services.catalogue.domain.listing import Listing
from services.catalogue.domain.procedure import Procedure, VersionState
from services.catalogue.service import Catalogue
from tests.builders import AGENCIES
from tests.fakes import FakeClock, FakeConnectedAgencies, FakeStore

CONTENT: dict[str, Any] = {
    "name": "Cấp giấy phép xây dựng nhà ở",
    "field": "Xây dựng",
    "agency": "so-xay-dung",
    "agency_name": "Sở Xây dựng",
    "level": "province",
    "time": {
        "unit": "working_days",
        "amount": 20,
        "counted_from": "receipt",
        "supplement": "pause_then_fixed",
        "fixed": 5,
        "holds_others": False,
        "ask_within": 7,
    },
    "fees": [
        {
            "name": "Lệ phí",
            "amount": 90000,
            "case": "",
            "collected": "before",
            "article": "TT 156/2025/TT-BTC",
        }
    ],
    "channels": ["counter", "post"],
    "online_level": "partial",
    "partial_reason": "second",
    "sessions": ["morning"],
    "sessions_article": "QĐ 12/2020/QĐ-UBND Đ4",
    "at_counter": "forwarded",
    "internal_process": [
        {
            "who": "Phòng Cấp phép",
            "action": "thẩm định",
            "amount": 0.5,
            "unit": "working_days",
            "clock": "counted",
        }
    ],
    "at_centre": [{"since": "2019-12-31", "until": None}],
    "time_note": "sau khi bổ sung còn 5 ngày",
    "fee_note": "90.000đ",
    "illustrative": True,
    "unverified": ["papers"],
    "papers": [
        {
            "name": "Đơn đề nghị",
            "originals": 1,
            "copies": 0,
            "case": "",
            "required": True,
            "database": "",
            "signed": False,
            "largest": 0,
        }
    ],
    "route": [
        {
            "tasks": [
                {
                    "agency": "so-xay-dung",
                    "action": "giải quyết",
                    "amount": 20,
                    "unit": "working_days",
                    "clock": "counted",
                    "on_silence": "escalate",
                    "decides": True,
                }
            ],
            "join": "all",
        }
    ],
    "result": "Giấy phép",
    "legal_basis": ["50/2014/QH13"],
}


class FakeProcedures(FakeStore):
    def known(self, code: str) -> Procedure | None:
        return next((each for each in self.things if each.id == code), None)

    def drafted(self) -> list[Procedure]:
        return self.find_where(lambda each: each.versions[-1].state is VersionState.DRAFT)


class FakeListings:
    """The named queries of Listings over the same procedures."""

    def __init__(self, procedures: FakeProcedures) -> None:
        self.find_where = procedures.find_where

    def saying(self, words: tuple[str, ...], *, agency: str = "", field: str = "") -> list[Listing]:
        found = self.find_where(lambda each: each.public and set(words) <= set(each.words))
        listings = [each.listing for each in found]
        return [
            each
            for each in listings
            if agency in ("", each.agency) and field in ("", each.field_key)
        ]

    def following(self, after: str, limit: int, *, handled: date | None = None) -> list[Listing]:
        found = sorted(self.find_where(lambda each: each.public), key=lambda each: each.id)
        behind = [each.listing for each in found if each.id > after]
        return [each for each in behind if handled is None or each.handled(handled)][:limit]

    def listed(self) -> list[Listing]:
        return [each.listing for each in self.find_where(lambda each: each.listing)]


class Office:
    """The catalogue with its store."""

    def __init__(self) -> None:
        clock = FakeClock()
        self.procedures = FakeProcedures(Procedure, clock=clock)
        self.service = worker_factory(
            Catalogue,
            settings=SimpleNamespace(agencies=AGENCIES),
            connected_agencies=FakeConnectedAgencies(),
            clock=clock,
            procedures=self.procedures,
            listings=FakeListings(self.procedures),
        )
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

    def found(self, query: str = "", **narrowed: str) -> list[str]:
        answer = self.service.search(self.request(query=query, **narrowed))
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
    assert shown.pop("online_reason")["code"] == "second"
    assert shown == CONTENT | {"code": "1.013236", "version": 1, "state": "published"}


def test_a_procedure_is_known_by_its_code_with_the_tail_of_a_province(office: Office) -> None:
    tailed = "\ufeff1.013236.000.00.00.H04 "
    office.service.draft(office.request(CONTENT), tailed)
    office.service.publish(office.request({}), "1.013236.H38")
    assert office.service.show(office.request(), tailed)["code"] == "1.013236"
    assert office.found(after="1.013235.000.00.00.h04") == ["1.013236"]
    office.service.withdraw(office.request({}), tailed)
    with pytest.raises(NotFound):
        office.service.show(office.request(), "1.013236")


def test_names_are_kept_as_people_read_them(office: Office) -> None:
    decomposed = unicodedata.normalize("NFD", "Đơn  đề nghị\n(bản chính)")
    paper = {"name": decomposed, "case": "Trường hợp\tmới"}
    office.service.draft(office.request(CONTENT | {"papers": [paper]}), "1.013236")
    (kept,) = office.procedures.get("1.013236").versions[-1].content.papers
    assert (kept.name, kept.case) == ("Đơn đề nghị (bản chính)", "Trường hợp mới")


def test_an_agency_that_does_not_exist_is_in_no_procedure(office: Office) -> None:
    with pytest.raises(Invalid, match="Is it one of these: so-xay-dung") as caught:
        office.service.draft(office.request(CONTENT | {"agency": "so-xay-dun"}), "1.013236")
    assert caught.value.fields == {"agency": ["so-xay-dun"]}
    route = [{"tasks": [{"agency": "so-a-so-b", "action": "xem", "amount": 1, "decides": True}]}]
    with pytest.raises(Invalid) as caught:
        office.service.draft(office.request(CONTENT | {"route": route}), "1.013236")
    assert caught.value.fields == {"route": ["so-a-so-b"]}


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


def test_what_cannot_be_followed_is_kept_as_a_draft_and_refused_at_publication(
    office: Office,
) -> None:
    drafted = office.service.draft(office.request(CONTENT | {"route": []}), "1.013236")
    assert (drafted["state"], drafted["route"]) == ("draft", [])
    with pytest.raises(Refused):
        office.service.publish(office.request({}), "1.013236")


def test_what_is_written_down_is_all_told_to_intake(office: Office) -> None:
    office.publish("1.013236")
    told = office.procedures.messages[0].write()
    assert [each.pop("form") for each in told["papers"]] == [""]
    shared = told.keys() & CONTENT.keys()
    assert shared >= {"fees", "channels", "sessions", "at_counter", "time", "route", "illustrative"}
    assert "sessions_article" in shared
    assert {name: told[name] for name in shared} == {name: CONTENT[name] for name in shared}


def test_a_search_is_narrowed_by_field_agency_and_the_centre(office: Office) -> None:
    office.publish("1.000001")
    office.publish("1.000002", field="Y tế", agency="so-y-te", agency_name="Sở Y tế")
    office.publish("1.000003", at_centre=[{"since": "2019-12-31", "until": "2020-01-31"}])
    assert office.found(field="y te") == ["1.000002"]
    assert office.found(field="Y Tế", agency="so-y-te") == ["1.000002"]
    assert office.found(agency="so-xay-dung") == ["1.000001", "1.000003"]
    assert office.found(at_centre="true") == ["1.000001", "1.000002"]
    assert office.found("giấy phép", agency="so-xay-dung", at_centre="true") == ["1.000001"]
    assert office.found(agency="so-xay-dung", field="y tế") == []


@pytest.mark.parametrize("narrowed", [{}, {"query": "phép"}, {"agency": "so-xay-dung"}])
def test_the_pages_of_a_search_follow_one_another(office: Office, narrowed: dict[str, str]) -> None:
    for number in range(5):
        office.publish(f"1.00000{number}")
    shown: list[str] = []
    after = ""
    for length in (2, 2, 1):
        answer = office.service.search(office.request(limit="2", after=after, **narrowed))
        assert len(answer["procedures"]) == length
        shown += [each["code"] for each in answer["procedures"]]
        after = answer["next"]
    assert (shown, after) == ([f"1.00000{number}" for number in range(5)], "")


def test_coverage_is_counted_for_any_day_and_for_today(office: Office) -> None:
    office.publish("1.000001")
    office.publish("1.000002", agency="so-y-te", agency_name="Sở Y tế", at_centre=[])
    before = office.service.coverage(office.request(at="2019-12-30"))
    assert before["procedures"] == {"handled": 0, "total": 2, "percent": 0.0}
    today = office.service.coverage(office.request())
    assert today["at"] == "2026-11-23"
    assert today["procedures"] == {"handled": 1, "total": 2, "percent": 50.0}
    assert today["agencies"] == {"handled": 1, "total": 2, "percent": 50.0}
    assert [group["key"] for group in today["by_agency"]] == ["so-xay-dung", "so-y-te"]
    assert [group["name"] for group in today["by_field"]] == ["Xây dựng"]


def test_a_withdrawn_procedure_counts_until_the_day_it_was_withdrawn(office: Office) -> None:
    office.publish("1.000001")
    office.service.withdraw(office.request({}), "1.000001")
    for at, total in (("2026-11-22", 1), ("2026-11-23", 0)):
        assert office.service.coverage(office.request(at=at))["procedures"]["total"] == total


def test_what_is_wrong_with_a_search_is_said_in_the_language_of_whoever_asks(
    office: Office,
) -> None:
    with pytest.raises(Invalid) as wrong:
        office.service.search(office.request(limit="5000"))
    assert wrong.value.fields == {"limit": ["Phải từ 1 đến 100."]}
    with pytest.raises(Invalid) as wrong:
        office.service.coverage(office.request(at="hôm nay"))
    assert wrong.value.fields == {"at": ["Không phải ngày (YYYY-MM-DD)."]}


@pytest.mark.parametrize("at", ["31/12/2019", "2019-02-30", "0001-01-01", ""])
def test_a_day_that_cannot_be_is_refused(office: Office, at: str) -> None:
    with pytest.raises(Invalid):
        office.service.coverage(office.request(at=at))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("agency", "Sở Xây dựng"),
        ("time", 0),
        ("time", {"unit": "weeks"}),
        ("name", ""),
        ("name", "a" * 1001),
        ("route", [{}]),
        ("route", [{"tasks": [{"agency": "x", "action": "y", "amount": 1, "clock": "fast"}]}]),
        ("level", "city"),
        ("channels", []),
        ("channels", ["counter", "counter"]),
        ("channels", ["pigeon"]),
        ("fees", [{"name": "Lệ phí", "amount": 0}]),
        ("fees", [{"name": "Lệ phí", "amount": 1.5}]),
        ("sessions", ["night"]),
        ("at_counter", "somehow"),
        ("online_level", "4"),
        ("internal_process", [{"who": "", "action": "xem"}]),
        ("at_centre", [{"since": "2020-01-02", "until": "2020-01-01"}]),
        ("at_centre", [{"since": "hôm qua"}]),
        ("unverified", ["name"]),
        ("legal_basis", ["x"] * 101),
    ],
)
def test_a_wrong_field_is_named(office: Office, field: str, value: object) -> None:
    with pytest.raises(Invalid) as caught:
        office.service.draft(office.request(CONTENT | {field: value}), "1.013236")
    assert [name.partition(".")[0] for name in caught.value.fields] == [field]


def test_a_code_that_is_none_is_refused(office: Office) -> None:
    with pytest.raises(Invalid):
        office.service.draft(office.request(CONTENT), "giấy-phép")


@pytest.mark.parametrize("query", ["🏠", "%", " ... "])
def test_a_query_without_a_word_finds_nothing_and_not_everything(
    office: Office, query: str
) -> None:
    office.publish("1.000001")
    answer = office.service.search(office.request(query=query))
    assert (answer["procedures"], answer["next"]) == ([], "")
    assert office.service.search(office.request(query="  "))["procedures"]
