"""The doors of intake on stores in memory: who may do what, once, and what is shown."""

import json
import re
import unicodedata
from datetime import timedelta
from typing import Any

import pytest

from contracts.events import (
    DossierResolved,
    MessageFailed,
    ProcedureWithdrawn,
    StepCompleted,
    StepReceived,
    StepRefused,
)
from contracts.forms import FormFilled
from contracts.history import first_broken
from contracts.message import CENTRE
from contracts.orders import RouteOrder, WordGiven
from contracts.replies import SupplementReply
from foundation.errors import Duplicate, Invalid, NotFound, Refused, Unavailable
from services.intake.domain.case.address import AddressParts, parts_of
from services.intake.domain.case.dossier import State
from services.intake.domain.counter import reception
from services.intake.domain.counter.reach import FAILED, still_unreached
from tests.builders import (
    BUILDING,
    LAND,
    OWNER,
    PROCEDURE,
    PROPOSAL,
    PROVINCE,
    RECEIPT,
    REGISTRAR,
    REQUEST_FORM,
    Office,
    at,
    handed_in,
    known,
    published,
)

PERSON = {"name": "Nguyễn Thị Hoa", "phone": "0912345678"}


@pytest.fixture(name="office")
def _office() -> Office:
    return Office()


def submit(office: Office, **changes: Any) -> str:
    answer = office.ask(office.service.submit, handed_in(**changes))
    dossier_id: str = answer.body["id"]
    return dossier_id


def accept(office: Office, dossier_id: str) -> str:
    answer = office.clerk(office.service.accept, dossier_id=dossier_id)
    code: str = answer.body["code"]
    return code


def complete(office: Office, dossier_id: str, place: str, agency: str, document: str = "") -> None:
    event = StepCompleted(
        agency=agency,
        step=f"{dossier_id}.{place}",
        outcome="approved" if agency == PROVINCE else "agreed",
        document=document,
    )
    office.tell(office.service.step_completed, event, subject=dossier_id)


def test_a_dossier_goes_the_whole_way(office: Office) -> None:
    dossier_id = submit(office)
    code = accept(office, dossier_id)
    assert code == "000.00.00.H41-200915-0001"
    arrived = StepReceived(agency=REGISTRAR, step=f"{dossier_id}.0.0", due=at("2020-09-17 09:30"))
    office.tell(office.service.step_received, arrived, subject=dossier_id)
    complete(office, dossier_id, "0.0", REGISTRAR)
    complete(office, dossier_id, "1.1", LAND)
    complete(office, dossier_id, "1.0", BUILDING)
    complete(office, dossier_id, "2.0", REGISTRAR)
    anybody = office.ask(office.service.track, who="", scopes="", code=code)
    assert anybody == {"code": code, "completed": 80}
    office.wrote(PROVINCE, "result-1")
    complete(office, dossier_id, "3.0", PROVINCE, "result-1")
    answer = office.clerk(office.service.hand_over, {"channel": "counter"}, dossier_id=dossier_id)
    assert (answer.body["state"], answer.body["number"]) == ("returned", 10)
    shown = office.ask(office.service.show, dossier_id=dossier_id)
    assert (shown["result"], shown["timing"], shown["returned"]) == ("result-1", "early", "counter")
    history = office.dossiers.history(dossier_id)
    assert first_broken(history) is None
    assert [entry.type for entry in history] == [
        "dossier.submitted",
        "dossier.accepted",
        "step.ordered",
        "dossier.taken_up",
        *["step.ordered"] * 4,
        "dossier.document_joined",
        "dossier.resolved",
        "dossier.returned",
    ]


def test_a_supplement_goes_from_the_agency_to_the_citizen_and_back(office: Office) -> None:
    dossier_id = submit(office)
    accept(office, dossier_id)
    reply = SupplementReply(
        agency=REGISTRAR, step=f"{dossier_id}.0.0", papers=("Bản vẽ",), reason="bị mờ"
    )
    office.tell(office.service.papers_needed, reply, subject=dossier_id)
    shown = office.ask(office.service.show, dossier_id=dossier_id)
    assert (shown["state"], shown["number"]) == ("supplement", 5)
    assert [(each["papers"], each["reason"]) for each in shown["to_supply"]] == [
        (["Bản vẽ"], "bị mờ")
    ]
    office.clock.forward(days=1)
    office.uploaded("d-3")
    answer = office.ask(
        office.service.supplement,
        {"documents": [{"paper": "Bản vẽ", "id": "d-3"}]},
        dossier_id=dossier_id,
    )
    assert answer.body["state"] == "processing"
    assert answer.body["due"] == "2020-10-09T02:30:00.000Z"


