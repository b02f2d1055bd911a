"""Papers an agency still needs: the clock stands still, and the due dates move with it."""

from dataclasses import replace

import pytest

from contracts.events import (
    DossierRescheduled,
    DossierSupplemented,
    DossierSupplementRequested,
)
from contracts.orders import RescheduleOrder, ResumeOrder, SupplementReply, WordGiven
from foundation.errors import Duplicate, Forbidden, Invalid, Refused
from services.intake.domain.case import pause
from services.intake.domain.case.dossier import AgencyAct, Attachment, State, StepState
from services.intake.domain.counter.supplement import request_papers
from tests import builders
from tests.builders import BUILDING, CALENDAR, DOSSIER, LAND, REGISTRAR, at

ASKED = at("2020-09-18 10:00")
SUPPLIED = at("2020-09-22 15:00")  # 2 days and 3 hours of work later
DRAWING, MAP = (
    Attachment(paper="Bản vẽ", document="d-3"),
    Attachment(paper="Bản đồ", document="d-4"),
)


def test_an_agencys_request_stops_the_clock_and_tells_the_reason_to_the_applicant_alone() -> None:
    dossier, messages = builders.asked(builders.consulting(), "1.0", ASKED, "Bản vẽ")
    step = builders.step(dossier, "1.0")
    assert (dossier.state, dossier.paused) == (State.SUPPLEMENT, ASKED)
    assert (step.state, dossier.requests[0].papers) == (StepState.WAITING, ("Bản vẽ",))
    assert messages == (
        WordGiven(
            agency=REGISTRAR,
            dossier=DOSSIER,
            kind="supplement_requested",
            text="bản vẽ không đọc được",
        ),
        DossierSupplementRequested(agency=REGISTRAR, step=step.id, papers=("Bản vẽ",)),
    )


def test_a_paper_is_asked_for_once_however_often_it_was_written_down() -> None:
    dossier, messages = builders.asked(builders.consulting(), "1.0", ASKED, "Bản vẽ", "Bản vẽ")
    assert dossier.requests[0].papers == ("Bản vẽ",)
    assert isinstance(messages[1], DossierSupplementRequested)
    assert messages[1].papers == ("Bản vẽ",)
    with pytest.raises(Duplicate):
        builders.asked(dossier, "1.0", ASKED, "Bản vẽ", "Bản vẽ")


def test_an_agency_asks_once_for_a_dossier_whatever_its_own_system_allows() -> None:
    dossier, _ = builders.asked(builders.consulting(), "1.0", ASKED, "Bản vẽ")
    dossier, _ = builders.supplied(dossier, (DRAWING,), at("2020-09-18 14:00"), CALENDAR)
    with pytest.raises(Refused, match="once") as refused:
        builders.asked(dossier, "1.0", at("2020-09-18 14:01"), "Bản đồ")
    assert refused.value.article == "NĐ 61/2018 Đ19.4"
    assert builders.asked(dossier, "1.1", at("2020-09-18 14:01"), "Bản đồ")[0].requests


def test_an_agency_asks_within_three_working_days_and_what_counts_is_when_it_did() -> None:
    dossier = builders.consulting()
    last, late = at("2020-09-22 09:30"), at("2020-09-22 09:31")
    builders.asked(dossier, "1.0", last, "Bản vẽ")
    with pytest.raises(Refused, match="3 working days") as refused:
        builders.asked(dossier, "1.0", late, "Bản vẽ")
    assert refused.value.article == "NĐ 61/2018 Đ19.4"
    asking = builders.step(dossier, "1.0")
    reply = SupplementReply(agency=BUILDING, step=asking.id, papers=("Bản vẽ",), reason="mờ")
    told_late = request_papers(dossier, reply, AgencyAct(BUILDING, last), at("2020-09-25 08:00"))[0]
    assert told_late.requests[0].since == last


def test_the_time_to_ask_stands_still_with_the_whole() -> None:
    stopped, _ = pause.stop(builders.consulting(), "Đ16", "bão", at("2020-09-21 09:30"))
    going, told = pause.go_on(stopped, at("2020-09-22 09:30"), CALENDAR)
    orders = [each for each in told if isinstance(each, RescheduleOrder)]
    assert [each.ask_until for each in orders] == 2 * [at("2020-09-23 09:30")]
    assert builders.asked(going, "1.0", at("2020-09-23 09:30"), "Bản vẽ")[0].requests


def test_a_step_of_the_time_before_it_knew_until_when_is_left_to_its_desk() -> None:
    old = builders.consulting()
    old = replace(old, steps=tuple(replace(each, ask_until=None) for each in old.steps))
    assert builders.asked(old, "1.0", at("2020-10-01 10:00"), "Bản vẽ")[0].requests


