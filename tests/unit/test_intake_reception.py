"""At the counter: handing in, receiving, refusing, and the numbers of the day."""

from datetime import timedelta

import pytest

from contracts.components import Component, Digitisation
from contracts.events import (
    DossierAccepted,
    DossierRefused,
    DossierSubmitted,
    ProcedureWithdrawn,
    StepOrdered,
)
from contracts.orders import ContactGiven, StepOrder, WordGiven
from contracts.procedure import Paper, Stage, TimeLimit, Unit
from foundation.errors import Duplicate, Invalid, NotFound, Refused
from services.intake.domain.case import procedure
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import Attachment, State, StepState
from services.intake.domain.case.visibility import shown_to
from services.intake.domain.counter import dossier_code, reception
from tests import builders
from tests.builders import CALENDAR, DOSSIER, OWNER, RECEIPT, RECEIVED, REGISTRAR, at


def test_the_ten_states_have_the_numbers_of_the_circular() -> None:
    assert [state.number for state in State] == list(range(1, 11))
    assert State.SUBMITTED.number == 1
    assert State.SUPPLEMENT.number == 5
    assert State.WITHDRAWN.number == 7
    assert State.RETURNED.number == 10
    assert [channel.number for channel in Channel] == [1, 2, 3, 4]


def test_a_citizen_hands_a_dossier_in() -> None:
    dossier, messages = reception.submit(
        DOSSIER, builders.submission(), builders.procedure(), RECEIVED, CALENDAR, owner=OWNER
    )
    assert (dossier.state, dossier.code, dossier.due) == (State.SUBMITTED, "", None)
    # How to reach the applicant goes first: whoever is told of the dossier then knows it.
    assert messages == (
        ContactGiven(
            agency=REGISTRAR,
            owner=OWNER,
            name="Nguyễn Thị Hoa",
            phone="+84912345678",
            email="hoa@example.vn",
        ),
        DossierSubmitted(
            agency=REGISTRAR, procedure="1.009645", channel="online", documents=("d-1", "d-2")
        ),
    )


def test_a_clerk_hands_in_for_a_person_who_then_owns_no_sign_in() -> None:
    assert builders.submitted(channel=Channel.COUNTER).owner == ""
    assert builders.submitted(channel=Channel.POST).owner == ""


@pytest.mark.parametrize(
    ("channel", "owner"), [(Channel.ONLINE, ""), (Channel.COUNTER, OWNER), (Channel.POST, OWNER)]
)
def test_citizens_hand_in_online_and_clerks_at_the_counter(channel: Channel, owner: str) -> None:
    handed_in = builders.submission(channel=channel)
    with pytest.raises(Invalid) as wrong:
        reception.submit(DOSSIER, handed_in, builders.procedure(), RECEIVED, CALENDAR, owner=owner)
    assert "channel" in wrong.value.fields


def test_nothing_is_handed_in_for_a_procedure_out_of_force() -> None:
    gone, _ = procedure.withdraw(
        builders.procedure(), ProcedureWithdrawn(agency=REGISTRAR, version=1)
    )
    with pytest.raises(Refused) as refused:
        reception.submit(DOSSIER, builders.submission(), gone, RECEIVED, CALENDAR, owner=OWNER)
    assert refused.value.article == "NĐ 61/2018 Đ17.1"


def test_a_paper_the_procedure_does_not_know_is_invalid() -> None:
    strange = builders.submission(documents=(Attachment(paper="Giấy khác", document="d-9"),))
    with pytest.raises(Invalid) as wrong:
        reception.submit(DOSSIER, strange, builders.procedure(), RECEIVED, CALENDAR, owner=OWNER)
    assert wrong.value.fields == {"documents": ["Giấy khác"]}


