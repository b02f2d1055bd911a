"""Files larger than 25 MB: where the procedure allows them for the paper, and for no other."""

from dataclasses import replace
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.procedure import MOST_LARGEST, USUAL_LARGEST, Paper
from contracts.signatures import SignatureVerdict
from foundation.errors import Duplicate, Refused
from foundation.web import Request
from services.catalogue.domain.fillable import must_be_uploadable
from services.documents.domain import allowance
from services.documents.domain.allowance import MB, UploadAllowance, largest_file
from services.documents.handlers.context import allowed as allowed_by
from services.documents.service import DocumentsService
from services.intake.domain.case.dossier import Attachment, Dossier
from services.intake.domain.counter import reception, supplement
from services.intake.domain.counter.file_sizes import allowed
from services.intake.domain.counter.known_document import KnownDocument
from services.intake.domain.counter.signature_demand import missing
from services.intake.domain.drafts.progress import key_of
from tests import builders
from tests.builders import (
    CALENDAR,
    OWNER,
    PROCEDURE,
    PROPOSAL,
    RECEIPT,
    RECEIVED,
    REQUEST_FORM,
    Office,
)
from tests.markup import Markup
from tests.unit.test_apply_pages import attached, begun, shown, text_of
from tests.unit.test_catalogue_feasible import CONTENT
from tests.unit.test_documents_service import Archive
from tests.unit.test_signature_demand import given_as
from tests.unit.test_upload_pages import body, request

PAPERS = (Paper(name=REQUEST_FORM, largest=60), Paper(name=PROPOSAL))
LARGER = builders.procedure(papers=PAPERS)
GIVEN = (
    Attachment(paper=REQUEST_FORM, document="d-1"),
    Attachment(paper=PROPOSAL, document="d-2"),
)
SIZES = st.integers(0, 80 * MB)


def known(form: int, proposal: int, owner: str = OWNER) -> dict[str, KnownDocument]:
    sizes = {"d-1": form, "d-2": proposal}
    return {
        each: KnownDocument(id=each, told=True, owner=owner, size=size)
        for each, size in sizes.items()
    }


def submit(so_far: dict[str, KnownDocument]) -> Dossier:
    handed = builders.submission(documents=GIVEN)
    ids, now = builders.DOSSIER, RECEIVED
    return reception.submit(ids, handed, LARGER, now, CALENDAR, owner=OWNER, known=so_far)[0]


@given(SIZES, SIZES)
def test_a_file_is_handed_in_for_what_its_own_paper_allows_and_no_more(
    form: int, proposal: int
) -> None:
    wrong = [
        name
        for name, size, most in ((REQUEST_FORM, form, 60), (PROPOSAL, proposal, USUAL_LARGEST))
        if size > most * MB
    ]
    if not wrong:
        assert submit(known(form, proposal)).attachments
        return
    with pytest.raises(Refused) as refused:
        submit(known(form, proposal))
    assert refused.value.fields == {"documents": tuple(wrong)}
    assert all(name in refused.value.en and name in refused.value.vi for name in wrong)
    assert refused.value.article


def test_of_a_strangers_file_nothing_is_said() -> None:
    assert submit(known(90 * MB, 90 * MB, owner="somebody else")).attachments


def test_a_size_that_is_told_late_is_met_at_the_receipt_and_asked_for_by_form_02() -> None:
    dossier, late = submit({}), known(1, 26 * MB)
    with pytest.raises(Refused, match=r"larger than the procedure allows.*\(25 MB\)"):
        reception.receive(dossier, LARGER, RECEIPT, RECEIVED, late)
    assert missing(dossier, LARGER, late) == (PROPOSAL,)
    asked, _ = supplement.guide(dossier, LARGER, (PROPOSAL,), (PROPOSAL,), "", RECEIVED)
    anew = (Attachment(paper=PROPOSAL, document="d-3"),)
    for size, fits in ((26 * MB, False), (24 * MB, True)):
        smaller = KnownDocument(id="d-3", told=True, owner=OWNER, size=size)
        so_far = {**late, "d-3": smaller}
        if not fits:
            with pytest.raises(Refused, match="25 MB"):
                supplement.supplement(asked, anew, RECEIVED, CALENDAR, so_far)
            continue
        full, _ = supplement.supplement(asked, anew, RECEIVED, CALENDAR, so_far)
        assert {each.document for each in full.attachments} == {"d-1", "d-3"}
        assert reception.receive(full, LARGER, RECEIPT, RECEIVED, so_far)[0].received


def test_what_is_supplied_is_held_to_the_procedure() -> None:
    dossier, late = submit({}), known(70 * MB, 1)
    asked, _ = supplement.guide(dossier, LARGER, (REQUEST_FORM,), (REQUEST_FORM,), "", RECEIVED)
    anew = (Attachment(paper=REQUEST_FORM, document="d-3"),)
    so_far = {**late, "d-3": KnownDocument(id="d-3", told=True, owner=OWNER, size=50 * MB)}
    sizes = allowed(LARGER)
    full, _ = supplement.supplement(asked, anew, RECEIVED, CALENDAR, so_far, sizes=sizes)
    assert {each.document for each in full.attachments} == {"d-2", "d-3"}
    with pytest.raises(Refused, match="25 MB"):
        supplement.supplement(asked, anew, RECEIVED, CALENDAR, so_far)


@given(st.integers(1, 900), st.integers(1, 900), st.sampled_from([REQUEST_FORM, PROPOSAL, "", "x"]))
def test_an_upload_has_what_its_paper_allows_within_what_the_operator_lets_in(
    largest: int, cap: int, paper: str
) -> None:
    event = builders.published(papers=(Paper(name=REQUEST_FORM, largest=largest),))
    learnt, _ = allowance.learn(UploadAllowance(id=PROCEDURE), event)
    usual = USUAL_LARGEST if paper != REQUEST_FORM else max(USUAL_LARGEST, largest)
    assert largest_file(learnt, paper, cap) == min(usual, cap) * MB
    assert largest_file(None, paper, cap) == min(USUAL_LARGEST, cap) * MB