def test_the_papers_move_the_due_dates_by_the_working_time_the_clock_stood_still() -> None:
    before = builders.consulting()
    dossier, _ = builders.asked(before, "1.0", ASKED, "Bản vẽ")
    done, messages = builders.supplied(dossier, (DRAWING,), SUPPLIED, CALENDAR)
    step = builders.step(done, "1.0")
    assert (done.state, done.paused, done.requests) == (State.PROCESSING, None, ())
    assert builders.step(before, "1.0").due == at("2020-09-28 09:30")
    assert step.due == at("2020-09-30 14:30")
    assert done.due == at("2020-10-12 14:30")
    assert messages == (
        DossierSupplemented(agency=REGISTRAR, documents=("d-3",), steps=(step.id,)),
        ResumeOrder(agency=BUILDING, step=step.id, due=at("2020-09-30 14:30"), documents=("d-3",)),
        DossierRescheduled(
            agency=REGISTRAR,
            due=at("2020-10-12 14:30"),
            was=at("2020-10-08 09:30"),
            article="NĐ 61/2018 Đ19.4",
        ),
    )
    assert done.attachments[-1] == DRAWING


def test_papers_that_come_within_no_working_time_move_no_date() -> None:
    dossier, _ = builders.asked(builders.consulting(), "1.0", at("2020-09-18 11:30"), "Bản vẽ")
    done, messages = builders.supplied(dossier, (DRAWING,), at("2020-09-18 13:30"), CALENDAR)
    assert (done.state, done.paused, done.due) == (State.PROCESSING, None, dossier.due)
    assert [type(each) for each in messages] == [DossierSupplemented, ResumeOrder]


def test_the_other_branch_goes_on_meanwhile() -> None:
    dossier, _ = builders.asked(builders.consulting(), "1.0", ASKED, "Bản vẽ")
    dossier, messages = builders.completed(dossier, "1.1", ASKED)
    assert (dossier.state, messages) == (State.SUPPLEMENT, ())
    dossier, _ = builders.supplied(dossier, (DRAWING,), SUPPLIED, CALENDAR)
    dossier, messages = builders.completed(dossier, "1.0", SUPPLIED)
    assert [each.agency for each in messages] == [REGISTRAR, REGISTRAR]


def test_with_two_requests_the_clock_runs_again_after_the_second() -> None:
    dossier, _ = builders.asked(builders.consulting(), "1.0", ASKED, "Bản vẽ")
    dossier, _ = builders.asked(dossier, "1.1", at("2020-09-21 10:00"), "Bản đồ")
    assert dossier.paused == ASKED
    dossier, messages = builders.supplied(dossier, (MAP,), at("2020-09-21 11:00"), CALENDAR)
    assert dossier.state is State.SUPPLEMENT
    assert [type(each) for each in messages] == [DossierSupplemented, ResumeOrder]
    assert messages[1].agency == LAND
    dossier, messages = builders.supplied(dossier, (DRAWING,), SUPPLIED, CALENDAR)
    assert dossier.state is State.PROCESSING
    assert dossier.due == at("2020-10-12 14:30")
    assert builders.step(dossier, "1.1").due == at("2020-09-28 10:30")


def test_papers_for_two_agencies_may_come_together_and_each_gets_its_own() -> None:
    dossier, _ = builders.asked(builders.consulting(), "1.0", ASKED, "Bản vẽ")
    dossier, _ = builders.asked(dossier, "1.1", ASKED, "Bản đồ")
    _, messages = builders.supplied(dossier, (MAP, DRAWING), SUPPLIED, CALENDAR)
    orders = [each for each in messages if isinstance(each, ResumeOrder)]
    assert [(each.agency, each.documents) for each in orders] == [
        (BUILDING, ("d-3",)),
        (LAND, ("d-4",)),
    ]


@pytest.mark.parametrize(
    "documents",
    [(), (DRAWING,), (DRAWING, MAP, Attachment(paper="Giấy khác", document="d-9"))],
)
def test_a_request_is_answered_whole_and_with_nothing_else(
    documents: tuple[Attachment, ...],
) -> None:
    dossier, _ = builders.asked(builders.consulting(), "1.0", ASKED, "Bản vẽ", "Bản đồ")
    with pytest.raises(Invalid) as wrong:
        builders.supplied(dossier, documents, SUPPLIED, CALENDAR)
    assert wrong.value.fields == {"documents": ["Bản vẽ", "Bản đồ"]}


def test_papers_that_nobody_asked_for_are_refused() -> None:
    for dossier in (builders.submitted(), builders.consulting(), builders.resolved()):
        with pytest.raises(Refused):
            builders.supplied(dossier, (DRAWING,), SUPPLIED, CALENDAR)


def test_a_step_that_waits_is_neither_completed_nor_asked_for_other_papers() -> None:
    dossier, _ = builders.asked(builders.consulting(), "1.0", ASKED, "Bản vẽ")
    with pytest.raises(Refused) as refused:
        builders.completed(dossier, "1.0", SUPPLIED)
    assert refused.value.article == "NĐ 61/2018 Đ19.4"
    with pytest.raises(Refused):
        builders.asked(dossier, "1.0", SUPPLIED, "Bản đồ")
    with pytest.raises(Duplicate):
        builders.asked(dossier, "1.0", SUPPLIED, "Bản vẽ")


def test_another_agency_may_not_ask_and_a_request_names_papers() -> None:
    dossier = builders.consulting()
    step = builders.step(dossier, "1.0")
    reply = SupplementReply(agency=LAND, step=step.id, papers=("Bản vẽ",), reason="thiếu")
    with pytest.raises(Forbidden):
        request_papers(dossier, reply, AgencyAct(LAND, ASKED), ASKED)
    with pytest.raises(Invalid):
        builders.asked(dossier, "1.0", ASKED)
