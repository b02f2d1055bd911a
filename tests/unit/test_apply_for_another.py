"""Handing in online for somebody else: who, by what right, and who sees and is told."""

from typing import Any

import pytest

from contracts.orders import ContactGiven
from foundation.web import Request
from foundation.web.auth import Identity
from services.intake.domain.case.dossier import Proxy
from services.intake.schemas import outward
from tests.builders import OWNER, PROPOSAL, REQUEST_FORM, Office
from tests.markup import Markup, flaws
from tests.unit.test_apply_pages import (
    BROWSER,
    RESULT,
    attached,
    begun,
    filled,
    handed_in,
    send,
    shown,
    text_of,
)

PROXY = {
    "kind": "guardian",
    "name": "Lê Thị Ba",
    "phone": "0987 654 321",
    "identity": "079 123 456 789",
    "authority": "Giấy khai sinh số 12",
}
CHILD = {"name": "Nguyễn Văn Con", "phone": "0912 345 678", "address": "12 Lê Lợi"}


@pytest.fixture(name="office")
def _office() -> Office:
    return Office()


def for_another(office: Office) -> str:
    draft = begun(office)
    assert send(office, "fill_in", PROXY, draft=draft, task="proxy").status_code == 303
    assert send(office, "fill_in", CHILD, draft=draft, task="person").status_code == 303
    assert send(office, "fill_in", RESULT, draft=draft, task="result").status_code == 303
    for paper, document in ((REQUEST_FORM, "d-1"), (PROPOSAL, "d-2")):
        assert attached(office, draft, paper, document).status_code == 303
    return draft


def test_who_hands_in_and_by_what_paper_is_kept_with_the_dossier(office: Office) -> None:
    draft = for_another(office)
    check = Markup(shown(office, "look_at_task", draft=draft, task="check")).text
    for each in ("Nguyễn Văn Con", "Lê Thị Ba", "giám hộ", "Giấy khai sinh số 12"):
        assert each in check
    assert handed_in(office, draft).status_code == 303
    dossier = office.dossiers.get(draft)
    assert dossier.proxy == Proxy(
        name="Lê Thị Ba",
        phone="+84987654321",
        identity="079123456789",
        authority="Giấy khai sinh số 12",
        kind="guardian",
    )
    assert (dossier.applicant.name, dossier.owner) == ("Nguyễn Văn Con", OWNER)
    assert office.drafts.get(draft).proxy is None
    body = outward._WholeDossier().dump(dossier)  # noqa: SLF001 -- what the API answers
    assert body["proxy"]["kind"] == "guardian"


def test_the_proxy_sees_it_and_whom_it_is_for_is_told(office: Office) -> None:
    draft = for_another(office)
    handed_in(office, draft)
    assert "Nguyễn Văn Con" in shown(office, "look_at_receipt", draft=draft)
    assert "Lê Thị Ba" in shown(office, "look_at_receipt", draft=draft)
    [contact] = [each for each in office.dossiers.messages if isinstance(each, ContactGiven)]
    assert (contact.owner, contact.phone) == (OWNER, "+84912345678")
    clerk = Request(who=Identity("lan", frozenset({"counter"})), headers=BROWSER)
    page = office.service.look_at_counter_dossier(clerk, draft).get_data(as_text=True)
    assert flaws(page) == []
    for each in ("Lê Thị Ba", "cha, mẹ hoặc người giám hộ", "Giấy khai sinh số 12"):
        assert each in Markup(page).text


@pytest.mark.parametrize("gone", ["name", "phone", "identity", "authority"])
def test_what_is_missing_stands_beside_its_field_and_the_rest_is_kept(
    office: Office, gone: str
) -> None:
    draft = begun(office)
    answer = send(office, "fill_in", {**PROXY, gone: ""}, draft=draft, task="proxy")
    assert answer.status_code == 422
    html = answer.get_data(as_text=True)
    assert f'id="{gone}-error"' in html
    kept: list[Any] = [value for name, value in PROXY.items() if name not in (gone, "kind")]
    assert all(each in html for each in kept)
    assert office.drafts.get(draft).proxy is None


def test_an_unknown_right_is_refused(office: Office) -> None:
    draft = begun(office)
    answer = send(office, "fill_in", {**PROXY, "kind": "friend"}, draft=draft, task="proxy")
    assert answer.status_code == 422
    assert text_of(answer)


def test_without_a_word_one_hands_in_for_oneself(office: Office) -> None:
    draft = filled(office)
    page = shown(office, "look_at_task", draft=draft, task="proxy")
    assert 'value="self" checked' in page
    assert handed_in(office, draft).status_code == 303
    assert office.dossiers.get(draft).proxy is None


def test_what_was_said_of_oneself_is_not_taken_for_another(office: Office) -> None:
    draft = filled(office)
    assert send(office, "fill_in", PROXY, draft=draft, task="proxy").status_code == 303
    assert office.drafts.get(draft).applicant is None
    page = Markup(shown(office, "look_at_task", draft=draft, task="person"))
    assert "Thông tin của người được nộp thay" in page.text
    assert handed_in(office, draft).status_code == 422
    back = send(office, "fill_in", {"kind": "self"}, draft=draft, task="proxy")
    assert back.status_code == 303
    assert office.drafts.get(draft).proxy is None