def test_what_is_said_to_the_applicant_alone_is_in_no_event(office: Office) -> None:
    canaries = ("Nguyễn Thị Hoa", "345678", OWNER, "bí mật")
    dossier_id, refused = submit(office), submit(office)
    accept(office, dossier_id)
    office.clerk(
        office.service.refuse,
        {"article": "NĐ 61/2018 Đ17.1", "reason": "bí mật"},
        dossier_id=refused,
    )
    assert any(isinstance(each, WordGiven) for each in office.dossiers.messages)
    for each in (dossier_id, refused):
        told = json.dumps([dict(entry.data) for entry in office.dossiers.history(each)])
        assert not any(json.dumps(canary)[1:-1] in told for canary in canaries)


def test_the_same_request_makes_one_dossier_and_gets_the_same_answer(office: Office) -> None:
    first = office.ask(office.service.submit, handed_in(), key="k-1")
    with pytest.raises(Duplicate) as again:
        office.ask(office.service.submit, handed_in(), key="k-1")
    assert again.value.answer == first
    with pytest.raises(Invalid):
        office.ask(office.service.submit, handed_in(case="khác"), key="k-1")
    assert len(office.dossiers.things) == 1


def test_a_message_told_twice_has_one_effect(office: Office) -> None:
    dossier_id = submit(office)
    accept(office, dossier_id)
    event = StepCompleted(agency=REGISTRAR, step=f"{dossier_id}.0.0", outcome="agreed")
    office.tell(office.service.step_completed, event, subject=dossier_id, key="m-1")
    before = office.dossiers.get(dossier_id)
    with pytest.raises(Duplicate):
        office.tell(office.service.step_completed, event, subject=dossier_id, key="m-1")
    assert office.dossiers.get(dossier_id) == before


def test_events_of_a_dossier_nobody_knows_are_tried_again(office: Office) -> None:
    event = StepRefused(agency=BUILDING, step="x.0.0", article="Đ33.1")
    with pytest.raises(NotFound):
        office.tell(office.service.step_refused, event, subject="x")


def test_a_refusing_agency_ends_the_dossier(office: Office) -> None:
    dossier_id = submit(office)
    accept(office, dossier_id)
    event = StepRefused(agency=REGISTRAR, step=f"{dossier_id}.0.0", article="Đ33.1")
    office.tell(office.service.step_refused, event, subject=dossier_id)
    told = [type(each) for each in office.dossiers.messages[-3:]]
    assert told == [DossierResolved, FormFilled, RouteOrder]
    assert office.dossiers.get(dossier_id).outcome == "refused"


def test_strangers_find_nothing_whether_it_exists_or_not(office: Office) -> None:
    dossier_id = submit(office)
    for wanted in (dossier_id, "unknown"):
        with pytest.raises(NotFound):
            office.ask(office.service.show, who="người khác", dossier_id=wanted)
        with pytest.raises(NotFound):
            office.ask(office.service.withdraw, who="người khác", dossier_id=wanted)
    with pytest.raises(NotFound):
        office.ask(office.service.track, code="000.00.00.H41-200915-0001")
    with pytest.raises(NotFound):
        office.ask(office.service.track, code="")
    assert office.dossiers.get(dossier_id).state is State.SUBMITTED


def test_a_clerk_hands_in_at_the_counter_and_acts_for_the_person(office: Office) -> None:
    answer = office.clerk(office.service.submit, handed_in(channel="counter"))
    dossier_id = answer.body["id"]
    assert office.dossiers.get(dossier_id).owner == ""
    answer = office.clerk(office.service.withdraw, dossier_id=dossier_id)
    assert answer.body["state"] == "withdrawn"


def test_the_clerks_list_shows_what_waits_the_oldest_first_page_by_page(office: Office) -> None:
    ids = []
    for _ in range(3):
        ids.append(submit(office))
        office.clock.forward(minutes=1)
    accept(office, ids.pop(1))
    page = office.clerk(office.service.work_list, query={"state": "submitted", "limit": "1"})
    assert [each["id"] for each in page["dossiers"]] == ids[:1]
    rest = office.clerk(office.service.work_list, query={"after": page["next"]})
    assert [each["id"] for each in rest["dossiers"]] == ids[1:]
    assert rest["next"] == ""
    with pytest.raises(Invalid):
        office.clerk(office.service.work_list, query={"state": "nowhere"})


