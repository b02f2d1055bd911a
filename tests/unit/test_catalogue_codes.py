"""Code tables over the catalogue's API, and how they get there."""

import json
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from nameko.testing.services import worker_factory

from cli.catalogue import code_tables
from cli.catalogue.code_import import import_codes
from cli.catalogue.command import catalogue
from cli.embedded.data_folder import DataFolder
from cli.errors import CliError
from contracts.events import AgencyChanged
from foundation.errors import Error, Invalid, NotFound, Refused
from foundation.web import Request
from foundation.web.auth import Identity
from services.catalogue.domain.code_entry import CodeEntry
from services.catalogue.domain.code_tables import PROVINCES, Code
from services.catalogue.service import Catalogue
from services.catalogue.store import Codes
from tests.fakes import FakeClock, FakeStore

HUYEN = {"vi": "UBND huyện Đô Lương", "level": "district", "until": "2025-06-30"}
XA = {"vi": "UBND xã Đô Lương", "level": "commune", "since": "2025-07-01"}


class FakeCodes(FakeStore):
    """Codes in memory, with the store's named queries."""

    known, coded, provinces = Codes.known, Codes.coded, Codes.provinces

    def find_one(self, query: dict[str, Any]) -> CodeEntry | None:
        found = self.find_where(lambda each: each.id == query["_id"])
        return found[0] if found else None

    def rows(self, ids: list[str]) -> list[Code]:
        return [row for each in self.find_where(lambda each: each.id in ids) for row in each.rows]

    def leading_to(self, identity: str) -> list[CodeEntry]:
        return self.find_where(lambda each: identity in each.leads_to)

    def within(self, table: str, parent: str) -> list[Code]:
        found = self.find_where(lambda each: f"{table}:{parent}" in each.within)
        return [row for each in found for row in each.rows if row.parent == parent]

    def following(self, table: str, after: str, limit: int) -> list[CodeEntry]:
        found = self.find_where(lambda each: each.table == table and each.code > after, limit=10**6)
        return sorted(found, key=lambda each: each.id)[:limit]


