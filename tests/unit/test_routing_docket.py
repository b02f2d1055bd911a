from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import (
    StepAssigned,
    StepCompleted,
    StepExtended,
    StepReceived,
    StepRefused,
    StepRescheduled,
    StepResumed,
    StepSupplementNeeded,
    StepWithdrawn,
)
from contracts.orders import (
    CorrectOrder,
    ExtensionReply,
    RescheduleOrder,
    ResumeOrder,
    StepOrder,
    SupplementReply,
    WithdrawOrder,
)
from foundation.errors import Duplicate, Forbidden, Invalid, NotFound, Refused
from foundation.places import moment_of
from foundation.worktime import Calendar, add_working_days
from services.routing.domain.docket.docket import Docket
from services.routing.domain.docket.step import DeskStepState, Need, Step, StepOutcome
from services.routing.domain.orders import inward
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.work import step_work

OURS = "so-xay-dung"
MONDAY = datetime(2020, 9, 14, 2, 0, tzinfo=UTC)
CALENDAR = Calendar.default()
NEED = Need(papers=("Bản vẽ",), reason="Thiếu bản vẽ")


def stands_by(docket: Docket) -> datetime:
    """The moment by which the docket stands on its lists."""
    return moment_of(docket.place)


def an_order(step: str = "d1.1", *, agency: str = OURS, decides: bool = False) -> StepOrder:
    return StepOrder(
        agency=agency,
        step=step,
        code="000.00.00.H41-200914-0001",
        procedure="1.009645",
        procedure_name="Chấp thuận chủ trương đầu tư",
        action="có ý kiến thẩm định",
        due=add_working_days(MONDAY, 7, CALENDAR),
        applicant="Công ty A",
        documents=("doc-1",),
        decides=decides,
    )


def a_docket(*, decides: bool = False) -> Docket:
    return inward.receive(None, "d1", an_order(decides=decides), MONDAY, agency=OURS, number=1)[0]


def a_resumption(step: str = "d1.1") -> ResumeOrder:
    due = MONDAY + timedelta(days=20)
    return ResumeOrder(agency=OURS, step=step, due=due, documents=("doc-1", "doc-2"))


def by(officer: str = "an", *, after: timedelta = timedelta()) -> OfficerAct:
    return OfficerAct(officer, MONDAY + after)


def only(docket: Docket) -> Step:
    return docket.steps[0]


def test_the_first_order_of_a_dossier_opens_its_docket() -> None:
    order = an_order()
    docket, messages = inward.receive(None, "d1", order, MONDAY, agency=OURS, number=1)
    assert (docket.id, docket.agency, stands_by(docket)) == ("d1", OURS, order.due)
    assert only(docket).state is DeskStepState.RECEIVED
    assert messages == (StepReceived(agency=OURS, step="d1.1", due=order.due),)


def test_a_second_run_of_the_agency_is_a_second_step_of_the_same_docket() -> None:
    docket, messages = inward.receive(
        a_docket(), "d1", an_order("d1.7"), MONDAY, agency=OURS, number=1
    )
    assert [step.id for step in docket.steps] == ["d1.1", "d1.7"]
    assert len(messages) == 1


def test_an_order_that_comes_twice_counts_once() -> None:
    with pytest.raises(Duplicate):
        inward.receive(a_docket(), "d1", an_order(), MONDAY, agency=OURS, number=1)


def test_another_agencys_order_is_forbidden() -> None:
    with pytest.raises(Forbidden):
        inward.receive(None, "d1", an_order(agency="ubnd-xa"), MONDAY, agency=OURS, number=1)


def test_taking_a_step_makes_it_the_officers_and_names_nobody_in_the_event() -> None:
    docket, messages = step_work.take(a_docket(), "d1.1", by("an"))
    assert (only(docket).state, only(docket).officer) == (DeskStepState.ASSIGNED, "an")
    assert messages == (StepAssigned(agency=OURS, step="d1.1"),)


def test_taking_it_again_is_the_same_and_another_officer_is_refused() -> None:
    docket, _ = step_work.take(a_docket(), "d1.1", by("an"))
    assert step_work.take(docket, "d1.1", by("an")) == (docket, ())
    with pytest.raises(Refused):
        step_work.take(docket, "d1.1", by("binh"))


