"""Which forms follow from an act, of which edition, and what stands on them."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.envelope import LARGEST_BODY
from contracts.events import DossierPaused
from contracts.forms import Edition, FormFilled, FormKind, FormLanguage
from contracts.message import Message
from contracts.procedure import AtCounter, Collected
from foundation.errors import Refused
from foundation.text.cleaning import harmless_paragraphs
from services.intake.domain.case import pause
from services.intake.domain.case.dossier import (
    Applicant,
    Attachment,
    Channel,
    Charge,
    Decided,
    Dossier,
    Proxy,
    State,
)
from services.intake.domain.counter import ending, reception
from services.intake.domain.forms import issuing
from services.intake.domain.forms.parts import LONGEST_REASON, FormIssuer
from tests import builders, journeys
from tests.builders import CALENDAR, RECEIVED, at

AGENCIES = Path(__file__).parents[2] / "catalogue-data" / "agencies.json"
NAMES: Mapping[str, str] = {
    each["code"]: each["name_vi"] for each in json.loads(AGENCIES.read_text("utf-8"))
}
OFFICE = FormIssuer(
    unit=builders.UNIT,
    name="Trung tâm Phục vụ hành chính công tỉnh Nghệ An",
    address="16 Trường Thi, Vinh",
    phone="0238 3 123 456",
    clerk="cán bộ 1",
    tracking="https://motcua.example/tracking/",
    names=NAMES,
)


def accepting(dossier: Dossier | None = None) -> Decided:
    received, _ = builders.receive(
        dossier or builders.submitted(), builders.procedure(), builders.RECEIPT, RECEIVED
    )
    return reception.accept(received, 1, CALENDAR)


def forms_of(decided: Decided, now: str = "2020-09-15 09:30") -> list[FormFilled]:
    _, messages = issuing.with_forms(decided, OFFICE, at(now))
    return [each for each in messages if isinstance(each, FormFilled)]


def only(decided: Decided, now: str = "2020-09-15 09:30") -> FormFilled:
    (form,) = forms_of(decided, now)
    return form


def test_an_accepted_dossier_has_form_01_with_every_field() -> None:
    dossier, _ = accepting()
    dossier = replace(
        dossier,
        applicant=replace(dossier.applicant, address="Xóm 5", identity="040185001234"),
        proxy=Proxy(name="Lê Văn Ba", phone="+84911", identity="0401", authority="Giấy ủy quyền"),
        originals=(builders.PROPOSAL,),
        channel=Channel.COUNTER,
        charges=(
            Charge(
                id="1",
                name="Lệ phí",
                amount=150000,
                collected=Collected.BEFORE,
                requested=RECEIVED,
                paid=RECEIVED,
            ),
        ),
    )
    form = only((dossier, accepting()[1]))
    assert (form.number, form.edition, form.kind) == ("01", Edition.OF_2018, FormKind.RECEIPT)
    assert form.tracking == f"https://motcua.example/tracking/{dossier.code}"
    assert (form.submitter.name, form.holder.identity) == ("Lê Văn Ba", "040185001234")
    assert form.receipt is not None
    papers = {each.name: (each.originals, each.copies) for each in form.receipt.papers}
    assert papers == {builders.REQUEST_FORM: (0, 1), builders.PROPOSAL: (1, 1)}
    assert (form.receipt.received, form.receipt.due) == (RECEIVED, dossier.due)
    assert form.receipt.time.amount == 17
    assert [(fee.amount, fee.paid) for fee in form.receipt.fees] == [(150000, True)]


def test_a_same_day_dossier_has_form_01_only_when_it_is_asked_for() -> None:
    dossier, messages = accepting()
    same_day = replace(dossier, at_counter=AtCounter.SAME_DAY)
    assert forms_of((same_day, messages)) == []
    _, issued = issuing.issue(FormKind.RECEIPT, same_day, OFFICE, RECEIVED)
    assert [each.kind for each in issued if isinstance(each, FormFilled)] == [FormKind.RECEIPT]


def test_asking_for_papers_is_form_02_with_its_number_papers_and_reason() -> None:
    decided = builders.asked(builders.consulting(), "1.0", at("2020-09-18 10:00"), "Bản vẽ")
    form = only(decided, "2020-09-18 10:00")
    assert form.supplement is not None
    assert form.supplement.serial == "000.00.00.H41-200915-0001.1/HDHS"
    assert (form.supplement.papers, form.supplement.reason) == (
        ("Bản vẽ",),
        "bản vẽ không đọc được",
    )
    assert form.supplement.asked_by == "Sở Xây dựng"


def test_a_refusal_is_form_03_with_its_reason_and_article() -> None:
    form = only(reception.refuse(builders.submitted(), "NĐ 61/2018 Đ17.1b", "Sai thẩm quyền."))
    assert form.refusal is not None
    assert (form.number, form.code) == ("03", "")
    assert (form.refusal.reason, form.refusal.article) == ("Sai thẩm quyền.", "NĐ 61/2018 Đ17.1b")


def test_a_form_issued_again_gives_the_reason_it_gave_before() -> None:
    decided = reception.refuse(builders.submitted(), "NĐ 61/2018 Đ17.1b", "Sai thẩm quyền.")
    dossier, _ = issuing.with_forms(decided, OFFICE, RECEIVED)
    again = issuing.filled(FormKind.REFUSAL, dossier, OFFICE, RECEIVED)
    assert again.refusal is not None
    assert again.refusal.reason == "Sai thẩm quyền."
    assert again.document != dossier.forms[0].document


def test_the_control_slip_says_by_which_rule_an_agency_refused() -> None:
    form = issuing.filled(FormKind.CONTROL, journeys.refused(), OFFICE, at("2020-10-01 08:00"))
    assert form.control is not None
    assert "từ chối (Đ33.1)" in [each.note for each in form.control.hand_overs]


def test_the_control_slip_names_every_hand_over_and_whether_it_was_in_time() -> None:
    given = ending.ResultHandover(channel=Channel.COUNTER)
    returned, messages = ending.hand_over(builders.resolved(), given, at("2020-10-01 08:00"))
    form = only((returned, messages), "2020-10-01 08:00")
    assert form.control is not None
    way = [(each.giver, each.receiver, each.timing) for each in form.control.hand_overs]
    centre, people = OFFICE.name, "Ủy ban nhân dân tỉnh"
    assert way[0] == ("Nguyễn Thị Hoa", centre, "")
    assert (people, centre, "on_time") in way
    assert (centre, people, "") in way
    assert way[-1] == (centre, "Nguyễn Thị Hoa", "early")
    assert len(way) == 2 + 2 * len(returned.steps)
    given_at = [each.given for each in form.control.hand_overs]
    assert given_at == sorted(given_at)


def test_a_stop_is_a_form_since_2025_only() -> None:
    decided = pause.stop(builders.accepted(), "NĐ 99/2022 Đ16", "Bão số 3.", at("2025-09-15 08:00"))
    assert forms_of(decided, "2025-09-14 23:59") == []
    form = only(decided, "2025-09-15 00:00")
    assert (form.number, form.edition) == ("05", Edition.OF_2025)
    assert form.stop is not None
    assert (form.stop.reason, form.stop.article) == ("Bão số 3.", "NĐ 99/2022 Đ16")


def test_other_pauses_have_no_form() -> None:
    dossier, (_, paused, *_) = pause.stop(builders.accepted(), "NĐ 99/2022 Đ16", "Bão.", RECEIVED)
    assert isinstance(paused, DossierPaused)
    other = replace(paused, because="payment")
    assert forms_of((dossier, (other,)), "2025-10-01 08:00") == []


@pytest.mark.parametrize(
    ("now", "control", "register"), [("2025-09-14", "05", "06"), ("2025-09-15", "06", "07")]
)
def test_the_numbers_are_those_of_the_edition_of_the_day(
    now: str, control: str, register: str
) -> None:
    moment = at(f"{now} 08:00")
    form = issuing.filled(FormKind.CONTROL, builders.accepted(), OFFICE, moment)
    assert form.number == control
    assert issuing.REGISTER[issuing.edition_of(moment)] == register


def test_the_same_act_decided_twice_prints_one_document_and_the_next_another() -> None:
    first, second = only(accepting()), only(accepting())
    assert first.document == second.document
    dossier, _ = issuing.with_forms(accepting(), OFFICE, RECEIVED)
    assert dossier.forms[0].document == first.document
    assert issuing.filled(FormKind.RECEIPT, dossier, OFFICE, RECEIVED).document != first.document


def test_nothing_that_was_told_is_lost_and_the_forms_come_last() -> None:
    decided = accepting()
    _, messages = issuing.with_forms(decided, OFFICE, RECEIVED)
    assert messages[: len(decided[1])] == decided[1]


def test_who_reads_english_gets_english_below() -> None:
    dossier, messages = accepting()
    reader = replace(dossier, applicant=replace(dossier.applicant, language="en"))
    assert only((reader, messages)).language is FormLanguage.VI_EN
    assert only((dossier, messages)).language is FormLanguage.VI


@pytest.mark.parametrize("kind", list(FormKind))
def test_a_form_without_cause_is_refused(kind: FormKind) -> None:
    with pytest.raises(Refused):
        issuing.filled(kind, builders.submitted(), OFFICE, RECEIVED)


def test_an_apology_names_both_dates() -> None:
    dossier = builders.accepted()
    late = replace(dossier, apologised=dossier.due, due=at("2020-10-20 09:30"))
    form = issuing.filled(FormKind.APOLOGY, late, OFFICE, at("2020-10-05 09:00"))
    assert form.apology is not None
    assert (form.apology.was, form.apology.due) == (dossier.due, late.due)
    assert form.apology.by == "Sở Kế hoạch và Đầu tư"


def test_the_largest_form_still_fits_into_a_message() -> None:
    dossier = builders.accepted()
    attachments = tuple(
        Attachment(paper=f"{number} " + "ữ" * 490, document=f"d-{number}") for number in range(300)
    )
    full = replace(dossier, attachments=attachments, procedure_name="ữ" * 1000, case="ữ" * 500)
    form = issuing.filled(FormKind.RECEIPT, full, OFFICE, RECEIVED)
    assert form.receipt is not None
    assert (len(form.receipt.papers), form.receipt.more_papers) == (100, 200)
    assert sent_size(form) < LARGEST_BODY


def sent_size(message: Message) -> int:
    return len(json.dumps(message.write(), ensure_ascii=False).encode())


anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(name=anything, address=anything, paper=anything, reason=anything.map(lambda t: t * 50))
def test_whatever_people_write_the_form_is_read_as_it_was_filled(
    name: str, address: str, paper: str, reason: str
) -> None:
    dossier = replace(
        builders.submitted(),
        applicant=Applicant(name=name, phone="+84", address=address),
        attachments=(Attachment(paper=paper, document="d"),),
    )
    form = only(reception.refuse(dossier, "Đ17", reason))
    assert FormFilled.read(form.write()) == form
    assert form.refusal is not None
    assert form.refusal.reason == harmless_paragraphs(reason)[:LONGEST_REASON]
    assert dossier.state is State.SUBMITTED