class Office:
    """The catalogue with its codes."""

    def __init__(self) -> None:
        clock = FakeClock()
        self.codes = FakeCodes(CodeEntry, clock=clock)
        self.service = worker_factory(Catalogue, clock=clock, codes=self.codes)

    def request(self, body: object = None, **query: str) -> Request:
        return Request(
            method="PUT",
            path="/codes",
            headers={"content-type": "application/json", "idempotency-key": "key-1"},
            query=query,
            stream=BytesIO(json.dumps(body).encode()),
            who=Identity(subject="editor", scopes=frozenset({"catalogue:write"})),
        )

    def write(self, code: str, *rows: dict[str, Any], table: str = "agencies") -> dict[str, Any]:
        written: dict[str, Any] = self.service.write_code(self.request({"rows": rows}), table, code)
        return written

    def told(self) -> list[AgencyChanged]:
        """What was told of agencies, in its order; nothing else may have been."""
        told = [each for each in self.codes.messages if isinstance(each, AgencyChanged)]
        assert len(told) == len(self.codes.messages)
        return told

    def listed(self, table: str = "agencies", **query: str) -> list[str]:
        page = self.service.list_codes(self.request(**query), table)
        return [row["code"] for row in page["codes"]]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer as the catalogue does over HTTP, for what an import asks."""
        _, _, table, code = request.url.path.split("/")
        try:
            if request.method == "PUT":
                body = json.loads(request.content)
                answer = self.service.write_code(self.request(body), table, code)
            else:
                answer = self.service.show_code(self.request(), table, code)
        except Error as error:
            return httpx.Response(error.status, json={"detail": error.en})
        return httpx.Response(200, json=answer)

    def client(self) -> httpx.Client:
        return httpx.Client(base_url="http://catalogue", transport=httpx.MockTransport(self))


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_code_is_written_shown_and_ended_with_its_successor(office: Office) -> None:
    office.write("ubnd-xa-do-luong", XA)
    office.write("ubnd-huyen-do-luong", HUYEN | {"successors": ["ubnd-xa-do-luong"]})
    assert office.listed() == ["ubnd-xa-do-luong"]
    assert office.listed(at="2025-06-30") == ["ubnd-huyen-do-luong"]
    assert office.listed(ever="true") == ["ubnd-huyen-do-luong", "ubnd-xa-do-luong"]
    shown = office.service.show_code(office.request(), "agencies", "ubnd-huyen-do-luong")
    assert shown["rows"][0]["successors"] == ["ubnd-xa-do-luong"]
    assert shown["rows"][0]["until"] == "2025-06-30"


def test_what_stood_there_before_is_kept_with_its_moment(office: Office) -> None:
    office.write("so-a", {"vi": "Sở A"})
    written = office.write("so-a", {"vi": "Sở A và B"})
    assert written["edition"] == 2
    assert [each["rows"][0]["vi"] for each in written["earlier"]] == ["Sở A"]
    assert office.write("so-a", {"vi": "Sở A và B"})["edition"] == 2, "the same is no edition"


def test_an_agencys_change_is_told_and_another_codes_is_not(office: Office) -> None:
    office.write("ubnd-xa-do-luong", XA)
    office.write("24", {"vi": "Bắc Ninh"}, table=PROVINCES)
    told = office.told()
    assert len(told) == 1
    assert (told[0].agency, told[0].level, told[0].since) == (
        "ubnd-xa-do-luong",
        "commune",
        "2025-07-01",
    )


def test_a_successor_that_is_not_there_is_refused(office: Office) -> None:
    with pytest.raises(Refused, match="write the successor first"):
        office.write("ubnd-huyen-do-luong", HUYEN | {"successors": ["ubnd-xa-do-luong"]})


def test_a_circle_is_refused(office: Office) -> None:
    office.write("b", {"vi": "B"})
    office.write("a", {"vi": "A", "until": "2025-06-30", "successors": ["b"]})
    with pytest.raises(Refused):
        office.write("b", {"vi": "B", "until": "2026-06-30", "successors": ["a"]})
    with pytest.raises(Refused):
        office.write("b", {"vi": "B", "until": "2025-06-30", "successors": ["a"]})


def test_who_leads_to_a_code_must_go_on_leading_somewhere(office: Office) -> None:
    office.write("b", {"vi": "B"})
    office.write("a", {"vi": "A", "until": "2025-06-30", "successors": ["b"]})
    with pytest.raises(Refused, match=r"a \(A\)"):
        office.write("b", {"vi": "B", "since": "2025-08-01"})


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"vi": "  "},
        {"vi": "two\nlines"},
        {"vi": "A", "level": "city"},
        {"vi": "A", "until": "30/6/2025"},
        {"vi": "A", "until": "9999-12-31"},
        {"vi": "A", "color": "red"},
    ],
)
def test_a_bad_row_is_refused(office: Office, row: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        office.write("so-a", row)


def test_a_table_that_does_not_exist_is_not_found_and_the_others_named(office: Office) -> None:
    with pytest.raises(NotFound, match="communes"):
        office.listed("planets")


@given(st.integers(1, 7), st.lists(st.booleans(), min_size=1, max_size=25))
def test_pages_hold_everything_once(limit: int, ended: list[bool]) -> None:
    office = Office()
    for number, over in enumerate(ended):
        rows = [{"vi": "now", "since": "2025-07-01"}]
        rows += [{"vi": "then", "until": "2025-06-30"}] if over else []
        office.write(f"{number:05}", *rows, table="communes")
    for query, wanted in (({"ever": "true"}, len(ended) + sum(ended)), ({}, len(ended))):
        seen, after = [], ""
        while True:
            request = office.request(after=after, limit=str(limit), **query)
            page = office.service.list_codes(request, "communes")
            seen += [(row["code"], row["vi"]) for row in page["codes"]]
            after = page["next"]
            if not after:
                break
        assert len(seen) == len(set(seen)) == wanted


def test_the_bundled_provinces_are_imported_whole_and_twice_is_once(office: Office) -> None:
    rows = code_tables.table(PROVINCES)
    with office.client() as client:
        assert import_codes(client, PROVINCES, rows).refused == {}
        before = [each.edition for each in office.codes.things]
        assert import_codes(client, PROVINCES, rows).refused == {}
    assert [each.edition for each in office.codes.things] == before
    assert len(office.listed(PROVINCES)) == 34
    assert len(office.listed(PROVINCES, at="2025-06-30")) == 63


def test_codes_that_succeed_each_other_crosswise_can_be_imported(office: Office) -> None:
    june, july = date(2025, 6, 30), date(2025, 7, 1)
    rows = [
        Code(code="00001", vi="A", until=june, successors=("00002",)),
        Code(code="00001", vi="new B", since=july),
        Code(code="00002", vi="B", until=june, successors=("00001",)),
        Code(code="00002", vi="new A", since=july),
    ]
    with office.client() as client:
        done = import_codes(client, "communes", rows)
    assert (done.written, done.refused) == (2, {})
    assert len(office.listed("communes", ever="true")) == 4


def test_what_cannot_be_imported_is_named_and_the_rest_stands(office: Office) -> None:
    rows = [
        Code(code="so-a", vi="A", until=date(2025, 6, 30), successors=("so-nobody",)),
        Code(code="so-b", vi="B"),
    ]
    with office.client() as client:
        done = import_codes(client, "agencies", rows)
    assert done.written == 1
    assert "so-nobody" in done.refused["so-a"]


def test_a_place_is_found_in_what_was_imported(office: Office) -> None:
    places = code_tables.places()
    districts = [row for row in code_tables.table("districts") if row.code == "718"]
    wanted = {*districts[0].successors}
    old = [row for row in code_tables.table("communes") if row.parent == "718"]
    new = [row for code in sorted(wanted) for row in places.coded("communes", code)]
    new = [row for row in new if not row.until]
    with office.client() as client:
        import_codes(client, PROVINCES, code_tables.table(PROVINCES))
        refused = import_codes(client, "communes", [*old, *new]).refused
        assert refused == {}
        assert import_codes(client, "districts", districts).refused == {}
    asked = {"province": "Bình Dương", "district": "TP. Thủ Dầu Một", "commune": "P. Phú Cường"}
    answer = office.service.place(office.request(**asked))
    assert answer["province"]["vi"] == "Hồ Chí Minh"
    assert [each["vi"] for each in answer["communes"]] == ["Phường Thủ Dầu Một"]
    assert answer["certain"] is True
    assert office.service.place(office.request(province="Atlantis"))["province"] is None


def test_a_place_in_an_empty_catalogue_says_what_to_import(office: Office) -> None:
    with pytest.raises(NotFound, match="import-codes"):
        office.service.place(office.request(province="Bình Dương"))


def test_a_csv_as_people_have_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "agencies.csv"
    file.write_text(
        "\ufeffcode;vi;until;successors;verified\n"
        "ubnd-huyen-a;UBND huyện A;2025-06-30;ubnd-xa-b|ubnd-xa-c;có\n"
        "ubnd-xa-b;UBND xã B;;;không\n"
    )
    huyen, xa = code_tables.rows_in(file, "agencies")
    assert huyen.successors == ("ubnd-xa-b", "ubnd-xa-c")
    assert (huyen.verified, xa.verified, xa.until) == (True, False, None)


@pytest.mark.parametrize("text", ["", "code\n", "code,vi,verified\nx,X,perhaps\n"])
def test_a_csv_that_is_none_is_said(text: str, tmp_path: Path) -> None:
    file = tmp_path / "agencies.csv"
    file.write_text(text)
    with pytest.raises(CliError, match=r"mend this file|hãy sửa tệp này"):
        code_tables.rows_in(file, "agencies")


def test_a_place_is_asked_on_the_command_line(tmp_path: Path) -> None:
    command = ["place", "Phú Yên", "--json"]
    answer = CliRunner().invoke(catalogue, command, obj=DataFolder(tmp_path))
    assert json.loads(answer.output)["province"]["vi"] == "Đắk Lắk"
    nobody = CliRunner().invoke(catalogue, ["place", "Atlantis"], obj=DataFolder(tmp_path))
    assert nobody.exit_code != 0