def test_who_took_it_completes_it_and_nobody_else() -> None:
    docket, _ = step_work.take(a_docket(), "d1.1", by("an"))
    with pytest.raises(Refused):
        step_work.complete(docket, "d1.1", by("binh"), StepOutcome.AGREED)
    done, messages = step_work.complete(docket, "d1.1", by("an"), StepOutcome.AGREED, "doc-9")
    assert only(done).state is DeskStepState.COMPLETED
    assert messages == (
        StepCompleted(agency=OURS, step="d1.1", outcome="agreed", document="doc-9"),
    )


def test_a_step_nobody_took_becomes_the_officers_who_completes_it() -> None:
    done, _ = step_work.complete(a_docket(), "d1.1", by("binh"), StepOutcome.DISAGREED)
    assert only(done).officer == "binh"


def test_a_closed_step_leaves_the_work_list() -> None:
    done, _ = step_work.complete(a_docket(), "d1.1", by(), StepOutcome.AGREED)
    assert done.place == ""
    with pytest.raises(Refused):
        step_work.complete(done, "d1.1", by(), StepOutcome.AGREED)


@pytest.mark.parametrize("outcome", [StepOutcome.AGREED, StepOutcome.DISAGREED])
def test_a_deciding_step_approves_or_is_refused_by_its_own_form(outcome: StepOutcome) -> None:
    with pytest.raises(Invalid) as caught:
        step_work.complete(a_docket(decides=True), "d1.1", by(), outcome, "doc-9")
    assert "outcome" in caught.value.fields


def test_a_decision_needs_its_document() -> None:
    with pytest.raises(Invalid) as caught:
        step_work.complete(a_docket(decides=True), "d1.1", by(), StepOutcome.APPROVED)
    assert "document" in caught.value.fields


def test_a_consulted_agency_cannot_approve() -> None:
    with pytest.raises(Invalid):
        step_work.complete(a_docket(), "d1.1", by(), StepOutcome.APPROVED, "doc-9")


def test_papers_are_asked_for_without_telling_the_world_which() -> None:
    docket, messages = step_work.supplement(a_docket(), "d1.1", by(), NEED, calendar=CALENDAR)
    assert only(docket).state is DeskStepState.WAITING
    assert messages == (
        StepSupplementNeeded(agency=OURS, step="d1.1"),
        SupplementReply(agency=OURS, step="d1.1", papers=NEED.papers, reason=NEED.reason),
    )


def test_papers_may_be_asked_for_until_the_end_of_the_third_working_day_and_not_later() -> None:
    last = add_working_days(MONDAY, 3, CALENDAR) - MONDAY
    step_work.supplement(a_docket(), "d1.1", by(after=last), NEED, calendar=CALENDAR)
    late = by(after=last + timedelta(milliseconds=1))
    with pytest.raises(Refused) as caught:
        step_work.supplement(a_docket(), "d1.1", late, NEED, calendar=CALENDAR)
    assert caught.value.article == "NĐ 61/2018 Đ19.4"


@pytest.mark.parametrize("days", [1, 7])
def test_a_law_of_the_field_may_give_other_days_to_ask_for_papers(days: int) -> None:
    order = replace(an_order(), ask_within=days)
    docket, _ = inward.receive(None, "d1", order, MONDAY, agency=OURS, number=1)
    last = add_working_days(MONDAY, days, CALENDAR) - MONDAY
    step_work.supplement(docket, "d1.1", by(after=last), NEED, calendar=CALENDAR)
    late = by(after=last + timedelta(milliseconds=1))
    with pytest.raises(Refused, match=f"More than {days} working days"):
        step_work.supplement(docket, "d1.1", late, NEED, calendar=CALENDAR)