@pytest.mark.parametrize(
    ("field", "body"),
    [
        ("applicant.phone", {"applicant": {"name": "Hoa", "phone": "12345"}}),
        ("applicant.phone", {"applicant": {"name": "Hoa", "phone": "không có"}}),
        (
            "applicant.email",
            {"applicant": {"name": "Hoa", "phone": "0912345678", "email": "hoa"}},
        ),
        ("applicant.name", {"applicant": {"name": "", "phone": "0912345678"}}),
        ("applicant.name", {"applicant": {"name": "a\nb", "phone": "0912345678"}}),
        (
            "applicant.address_parts.province",
            {"applicant": PERSON | {"address": "a", "address_parts": {"province": "Nghệ An"}}},
        ),
        (
            "applicant.address_parts.line",
            {
                "applicant": PERSON
                | {"address": "a", "address_parts": {"province": "40", "line": "12\nLê Lợi"}}
            },
        ),
        (
            "applicant.address_parts.huyen",
            {
                "applicant": PERSON
                | {"address": "a", "address_parts": {"province": "40", "huyen": "x"}}
            },
        ),
        ("applicant.address", {"applicant": PERSON | {"address_parts": {"province": "40"}}}),
        ("channel", {"channel": "fax"}),
        ("documents.0.id", {"documents": [{"paper": "Đơn", "id": "../etc"}]}),
        ("owner", {"owner": "người khác"}),
    ],
)
def test_a_wrong_field_is_named(office: Office, field: str, body: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as wrong:
        office.ask(office.service.submit, handed_in(**body))
    assert list(wrong.value.fields) == [field]


PARTS = {"province": "40", "commune": "Phường  Thành Vinh ", "line": "12/3 Lê Lợi, khối 4"}


def test_an_address_keeps_its_parts_beside_its_text(office: Office) -> None:
    text = "12/3 Lê Lợi, khối 4, phường Thành Vinh, Nghệ An"
    dossier_id = submit(office, applicant=PERSON | {"address": text, "address_parts": PARTS})
    kept = office.dossiers.get(dossier_id).applicant
    assert kept.address == text
    assert kept.address_parts == AddressParts(
        province="40", commune="Phường Thành Vinh", line="12/3 Lê Lợi, khối 4", text=text
    )
    shown = office.clerk(office.service.show, dossier_id=dossier_id)
    assert shown["applicant"]["address_parts"] == {
        "province": "40",
        "district": "",
        "commune": "Phường Thành Vinh",
        "line": "12/3 Lê Lợi, khối 4",
    }


def test_the_parts_of_an_address_that_was_corrected_are_none(office: Office) -> None:
    person = PERSON | {"address": "Vinh, Nghệ An", "address_parts": PARTS}
    kept = office.dossiers.get(submit(office, applicant=person)).applicant
    assert parts_of(kept.address, kept.address_parts) is not None
    assert parts_of("Vinh", kept.address_parts) is None


def test_an_address_of_text_alone_stays_readable(office: Office) -> None:
    dossier_id = submit(office, applicant=PERSON | {"address": "Vinh, Nghệ An"})
    assert office.dossiers.get(dossier_id).applicant.address_parts is None
    shown = office.clerk(office.service.show, dossier_id=dossier_id)
    assert shown["applicant"]["address"] == "Vinh, Nghệ An"
    assert shown["applicant"]["address_parts"] is None


@pytest.mark.parametrize("article", ["", "vì 0912345678", "không có số", "NĐ 61\nb", "x" * 61])
def test_the_article_of_a_refusal_holds_no_personal_data(office: Office, article: str) -> None:
    dossier_id = submit(office)
    with pytest.raises(Invalid):
        office.clerk(
            office.service.refuse, {"article": article, "reason": "vì"}, dossier_id=dossier_id
        )


def test_phone_numbers_are_kept_in_one_spelling(office: Office) -> None:
    dossier_id = submit(office)
    assert office.dossiers.get(dossier_id).applicant.phone == "+84912345678"


def test_a_procedure_out_of_force_takes_no_new_dossier_but_running_ones_go_on(
    office: Office,
) -> None:
    dossier_id = submit(office)
    gone = ProcedureWithdrawn(agency=REGISTRAR, version=1)
    office.tell(office.service.forget, gone, subject=PROCEDURE)
    with pytest.raises(Refused):
        submit(office)
    assert accept(office, dossier_id)


def test_a_procedure_is_learnt_once_and_newer_versions_replace_it(office: Office) -> None:
    office.tell(office.service.learn, published(version=2, name="Mới"), subject=PROCEDURE)
    with pytest.raises(Duplicate):
        office.tell(office.service.learn, published(version=1), subject=PROCEDURE)
    assert office.procedures.get(PROCEDURE).name == "Mới"


# The number of the day survives whatever stops in between.


def cut_off_while_accepting(office: Office, moment: str) -> str:
    dossier_id = submit(office)
    office.dossiers.dies = moment
    with pytest.raises(Unavailable):
        office.clerk(office.service.accept, dossier_id=dossier_id, key=f"accept-{dossier_id}")
    office.dossiers.dies = ""
    return dossier_id


def test_an_acceptance_cut_off_before_it_wrote_is_done_by_its_repetition(office: Office) -> None:
    dossier_id = cut_off_while_accepting(office, "before")
    assert accept(office, submit(office)).endswith("-0001")
    answer = office.clerk(office.service.accept, dossier_id=dossier_id, key=f"accept-{dossier_id}")
    assert answer.body["code"].endswith("-0002")


def test_an_acceptance_cut_off_after_it_wrote_gets_its_answer_again(office: Office) -> None:
    dossier_id = cut_off_while_accepting(office, "after")
    assert accept(office, submit(office)).endswith("-0002")
    with pytest.raises(Duplicate) as again:
        office.clerk(office.service.accept, dossier_id=dossier_id, key=f"accept-{dossier_id}")
    assert again.value.answer is not None
    assert str(again.value.answer.body["code"]).endswith("-0001")


def test_a_number_that_another_process_wrote_first_is_left_to_it(office: Office) -> None:
    first = accept(office, submit(office))
    office.dossiers._last_numbers = {first[:-5]: 0}  # noqa: SLF001 -- as if another process had written it
    assert accept(office, submit(office)) == f"{first[:-4]}0002"


def test_an_acceptance_that_is_refused_leaves_its_number_to_the_next(office: Office) -> None:
    gone = submit(office)
    office.ask(office.service.withdraw, dossier_id=gone)
    with pytest.raises(Refused):
        accept(office, gone)
    assert accept(office, submit(office)).endswith("-0001")


def received_by_an_earlier_version(office: Office) -> str:
    """A dossier as earlier versions left it when they stopped between receipt and number."""
    dossier_id = submit(office)
    in_force, now = office.procedures.get(PROCEDURE), office.clock.now()
    office.dossiers.change(
        dossier_id, lambda each: reception.receive(each, in_force, RECEIPT, now, known(each))
    )
    return dossier_id


def test_a_receipt_without_a_code_is_finished_by_the_timer_under_its_own_day(
    office: Office,
) -> None:
    dossier_id = received_by_an_earlier_version(office)
    office.service.finish_receipts()
    assert office.dossiers.get(dossier_id).code == ""
    office.clock.forward(days=1)
    office.service.finish_receipts()
    assert office.dossiers.get(dossier_id).code == "000.00.00.H41-200915-0001"


def test_a_receipt_without_a_code_is_not_refused_or_taken_back(office: Office) -> None:
    dossier_id = received_by_an_earlier_version(office)
    with pytest.raises(Refused):
        office.ask(office.service.withdraw, dossier_id=dossier_id)
    with pytest.raises(Refused):
        office.clerk(
            office.service.refuse,
            {"article": "NĐ 61/2018 Đ17.1", "reason": "vì"},
            dossier_id=dossier_id,
        )


def test_accepting_an_accepted_dossier_again_takes_no_other_number(office: Office) -> None:
    dossier_id = submit(office)
    code = accept(office, dossier_id)
    for _ in range(2):
        office.clock.forward(minutes=3)
        office.service.finish_receipts()
    assert accept(office, dossier_id) == code
    assert accept(office, submit(office)).endswith("-0002")


def test_each_day_begins_at_one(office: Office) -> None:
    assert accept(office, submit(office)) == "000.00.00.H41-200915-0001"
    office.clock.moment += timedelta(days=1)
    assert accept(office, submit(office)) == "000.00.00.H41-200916-0001"


# What people write.


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Số 1\nPhường 2\r\nVinh", "Số 1, Phường 2, Vinh"),
        ("  Số 1,\n\n ,Phường 2\t\n", "Số 1, Phường 2"),
        ("Xóm 5, Vinh", "Xóm 5, Vinh"),
        ("Xóm 5\u2028Vinh\u00a0", "Xóm 5, Vinh"),
        ("\n", ""),
    ],
)
def test_an_address_on_several_lines_is_kept_on_one(
    office: Office, written: str, kept: str
) -> None:
    person = {"name": "Hoa", "phone": "0912345678", "address": written}
    dossier_id = submit(office, applicant=person)
    assert office.dossiers.get(dossier_id).applicant.address == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (unicodedata.normalize("NFD", "Nguyễn Thị Hoà"), "Nguyễn Thị Hoà"),
        (" Nguyễn\u00a0Thị  Hoa ", "Nguyễn Thị Hoa"),
        ("Y Ơ̆n H'Ra Niê", "Y Ơ̆n H'Ra Niê"),
        ("\ufeffÐặng\u200b Văn\u00ad Hoa\n", "Đặng Văn Hoa"),
        ("Công ty TNHH “Ánh Dương” – số №1 & 2", "Công ty TNHH “Ánh Dương” – số №1 & 2"),
        ("Зоя Ίων Müller", "Зоя Ίων Müller"),
    ],
)
def test_a_name_is_kept_as_forms_print_it(office: Office, written: str, kept: str) -> None:
    dossier_id = submit(office, applicant={"name": written, "phone": "0912345678"})
    assert office.dossiers.get(dossier_id).applicant.name == unicodedata.normalize("NFC", kept)


