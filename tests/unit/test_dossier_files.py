"""The files of a dossier on one page: who may see which, what proves them, and how one is shown."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.forms import FORM_NAMES, FormKind
from foundation.errors import NotFound, Unknown
from foundation.files.signature_report import PdfSignature, SignedContent
from foundation.text.file_names import attachment, shown_inline
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from foundation.web.page_words import size
from services.documents.domain.readings import LIST
from services.documents.domain.signed import SignatureEvidence, SignatureState
from services.documents.handlers.dossier_files import SHOWING
from tests.markup import Markup, flaws
from tests.unit.test_documents_service import CITIZEN, CLERK, DRAWING, OFFICER, STRANGER, Archive

ELSEWHERE = Identity("minh", frozenset({"desk"}), "so-y-te")
HTML = {"accept": "text/html"}


def archive_with_a_dossier() -> tuple[Archive, dict[str, str]]:
    """A dossier with a paper of the citizen, an opinion of the agency, and the result."""
    archive = Archive()
    archive.open_dossier()
    ids = {
        "paper": archive.upload(CITIZEN, DRAWING, "a"),
        "opinion": archive.upload(OFFICER, b"%PDF-1.7 y kien", "b"),
        "result": archive.upload(OFFICER, b"%PDF-1.7 giay phep", "c"),
        "form": archive.upload(CLERK, b"%PDF-1.7 mau", "d"),
    }
    for name, document in ids.items():
        found = replace(archive.documents.get(document), dossier="d-1", name=f"{name} <b>.pdf")
        if name == "form":
            found = replace(found, form=FormKind.RECEIPT)
        archive.documents.save(found)
    access = archive.accesses.get("d-1")
    archive.accesses.save(
        replace(access, agencies=("so-xay-dung",), results=(ids["result"],), owner=CITIZEN.subject)
    )
    return archive, ids


def listed(archive: Archive, who: Identity, dossier: str = "d-1") -> str:
    asked = Request(path=f"/files/of/{dossier}", headers=HTML, who=who)
    text = str(archive.service.look_at_files(asked, dossier).get_data(as_text=True))
    assert flaws(text) == []
    return text


def shown(archive: Archive, who: Identity, document: str) -> Any:
    asked = Request(path=f"/files/{document}/view", headers=HTML, who=who)
    return archive.service.view_file(asked, document)


@pytest.mark.parametrize(
    ("who", "names"),
    [
        (CITIZEN, {"paper", "result", "form"}),
        (CLERK, {"paper", "opinion", "result", "form"}),
        # The receipt has the telephone and address: it is for the applicant and the counter.
        (OFFICER, {"paper", "opinion", "result"}),
    ],
)
def test_each_sees_the_files_that_they_may_read_and_is_written_down(
    who: Identity, names: set[str]
) -> None:
    archive, ids = archive_with_a_dossier()
    page = Markup(listed(archive, who))
    views = {
        str(each["href"]).split("/")[2]
        for each in page.all("a")
        if str(each.get("href", "")).endswith("/view")
    }
    assert views == {ids[name] for name in names}
    (read,) = archive.readings.things
    assert (read.by, read.dossier, read.part) == (who.subject, "d-1", LIST)


def test_a_form_of_the_centre_is_called_as_people_call_it() -> None:
    archive, _ = archive_with_a_dossier()
    page = Markup(listed(archive, CITIZEN)).text
    assert FORM_NAMES[FormKind.RECEIPT][0] in page
    assert "form <b>.pdf" in page


@pytest.mark.parametrize("who", [STRANGER, ELSEWHERE])
@pytest.mark.parametrize("dossier", ["d-1", "nothing"])
def test_to_all_others_there_is_no_such_dossier(who: Identity, dossier: str) -> None:
    archive, _ = archive_with_a_dossier()
    with pytest.raises(NotFound) as refused:
        listed(archive, who, dossier)
    assert "paper" not in str(refused.value)
    assert archive.readings.things == []


def test_whoever_did_not_sign_in_is_asked_to_and_a_program_is_told() -> None:
    archive, ids = archive_with_a_dossier()
    assert "/sign-in" in listed(archive, NOBODY) or "Đăng nhập" in listed(archive, NOBODY)
    with pytest.raises(Unknown):
        archive.service.look_at_files(Request(path="/files/of/d-1", who=NOBODY), "d-1")
    with pytest.raises(Unknown):
        shown(archive, NOBODY, ids["paper"])


def test_the_page_has_what_proves_a_file_and_that_it_was_changed_after_it_was_signed() -> None:
    archive, ids = archive_with_a_dossier()
    found = archive.documents.get(ids["result"])
    signature = PdfSignature(field="s", content=SignedContent.CHANGED)
    evidence = SignatureEvidence(signature_state=SignatureState.READ, signatures=(signature,))
    archive.documents.save(replace(found, signing=evidence))
    page = listed(archive, CITIZEN)
    assert found.sha256 in page
    assert "nội dung đã thay đổi sau khi ký" in page


def test_a_pdf_is_shown_by_the_browser_and_fetches_nothing() -> None:
    archive, ids = archive_with_a_dossier()
    answer = shown(archive, CITIZEN, ids["paper"])
    assert answer.get_data() == DRAWING
    assert answer.headers["Content-Disposition"].startswith("inline; ")
    assert answer.headers["Content-Security-Policy"] == SHOWING["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert [each.document for each in archive.readings.things] == [ids["paper"]]
    with pytest.raises(NotFound):
        shown(archive, STRANGER, ids["paper"])


def test_what_a_browser_may_not_show_is_saved() -> None:
    archive, ids = archive_with_a_dossier()
    found = archive.documents.get(ids["paper"])
    archive.documents.save(replace(found, media_type="image/tiff"))
    answer = shown(archive, CITIZEN, ids["paper"])
    assert answer.headers["Content-Disposition"].startswith("attachment; ")


@given(st.text(max_size=60))
def test_a_shown_file_keeps_its_name(name: str) -> None:
    assert shown_inline(attachment(name)).removeprefix("inline") == attachment(name).removeprefix(
        "attachment"
    )


def test_a_size_is_said_as_people_write_it() -> None:
    assert size(0) == ("", "")
    assert size(10) == ("1 kB", "1 kB")
    assert size(1_300_000) == ("1,2 MB", "1.2 MB")