def test_until_when_papers_may_be_asked_for_is_what_the_centre_s_calendar_says() -> None:
    until = MONDAY + timedelta(days=2)
    order = replace(an_order(), ask_until=until)
    docket, _ = inward.receive(None, "d1", order, MONDAY, agency=OURS, number=1)
    late = by(after=timedelta(days=2, milliseconds=1))
    step_work.supplement(docket, "d1.1", by(after=timedelta(days=2)), NEED, calendar=CALENDAR)
    with pytest.raises(Refused, match="too late"):
        step_work.supplement(docket, "d1.1", late, NEED, calendar=CALENDAR)

    storm = RescheduleOrder(
        agency=OURS,
        step="d1.1",
        due=order.due,
        because="calendar",
        ask_until=until + timedelta(days=1),
    )
    moved, told = inward.reschedule(docket, storm, agency=OURS, number=2)
    assert told == ()
    step_work.supplement(moved, "d1.1", late, NEED, calendar=CALENDAR)
    older = replace(storm, ask_until=until)
    assert inward.reschedule(moved, older, agency=OURS, number=1)[0] == moved
    silent = replace(storm, due=order.due + timedelta(days=1), ask_until=None)
    still, _ = inward.reschedule(moved, silent, agency=OURS, number=3)
    step_work.supplement(still, "d1.1", late, NEED, calendar=CALENDAR)


def test_papers_are_asked_for_once_per_dossier_even_in_a_later_step() -> None:
    docket, _ = step_work.supplement(a_docket(), "d1.1", by(), NEED, calendar=CALENDAR)
    docket, _ = inward.receive(docket, "d1", an_order("d1.7"), MONDAY, agency=OURS, number=1)
    with pytest.raises(Refused) as caught:
        step_work.supplement(docket, "d1.7", by(), NEED, calendar=CALENDAR)
    assert caught.value.article == "NĐ 61/2018 Đ19.4"


def test_a_waiting_step_cannot_be_acted_on() -> None:
    docket, _ = step_work.supplement(a_docket(), "d1.1", by(), NEED, calendar=CALENDAR)
    with pytest.raises(Refused) as refused:
        step_work.complete(docket, "d1.1", by(), StepOutcome.AGREED)
    assert refused.value.article == "NĐ 61/2018 Đ19.4"


def test_the_papers_bring_the_step_back_to_its_officer_with_a_new_deadline() -> None:
    docket, _ = step_work.supplement(a_docket(), "d1.1", by("an"), NEED, calendar=CALENDAR)
    order = a_resumption()
    docket, messages = inward.resume(docket, order, MONDAY, agency=OURS, number=2)
    step = only(docket)
    assert (step.state, step.officer, step.due) == (DeskStepState.ASSIGNED, "an", order.due)
    assert step.documents == ("doc-1", "doc-2")
    assert stands_by(docket) == order.due
    assert messages == (StepResumed(agency=OURS, step="d1.1", due=order.due),)


def test_resuming_twice_counts_once() -> None:
    docket, _ = step_work.supplement(a_docket(), "d1.1", by(), NEED, calendar=CALENDAR)
    docket, _ = inward.resume(docket, a_resumption(), MONDAY, agency=OURS, number=2)
    with pytest.raises(Duplicate):
        inward.resume(docket, a_resumption(), MONDAY, agency=OURS, number=2)


def test_a_step_that_waits_for_nothing_cannot_be_resumed() -> None:
    with pytest.raises(Refused):
        inward.resume(a_docket(), a_resumption(), MONDAY, agency=OURS, number=2)


def test_an_order_that_overtook_its_step_is_not_found_yet() -> None:
    with pytest.raises(NotFound):
        inward.resume(a_docket(), a_resumption("d1.9"), MONDAY, agency=OURS, number=2)
    with pytest.raises(NotFound):
        inward.withdraw(a_docket(), WithdrawOrder(agency=OURS, step="d1.9"), MONDAY, agency=OURS)


def test_a_withdrawn_step_is_closed_and_a_second_withdrawal_changes_nothing() -> None:
    order = WithdrawOrder(agency=OURS, step="d1.1")
    docket, messages = inward.withdraw(a_docket(), order, MONDAY, agency=OURS)
    assert messages == (StepWithdrawn(agency=OURS, step="d1.1"),)
    assert docket.place == ""
    assert inward.withdraw(docket, order, MONDAY, agency=OURS) == (docket, ())


