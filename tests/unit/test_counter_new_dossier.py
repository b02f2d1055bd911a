"""Taking a dossier in at the counter: finding its procedure, its form, and what comes of it."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.procedure import Paper, Session
from foundation.errors import NotFound, Unknown
from foundation.text.folding import fold
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import Applicant, Attachment, Dossier, Proxy, State
from services.intake.domain.counter.procedure_search import MOST_FOUND, matching, titles
from services.intake.domain.counter.same_person import WhoseDossier, alike
from services.intake.handlers import counter_forms
from tests.builders import (
    IF_ANY,
    PROCEDURE,
    PROPOSAL,
    REQUEST_FORM,
    Office,
    at,
    procedure,
    published,
    submitted,
)
from tests.journeys import SCRIPT
from tests.markup import Markup, flaws

CLERK = Identity("lan", frozenset({"counter"}), "")
BROWSER = {"accept": "text/html"}
FORM = "application/x-www-form-urlencoded"
NAMES = ("Cấp giấy phép xây dựng nhà ở riêng lẻ", "Đăng ký khai sinh", "Cấp lại giấy phép xây dựng")
TYPED = {
    "key": "k-1",
    "seen": "",
    "procedure": PROCEDURE,
    "channel": "counter",
    "name": "Trần Văn Bình",
    "phone": "0912 345 678",
    "identity": "079 123 456 789",
    "address": "12 Lê Lợi",
    "email": "",
    "language": "vi",
    "paper-1": REQUEST_FORM,
    "document-1": "s-1",
    "paper-2": PROPOSAL,
    "document-2": "s-2",
    "paper-3": IF_ANY,
    "document-3": "",
}


@pytest.fixture(name="office")
def _office() -> Office:
    office = Office()
    for number, name in enumerate(NAMES, 1):
        office.tell(office.service.learn, published(name=name), subject=f"1.00000{number}")
    office.scanned("s-1", "s-2")
    return office


def find(office: Office, q: str = "", *, who: Identity = CLERK, **query: str) -> Any:
    path = "/counter/new"
    request = Request(path=path, query={"q": q, **query}, who=who, headers=BROWSER)
    answer = office.service.begin_at_counter(request)
    if answer.status_code == 200:
        assert flaws(answer.get_data(as_text=True)) == []
    return answer


def fill_in(office: Office, code: str = PROCEDURE, *, who: Identity = CLERK, **query: str) -> str:
    request = Request(path=f"/counter/new/{code}", query=query, who=who, headers=BROWSER)
    text = str(office.service.fill_in_at_counter(request, code).get_data(as_text=True))
    assert flaws(text) == []
    return text


def send(office: Office, **said: str) -> Any:
    request = Request(
        method="POST",
        path="/counter/new",
        headers={"content-type": FORM},
        stream=BytesIO(urlencode({**TYPED, **said}).encode()),
        who=CLERK,
    )
    answer = office.service.take_in_by_form(request)
    if answer.status_code != 303:
        assert flaws(answer.get_data(as_text=True)) == []
    return answer


def handed_in(office: Office) -> list[Dossier]:
    found: list[Dossier] = office.dossiers.things
    return found


def codes(page: str) -> list[str]:
    return re.findall(r'href="/counter/new/([^"?]+)', page)


def test_a_procedure_is_found_by_words_without_diacritics(office: Office) -> None:
    page = find(office, "giay phep xay").get_data(as_text=True)
    assert codes(page) == ["1.000003", "1.000001"]
    assert "Không tìm thấy" in Markup(find(office, "hộ chiếu").get_data(as_text=True)).text


@pytest.mark.parametrize("q", [PROCEDURE, "khai sinh", "sinh khai", "1.000002"])
def test_where_only_one_fits_its_form_comes_at_once(office: Office, q: str) -> None:
    answer = find(office, q, lang="en")
    assert answer.status_code == 303
    assert re.fullmatch(r"/counter/new/1\.0[0-9]+\?lang=en", answer.headers["Location"])


@pytest.mark.parametrize(
    ("allowed", "said"), [(0, ""), (10, ""), (40, " · tệp đến 40 MB"), (90, " · tệp đến 60 MB")]
)
def test_a_paper_that_allows_larger_files_says_so(office: Office, allowed: int, said: str) -> None:
    event = published(papers=(Paper(name=PROPOSAL, largest=allowed),))
    office.tell(office.service.learn, event, subject="1.000009")
    page = Markup(fill_in(office, "1.000009")).text
    assert f"1 bản chính · bắt buộc{said}. PDF, ảnh" in page
    assert "cả thảy không quá 60 MB" in page


def test_what_is_not_in_force_is_not_found() -> None:
    known = titles([procedure(), procedure(version=2, name="Khác")])
    assert [each.name for each in known] == ["Chấp thuận chủ trương đầu tư", "Khác"]
    assert titles([replace(procedure(), withdrawn=9)]) == ()
    assert matching(known, "...") == ()


@given(
    st.lists(st.sampled_from(NAMES), max_size=60), st.sampled_from(["phép", "cap", "xay d", "1"])
)
def test_what_is_found_has_every_word_and_is_never_too_much(names: list[str], q: str) -> None:
    known = titles(replace(procedure(), id=f"2.{n:06}", name=each) for n, each in enumerate(names))
    found = matching(known, q)
    assert len(found) <= MOST_FOUND
    for each in found:
        assert all(fold(word) in fold(f"{each.name} {each.code}") for word in q.split())


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_form_asks_what_the_procedure_asks(office: Office, lang: str) -> None:
    shown = Markup(fill_in(office, lang=lang)).text
    for each in (REQUEST_FORM, PROPOSAL, IF_ANY):
        assert each in shown
    assert ("original: 1 · required" if lang == "en" else "1 bản chính · bắt buộc") in shown


def test_the_cases_of_a_procedure_are_to_choose_from(office: Office) -> None:
    papers = (Paper(name="A", case="lần đầu", copies=2), Paper(name="B", case="cấp lại"))
    office.tell(office.service.learn, published(version=2, papers=papers), subject=PROCEDURE)
    page = fill_in(office)
    assert [each.get("value") for each in Markup(page).all("option")][2:] == [
        "",
        "lần đầu",
        "cấp lại",
    ]
    assert "trường hợp: lần đầu" in Markup(page).text
    answer = send(office, **{f"document-{each}": "" for each in range(1, 4)})
    assert 'href="#case"' in answer.get_data(as_text=True)
    assert handed_in(office) == []
    nothing = {f"document-{each}": "" for each in range(1, 4)}
    assert send(office, case="cấp lại", key="k-2", **nothing).status_code == 303
    assert [each.case for each in handed_in(office)] == ["cấp lại"]


def test_what_is_handed_in_leads_to_its_page_where_it_is_taken_in(office: Office) -> None:
    answer = send(office)
    (dossier,) = handed_in(office)
    assert answer.headers["Location"] == f"/counter/dossiers/{dossier.id}/did/new"
    assert (dossier.owner, dossier.channel) == ("", Channel.COUNTER)
    assert dossier.applicant.identity == "079123456789"
    assert dossier.attachments == (
        Attachment(paper=REQUEST_FORM, document="s-1"),
        Attachment(paper=PROPOSAL, document="s-2"),
    )
    request = Request(path="/", who=CLERK, headers=BROWSER)
    page = office.service.look_at_counter_act(request, dossier.id, "new").get_data(as_text=True)
    assert "Đã nộp hồ sơ" in page
    assert re.search(r"<details open>\s*<summary>Tiếp nhận", page)


def test_a_form_sent_twice_makes_one_dossier(office: Office) -> None:
    first, second = send(office), send(office)
    assert first.headers["Location"] == second.headers["Location"]
    assert len(handed_in(office)) == 1


@pytest.mark.parametrize("key", ["k-1", "k-2"])
@pytest.mark.parametrize("changed", [{"address": "14 Lê Lợi"}, {"phone": "0987654321"}])
def test_a_form_that_is_changed_and_sent_again_makes_no_second_dossier_unasked(
    office: Office, key: str, changed: dict[str, str]
) -> None:
    """The browser goes back: with the form as it was (its key), or to the page anew."""
    send(office)
    office.clock.forward(minutes=2)
    answer = send(office, **changed, key=key)
    page = answer.get_data(as_text=True)
    (dossier,) = handed_in(office)
    assert answer.status_code == 409
    assert f'href="/counter/dossiers/{dossier.id}"' in page
    assert "đã có hồ sơ của thủ tục này" in Markup(page).text
    assert f'value="{changed.get("address", "12 Lê Lợi")}"' in page
    assert office.lookups.things[-1].shown == (dossier.id,)
    new = re.search('name="key" value="([^"]*)"', page)
    again = changed | {"key": new.group(1) if new else "", "another": "1"}
    assert [send(office, **again).status_code for _ in range(2)] == [303, 303]
    assert len(handed_in(office)) == 2


def test_the_name_and_telephone_both_changed_still_lead_to_what_the_form_made(
    office: Office,
) -> None:
    send(office)
    answer = send(office, name="Trần Văn Bình An", phone="0987654321")
    assert answer.status_code == 409
    assert handed_in(office)[0].id in answer.get_data(as_text=True)
    assert len(handed_in(office)) == 1


def test_what_is_older_over_or_of_others_is_no_twin() -> None:
    came = replace(at_the_counter(), state=State.SUBMITTED)
    typed = WhoseDossier(procedure=PROCEDURE, name="Tran van binh", phone="+84 912 345 678")
    now = came.submitted + timedelta(hours=1)
    assert alike(typed, [came, came], now) == (came,)
    assert alike(replace(typed, phone="0999999999"), [came], now) == (came,)
    assert alike(replace(typed, phone="0999999999", name="Lan"), [came], now) == ()
    assert alike(typed, [came], came.submitted + timedelta(days=2)) == ()
    assert alike(replace(typed, procedure="1.000001"), [came], now) == ()
    assert alike(typed, [replace(came, state=State.WITHDRAWN)], now) == ()
    assert WhoseDossier(procedure="", name="...", phone="số").words() == ()


def at_the_counter() -> Dossier:
    return submitted(applicant=Applicant(name="Trần Văn Bình", phone="+84912345678"))


def test_who_hands_in_for_the_applicant_is_kept(office: Office) -> None:
    proxy = {
        "proxy-name": "Lê An",
        "proxy-phone": "0912345670",
        "proxy-identity": "1",
        "proxy-authority": "Giấy ủy quyền",
    }
    assert send(office, channel="post", **proxy).status_code == 303
    (dossier,) = handed_in(office)
    assert dossier.proxy == Proxy(
        name="Lê An", phone="+84912345670", identity="1", authority="Giấy ủy quyền"
    )
    assert dossier.channel is Channel.POST


def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(office: Office) -> None:
    wrong = {"phone": "số", "document-2": "không phải mã", "proxy-name": "Lê <b>An"}
    answer = send(office, **wrong)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for field in ("phone", "document-2", "proxy-phone"):
        assert f'href="#{field}"' in page
        assert f'id="{field}-error"' in page
    assert 'value="Trần Văn Bình"' in page
    assert 'value="s-1"' in page
    assert "<b>" not in page
    assert re.search(r"<details open>\s*<summary>Có người nộp thay", page)
    assert handed_in(office) == []


def test_what_the_law_refuses_is_said_with_its_article(office: Office) -> None:
    mornings = published(
        version=2, sessions=(Session.MORNING,), sessions_article="QĐ 1/2020", channels=("counter",)
    )
    office.tell(office.service.learn, mornings, subject=PROCEDURE)
    office.clock.moment = at("2020-09-15 14:30")
    answer = send(office)
    page = Markup(answer.get_data(as_text=True)).text
    assert answer.status_code == 409
    assert "Quầy chỉ nhận thủ tục này vào buổi sáng" in page
    assert "QĐ 1/2020" in page


def test_names_stand_on_the_pages_as_text(office: Office) -> None:
    wild = published(name=SCRIPT, papers=(Paper(name=SCRIPT),))
    office.tell(office.service.learn, wild, subject="1.000009")
    for page in (find(office, "script", lang="en"), None):
        text = page.get_data(as_text=True) if page else fill_in(office, "1.000009")
        assert "<script" not in text


def test_nobody_finds_no_form_and_hands_nothing_in(office: Office) -> None:
    assert "cán bộ một cửa" in find(office, who=NOBODY).get_data(as_text=True)
    assert PROPOSAL not in fill_in(office, who=NOBODY)
    with pytest.raises(Unknown):
        office.service.take_in_by_form(Request(method="POST", path="/counter/new"))
    with pytest.raises(NotFound):
        fill_in(office, "9.999999")


def test_a_form_without_a_key_hands_nothing_in(office: Office) -> None:
    assert send(office, key="").status_code == 422
    assert handed_in(office) == []


def test_the_body_is_the_apis_and_leaves_out_what_is_empty() -> None:
    body = counter_forms.submission_of(TYPED)
    assert body["applicant"] == {
        "name": "Trần Văn Bình",
        "phone": "0912 345 678",
        "identity": "079 123 456 789",
        "address": "12 Lê Lợi",
        "language": "vi",
    }
    assert [each["id"] for each in body["documents"]] == ["s-1", "s-2"]
    assert "proxy" not in body