@pytest.mark.parametrize(
    ("field", "written", "said"),
    [
        ("name", "   ", "Thiếu thông tin"),
        ("name", "Hoa\nMai", "trên một dòng"),
        ("name", "", "Thiếu thông tin"),
        ("name", "Hoa 🏠", "in được trên phiếu"),
        ("name", "عبد الله", "in được trên phiếu"),
        ("name", "\u200b", "Thiếu thông tin"),
        ("name", "- . -", "phải có chữ cái"),
        ("name", "Hoa\u2028Mai", "xuống dòng ở ký tự thứ 4"),
        ("name", "Quà tặng tại https://x.vn", "không được chứa địa chỉ web"),
        ("name", "a@b", "không được chứa địa chỉ web"),
        ("address", "Vinh 🏠", "không in được"),
        ("address", "Vinh 1\x07", r"\(U\+0007\) ở ký tự thứ 7"),
        ("address", "Xóm 5\n" * 100, "nhiều nhất 300|0 đến 300"),
        ("identity", "0401 8500/1234", "chữ hoa"),
    ],
)
def test_what_cannot_stand_on_a_form_is_refused_with_what_to_write(
    office: Office, field: str, written: str, said: str
) -> None:
    person = {"name": "Hoa", "phone": "0912345678", field: written}
    with pytest.raises(Invalid) as wrong:
        submit(office, applicant=person)
    assert any(re.search(said, str(text)) for text in wrong.value.fields[f"applicant.{field}"])


