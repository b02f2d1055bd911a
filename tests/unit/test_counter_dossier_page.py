"""A dossier on one page at the counter: each act once, by its rule; what was typed is kept."""

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest

from contracts.forms import FORM_NAMES, FormKind
from contracts.procedure import AtCounter, Collected, Paper
from foundation.errors import NotFound, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.intake.domain.case.channel import Channel
from services.intake.domain.case.dossier import Attachment, Dossier, Proxy, State
from services.intake.domain.counter import as_seen, possible_acts, supplement
from services.intake.domain.counter.possible_acts import CounterAct, CounterSight
from services.intake.domain.forms.parts import FormIssuer
from services.intake.handlers import counter_forms
from tests import journeys
from tests.builders import (
    CALENDAR,
    PROCEDURE,
    PROPOSAL,
    RECEIVED,
    REGISTRAR,
    REQUEST_FORM,
    Office,
    accepted,
    at,
    known,
    procedure,
    published,
    resolved,
    submitted,
)
from tests.markup import Markup, flaws

CLERK = Identity("lan", frozenset({"counter"}), "")
BROWSER = {"accept": "text/html"}
FORM = "application/x-www-form-urlencoded"
WHY = "Thiếu bản vẽ có dấu <b>"
ARTICLE = "Luật Đầu tư 2020 Đ33"
BY_LAW = {"article": ARTICLE}
NAMED = {"name": "Nguyễn Thị Hoà", "phone": "0912345679", "reason": WHY, "edition": "0"}


@pytest.fixture(name="office")
def _office() -> Office:
    return Office()


def put(office: Office, dossier: Dossier, name: str = "d1") -> str:
    office.dossiers.save(replace(dossier, id=name))
    return name


def look(office: Office, name: str = "d1", *, who: Identity = CLERK, **query: str) -> str:
    path = f"/counter/dossiers/{name}"
    request = Request(path=path, query=query, who=who, headers=BROWSER)
    text = str(office.service.look_at_counter_dossier(request, name).get_data(as_text=True))
    assert flaws(text) == []
    return text


def carried(page: str) -> dict[str, str]:
    found = {name: re.search(f'name="{name}" value="([^"]*)"', page) for name in ("key", "seen")}
    return {name: unescape(each.group(1)) for name, each in found.items() if each}


def send(
    office: Office, act: str, said: dict[str, str], name: str = "d1", who: Identity = CLERK
) -> Any:
    request = Request(
        method="POST",
        path=f"/counter/dossiers/{name}/{act}",
        headers={"content-type": FORM},
        stream=BytesIO(urlencode(said).encode()),
        who=who,
    )
    answer = office.service.act_at_counter(request, name, act)
    if answer.status_code != 303:
        assert flaws(answer.get_data(as_text=True)) == []
    return answer


def offered(page: str) -> set[str]:
    forms = r'method="post" action="(?:/uploads)?/counter/dossiers/[^/"]+/([a-z]+)'
    return set(re.findall(forms, page))


def kept(office: Office, name: str = "d1") -> Dossier:
    dossier: Dossier = office.dossiers.get(name)
    return dossier


def sight(**changes: Any) -> CounterSight:
    found = CounterSight(
        procedure=procedure(),
        known=known(submitted()),
        agencies={},
        office=FormIssuer(unit="000.00.00.H41", name="Trung tâm"),
        now=RECEIVED,
        calendar=CALENDAR,
    )
    return replace(found, **changes)


def allowed(dossier: Dossier, **changes: Any) -> set[str]:
    found = possible_acts.possible(dossier, sight(**changes))
    return {each.value for each, verdict in found.items() if verdict is None}


RUNS = {"correct", "withdraw", "way", "stop", "oblige", "forms"}


def undelivered() -> Dossier:
    """Its first step reached nobody."""
    dossier = accepted()
    return replace(dossier, undelivered=(dossier.steps[0].id,))


def refundable() -> Dossier:
    """Paid, and then taken back."""
    paid = journeys.charge(paid=RECEIVED, receipt="0001", collected=Collected.BEFORE)
    return replace(submitted(), state=State.WITHDRAWN, charges=(paid,))