def test_acceptance_gives_code_due_date_and_the_orders_of_the_first_stage() -> None:
    received, silent = builders.receive(
        builders.submitted(), builders.procedure(), RECEIPT, RECEIVED
    )
    dossier, messages = reception.accept(received, 7, CALENDAR)
    due, step_due = at("2020-10-08 09:30"), at("2020-09-17 09:30")
    assert silent == ()
    assert (dossier.state, dossier.due) == (State.ACCEPTED, due)
    assert dossier.code == "000.00.00.H41-200915-0007"
    first = f"{DOSSIER}.0.0"
    assert messages == (
        DossierAccepted(
            agency=REGISTRAR,
            code=dossier.code,
            procedure="1.009645",
            due=due,
            components=2,
            digitised=2,
        ),
        StepOrdered(agency=REGISTRAR, step=first, action="gửi lấy ý kiến", due=step_due),
        StepOrder(
            agency=REGISTRAR,
            step=first,
            code=dossier.code,
            procedure="1.009645",
            procedure_name="Chấp thuận chủ trương đầu tư",
            action="gửi lấy ý kiến",
            due=step_due,
            applicant="Nguyễn Thị Hoa",
            documents=("d-1", "d-2"),
            ask_until=at("2020-09-18 09:30"),
            components=(
                Component(
                    paper=builders.REQUEST_FORM, state=Digitisation.DIGITISED, documents=("d-1",)
                ),
                Component(
                    paper=builders.PROPOSAL, state=Digitisation.DIGITISED, documents=("d-2",)
                ),
            ),
        ),
    )
    assert [step.state for step in dossier.steps] == [StepState.OPEN] + 4 * [StepState.PLANNED]


def test_an_incomplete_dossier_is_not_received_and_all_that_is_missing_is_named_at_once() -> None:
    dossier = builders.submitted(documents=())
    with pytest.raises(Refused) as refused:
        builders.receive(dossier, builders.procedure(), RECEIPT, RECEIVED)
    assert refused.value.article == "NĐ 61/2018 Đ17.1"
    assert refused.value.fields == {"documents": [builders.REQUEST_FORM, builders.PROPOSAL]}


def test_a_dossier_keeps_the_version_in_force_at_its_receipt() -> None:
    newer = builders.procedure(version=2, time=TimeLimit(unit=Unit.WORKING_DAYS, amount=10))
    received, _ = builders.receive(builders.submitted(), newer, RECEIPT, RECEIVED)
    dossier, _ = reception.accept(received, 1, CALENDAR)
    assert (dossier.procedure_version, dossier.time.amount) == (2, 10)
    assert dossier.due == at("2020-09-29 09:30")


def test_the_code_bears_the_day_it_is_in_viet_nam() -> None:
    assert dossier_code.book_of(RECEIPT.unit, at("2020-09-16 06:30")) == "000.00.00.H41-200916"
    assert at("2020-09-16 06:30").day == 15


def test_a_register_has_its_own_codes_between_its_bounds_and_no_others() -> None:
    book, next_day = "000.00.00.H41-200915", "000.00.00.H41-200916"
    first, behind = dossier_code.codes_of(book)
    numbers = (1, 9, 9999, 10_000, 99_999)
    assert all(first < dossier_code.code_of(book, number) < behind for number in numbers)
    others = (next_day, "000.00.00.H41-200914", "000.00.01.H41-200915", "000.00.00.H4-200915")
    assert not [each for each in others if first < dossier_code.code_of(each, 1) < behind]


def test_receiving_twice_changes_nothing_and_accepting_twice_gives_the_same_code() -> None:
    once, _ = builders.receive(builders.submitted(), builders.procedure(), RECEIPT, RECEIVED)
    later = RECEIVED + timedelta(days=1)
    assert builders.receive(once, builders.procedure(version=9), RECEIPT, later) == (once, ())
    dossier, _ = reception.accept(once, 1, CALENDAR)
    assert reception.accept(dossier, 99, CALENDAR) == (dossier, ())


def test_a_dossier_is_not_accepted_without_a_receipt_nor_after_its_end() -> None:
    with pytest.raises(Refused):
        reception.accept(builders.submitted(), 1, CALENDAR)
    with pytest.raises(Refused):
        reception.accept(builders.resolved(), 1, CALENDAR)
    refused, _ = reception.refuse(builders.submitted(), "NĐ 61/2018 Đ17.1", "sai thẩm quyền")
    with pytest.raises(Refused):
        builders.receive(refused, builders.procedure(), RECEIPT, RECEIVED)