def test_a_clerk_notes_data_in_the_place_of_a_paper_once_and_accepts_without_it(
    office: Office,
) -> None:
    office.clock.moment = at("2026-08-05 09:00")
    body = handed_in()
    missing = body["documents"].pop()
    dossier_id = submit(office, documents=body["documents"])
    with pytest.raises(Refused):
        accept(office, dossier_id)
    found = {"paper": missing["paper"], "database": "CSDL đầu tư", "reference": "A-12"}
    office.clerk(office.service.take_from_data, found, dossier_id=dossier_id)
    shown = office.clerk(office.service.show, dossier_id=dossier_id)
    (noted,) = shown["from_data"]
    assert (noted["paper"], noted["reference"]) == (missing["paper"], "A-12")
    assert accept(office, dossier_id).startswith("000.00.00.H41-260805")


def test_a_clerk_accepts_for_an_agency_of_another_place_and_the_date_comes_with_its_word(
    office: Office,
) -> None:
    office.clock.moment = at("2026-08-05 09:00")
    dossier_id = submit(office)
    answer = office.clerk(office.service.accept, {"out_of_area": True}, dossier_id=dossier_id)
    assert not answer.body.get("due")
    office.clock.moment = at("2026-08-06 09:00")
    event = StepReceived(agency=REGISTRAR, step=f"{dossier_id}.0.0", due=at("2026-08-10 09:00"))
    office.tell(office.service.step_received, event, subject=dossier_id)
    shown = office.clerk(office.service.show, dossier_id=dossier_id)
    assert shown["out_of_area"] is True
    assert shown["law"] == "NĐ 118/2025 (sđ NĐ 367/2025, NĐ 309/2026)"
    assert shown["due"]
    assert "2026" in shown["ledger"][0]["text"]