@pytest.mark.parametrize(
    ("dossier", "acts"),
    [
        (submitted, {"accept", "guide", "refuse", "correct", "withdraw", "way"}),
        (accepted, {*RUNS, "apologise"}),
        (resolved, {"return", "correct", "way", "forms"}),
        (journeys.waiting, {"supplement", *RUNS}),
        (journeys.owing, {"pay", *RUNS}),
        (journeys.stopped, {*RUNS, "resume"} - {"stop"}),
        (undelivered, {"send", *RUNS, "apologise"}),
    ],
)
def test_what_may_be_done_is_what_the_rules_allow_and_trying_changes_nothing(
    office: Office, dossier: Callable[[], Dossier], acts: set[str]
) -> None:
    put(office, dossier())
    before = kept(office)
    assert allowed(dossier()) == acts
    assert offered(look(office)) == acts
    assert kept(office) == before


def test_what_a_rule_refuses_is_shown_with_its_reason(office: Office) -> None:
    put(office, replace(submitted(), attachments=()))
    page = Markup(look(office)).text
    assert f"Hồ sơ chưa đủ thành phần, còn thiếu: {REQUEST_FORM}; {PROPOSAL}" in page
    assert "Giấy tờ còn thiếu" in page
    assert offered(look(office)) == {"guide", "refuse", "correct", "withdraw", "way"}


def test_nothing_may_be_done_with_what_is_over() -> None:
    for state in (State.REFUSED, State.WITHDRAWN):
        assert allowed(replace(submitted(), state=state)) <= {"forms"}
    over = replace(resolved(), state=State.RETURNED, originals=("Sổ đỏ",))
    assert allowed(over) == {"originals", "forms"}


def test_papers_are_asked_for_once() -> None:
    guided, _ = supplement.guide(submitted(), procedure(), (), (PROPOSAL,), WHY, RECEIVED)
    again = replace(guided, state=State.SUBMITTED, waits=())
    assert "guide" not in allowed(again)
    assert "guide" in possible_acts.possible(again, sight())


def test_a_case_that_is_none_of_the_procedures_is_no_fault_of_the_page() -> None:
    strange = replace(submitted(), case="trường hợp lạ")
    assert possible_acts.missing(strange, sight()) == ()
    assert "accept" not in allowed(strange)


def test_data_are_offered_where_a_database_holds_a_paper() -> None:
    papers = (Paper(name=REQUEST_FORM), Paper(name=PROPOSAL, database="CSDL đất đai"))
    held = procedure(papers=papers)
    verdicts = possible_acts.possible(submitted(), sight(procedure=held))
    assert CounterAct.FROM_DATA in verdicts


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_says_whose_it_is_who_has_it_and_why_it_is_due(office: Office, lang: str) -> None:
    put(office, accepted())
    shown = Markup(look(office, lang=lang)).text
    told = ("Result due", "Who has it") if lang == "en" else ("Hạn trả kết quả", "Người giữ")
    for each in (*told, "Nguyễn Thị Hoa", "0912 345 678", "000.00.00.H41-200915-0001"):
        assert each in shown


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_dossier_that_a_person_may_have_is_a_page_without_flaws(
    office: Office, lang: str
) -> None:
    for dossier in (*journeys.dossiers(), replace(submitted(), id="new")):
        office.dossiers.save(dossier)
        page = look(office, dossier.id, lang=lang)
        assert "<script" not in page


def test_a_clerk_is_told_how_the_applicant_cannot_be_reached(office: Office) -> None:
    put(office, replace(accepted(), unreached=("sms", "email")))
    shown = Markup(look(office, lang="en")).text
    assert "no such telephone number" in shown
    assert "Mail to this e-mail address comes back" in shown


def test_who_reads_a_dossier_is_written_down(office: Office) -> None:
    put(office, accepted())
    look(office)
    (record,) = office.lookups.things
    assert (record.by, record.asked, record.shown) == ("lan", "/counter/dossiers/d1", ("d1",))


def test_taking_in_twice_by_a_double_click_is_taking_in_once(office: Office) -> None:
    put(office, submitted())
    said = carried(look(office)) | {"accept-original-1": REQUEST_FORM}
    answers = [send(office, "accept", said) for _ in range(2)]
    assert {each.headers["Location"] for each in answers} == {"/counter/dossiers/d1/did/accept"}
    assert kept(office).code.endswith("-0001")
    assert kept(office).originals == (REQUEST_FORM,)
    done = office.service.look_at_counter_act(Request(path="/", who=CLERK), "d1", "accept")
    text = done.get_data(as_text=True)
    assert "Đã tiếp nhận hồ sơ" in text
    assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in text


