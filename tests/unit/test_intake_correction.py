"""Correcting what was taken in wrongly: who may, when, what follows, and who is told."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import DossierCorrected
from contracts.forms import FormFilled, FormKind
from contracts.history import first_broken
from contracts.orders import ContactGiven, CorrectOrder
from foundation.errors import Duplicate, Forbidden, Hidden, Invalid, Refused, Stale
from services.intake.domain.case.dossier import Dossier, State, StepState
from services.intake.domain.counter.correction import Correction, correct
from tests.builders import RECEIVED, REGISTRAR, Office, accepted, consulting, handed_in, resolved

RIGHT = {"name": "Nguyễn Thị Hòa", "phone": "0987 654 321"}


@pytest.fixture(name="office")
def _office() -> Office:
    return Office()


def taken_in(office: Office) -> str:
    applicant = {"name": "Nguyễn Thị Hoa", "phone": "0912 345 678", "email": "hoa@example.vn"}
    answer = office.ask(office.service.submit, handed_in(applicant=applicant))
    office.clerk(office.service.accept, dossier_id=answer.body["id"])
    dossier_id: str = answer.body["id"]
    return dossier_id


def put_right(office: Office, dossier_id: str, applicant: Any = None, **rest: Any) -> Any:
    body = {"applicant": applicant or RIGHT, "reason": "gõ nhầm dấu", **rest.pop("body", {})}
    return office.clerk(office.service.correct, body, dossier_id=dossier_id, **rest)


def told(office: Office, kind: type) -> list[Any]:
    return [each for each in office.dossiers.messages if isinstance(each, kind)]


def test_a_wrong_name_and_telephone_are_put_right_with_reason_and_history(office: Office) -> None:
    dossier_id = taken_in(office)
    put_right(office, dossier_id)
    shown = office.clerk(office.service.show, dossier_id=dossier_id)
    assert shown["applicant"]["name"] == "Nguyễn Thị Hòa"
    assert shown["applicant"]["phone"] == "+84987654321"
    assert shown["applicant"]["email"] == "hoa@example.vn"
    (record,) = shown["corrections"]
    assert (record["by"], record["reason"]) == ("cán bộ 1", "gõ nhầm dấu")
    assert record["fields"] == [
        {"name": "name", "was": "Nguyễn Thị Hoa", "became": "Nguyễn Thị Hòa"},
        {"name": "phone", "was": "+84912345678", "became": "+84987654321"},
    ]
    history = office.dossiers.history(dossier_id)
    assert first_broken(history) is None
    assert history[-1].type == "dossier.corrected"


def test_no_personal_data_is_in_the_history(office: Office) -> None:
    dossier_id = taken_in(office)
    put_right(office, dossier_id, {**RIGHT, "email": "hoa.moi@example.vn", "address": "12 Lê Lợi"})
    entry = office.dossiers.history(dossier_id)[-1]
    said = json.dumps(entry.data, ensure_ascii=False)
    for each in ("Hòa", "Hoa", "345", "654", "example", "Lê Lợi", "gõ nhầm"):
        assert each not in said
    assert sorted(entry.data["fields"]) == ["address", "email", "name", "phone"]


def test_the_receipt_is_issued_anew_in_the_place_of_the_former(office: Office) -> None:
    dossier_id = taken_in(office)
    (former,) = told(office, FormFilled)
    office.clock.forward(hours=1)
    put_right(office, dossier_id)
    _, again = told(office, FormFilled)
    assert (again.kind, again.holder.name) == (FormKind.RECEIPT, "Nguyễn Thị Hòa")
    assert (again.replaces, again.replaced) == (former.document, former.issued)
    assert again.document != former.document
    shown = office.clerk(office.service.show, dossier_id=dossier_id)
    assert [each["replaces"] for each in shown["forms"]] == ["", former.document]


def test_without_a_receipt_none_is_issued(office: Office) -> None:
    answer = office.ask(office.service.submit, handed_in())
    put_right(office, answer.body["id"])
    assert told(office, FormFilled) == []
    assert told(office, DossierCorrected)[0].code == ""


def test_old_and_new_contact_are_told_and_the_agency_gets_the_right_name(office: Office) -> None:
    dossier_id = taken_in(office)
    put_right(office, dossier_id)
    contact = told(office, ContactGiven)[-1]
    assert (contact.phone, contact.was_phone) == ("+84987654321", "+84912345678")
    assert (contact.email, contact.was_email, contact.correction) == ("hoa@example.vn", "", 1)
    (order,) = told(office, CorrectOrder)
    assert (order.agency, order.applicant) == (REGISTRAR, "Nguyễn Thị Hòa")
    assert order.fields == ("name", "phone")


def test_the_dossier_is_found_by_the_right_name_and_no_more_by_the_wrong(office: Office) -> None:
    dossier_id = taken_in(office)
    put_right(office, dossier_id, {"name": "Trần Văn Nam", "phone": "0987654321"})
    found = {
        q: [e["id"] for e in office.clerk(office.service.find, query={"q": q})["dossiers"]]
        for q in ("tran van nam", "0987654321", "nguyen thi hoa", "0912345678")
    }
    assert found == {
        "tran van nam": [dossier_id],
        "0987654321": [dossier_id],
        "nguyen thi hoa": [],
        "0912345678": [],
    }


def test_a_wrong_email_can_be_taken_away(office: Office) -> None:
    dossier_id = taken_in(office)
    put_right(office, dossier_id, {"email": None})
    contact = told(office, ContactGiven)[-1]
    assert (contact.email, contact.was_email) == ("", "hoa@example.vn")


def test_the_same_request_twice_corrects_once(office: Office) -> None:
    dossier_id = taken_in(office)
    first = put_right(office, dossier_id, key="k")
    with pytest.raises(Duplicate) as again:
        put_right(office, dossier_id, key="k")
    assert again.value.answer is not None
    assert again.value.answer.body == first.body
    assert len(told(office, DossierCorrected)) == 1


def test_who_handed_in_for_the_applicant_is_put_right_too(office: Office) -> None:
    proxy = {"name": "Lê Quang Dao", "phone": "0905 111 222", "identity": "040080001234"}
    body = handed_in(channel="counter", proxy={**proxy, "authority": "Giấy ủy quyền"}, documents=[])
    dossier_id = office.clerk(office.service.submit, body).body["id"]
    right = {"name": "Lê Quang Đạo", "phone": "0905 111 223"}
    asked = {"proxy": right, "reason": "gõ nhầm dấu"}
    office.clerk(office.service.correct, asked, dossier_id=dossier_id)
    shown = office.clerk(office.service.show, dossier_id=dossier_id)
    assert (shown["proxy"]["name"], shown["proxy"]["phone"]) == ("Lê Quang Đạo", "+84905111223")
    assert [each["name"] for each in shown["corrections"][0]["fields"]] == [
        "proxy.name",
        "proxy.phone",
    ]
    assert told(office, DossierCorrected)[0].fields == ("proxy.name", "proxy.phone")
    assert told(office, CorrectOrder) == []  # a desk knows the applicant's name alone
    found = office.clerk(office.service.find, query={"q": "0905111223"})["dossiers"]
    assert [each["id"] for each in found] == [dossier_id]
    history = json.dumps(office.dossiers.history(dossier_id)[-1].data, ensure_ascii=False)
    assert "Đạo" not in history


def test_there_must_be_a_proxy_to_correct_and_something_to_correct(office: Office) -> None:
    dossier_id = taken_in(office)
    for asked, said in (
        ({"proxy": {"name": "Lê Quang Đạo"}}, "no proxy to correct"),
        ({}, "nothing to correct"),
    ):
        with pytest.raises(Invalid, match=said):
            office.clerk(
                office.service.correct, {**asked, "reason": "gõ nhầm"}, dossier_id=dossier_id
            )


def test_who_has_not_seen_the_last_correction_is_told_so(office: Office) -> None:
    dossier_id = taken_in(office)
    put_right(office, dossier_id, body={"edition": 0})
    with pytest.raises(Stale):
        put_right(office, dossier_id, {"name": "Lê Văn An"}, body={"edition": 0})
    put_right(office, dossier_id, {"name": "Lê Văn An"}, body={"edition": 1})


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"applicant": RIGHT},
        {"applicant": RIGHT, "reason": ""},
        {"applicant": {"name": None}, "reason": "x"},
        {"applicant": {"phone": None}, "reason": "x"},
        {"applicant": {"phone": "123"}, "reason": "x"},
        {"applicant": {"name": "a\nb"}, "reason": "x"},
        {"applicant": {"language": "en"}, "reason": "x"},
        {"applicant": {"owner": "x"}, "reason": "x"},
        {"applicant": {}, "reason": "x"},
        {"applicant": {"name": "Nguyễn Thị Hoa"}, "reason": "nothing changes"},
    ],
)
def test_what_corrects_nothing_or_wrongly_is_refused(office: Office, body: object) -> None:
    dossier_id = taken_in(office)
    with pytest.raises(Invalid):
        office.clerk(office.service.correct, body, dossier_id=dossier_id)


@pytest.mark.parametrize("state", [State.REFUSED, State.WITHDRAWN, State.RETURNED])
def test_what_is_over_is_corrected_no_more(state: State) -> None:
    dossier = replace(accepted(), state=state)
    with pytest.raises(Refused):
        correct(dossier, Correction(applicant={"name": "A"}, reason="x"), "c", RECEIVED)


def test_a_dossier_that_is_getting_its_code_waits() -> None:
    dossier = replace(accepted(), state=State.SUBMITTED, code="")
    with pytest.raises(Refused):
        correct(dossier, Correction(applicant={"name": "A"}, reason="x"), "c", RECEIVED)


def test_no_more_than_a_hundred_times() -> None:
    dossier = accepted()
    for number in range(100):
        said = Correction(applicant={"name": f"A {number}"}, reason="x")
        dossier, _ = correct(dossier, said, "c", RECEIVED)
    with pytest.raises(Refused):
        correct(dossier, Correction(applicant={"name": "B"}, reason="x"), "c", RECEIVED)


FIELDS = st.sampled_from(["name", "phone", "email", "address", "identity"])


@given(
    st.sampled_from([accepted(), consulting(), resolved()]),
    st.dictionaries(FIELDS, st.sampled_from(["", "a", "b", "Nguyễn Thị Hoa"]), min_size=1),
)
def test_a_correction_changes_the_applicant_and_nothing_else(
    dossier: Dossier, wanted: dict[str, Any]
) -> None:
    same = {n: v for n, v in wanted.items() if getattr(dossier.applicant, n) == v}
    said = Correction(applicant=wanted, reason="x")
    if same == wanted:
        with pytest.raises(Invalid):
            correct(dossier, said, "c", RECEIVED)
        return
    after, messages = correct(dossier, said, "c", RECEIVED)
    assert after.applicant == replace(dossier.applicant, **wanted)
    unchanged = replace(after, applicant=dossier.applicant, corrections=())
    assert unchanged == dossier
    (event,) = (each for each in messages if isinstance(each, DossierCorrected))
    assert set(event.fields) == wanted.keys() - same.keys()
    orders = [each.agency for each in messages if isinstance(each, CorrectOrder)]
    asked = {each.agency for each in dossier.steps if each.state is not StepState.PLANNED}
    assert sorted(orders) == sorted(asked)


def test_only_a_clerk_corrects(office: Office) -> None:
    dossier_id = taken_in(office)
    body = {"applicant": RIGHT, "reason": "x"}
    with pytest.raises((Hidden, Forbidden)):
        office.ask(office.service.correct, body, who="ai đó", dossier_id=dossier_id)