def test_versions_may_be_told_in_any_order() -> None:
    first, second = builders.published(version=1), builders.published(version=2, papers=PAPERS)
    learnt, _ = allowance.learn(UploadAllowance(id=PROCEDURE), second)
    for each in (first, second):
        with pytest.raises(Duplicate):
            allowance.learn(learnt, each)
    none, _ = allowance.learn(learnt, builders.published(version=3))
    assert none.papers == ()


@pytest.mark.parametrize(
    ("papers", "said"),
    [
        ((Paper(name="Bản vẽ", largest=25),), "more than 25"),
        ((Paper(name="Bản vẽ", largest=MOST_LARGEST + 1),), "up to 500"),
        ((Paper(name="Bản vẽ", largest=60, form="{}"),), "filled in on a page"),
        (
            (Paper(name="Bản vẽ", case="a", largest=60), Paper(name="Bản vẽ", case="b")),
            "different sizes",
        ),
    ],
)
def test_no_procedure_is_published_whose_sizes_make_no_sense(
    papers: tuple[Paper, ...], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        must_be_uploadable(replace(CONTENT, papers=papers))
    must_be_uploadable(replace(CONTENT, papers=PAPERS))


@pytest.fixture(name="archive")
def _archive() -> Archive:
    archive = Archive()
    about: Any = SimpleNamespace(subject=PROCEDURE, once=None)
    archive.service.learn_procedure(builders.published(papers=PAPERS), about)
    return archive


@pytest.mark.parametrize(
    ("query", "most"),
    [
        ({"procedure": PROCEDURE, "paper": REQUEST_FORM}, 60),
        ({"procedure": f"{PROCEDURE}.000.00.00.H38", "paper": f" {REQUEST_FORM} "}, 60),
        ({"procedure": PROCEDURE, "paper": PROPOSAL}, 25),
        ({"procedure": "9.999999", "paper": REQUEST_FORM}, 25),
        ({"paper": REQUEST_FORM}, 25),
        ({}, 25),
    ],
)
def test_the_door_asks_before_the_body_is_read(
    archive: Archive, query: dict[str, str], most: int
) -> None:
    assert allowed_by(archive.service, query) == most * MB
    archive.service.settings.largest_upload = 10
    assert allowed_by(archive.service, query) == 10 * MB


def test_every_door_for_files_asks() -> None:
    for name in ("store", "upload_for_draft", "upload_for_dossier"):
        (route,) = getattr(DocumentsService, name).nameko_entrypoints
        assert route.largest is allowed_by, name


def test_a_page_that_refuses_a_file_keeps_what_it_was_for(archive: Archive) -> None:
    asked = replace(
        request(BytesIO(body("a.txt", b"words"))),
        query={"lang": "en", "procedure": PROCEDURE, "paper": REQUEST_FORM},
    )
    answer = archive.service.upload_for_draft(asked, draft="draft-1", paper="key")
    html = answer.get_data(as_text=True)
    (form,) = [each for each in Markup(html).all("form") if each.get("enctype")]
    wanted = f"/uploads/apply/draft-1/key?lang=en&procedure={PROCEDURE}&paper={quote(REQUEST_FORM)}"
    assert (answer.status_code, form["action"]) == (422, wanted)
    assert "60 MB at most" in html


def test_a_proxy_that_passes_nothing_on_says_the_limit_of_the_paper(archive: Archive) -> None:
    query = {"lang": "en", "procedure": PROCEDURE, "paper": REQUEST_FORM}
    headers = {"accept": "text/html"}
    for asked, said in ((query, "60 MB"), ({"lang": "en"}, "25 MB")):
        page = archive.service.say_too_large(Request(path="/", query=asked, headers=headers))
        assert f"larger than {said}" in page.get_data(as_text=True)


@pytest.fixture(name="office")
def _office() -> Office:
    office = Office()
    changed = builders.published(version=2, papers=PAPERS)
    office.tell(office.service.learn, changed, subject=PROCEDURE)
    return office


def test_the_citizen_reads_the_limit_of_the_paper_and_is_held_to_it(office: Office) -> None:
    draft = begun(office)
    forms = {}
    for paper, most in ((REQUEST_FORM, 60), (PROPOSAL, 25)):
        html = shown(office, "look_at_draft_paper", draft=draft, paper=key_of(paper))
        assert f"nhiều nhất {most} MB" in html
        (forms[paper],) = [each for each in Markup(html).all("form") if each.get("enctype")]
    where = f"/uploads/apply/{draft}/{key_of(REQUEST_FORM)}"
    named = f"procedure={PROCEDURE}&paper={quote(REQUEST_FORM)}"
    assert forms[REQUEST_FORM]["action"] == f"{where}?{named}"
    assert "?" not in str(forms[PROPOSAL]["action"])
    for document, size in (("d-1", 40), ("d-2", 24)):
        given_now = replace(given_as(SignatureVerdict.UNKNOWN), size=size * MB, name="a.pdf")
        office.tell(office.service.learn_document, given_now, subject=document)
    refused = attached(office, draft, PROPOSAL, "d-1")
    assert refused.status_code == 409
    assert "lớn hơn mức thủ tục cho phép" in text_of(refused)
    assert attached(office, draft, REQUEST_FORM, "d-1").status_code == 303
    assert attached(office, draft, PROPOSAL, "d-2").status_code == 303
