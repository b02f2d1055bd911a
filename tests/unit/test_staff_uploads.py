"""Forms of the counter and the desks with files: kept, and on to the act with what was typed."""

from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import NotFound, Unavailable, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from foundation.web.limits import MB
from foundation.web.page_uploads import FormWithFilesRoute, read_form_with_files
from services.documents.domain.allowance import PaperAllowance, UploadAllowance
from services.documents.domain.scanning import ScanState
from services.documents.handlers.context import together
from tests.fakes import FakeScanner
from tests.markup import Markup, flaws
from tests.unit.test_documents_service import CLERK, DRAWING, OFFICER, Archive

BOUNDARY = "----vi-du"
STEP = "/uploads/desks/so-xay-dung/steps/d1.1/complete"
Part = tuple[str, str, str | bytes]
"""The name of a field, the name of its file ("" of a text), what is in it."""
OPINION: list[Part] = [
    ("key", "", "k-1"),
    ("seen", "", "state=new"),
    ("complete-outcome", "", 'Đồng ý "<b>"'),
    ("complete-document", "ý kiến.pdf", DRAWING),
]


def body(parts: list[Part]) -> bytes:
    text = b""
    for field, name, content in parts:
        file = f'; filename="{name}"' if isinstance(content, bytes) else ""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"{file}\r\n\r\n'
        text += head.encode() + (content if isinstance(content, bytes) else content.encode())
        text += b"\r\n"
    return text + f"--{BOUNDARY}--\r\n".encode()