def test_a_refusal_tells_the_article_to_all_and_the_reason_to_the_applicant_alone() -> None:
    reason = "không thuộc thẩm quyền của tỉnh"
    dossier, messages = reception.refuse(builders.submitted(), "NĐ 61/2018 Đ17.1", reason)
    assert dossier.state is State.REFUSED
    assert messages == (
        WordGiven(agency=REGISTRAR, dossier=DOSSIER, kind="refused", text=reason),
        DossierRefused(agency=REGISTRAR, article="NĐ 61/2018 Đ17.1"),
    )


def test_a_dossier_that_is_getting_its_code_is_not_refused() -> None:
    received, _ = builders.receive(builders.submitted(), builders.procedure(), RECEIPT, RECEIVED)
    with pytest.raises(Refused) as refused:
        reception.refuse(received, "NĐ 61/2018 Đ17.1", "muộn rồi")
    assert "code" in refused.value.en


def test_others_see_a_dossier_exactly_as_if_it_did_not_exist() -> None:
    dossier, counter = builders.submitted(), builders.submitted(channel=Channel.COUNTER)
    assert shown_to(dossier, OWNER, clerk=False) is dossier
    assert shown_to(dossier, "cán bộ", clerk=True) is dossier
    with pytest.raises(NotFound):
        shown_to(dossier, "người khác", clerk=False)
    with pytest.raises(NotFound):
        shown_to(counter, "", clerk=False)


# The procedures.


def test_versions_may_be_told_in_any_order() -> None:
    second = builders.procedure(version=2)
    with pytest.raises(Duplicate):
        procedure.publish(second, builders.published(version=1))
    with pytest.raises(Duplicate):
        procedure.publish(second, builders.published(version=2))


def test_a_withdrawal_told_before_the_publication_still_holds() -> None:
    gone = ProcedureWithdrawn(agency=REGISTRAR, version=2)
    early, _ = procedure.withdraw(builders.procedure(), gone)
    told, _ = procedure.publish(early, builders.published(version=2))
    again, _ = procedure.publish(told, builders.published(version=3))
    assert not told.in_force
    assert again.in_force
    with pytest.raises(Duplicate):
        procedure.withdraw(early, gone)


@pytest.mark.parametrize("route", [(), (Stage(tasks=()),)])
def test_a_route_that_leads_to_nobody_is_invalid(route: tuple[Stage, ...]) -> None:
    with pytest.raises(Invalid):
        builders.procedure(route=route)


def cased(*cases: str) -> procedure.Procedure:
    papers = (Paper(name="Đơn"), *(Paper(name=f"Giấy {case}", case=case) for case in cases))
    return builders.procedure(papers=papers)


def test_papers_are_required_by_case() -> None:
    both = cased("cá nhân", "tổ chức")
    assert procedure.required_papers(both, "cá nhân") == ("Đơn", "Giấy cá nhân")
    assert procedure.required_papers(cased("cá nhân"), "") == ("Đơn", "Giấy cá nhân")
    assert procedure.required_papers(cased(), "") == ("Đơn",)


@pytest.mark.parametrize(
    ("known", "case"), [(("cá nhân", "tổ chức"), ""), (("cá nhân",), "hộ"), ((), "hộ")]
)
def test_the_case_must_be_one_the_procedure_knows(known: tuple[str, ...], case: str) -> None:
    with pytest.raises(Invalid) as wrong:
        procedure.required_papers(cased(*known), case)
    assert "case" in wrong.value.fields


# The numbers of the day.


def test_the_code_is_the_day_book_and_the_number() -> None:
    book = "000.00.00.H41-200915"
    assert dossier_code.code_of(book, 3) == "000.00.00.H41-200915-0003"
    assert dossier_code.code_of(book, 10_000) == "000.00.00.H41-200915-10000"


def test_receipt_and_code_are_one_act() -> None:
    dossier, messages = reception.take_in(
        builders.submitted(),
        builders.procedure(),
        RECEIPT,
        7,
        RECEIVED,
        CALENDAR,
        builders.known(builders.submitted()),
    )
    assert (dossier.received, dossier.code) == (RECEIVED, "000.00.00.H41-200915-0007")
    assert [each for each in messages if isinstance(each, DossierAccepted)]