def test_a_kiosk_hands_in_for_whom_it_identified(office: Office) -> None:
    office.clock.moment = at("2026-08-05 09:00")
    dossier_id = submit(office, channel="kiosk", identified="vneid")
    shown = office.clerk(office.service.show, dossier_id=dossier_id)
    assert (shown["channel"], shown["identified"]) == ("kiosk", "vneid")


def test_an_identity_number_is_kept_without_the_blanks_people_write(office: Office) -> None:
    person = {"name": "Hoa", "phone": "0912345678", "identity": "0401\u00a08500 1234"}
    dossier_id = submit(office, applicant=person)
    assert office.dossiers.get(dossier_id).applicant.identity == "040185001234"


def test_a_paper_and_a_procedure_are_known_however_they_are_pasted(office: Office) -> None:
    decomposed = unicodedata.normalize("NFD", REQUEST_FORM)
    for pasted in (
        f" {decomposed}\n",
        f"\u200b{REQUEST_FORM}\u00a0",
        REQUEST_FORM.replace(" ", "\t"),
    ):
        documents = [{"paper": pasted, "id": "d-1"}, {"paper": PROPOSAL, "id": "d-2"}]
        code = f"\ufeff{PROCEDURE}.000.00.00.H04 "
        kept = office.dossiers.get(submit(office, procedure=code, documents=documents))
        assert (kept.procedure, kept.attachments[0].paper) == (PROCEDURE, REQUEST_FORM)


@pytest.mark.parametrize(
    ("phone", "email", "said"),
    [
        ("0238 3123 456", "", "call the applicant yourself"),
        ("1900 6017", "hoa@example.vn", "by e-mail alone"),
    ],
)
def test_the_counter_is_told_that_a_person_has_no_mobile_number(
    office: Office, phone: str, email: str, said: str
) -> None:
    person = {"name": "Hoa", "phone": phone, "email": email}
    body = handed_in(applicant=person, channel="counter")
    answer = office.clerk(office.service.submit, body).body
    assert answer["sms"] is False
    (remark,) = answer["remarks"]
    assert said in remark["en"]
    assert "số di động" in remark["vi"]
    shown = office.clerk(office.service.show, dossier_id=answer["id"])
    assert (shown["sms"], shown["remarks"]) == (False, [remark])
    office.clock.forward(minutes=1)
    (row,) = office.clerk(office.service.work_list)["dossiers"]
    assert row["sms"] is False
    assert "remarks" not in row


def failed(dossier: str, channel: str, **changes: Any) -> MessageFailed:
    said = {"agency": CENTRE, "kind": "submitted", "outcome": "failed"} | changes
    return MessageFailed(dossier=dossier, channel=channel, **said)


def test_the_counter_is_told_that_a_number_or_address_failed_until_it_is_put_right(
    office: Office,
) -> None:
    person = {"name": "Hoa", "phone": "0912345678", "email": "hoa@example.vn"}
    body = handed_in(applicant=person, channel="counter")
    dossier = office.clerk(office.service.submit, body).body["id"]
    for channel, changes in (
        ("sms", {"outcome": "temporary_failure"}),
        ("sms", {"kind": "corrected"}),
        ("sms", {}),
        ("sms", {}),
        ("email", {}),
    ):
        office.tell(
            office.service.message_failed, failed(dossier, channel, **changes), subject="message-1"
        )
    shown = office.clerk(office.service.show, dossier_id=dossier)
    assert shown["sms"] is False
    assert shown["remarks"] == [FAILED["sms"], FAILED["email"]]
    assert still_unreached(("sms", "zalo", "email"), ["phone"]) == ("email",)
    assert still_unreached(("sms", "email"), ["name", "email"]) == ("sms",)


def test_a_message_that_was_about_no_dossier_is_nothing_to_note(office: Office) -> None:
    office.tell(office.service.message_failed, failed("feedback-1", "sms"), subject="message-1")
    office.tell(office.service.message_failed, failed("", "email"), subject="message-1")
    assert office.dossiers.things == []


def test_of_a_mobile_number_nothing_is_remarked(office: Office) -> None:
    answer = office.ask(office.service.submit, handed_in()).body
    assert (answer["sms"], answer["remarks"]) == (True, [])