def test_a_page_that_somebody_overtook_shows_what_changed_and_keeps_what_was_typed(
    office: Office,
) -> None:
    put(office, submitted())
    mine = carried(look(office))
    assert send(office, "accept", carried(look(office)) | {"key": "another"}).status_code == 303
    typed = {f"correct-{name}": value for name, value in NAMED.items()}
    answer = send(office, "correct", mine | typed)
    shown = Markup(answer.get_data(as_text=True)).text
    assert answer.status_code == 409
    assert "chờ tiếp nhận → đã tiếp nhận" in shown
    assert WHY in shown
    assert kept(office).corrections == ()


def test_what_was_typed_for_an_act_that_is_gone_is_still_shown(office: Office) -> None:
    put(office, submitted())
    mine = carried(look(office))
    send(office, "accept", carried(look(office)) | {"key": "another"})
    answer = send(office, "refuse", mine | {"refuse-article": ARTICLE, "refuse-reason": WHY})
    shown = Markup(answer.get_data(as_text=True)).text
    assert answer.status_code == 409
    assert "Nội dung ông/bà đã gõ" in shown
    assert WHY in shown


def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_kept(office: Office) -> None:
    put(office, submitted())
    answer = send(
        office,
        "correct",
        carried(look(office)) | {"correct-name": "", "correct-phone": "số", "correct-reason": WHY},
    )
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    for field in ("correct-name", "correct-phone"):
        assert f'href="#{field}"' in page
        assert f'id="{field}-error"' in page
    assert 'value="số"' in page
    assert WHY in Markup(page).text
    assert re.search(r"<details open>\s*<summary>Đính chính", page)


def test_a_request_that_forgets_a_paper_says_so_on_top_and_beside(office: Office) -> None:
    put(office, replace(submitted(), attachments=()))
    said = {"guide-papers": PROPOSAL, "guide-reason": WHY}
    answer = send(office, "guide", carried(look(office)) | said)
    page = answer.get_data(as_text=True)
    assert "Phải hướng dẫn đầy đủ trong một lần" in Markup(page).text
    assert "guide-papers-error" in page
    assert kept(office).guided is None


@pytest.mark.parametrize("act", ["accept", "no-act"])
def test_a_form_without_a_key_or_of_no_act_does_nothing(office: Office, act: str) -> None:
    put(office, submitted())
    form = {"seen": carried(look(office))["seen"]}
    if act == "no-act":
        with pytest.raises(NotFound):
            send(office, act, form | {"key": "k"})
    else:
        assert send(office, act, form).status_code == 422
    assert kept(office).code == ""


def test_a_form_without_what_was_seen_does_nothing(office: Office) -> None:
    put(office, submitted())
    assert send(office, "accept", {"key": "k"}).status_code == 409
    assert kept(office).code == ""


def test_nobody_reads_no_dossier_and_does_nothing(office: Office) -> None:
    put(office, submitted())
    assert "Nguyễn Thị Hoa" not in look(office, who=NOBODY)
    request = Request(path="/", headers=BROWSER)
    assert "Nguyễn" not in office.service.look_at_counter_act(request, "d1", "x").get_data(
        as_text=True
    )
    with pytest.raises(Unknown):
        office.service.act_at_counter(Request(method="POST", path="/"), "d1", "accept")
    assert office.lookups.things == []
    with pytest.raises(NotFound):
        look(office, "no-such-dossier")


def at_once() -> Dossier:
    """Decided at the counter."""
    return replace(accepted(), at_counter=AtCounter.SAME_DAY, steps=(), originals=(PROPOSAL,))