def test_a_withdrawal_that_crosses_the_completion_changes_nothing() -> None:
    done, _ = step_work.complete(a_docket(), "d1.1", by(), StepOutcome.AGREED)
    order = WithdrawOrder(agency=OURS, step="d1.1")
    assert inward.withdraw(done, order, MONDAY, agency=OURS) == (done, ())


def test_papers_that_come_after_the_withdrawal_change_nothing() -> None:
    docket, _ = step_work.supplement(a_docket(), "d1.1", by(), NEED, calendar=CALENDAR)
    order = WithdrawOrder(agency=OURS, step="d1.1")
    docket, _ = inward.withdraw(docket, order, MONDAY, agency=OURS)
    assert inward.resume(docket, a_resumption(), MONDAY, agency=OURS, number=2) == (docket, ())


def test_a_refusal_within_the_time_says_its_article() -> None:
    docket, messages = step_work.refuse(a_docket(), "d1.1", by(), "Luật Đầu tư 2020 Đ33", "doc-9")
    assert only(docket).state is DeskStepState.REFUSED
    assert messages == (
        StepRefused(agency=OURS, step="d1.1", article="Luật Đầu tư 2020 Đ33", document="doc-9"),
    )


def test_nothing_is_refused_after_the_deadline() -> None:
    docket = a_docket()
    docket = replace(docket, steps=(replace(only(docket), due=MONDAY),))
    with pytest.raises(Refused) as caught:
        step_work.refuse(docket, "d1.1", by(after=timedelta(minutes=1)), "Luật Đầu tư 2020 Đ33")
    assert caught.value.article == "NĐ 61/2018 Đ19.8"


def test_the_docket_is_due_when_its_most_urgent_open_step_is() -> None:
    later = replace(an_order("d1.7"), due=MONDAY + timedelta(days=60))
    docket, _ = inward.receive(a_docket(), "d1", later, MONDAY, agency=OURS, number=1)
    assert stands_by(docket) == an_order().due
    docket, _ = step_work.complete(docket, "d1.1", by(), StepOutcome.AGREED)
    assert stands_by(docket) == later.due


def a_new_date(days: int, step: str = "d1.1", *, agency: str = OURS) -> RescheduleOrder:
    due = MONDAY + timedelta(days=days)
    return RescheduleOrder(agency=agency, step=step, due=due, because="apology")


def test_the_centre_moves_the_due_date_and_the_desk_says_that_it_knows() -> None:
    docket, messages = inward.reschedule(a_docket(), a_new_date(30), agency=OURS, number=2)
    new = MONDAY + timedelta(days=30)
    assert (only(docket).due, stands_by(docket)) == (new, new)
    assert messages == (StepRescheduled(agency=OURS, step="d1.1", due=new, was=an_order().due),)


def test_a_date_for_another_agency_or_for_a_step_that_is_not_here_yet_is_not_taken() -> None:
    with pytest.raises(Forbidden):
        inward.reschedule(a_docket(), a_new_date(30, agency="ubnd-xa"), agency=OURS, number=2)
    with pytest.raises(NotFound):
        inward.reschedule(a_docket(), a_new_date(30, "d1.9"), agency=OURS, number=2)


def test_a_closed_step_is_not_moved() -> None:
    done, _ = step_work.complete(a_docket(), "d1.1", by(), StepOutcome.AGREED)
    assert inward.reschedule(done, a_new_date(30), agency=OURS, number=2) == (done, ())


def test_a_date_that_overtook_the_papers_outlives_them() -> None:
    docket, _ = step_work.supplement(a_docket(), "d1.1", by(), NEED, calendar=CALENDAR)
    docket, _ = inward.reschedule(docket, a_new_date(40), agency=OURS, number=3)
    docket, messages = inward.resume(docket, a_resumption(), MONDAY, agency=OURS, number=2)
    assert only(docket).due == MONDAY + timedelta(days=40)
    assert messages == (StepResumed(agency=OURS, step="d1.1", due=MONDAY + timedelta(days=40)),)


