"""Handing in online by pages: from the first form to the receipt, without a script."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest

from contracts.message import CENTRE
from contracts.orders import DocumentGiven, DocumentRefused
from contracts.procedure import Collected, Fee, Paper
from foundation.errors import Hidden, NotFound, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import State
from services.intake.domain.drafts.draft import KEPT_FOR, MOST_DRAFTS, MOST_FILES
from services.intake.domain.drafts.progress import key_of
from tests.builders import IF_ANY, OWNER, PROCEDURE, PROPOSAL, REQUEST_FORM, Office, published
from tests.markup import Markup, flaws

FORM = "application/x-www-form-urlencoded"
BROWSER = {"accept": "text/html"}
CITIZEN = frozenset({"dossier:submit", "dossier:read", "document:write"})
PERSON = {"name": "Nguyễn Thị Hoa", "phone": "0912 345 678", "address": "12 Lê Lợi"}
NOTHING: Mapping[str, str] = {}
RESULT = {"email": "hoa@example.vn", "language": "vi", "result_by": "post"}


@pytest.fixture(name="office")
def _office() -> Office:
    return Office()


def who(subject: str) -> Identity:
    return Identity(subject, CITIZEN) if subject else NOBODY


def look(
    office: Office,
    door: str,
    subject: str = OWNER,
    path: str = "/apply",
    query: Mapping[str, str] = NOTHING,
    **place: Any,
) -> Any:
    request = Request(path=path, query=query, who=who(subject), headers=BROWSER)
    return getattr(office.service, door)(request, **place)


def shown(office: Office, door: str, subject: str = OWNER, **place: Any) -> str:
    text = str(look(office, door, subject, **place).get_data(as_text=True))
    assert flaws(text) == []
    return text


def send(
    office: Office, door: str, said: dict[str, str], subject: str = OWNER, **place: str
) -> Any:
    request = Request(
        method="POST",
        path="/" + "/".join(["apply", *place.values()]),
        headers={"content-type": FORM, **BROWSER},
        stream=BytesIO(urlencode(said).encode()),
        who=who(subject),
    )
    return getattr(office.service, door)(request, **place)


def text_of(answer: Any) -> str:
    html = answer.get_data(as_text=True)
    assert flaws(html) == []
    return Markup(html).text


def begun(office: Office, key: str = "k-1") -> str:
    answer = send(office, "begin_draft", {"key": key}, procedure=PROCEDURE)
    assert answer.status_code == 303
    return str(answer.headers["Location"]).rpartition("/")[2]


def told(office: Office, document: str, owner: str = OWNER, name: str = "đơn.pdf") -> None:
    given = DocumentGiven(
        agency=CENTRE, owner=owner, clerk=False, sha256="5f" * 32, name=name, size=1_300_000
    )
    office.tell(office.service.learn_document, given, subject=document)


def attached(office: Office, draft: str, paper: str, document: str) -> Any:
    return send(office, "attach_to_draft", {"document": document}, draft=draft, paper=key_of(paper))


def filled(office: Office, key: str = "k-1") -> str:
    draft = begun(office, key)
    assert send(office, "fill_in", PERSON, draft=draft, task="person").status_code == 303
    assert send(office, "fill_in", RESULT, draft=draft, task="result").status_code == 303
    for paper, document in ((REQUEST_FORM, "d-1"), (PROPOSAL, "d-2")):
        assert attached(office, draft, paper, document).status_code == 303
    return draft


def carried(page: str) -> dict[str, str]:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    return {"seen": unescape(found.group(1)), "agreed": "yes"} if found else {}


def handed_in(office: Office, draft: str, **changes: str) -> Any:
    said = carried(shown(office, "look_at_task", draft=draft, task="check"))
    return send(office, "submit_draft", {**said, **changes}, draft=draft)


def test_from_the_first_form_to_the_receipt(office: Office) -> None:
    before = shown(office, "look_before_beginning", procedure=PROCEDURE)
    assert REQUEST_FORM in Markup(before).text
    draft = filled(office)
    tasks = Markup(shown(office, "look_at_draft", draft=draft)).text
    assert tasks.count("Đã xong") == 4
    check = shown(office, "look_at_task", draft=draft, task="check")
    for each in ("Nguyễn Thị Hoa", "12 Lê Lợi", "hoa@example.vn", "bưu chính", "Không có phí"):
        assert each in Markup(check).text
    answer = handed_in(office, draft)
    assert answer.headers["Location"] == f"/apply/{draft}/receipt"
    dossier = office.dossiers.get(draft)
    assert (dossier.state, dossier.channel) == (State.SUBMITTED, Channel.ONLINE)
    assert (dossier.owner, dossier.result_by) == (OWNER, "post")
    assert dossier.applicant.phone == "+84912345678"
    assert [each.document for each in dossier.attachments] == ["d-1", "d-2"]
    assert dossier.answer_by
    receipt = shown(office, "look_at_receipt", draft=draft)
    assert "<svg" in receipt
    assert draft in Markup(receipt).text
    assert "Trung tâm trả lời trước" in Markup(receipt).text
    assert "17 ngày làm việc" in Markup(receipt).text
    at_counter = Request(who=Identity("cán bộ 1", frozenset({"counter"})), headers=BROWSER)
    seen = office.service.look_at_counter_dossier(at_counter, draft)
    assert "Muốn nhận kết quả" in seen.get_data(as_text=True)
    office.clerk(office.service.accept, dossier_id=draft)
    assert (
        office.dossiers.get(draft).code
        in Markup(shown(office, "look_at_receipt", draft=draft)).text
    )


def test_one_draft_gives_one_dossier_however_often_it_is_sent(office: Office) -> None:
    draft = filled(office)
    said = carried(shown(office, "look_at_task", draft=draft, task="check"))
    answers = [send(office, "submit_draft", said, draft=draft) for _ in range(3)]
    assert {each.headers["Location"] for each in answers} == {f"/apply/{draft}/receipt"}
    assert [each.id for each in office.dossiers.things] == [draft]
    told_of = [each.type for each in office.dossiers.history(draft)]
    assert told_of.count("dossier.submitted") == 1
    # Whoever goes back is led to the receipt, and changes nothing any more.
    assert look(office, "look_at_draft", draft=draft).status_code == 303
    assert look(office, "look_at_task", draft=draft, task="person").status_code == 303
    assert send(office, "fill_in", PERSON, draft=draft, task="person").status_code == 409
    kept = office.drafts.get(draft)
    assert (kept.applicant, kept.papers) == (None, ())


def test_where_the_process_died_before_the_draft_said_so_there_is_still_one(
    office: Office,
) -> None:
    draft = filled(office)
    document = dict(office.drafts.documents[draft])
    handed_in(office, draft)
    office.drafts.documents[draft] = document  # as if the second write had never been
    assert look(office, "look_at_draft", draft=draft).status_code == 303
    office.drafts.documents[draft] = document
    answer = send(office, "submit_draft", {"agreed": "yes", "seen": "1"}, draft=draft)
    assert answer.status_code == 303
    assert len(office.dossiers.things) == 1
    assert office.drafts.get(draft).handed_in


def test_the_form_that_begins_a_draft_sent_twice_begins_one(office: Office) -> None:
    assert begun(office, "same") == begun(office, "same")
    assert begun(office, "other") != begun(office, "same")
    assert len(office.drafts.things) == 2
    assert "Làm tiếp bản nháp" in shown(office, "look_before_beginning", procedure=PROCEDURE)
    assert shown(office, "look_at_drafts").count("/apply/") >= 2


def test_too_many_drafts_are_refused_with_what_to_do(office: Office) -> None:
    for number in range(MOST_DRAFTS):
        begun(office, f"k-{number}")
    answer = send(office, "begin_draft", {"key": "one-more"}, procedure=PROCEDURE)
    assert answer.status_code == 409
    assert "xóa bớt" in text_of(answer)


@pytest.mark.parametrize("subject", ["công dân 2", "cán bộ 1", ""])
def test_to_all_others_a_draft_is_not_there(office: Office, subject: str) -> None:
    draft, key = filled(office), key_of(PROPOSAL)
    doors: list[tuple[str, dict[str, Any]]] = [
        ("look_at_draft", {}),
        ("look_at_task", {"task": "person"}),
        ("look_at_draft_papers", {}),
        ("look_at_draft_paper", {"paper": key}),
        ("look_at_draft_paper_again", {"paper": key, "name": "attached"}),
        ("look_at_draft_file", {"paper": key, "document": "d-1"}),
    ]
    forms: list[tuple[str, dict[str, str]]] = [
        ("fill_in", {"task": "person"}),
        ("attach_to_draft", {"paper": key}),
        ("detach_from_draft", {"paper": key}),
        ("submit_draft", {}),
        ("throw_draft_away", {}),
    ]
    for door, place in doors:
        if subject:
            with pytest.raises(Hidden):
                look(office, door, subject, draft=draft, **place)
        else:
            assert "Nguyễn" not in shown(office, door, "", draft=draft, **place)
    for door, place in forms:
        with pytest.raises(Hidden if subject else Unknown):
            send(office, door, {**PERSON, "agreed": "yes"}, subject, draft=draft, **place)
    assert office.dossiers.things == []
    assert draft in {each.id for each in office.drafts.things}


def test_a_strangers_receipt_is_not_there(office: Office) -> None:
    draft = filled(office)
    handed_in(office, draft)
    with pytest.raises(Hidden):
        look(office, "look_at_receipt", "công dân 2", draft=draft)


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(office: Office) -> None:
    draft = begun(office)
    said = {"name": "Hoa", "phone": "12", "identity": "079*", "address": "ngõ 3"}
    answer = send(office, "fill_in", said, draft=draft, task="person")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert flaws(page) == []
    errors = [each["id"] for each in Markup(page).all("p") if "-error" in (each.get("id") or "")]
    assert errors == ["phone-error", "identity-error"]
    for each in ("12", "079*", "ngõ 3", "Hoa"):
        assert f'value="{each}"' in page
    assert office.drafts.get(draft).applicant is None


def test_by_post_needs_an_address(office: Office) -> None:
    draft = begun(office)
    assert send(office, "fill_in", RESULT, draft=draft, task="result").status_code == 409
    send(office, "fill_in", PERSON | {"address": ""}, draft=draft, task="person")
    answer = send(office, "fill_in", RESULT, draft=draft, task="result")
    assert answer.status_code == 422
    assert 'id="result_by-error"' in answer.get_data(as_text=True)
    send(office, "fill_in", PERSON, draft=draft, task="person")
    assert send(office, "fill_in", RESULT, draft=draft, task="result").status_code == 303
    send(office, "fill_in", PERSON | {"address": ""}, draft=draft, task="person")
    assert not office.drafts.get(draft).told


def test_nothing_is_handed_in_without_the_box_or_a_needed_paper(office: Office) -> None:
    draft = filled(office)
    answer = handed_in(office, draft, agreed="")
    assert answer.status_code == 422
    assert 'id="agreed-error"' in answer.get_data(as_text=True)
    send(office, "detach_from_draft", {"document": "d-2"}, draft=draft, paper=key_of(PROPOSAL))
    page = shown(office, "look_at_task", draft=draft, task="check")
    assert "còn thiếu" in page
    assert 'name="agreed"' not in page
    answer = send(office, "submit_draft", {"agreed": "yes", "seen": "1"}, draft=draft)
    assert answer.status_code == 422
    assert office.dossiers.things == []


@pytest.mark.parametrize("whose", ["stranger", "nobody", "clerk", "refused", "taken"])
def test_a_forged_link_attaches_nothing(office: Office, whose: str) -> None:
    draft = begun(office)
    if whose == "stranger":
        told(office, "x", owner="công dân 2", name="bí mật.pdf")
    elif whose == "clerk":
        office.scanned("x")
    elif whose == "refused":
        refused = DocumentRefused(agency=CENTRE, owner=OWNER, clerk=False, reason="infected")
        office.tell(office.service.refuse_document, refused, subject="x")
    elif whose == "taken":
        office.known_documents.documents.clear()
        office.uploaded("x")
        known = office.known_documents.get("x")
        office.known_documents.save(replace(known, dossier="another", owner=""))
    key = key_of(PROPOSAL)
    page = shown(office, "look_at_draft_file", draft=draft, paper=key, document="x")
    assert "bí mật" not in page
    assert 'name="document"' not in page
    answer = attached(office, draft, PROPOSAL, "x")
    assert answer.status_code == 409
    assert office.drafts.get(draft).papers == ()


def test_a_file_is_shown_by_name_kind_and_size_and_used_once(office: Office) -> None:
    draft, key = begun(office), key_of(PROPOSAL)
    told(office, "x", name="Đề xuất <1>.pdf")
    page = shown(office, "look_at_draft_file", draft=draft, paper=key, document="x")
    assert "Đề xuất <1>.pdf" in Markup(page).text
    assert "PDF, 1,2 MB" in Markup(page).text
    assert "đã qua kiểm tra" in page
    for _ in range(2):
        assert attached(office, draft, PROPOSAL, "x").status_code == 303
    assert len(office.drafts.get(draft).papers) == 1
    answer = attached(office, draft, IF_ANY, "x")
    assert answer.status_code == 422
    assert PROPOSAL in text_of(answer)


def test_a_paper_has_so_many_files_and_no_more(office: Office) -> None:
    draft = begun(office)
    for number in range(MOST_FILES + 1):
        told(office, f"x-{number}")
        status = attached(office, draft, PROPOSAL, f"x-{number}").status_code
        assert status == (303 if number < MOST_FILES else 422)


def test_a_file_found_infected_later_is_named_and_not_handed_in(office: Office) -> None:
    draft = filled(office)
    refused = DocumentRefused(agency=CENTRE, owner=OWNER, clerk=False, reason="infected")
    office.tell(office.service.refuse_document, refused, subject="d-2")
    answer = handed_in(office, draft)
    assert answer.status_code == 409
    assert PROPOSAL in text_of(answer)
    assert "Tệp không dùng được" in shown(office, "look_at_draft_papers", draft=draft)
    assert office.dossiers.things == []


def test_a_paper_of_an_earlier_dossier_is_offered_again_with_consent(office: Office) -> None:
    first = filled(office)
    handed_in(office, first)
    draft, key = begun(office, "k-2"), key_of(PROPOSAL)
    page = Markup(shown(office, "look_at_draft_paper", draft=draft, paper=key))
    (form,) = [each for each in page.all("form") if str(each.get("action")).endswith("/again")]
    assert form["action"] == f"/uploads/apply/{draft}/{key}/again"
    offered = [each["value"] for each in page.all("input") if each.get("name") == "document"]
    assert offered == ["d-2"]
    assert "agreed" in [each.get("name") for each in page.all("input")]
    assert "Kết quả của" not in page.text
    other = Office()
    page = Markup(shown(other, "look_at_draft_paper", draft=begun(other), paper=key))
    assert "Dùng lại" not in page.text


@pytest.mark.parametrize(("state", "offered"), [(State.RETURNED, True), (State.RESOLVED, False)])
def test_a_result_that_was_handed_over_is_offered_for_any_paper(
    office: Office,
    state: State,
    offered: bool,  # noqa: FBT001
) -> None:
    first = filled(office)
    handed_in(office, first)
    (dossier,) = office.dossiers.things
    office.dossiers.save(replace(dossier, state=state, result="result-1"))
    draft = begun(office, "k-2")
    page = Markup(shown(office, "look_at_draft_paper", draft=draft, paper=key_of(REQUEST_FORM)))
    values = [each["value"] for each in page.all("input") if each.get("name") == "document"]
    assert ("result-1" in values) is offered
    assert ("Kết quả của" in page.text) is offered


CASED = (
    Paper(name=REQUEST_FORM),
    Paper(name="Bản vẽ", case="Cấp mới"),
    Paper(name="Giấy phép cũ", case="Cấp lại"),
    Paper(name="Căn cước", database="CSDL quốc gia về dân cư"),
)


def test_the_papers_and_fees_are_those_of_the_case(office: Office) -> None:
    fees = (
        Fee(name="Lệ phí mới", amount=50_000, case="Cấp mới", collected=Collected.BEFORE),
        Fee(name="Lệ phí lại", amount=30_000, case="Cấp lại", collected=Collected.AFTER),
    )
    changed = published(version=2, papers=CASED, fees=fees)
    office.tell(office.service.learn, changed, subject=PROCEDURE)
    draft = begun(office)
    assert "Chọn trường hợp" in shown(office, "look_at_draft", draft=draft)
    wrong = send(office, "fill_in", {"case": "khác"}, draft=draft, task="case")
    assert wrong.status_code == 422
    assert 'id="case-error"' in wrong.get_data(as_text=True)
    send(office, "fill_in", {"case": "Cấp mới"}, draft=draft, task="case")
    papers = Markup(shown(office, "look_at_draft_papers", draft=draft)).text
    assert "Bản vẽ" in papers
    assert "Giấy phép cũ" not in papers
    check = Markup(shown(office, "look_at_task", draft=draft, task="check")).text
    assert "50.000 đồng" in check
    assert "Lệ phí lại" not in check
    assert "khai thác từ CSDL quốc gia" in check
    with pytest.raises(NotFound):
        attached(office, draft, "Giấy phép cũ", "d-1")


def test_a_new_version_is_said_and_gone_on_with(office: Office) -> None:
    draft = filled(office)
    said = carried(shown(office, "look_at_task", draft=draft, task="check"))
    changed = published(version=2, papers=(Paper(name=REQUEST_FORM), Paper(name="Giấy mới")))
    office.tell(office.service.learn, changed, subject=PROCEDURE)
    answer = send(office, "submit_draft", said, draft=draft)
    assert answer.status_code == 409
    assert "phiên bản mới" in text_of(answer)
    tasks = Markup(shown(office, "look_at_draft", draft=draft)).text
    assert "Thủ tục đã có phiên bản mới" in tasks
    assert PROPOSAL in tasks  # it is said that this one is not needed any more
    told(office, "d-3")
    assert attached(office, draft, "Giấy mới", "d-3").status_code == 303
    assert handed_in(office, draft).status_code == 303
    assert [each.document for each in office.dossiers.get(draft).attachments] == ["d-1", "d-3"]


def test_a_procedure_that_closes_meanwhile_says_so_and_keeps_the_draft(office: Office) -> None:
    draft = filled(office)
    office.tell(
        office.service.learn, published(version=2, channels=("counter",)), subject=PROCEDURE
    )
    assert "Hiện không nộp trực tuyến được" in shown(office, "look_at_draft", draft=draft)
    assert handed_in(office, draft).status_code == 409
    before = shown(office, "look_before_beginning", procedure=PROCEDURE)
    assert "Hiện không nộp trực tuyến được" in before
    actions = [str(each.get("action")) for each in Markup(before).all("form")]
    assert not [each for each in actions if "/apply/" in each]
    assert send(office, "begin_draft", {"key": "k"}, procedure=PROCEDURE).status_code == 409


def test_a_draft_is_kept_thirty_days_from_the_last_change_and_then_removed(
    office: Office,
) -> None:
    draft = begun(office)
    office.clock.forward(days=29)
    send(office, "fill_in", PERSON, draft=draft, task="person")
    office.clock.forward(days=29)
    office.service.forget_drafts()
    assert office.drafts.get(draft).applicant
    office.clock.forward(days=2)
    with pytest.raises(Hidden):
        look(office, "look_at_draft", draft=draft)
    office.service.forget_drafts()
    assert office.drafts.things == []
    assert timedelta(days=30) == KEPT_FOR


def test_a_draft_saved_while_it_is_swept_stays(office: Office) -> None:
    draft = begun(office)
    later = office.clock.now() + timedelta(days=31)
    send(office, "fill_in", PERSON, draft=draft, task="person")
    office.drafts.forget(draft, office.clock.now() + timedelta(days=29))
    assert office.drafts.get(draft)
    office.drafts.forget(draft, later)
    assert office.drafts.things == []


def test_a_draft_is_thrown_away_by_its_owner(office: Office) -> None:
    draft = filled(office)
    assert send(office, "throw_draft_away", {}, draft=draft).status_code == 303
    assert office.drafts.things == []


def test_the_link_of_a_procedure_leads_to_its_form(office: Office) -> None:
    answer = look(office, "look_at_drafts", "", query={"procedure": PROCEDURE})
    assert answer.headers["Location"] == f"/apply/for/{PROCEDURE}"
    page = shown(
        office, "look_before_beginning", "", path=f"/apply/for/{PROCEDURE}", procedure=PROCEDURE
    )
    assert "Nộp hồ sơ trực tuyến" in page
