"""Published data in the place of a paper, or why they could not be had: then it is asked for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from marshmallow import ValidationError

from contracts.events import DossierDataLookedUp
from contracts.orders import StepOrder
from contracts.procedure import Paper
from foundation.errors import Invalid, Refused
from services.catalogue.domain.rows import Known, draft_from_row
from services.intake.domain.case.dossier import Dossier, State
from services.intake.domain.case.looked_up import LookedUp, WhyNot
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.counter import from_data, reception, supplement
from services.intake.domain.forms import parts
from services.intake.schemas.inward import FromDataFields
from tests import builders
from tests.builders import CALENDAR, PROPOSAL, REQUEST_FORM

# 5 August 2026 begins in Viet Nam at 17:00 UTC of the day before.
DAY_BEFORE = datetime(2026, 8, 4, 16, 59, 59, tzinfo=UTC)
FIRST_DAY = datetime(2026, 8, 4, 17, 0, tzinfo=UTC)
CITED = "NĐ 118/2025 (sđ NĐ 309/2026) Đ4.2a, Đ17.2a"
REGISTER = "CSDL hộ tịch"


def known(database: str = REGISTER) -> Procedure:
    papers = (Paper(name=REQUEST_FORM), Paper(name=PROPOSAL, database=database))
    return builders.procedure(papers=papers)


def handed_in() -> Dossier:
    """Without the paper that the register holds."""
    whole = builders.submitted()
    given = tuple(each for each in whole.attachments if each.paper != PROPOSAL)
    return replace(whole, attachments=given)


def found(at: datetime = FIRST_DAY, **changes: Any) -> LookedUp:
    return replace(LookedUp(paper=PROPOSAL, database=REGISTER, at=at, reference="12"), **changes)


def look(dossier: Dossier, **changes: Any) -> Dossier:
    return from_data.look_up(dossier, known(), found(**changes))[0]


def test_what_was_taken_from_data_is_not_missing() -> None:
    with pytest.raises(Refused, match=rf"{PROPOSAL} \({REGISTER}\)"):
        builders.receive(handed_in(), known(), builders.RECEIPT, FIRST_DAY)
    dossier, told = from_data.look_up(handed_in(), known(), found())
    assert told == (DossierDataLookedUp(agency=dossier.agency, paper=PROPOSAL),)
    received, _ = builders.receive(dossier, known(), builders.RECEIPT, FIRST_DAY)
    accepted, messages = reception.accept(received, 1, CALENDAR)
    (order,) = [each for each in messages if isinstance(each, StepOrder)]
    assert order.from_data == (f"{PROPOSAL} ({REGISTER}, số 12)",)
    lines = list(parts._papers(accepted))  # noqa: SLF001 -- the lines of form 01
    assert (lines[-1].name, lines[-1].electronic) == (order.from_data[0], 1)


def test_before_the_day_of_the_law_no_data_stand_for_a_paper() -> None:
    with pytest.raises(Refused, match="No law"):
        look(handed_in(), at=DAY_BEFORE)
    asked, _ = supplement.guide(handed_in(), known(), (PROPOSAL,), (PROPOSAL,), "thiếu", DAY_BEFORE)
    assert asked.requests[0].reason == "thiếu"


def test_what_published_data_hold_is_asked_for_only_when_they_cannot_be_had() -> None:
    with pytest.raises(Invalid) as held:
        supplement.guide(handed_in(), known(), (PROPOSAL,), (PROPOSAL,), "thiếu", FIRST_DAY)
    assert (held.value.article, held.value.fields) == (CITED, {"papers": [PROPOSAL]})
    assert REGISTER in held.value.vi
    tried = look(handed_in(), because=WhyNot.WRONG_DATA.value, reference="")
    with pytest.raises(Refused):
        builders.receive(tried, known(), builders.RECEIPT, FIRST_DAY)
    asked, _ = supplement.guide(tried, known(), (PROPOSAL,), (PROPOSAL,), "Xin nộp.", FIRST_DAY)
    assert asked.state is State.SUPPLEMENT
    assert asked.requests[0].reason == (
        f"Xin nộp.\nDữ liệu không khai thác được: {PROPOSAL} ({REGISTER}): dữ liệu sai."
    )
    # The data are there again before the paper is: then they serve.
    again = look(asked, at=FIRST_DAY + timedelta(hours=1))
    assert [each.because for each in again.looked_up] == [""]


def test_a_paper_whose_data_were_taken_is_not_asked_for() -> None:
    with pytest.raises(Invalid) as had:
        supplement.guide(look(handed_in()), known(""), (PROPOSAL,), (PROPOSAL,), "nữa", FIRST_DAY)
    assert had.value.fields == {"papers": [PROPOSAL]}


def test_what_no_database_holds_is_asked_for_as_ever() -> None:
    asked, _ = supplement.guide(
        handed_in(), known(""), (PROPOSAL,), (PROPOSAL,), "thiếu", FIRST_DAY
    )
    assert asked.requests[0].papers == (PROPOSAL,)


def test_nothing_is_looked_up_after_the_receipt_or_for_a_strange_paper() -> None:
    with pytest.raises(Refused):
        look(builders.accepted())
    with pytest.raises(Invalid):
        look(handed_in(), paper="Giấy không có")


def test_the_api_names_the_reasons_of_the_law_and_takes_no_others() -> None:
    body = {"paper": PROPOSAL, "database": REGISTER}
    assert FromDataFields().load(body | {"because": "disaster"})["because"] == "disaster"
    for wrong in ({"because": "no time"}, {"database": ""}, {"database": "a\nb"}):
        with pytest.raises(ValidationError):
            FromDataFields().load(body | wrong)


def test_a_row_of_the_catalogue_names_the_database_of_a_paper() -> None:
    row = {
        "code": "1.000001",
        "name_vi": "Thủ tục",
        "field": "Hộ tịch",
        "agency": "Sở Tư pháp",
        "time_value": 5,
        "time_unit": "ngày làm việc",
        "documents": [{"name": PROPOSAL, "database": REGISTER}],
    }
    draft = draft_from_row(row, Known())
    assert [each.database for each in draft.content.papers] == [REGISTER]
