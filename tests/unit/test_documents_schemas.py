from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.documents.domain import Document, DocumentActor
from services.documents.schemas import headers, shown, upload

PDF = "application/pdf"


def document(name: str) -> Document:
    return Document(
        id="doc-1",
        uploader=DocumentActor(subject="citizen-1"),
        name=name,
        media_type=PDF,
        sha256="ab" * 32,
        size=7,
        stored=datetime(2020, 9, 15, 2, 30, tzinfo=UTC),
    )


def headers_of(name: str) -> dict[str, str]:
    return {"content-disposition": headers(document(name))["Content-Disposition"]}


@pytest.mark.parametrize(
    "given_by",
    [
        {"x-filename": quote("Bản vẽ.pdf")},
        {"content-disposition": f"attachment; filename*=UTF-8''{quote('Bản vẽ.pdf')}"},
        headers_of("Bản vẽ.pdf"),
    ],
)
def test_a_vietnamese_name_comes_in_by_either_header(given_by: dict[str, str]) -> None:
    assert upload({"content-type": PDF, **given_by}).name == "Bản vẽ.pdf"


@pytest.mark.parametrize("value", ["attachment; filename=a.pdf", 'form-data; filename="a.pdf"'])
def test_a_plain_name_comes_in_as_it_is(value: str) -> None:
    assert upload({"content-disposition": value}).name == "a.pdf"


def test_a_file_without_a_name_has_none() -> None:
    assert upload({"content-disposition": "attachment"}).name == ""


def test_a_media_type_is_read_without_its_parameters() -> None:
    assert upload({"content-type": "Application/PDF; charset=binary"}).media_type == PDF


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\hồ sơ\\a.pdf", "a.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("\u202efdp.a.pdf", "fdp.a.pdf"),
        ("a" * 300 + ".pdf", "a" * 146 + ".pdf"),
    ],
)
def test_only_a_tidy_last_part_of_a_name_is_kept(sent: str, kept: str) -> None:
    assert upload({"x-filename": quote(sent)}).name == kept


def test_a_file_goes_out_to_be_saved_under_its_own_name() -> None:
    sent = headers(document("Bản vẽ đất.pdf"))
    disposition = sent["Content-Disposition"]
    assert disposition.startswith('attachment; filename="Ban ve dat.pdf"; ')
    assert disposition.endswith(f"filename*=UTF-8''{quote('Bản vẽ đất.pdf')}")
    assert (sent["Content-Length"], sent["X-Content-Type-Options"]) == ("7", "nosniff")


@given(st.text(st.characters(exclude_categories=["Cs"])), st.sampled_from(["x-filename", "other"]))
def test_whatever_a_file_is_called_its_headers_hold_together(name: str, header: str) -> None:
    kept = upload({header: quote(name)}).name
    assert upload(headers_of(kept)).name == kept
    disposition = headers(document(kept))["Content-Disposition"]
    assert disposition.isascii()
    assert disposition.isprintable()
    assert disposition.count('"') == 2


def test_what_is_told_of_a_document_does_not_say_who_uploaded_it() -> None:
    assert "citizen-1" not in str(shown(document("a.pdf")))
