"""The register of a unit and year, and forms issued on demand."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from nameko.testing.services import worker_factory

from contracts.forms import FormFilled
from contracts.procedure import AtCounter
from foundation.errors import Invalid, NotFound, Refused
from foundation.pdf.renderer import Renderer
from foundation.web import Request
from foundation.web.auth import Identity
from foundation.worktime import local_day
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import Dossier, State
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.counter.dossier_code import day_book
from services.intake.domain.counter.register import RegisterRow, days_of, row
from services.intake.service import Intake
from tests import builders
from tests.builders import RECEIVED, SETTINGS, at
from tests.fakes import FakeClock, FakeStore

CLERK = Identity("cán bộ 1", frozenset({"counter"}))


class BookedDossiers(FakeStore):
    """Dossiers with the one named query of the register."""

    def in_book(
        self, book: str, after: str, *, limit: int, only: Sequence[str] = ()
    ) -> list[Dossier]:
        assert not only, "the register has all of a dossier"
        # Asked for each day of a year: only what is found is read, as by the index of the database.
        found = [each["_id"] for each in self.documents.values() if each["book"] == book]
        dossiers = sorted(map(self.get, found), key=lambda each: each.code)
        return [each for each in dossiers if each.code > after][:limit]


class Office:
    def __init__(self, printer: Renderer) -> None:
        self.clock = FakeClock(at("2026-01-05 08:00"))
        self.dossiers = BookedDossiers(Dossier, clock=self.clock)
        self.service = worker_factory(
            Intake,
            clock=self.clock,
            dossiers=self.dossiers,
            procedures=FakeStore(Procedure, clock=self.clock),
            press=printer,
            settings=SETTINGS,
        )

    def file(self, days: int, number: int, **changes: Any) -> Dossier:
        received = RECEIVED + timedelta(days=days)
        unit = changes.pop("unit", builders.UNIT)
        book = day_book(unit, local_day(received))
        code = f"{book}-{number:04}"
        dossier = replace(
            builders.accepted(),
            id=f"{code}",
            received=received,
            book=book,
            code=code,
            **changes,
        )
        filed: Dossier = self.dossiers.save(dossier)
        return filed

    def register(self, year: str = "2020", **query: str) -> bytes:
        response = self.service.register(Request(who=CLERK, query=query), year=year)
        return b"".join(response.response)


@pytest.fixture(scope="module")
def printer() -> Iterator[Renderer]:
    made = Renderer()
    yield made
    made.close()


@pytest.fixture
def office(printer: Renderer) -> Office:
    return Office(printer)


def lines(book: bytes) -> tuple[int, int]:
    """Pages, and rows in the bodies of the tables."""
    with pikepdf.open(BytesIO(book)) as pdf:
        assert pdf.check_pdf_syntax() == []
        assert pdf.Root.MarkInfo.Marked
        kinds = [
            str(each.S)
            for each in pdf.objects
            if isinstance(each, pikepdf.Dictionary) and "/S" in each and "/P" in each
        ]
        size = [float(side) for side in pdf.pages[0].mediabox[2:]]
        assert size == pytest.approx((841.89, 595.28), abs=0.1)
        heads = kinds.count("/THead")
        return len(pdf.pages), kinds.count("/TR") - heads


def test_the_register_holds_every_dossier_of_the_unit_and_year_and_no_other(
    office: Office,
) -> None:
    for day in range(26):
        for number in (1, 2, 3, 4):
            office.file(day, number)
    office.file(200, 1)
    office.file(0, 9, unit="000.00.12.H41")
    office.file(0, 5, at_counter=AtCounter.SAME_DAY)
    pages, rows = lines(office.register())
    assert rows == 26 * 4 + 1
    assert pages > 4
    assert lines(office.register(unit="000.00.12.H41"))[1] == 1
    assert lines(office.register("2021"))[1] == 1


def test_a_year_without_dossiers_is_one_page_that_says_so(office: Office) -> None:
    assert lines(office.register("2019")) == (1, 0)


def test_the_register_is_read_and_printed_in_parts(office: Office) -> None:
    for number in range(1, 202):
        office.file(0, number)
    response = office.service.register(Request(who=CLERK), year="2020")
    pieces = list(response.response)
    assert len(pieces) >= 1 + 3
    assert lines(b"".join(pieces))[1] == 201
    assert response.headers["Content-Disposition"] == (
        'attachment; filename="so-theo-doi-000.00.00.H41-2020.pdf"'
    )


@pytest.mark.parametrize(
    ("year", "unit"),
    [("20", builders.UNIT), ("hai", builders.UNIT), ("1999", builders.UNIT), ("2020", '"><b>')],
)
def test_a_year_or_unit_that_cannot_be_is_refused(office: Office, year: str, unit: str) -> None:
    with pytest.raises(Invalid):
        office.register(year, unit=unit)


def test_a_line_says_who_when_and_how_it_ended() -> None:
    dossier = replace(
        builders.resolved(),
        state=State.RETURNED,
        returned=Channel.POST,
        handed_over=at("2020-10-01 08:00"),
    )
    line = row(dossier, 7)
    assert isinstance(line, RegisterRow)
    assert (line.number, line.code, line.holder) == (7, dossier.code, "Nguyễn Thị Hoa")
    assert (line.returned, line.returned_by) == (at("2020-10-01 08:00"), "post")
    assert line.note == "trước hạn"
    assert row(replace(dossier, outcome="refused"), 7).note == "từ chối; trước hạn"
    assert row(replace(builders.accepted(), state=State.WITHDRAWN), 1).note == "rút hồ sơ"
    assert row(builders.accepted(), 1).note == ""


def test_a_year_has_all_its_days() -> None:
    assert len(list(days_of(2020))) == 366
    assert len(list(days_of(2026))) == 365


def issue(office: Office, dossier: Dossier, kind: str, key: str = "k-1") -> Any:
    request = Request(
        method="POST",
        path=f"/dossiers/{dossier.id}/forms/{kind}",
        headers={"idempotency-key": key},
        who=CLERK,
    )
    return office.service.issue(request, dossier_id=dossier.id, kind=kind)


def test_a_form_is_issued_on_demand_with_names_from_the_list_of_agencies(office: Office) -> None:
    dossier = office.file(0, 1)
    answer = issue(office, dossier, "control")
    told = [each for each in office.dossiers.messages if isinstance(each, FormFilled)]
    assert answer.status == 201
    assert answer.body["document"] == told[0].document
    assert (told[0].number, told[0].office.clerk) == ("06", "cán bộ 1")
    assert told[0].tracking == f"https://motcua.example/tracking/{dossier.code}"
    assert told[0].control is not None
    assert "Sở Kế hoạch và Đầu tư" in {each.receiver for each in told[0].control.hand_overs}
    assert [each.document for each in office.dossiers.get(dossier.id).forms] == [told[0].document]


def test_a_form_without_cause_or_of_no_kind_is_not_issued(office: Office) -> None:
    dossier = office.file(0, 1)
    with pytest.raises(Refused):
        issue(office, dossier, "refusal")
    with pytest.raises(NotFound, match="receipt"):
        issue(office, dossier, "passport")
    assert office.dossiers.get(dossier.id).forms == ()