def request(parts: list[Part], who: Identity, path: str = STEP) -> Request:
    headers = {"accept": "text/html", "content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    return Request(method="POST", path=path, headers=headers, stream=BytesIO(body(parts)), who=who)


def at_desk(
    archive: Archive, parts: list[Part] = OPINION, who: Identity = OFFICER, agency: str = ""
) -> Any:
    there = agency or "so-xay-dung"
    return archive.service.upload_at_desk(
        request(parts, who), desk=there, step="d1.1", name="complete"
    )


def at_counter(archive: Archive, parts: list[Part], who: Identity = CLERK) -> Any:
    return archive.service.upload_for_new(request(parts, who, "/uploads/counter/new"))


def upload_at_desk_of(archive: Archive) -> FormWithFilesRoute:
    (route,) = (
        each
        for each in type(archive.service).upload_at_desk.nameko_entrypoints
        if isinstance(each, FormWithFilesRoute)
    )
    return route


def hidden(answer: Any) -> dict[str, str]:
    page = Markup(answer.get_data(as_text=True))
    inputs = [each for each in page.all("input") if each["type"] == "hidden"]
    return {str(each["name"]): str(each["value"]) for each in inputs}


def form(answer: Any) -> dict[str, str]:
    html = answer.get_data(as_text=True)
    assert flaws(html) == []
    (found,) = Markup(html).all("form")
    return {name: str(value) for name, value in found.items()}


def test_an_opinion_is_the_agencys_and_goes_on_with_what_was_typed() -> None:
    archive = Archive()
    answer = at_desk(archive)
    (kept,) = archive.documents.things
    assert (kept.uploader.subject, kept.uploader.agency) == (OFFICER.subject, "so-xay-dung")
    assert (kept.uploader.clerk, kept.name) == (False, "ý kiến.pdf")
    assert answer.status_code == 200
    assert form(answer)["action"] == "/desks/so-xay-dung/steps/d1.1/complete"
    assert hidden(answer) == {
        "key": "k-1",
        "seen": "state=new",
        "complete-outcome": 'Đồng ý "<b>"',
        "complete-document": kept.id,
    }


def test_the_same_form_sent_twice_keeps_one_document_and_another_form_its_own() -> None:
    archive = Archive()
    first, again = hidden(at_desk(archive)), hidden(at_desk(archive))
    assert first == again
    other = [("key", "", "k-2"), *OPINION[1:]]
    assert hidden(at_desk(archive, other))["complete-document"] != first["complete-document"]
    # One file for two papers is two documents: a document is one paper of one dossier.
    both = [OPINION[0], *((f"document-{n}", "a.pdf", DRAWING) for n in (1, 2))]
    kept = hidden(at_counter(archive, both))
    assert kept["document-1"] != kept["document-2"]


def test_scans_at_the_counter_are_the_clerks() -> None:
    archive = Archive(FakeScanner())
    who = Identity("lan", frozenset({"counter", "desk"}), "so-xay-dung")
    answer = at_counter(archive, [("name", "", "Hoa"), ("document-1", "đơn.pdf", DRAWING)], who)
    (kept,) = archive.documents.things
    assert (kept.uploader.clerk, kept.uploader.agency) == (True, "")
    assert kept.scan.verdict is ScanState.WAITING
    assert form(answer)["action"] == "/counter/new"
    assert "đang quét" in Markup(answer.get_data(as_text=True)).text


def test_a_file_that_is_not_taken_is_chosen_again_and_the_others_are_kept() -> None:
    archive = Archive()
    parts: list[Part] = [
        ("key", "", "k-1"),
        ("name", "", "Hoa"),
        ("document-1", "đơn.pdf", DRAWING),
        ("document-2", "bản vẽ.exe", b"MZ a program"),
        ("document-3", "", b""),
    ]
    answer = at_counter(archive, parts)
    assert answer.status_code == 422
    (kept,) = archive.documents.things
    assert hidden(answer) == {"key": "k-1", "name": "Hoa", "document-1": kept.id}
    sent = form(answer)
    assert (sent["action"], sent["enctype"]) == ("/uploads/counter/new", "multipart/form-data")
    page = Markup(answer.get_data(as_text=True))
    assert [each["name"] for each in page.all("input") if each["type"] == "file"] == ["document-2"]


def test_each_file_has_what_its_procedure_allows_for_its_paper() -> None:
    archive = Archive()
    larger = (PaperAllowance(paper="Bản vẽ", largest=30),)
    archive.allowances.save(UploadAllowance(id="1.010733", published=1, papers=larger))
    scan = DRAWING.ljust(26 * MB)
    papers: list[Part] = [
        ("procedure", "", "1.010733"),
        ("paper-1", "", "Bản vẽ"),
        ("document-1", "bản vẽ.pdf", scan),
        ("paper-2", "", "Đơn đề nghị"),
        ("document-2", "đơn.pdf", scan),
    ]
    answer = at_counter(archive, papers)
    (kept,) = archive.documents.things
    assert (kept.name, hidden(answer)["document-1"]) == ("bản vẽ.pdf", kept.id)
    text = Markup(answer.get_data(as_text=True)).text
    assert "vượt quá 25 MB" in text
    assert "nhiều nhất 25 MB" in text


def test_all_files_of_a_form_have_what_the_operator_lets_one_have() -> None:
    archive = Archive()
    route = upload_at_desk_of(archive)
    assert together(archive.service, {}) == 60 * MB
    assert route.largest == together


def test_a_form_without_files_goes_on_as_it_is_also_from_a_page_that_held_it() -> None:
    archive = Archive()
    none: list[Part] = [*OPINION[:3], ("complete-document", "", b"")]
    assert hidden(at_desk(archive, none))["complete-outcome"] == 'Đồng ý "<b>"'
    held = Request(
        method="POST",
        path=STEP,
        headers={"accept": "text/html", "content-type": "application/x-www-form-urlencoded"},
        stream=BytesIO(b"key=k-1&complete-outcome=agreed&complete-document=d-7"),
        who=OFFICER,
    )
    answer = archive.service.upload_at_desk(held, "so-xay-dung", "d1.1", "complete")
    assert hidden(answer)["complete-document"] == "d-7"
    assert archive.documents.things == []


def test_another_agencys_desk_is_not_there_and_nobody_keeps_a_file() -> None:
    archive = Archive()
    with pytest.raises(NotFound):
        at_desk(archive, agency="so-y-te")
    with pytest.raises(Unknown):
        at_desk(archive, who=NOBODY)
    assert archive.documents.things == []


def test_no_address_leads_out_of_this_site() -> None:
    archive = Archive()
    answer = archive.service.upload_at_desk(
        request(OPINION, OFFICER), "so-xay-dung", "evil.example\\@", "x?y#z"
    )
    action = form(answer)["action"]
    assert action == "/desks/so-xay-dung/steps/evil.example%5C%40/x%3Fy%23z"


def test_when_the_session_is_over_the_texts_are_held_and_files_chosen_again() -> None:
    route = upload_at_desk_of(Archive())
    for error in (Unknown("Ai?", "Who?"), Unavailable("Vắng", "Away")):
        answer = route._held(request(OPINION, NOBODY), error)  # noqa: SLF001 -- as the server does
        assert hidden(answer)["complete-outcome"] == 'Đồng ý "<b>"'
        page = Markup(answer.get_data(as_text=True))
        files = [each["name"] for each in page.all("input") if each["type"] == "file"]
        assert files == ["complete-document"]


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(max_size=40)))
def test_whatever_was_typed_comes_through(texts: dict[str, str]) -> None:
    parts: list[Part] = [(name, "", text) for name, text in texts.items()]
    read = read_form_with_files(request(parts, OFFICER))
    assert read.texts == {name: [text] for name, text in texts.items()}
    assert read.files == {}