def acts(office: Office) -> list[tuple[str, Dossier, dict[str, str]]]:
    office.scanned("s-1", "s-2", "s-3")
    office.uploaded("d-1", "d-2")
    to_pay = replace(submitted(), charges=(journeys.charge(collected=Collected.BEFORE),))
    proxied = replace(
        submitted(), proxy=Proxy(name="Lê An", phone="0", identity="1", authority="u")
    )
    of_proxy = {f"proxy-{name}": "Lê Văn An" for name in ("name", "authority")}
    of_proxy |= {"proxy-phone": "0912345677", "proxy-identity": "079123456789"}
    supplied = {
        "paper-1": "Giấy ủy quyền có chứng thực",
        "document-1": "s-1",
        "paper-2": "Trích lục bản đồ",
        "document-2": "s-2",
    }
    return [
        ("accept", submitted(), {"form": "1"}),
        ("guide", submitted(), {"papers": f"{PROPOSAL}\n\n", "reason": "mờ"}),
        ("refuse", submitted(), {"article": ARTICLE, "reason": "không đúng"}),
        ("supplement", journeys.waiting(), supplied),
        ("pay", to_pay, {"fee": "f-1", "method": "cash", "receipt": "0001"}),
        ("decide", at_once(), {"outcome": "approved", "document": "s-3", "article": ""}),
        ("originals", at_once(), {}),
        (
            "return",
            replace(resolved(), originals=(PROPOSAL,)),
            {"channel": "post", "originals": "1"},
        ),
        ("correct", submitted(), NAMED),
        ("correct", proxied, {**NAMED, **of_proxy}),
        ("withdraw", submitted(), {}),
        ("forms", accepted(), {"kind": "receipt"}),
        ("oblige", accepted(), {"name": "Tiền sử dụng đất", "amount": "1.200.000", **BY_LAW}),
        ("refund", refundable(), {"fee": "f-1"}),
        ("send", undelivered(), {"step": accepted().steps[0].id, "agency": ""}),
        ("apologise", accepted(), {"agency": REGISTRAR, "reason": WHY, "due": "2020-12-01T09:00"}),
        ("stop", accepted(), {"reason": WHY, **BY_LAW}),
        ("resume", journeys.stopped(), {}),
        ("way", accepted(), {"by": "online"}),
    ]


def test_every_act_of_the_api_is_done_by_its_form(office: Office) -> None:
    done = acts(office)
    for number, (act, dossier, said) in enumerate(done):
        code = f"000.00.00.H41-200914-{number:04}" if dossier.code else ""
        name = put(office, replace(dossier, code=code), f"d{number}")
        form = carried(look(office, name))
        answer = send(office, act, form | {f"{act}-{key}": said[key] for key in said}, name)
        assert answer.status_code == 303, (act, Markup(answer.get_data(as_text=True)).text)
        assert kept(office, name) != replace(dossier, id=name, code=code)
        assert counter_forms.done_words(act)
    assert {act for act, _, _ in done} == {*CounterAct} - {CounterAct.FROM_DATA, CounterAct.URGE}
    assert kept(office, "d7").returned is Channel.POST
    assert kept(office, "d7").originals == ()
    assert kept(office, "d9").proxy == Proxy(
        name="Lê Văn An", phone="+84912345677", identity="079123456789", authority="Lê Văn An"
    )
    assert kept(office, "d11").forms[-1].kind is FormKind.RECEIPT
    assert kept(office, "d12").charges[-1].amount == 1_200_000
    assert kept(office, "d15").due == at("2020-12-01 09:00")
    assert kept(office, "d18").result_by == "online"


def test_the_director_urges_from_the_counter_and_a_clerk_does_not(office: Office) -> None:
    put(office, accepted())
    assert "urge" not in offered(look(office))
    both = replace(CLERK, scopes=frozenset({"counter", "director"}))
    page = look(office, who=both)
    said = carried(page) | {"urge-words": WHY, "urge-step": "", "urge-answer_by": ""}
    with pytest.raises(NotFound):
        send(office, "urge", said)
    assert (
        send(office, "urge", said | {"urge-answer_by": "2020-01-01T08:00"}, who=both).status_code
        == 422
    )
    assert [send(office, "urge", said, who=both).status_code for _ in range(2)] == [303, 303]
    assert [each.words for each in kept(office).urgings] == [WHY]


@pytest.mark.parametrize("act", ["pay", "refund", "forms"])
def test_money_and_forms_are_held_to_what_was_seen(office: Office, act: str) -> None:
    put(office, refundable() if act == "refund" else journeys.owing())
    said = {"pay-fee": f"{accepted().id}.fee.1", "pay-method": "cash", "pay-receipt": "1"}
    said |= {"refund-fee": "f-1", "forms-kind": "receipt"}
    before = kept(office)
    stale = as_seen.mark(replace(before, corrections=(), code="x"))
    answer = send(office, act, said | {"key": "k", "seen": stale})
    assert answer.status_code == 409
    assert "đã thay đổi" in Markup(answer.get_data(as_text=True)).text
    assert kept(office) == before


def test_the_post_needs_an_address(office: Office) -> None:
    put(office, submitted())
    answer = send(office, "way", carried(look(office)) | {"way-by": "post"})
    assert answer.status_code == 422
    assert 'href="#way-by"' in answer.get_data(as_text=True)
    assert kept(office).result_by == ""