@given(st.permutations(range(2, 7)))
def test_in_whatever_order_dates_come_the_last_one_given_counts(coming: list[int]) -> None:
    docket = a_docket()
    for number in coming:
        docket, _ = inward.reschedule(docket, a_new_date(number), agency=OURS, number=number)
    assert only(docket).due == stands_by(docket) == MONDAY + timedelta(days=6)


def test_an_extension_apologises_in_private_and_leaves_the_date_to_the_centre() -> None:
    new = MONDAY + timedelta(days=30)
    docket, messages = step_work.extend(a_docket(), "d1.1", by(), new, "Chờ ý kiến của Bộ")
    assert only(docket).due == stands_by(docket) == an_order().due
    assert messages == (
        StepExtended(agency=OURS, step="d1.1", due=new),
        ExtensionReply(agency=OURS, step="d1.1", due=new, reason="Chờ ý kiến của Bộ"),
    )


def test_a_step_is_extended_once_even_when_its_date_has_moved_since() -> None:
    docket, _ = step_work.extend(a_docket(), "d1.1", by(), MONDAY + timedelta(days=30), "A")
    docket, _ = inward.reschedule(docket, a_new_date(30), agency=OURS, number=2)
    with pytest.raises(Refused) as caught:
        step_work.extend(docket, "d1.1", by(), MONDAY + timedelta(days=40), "B")
    assert caught.value.article == "NĐ 61/2018 Đ19.9"


def test_the_day_before_the_due_day_is_the_last_one_for_an_apology() -> None:
    # Due on Wednesday 23 September at 09:00 in Viet Nam.
    new = MONDAY + timedelta(days=30)
    eve = datetime(2020, 9, 22, 16, 59, tzinfo=UTC) - MONDAY
    step_work.extend(a_docket(), "d1.1", by(after=eve), new, "A")
    with pytest.raises(Refused) as caught:
        step_work.extend(a_docket(), "d1.1", by(after=eve + timedelta(minutes=1)), new, "A")
    assert caught.value.article == "NĐ 61/2018 Đ19.9"


def test_the_new_date_must_come_after_the_old_one() -> None:
    with pytest.raises(Invalid) as caught:
        step_work.extend(a_docket(), "d1.1", by(), an_order().due, "A")
    assert "due" in caught.value.fields


def test_another_officers_step_and_a_waiting_one_are_not_extended() -> None:
    new = MONDAY + timedelta(days=30)
    taken, _ = step_work.take(a_docket(), "d1.1", by("an"))
    with pytest.raises(Refused):
        step_work.extend(taken, "d1.1", by("binh"), new, "A")
    waiting, _ = step_work.supplement(a_docket(), "d1.1", by(), NEED, calendar=CALENDAR)
    with pytest.raises(Refused):
        step_work.extend(waiting, "d1.1", by(), new, "A")


def test_a_corrected_name_is_shown_and_found_and_a_late_older_one_changes_nothing() -> None:
    docket, _ = inward.receive(None, "d1", an_order(), MONDAY, agency=OURS, number=1)
    order = CorrectOrder(agency=OURS, applicant="Nguyễn Thị Hòa", fields=("name",))
    right, messages = inward.correct(docket, order, agency=OURS, number=3)
    assert (right.applicant, messages) == ("Nguyễn Thị Hòa", ())
    assert "nguyen thi hoa" in right.words
    assert "cong ty a" not in right.words
    assert {"000.00.00.h41-200914-0001", "1.009645"} <= set(right.words)
    older = replace(order, applicant="Nguyễn Thị Hoa")
    assert inward.correct(right, older, agency=OURS, number=2) == (right, ())
    later, _ = inward.receive(right, "d1", an_order("d1.2"), MONDAY, agency=OURS, number=4)
    assert later.applicant == "Nguyễn Thị Hòa"


def test_another_agencys_correction_is_refused() -> None:
    docket, _ = inward.receive(None, "d1", an_order(), MONDAY, agency=OURS, number=1)
    order = CorrectOrder(agency="so-y-te", applicant="X", fields=("name",))
    with pytest.raises(Forbidden):
        inward.correct(docket, order, agency=OURS, number=2)