@pytest.mark.parametrize("amount", ["nhiều", "", "1e9", "9" * 30, "-5"])
def test_an_amount_that_is_none_is_said_beside_it(office: Office, amount: str) -> None:
    put(office, accepted())
    said = {"oblige-name": "Thuế", "oblige-amount": amount, "oblige-article": ARTICLE}
    answer = send(office, "oblige", carried(look(office)) | said)
    assert answer.status_code == 422
    assert 'href="#oblige-amount"' in answer.get_data(as_text=True)


def test_forms_and_papers_lead_to_their_files(office: Office) -> None:
    put(office, accepted())
    office.clock.moment = RECEIVED
    send(office, "forms", carried(look(office)) | {"forms-kind": "receipt"})
    page = look(office)
    for document in ("d-1", kept(office).forms[-1].document):
        assert f'href="/files/{document}?reason=counter"' in page
        assert f'href="/files/{document}/view?reason=counter"' in page


def test_data_of_a_database_are_taken_by_the_form(office: Office) -> None:
    papers = (Paper(name=REQUEST_FORM), Paper(name=PROPOSAL, database="CSDL đất đai"))
    office.tell(office.service.learn, published(version=2, papers=papers), subject=PROCEDURE)
    office.clock.moment = at("2026-11-02 09:00")
    put(office, replace(submitted(), submitted=office.clock.now(), attachments=()))
    page = look(office)
    assert "data" in offered(page)
    assert "Hãy lấy dữ liệu" in Markup(page).text
    said = {"data-paper": PROPOSAL, "data-database": "CSDL đất đai", "data-reference": "12"}
    assert send(office, "data", carried(page) | said).status_code == 303
    assert [each.reference for each in kept(office).looked_up] == ["12"]
    assert "lấy từ cơ sở dữ liệu" in look(office)


def test_of_papers_that_are_asked_for_those_without_a_document_are_left_out() -> None:
    fields = {"paper-1": "A", "document-1": "", "paper-2": "B", "document-2": "s"}
    assert counter_forms.papers_of(fields) == [{"paper": "B", "id": "s"}]
    none = {"paper-1": "A", "paper-2": "B"}
    assert [each["id"] for each in counter_forms.papers_of(none)] == ["", ""]


def test_an_error_of_a_document_stands_at_its_own_field(office: Office) -> None:
    put(office, journeys.waiting())
    said = {
        "supplement-paper-1": "Giấy ủy quyền có chứng thực",
        "supplement-document-1": "",
        "supplement-paper-2": "Trích lục bản đồ",
        "supplement-document-2": "không phải mã",
    }
    answer = send(office, "supplement", carried(look(office)) | said)
    assert answer.status_code == 422
    assert 'href="#supplement-document-2"' in answer.get_data(as_text=True)


def test_every_act_and_form_has_its_words() -> None:
    assert set(counter_forms.TITLES) == set(CounterAct)
    assert set(FORM_NAMES) == set(FormKind)
    assert all(counter_forms.done_words(each) for each in CounterAct)
    assert counter_forms.done_words("no-act") == ""


def test_a_mark_tells_what_changed_and_without_one_nothing_is_compared() -> None:
    before, after = submitted(), accepted()
    assert as_seen.differences(as_seen.mark(before), before) == {}
    found = as_seen.differences(as_seen.mark(before), after)
    assert found["state"] == ("submitted", "accepted")
    as_seen.must_be_as_seen(after, "")
    as_seen.must_be_as_seen(after, "*")
    more = replace(before, attachments=(*before.attachments, Attachment(paper="x", document="y")))
    assert set(as_seen.differences(as_seen.mark(before), more)) == {"papers"}


def test_a_page_that_shows_less_is_compared_by_what_it_shows() -> None:
    assert as_seen.differences("state=submitted\tcode=", submitted()) == {}
    assert set(as_seen.differences("state=submitted\tcode=", accepted())) == {"state", "code"}
    assert set(as_seen.differences("-", accepted())) >= {"state", "code", "due"}


@pytest.mark.parametrize(
    "seen", ["due=hôm qua", "due=9999-12-31T23:59:59.000Z", "state=no", "\t=\t", "outcome=<b>"]
)
def test_what_a_form_says_was_seen_may_be_anything(office: Office, seen: str) -> None:
    put(office, accepted())
    said = {"key": "k", "seen": seen} | {f"correct-{name}": NAMED[name] for name in NAMED}
    answer = send(office, "correct", said)
    assert answer.status_code == 409
    assert "<b>" not in answer.get_data(as_text=True)
