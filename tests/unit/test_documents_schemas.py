from datetime import UTC, datetime
from urllib.parse import quote

from services.documents.domain.storing import Document, DocumentActor
from services.documents.schemas import headers, shown

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


def test_a_file_goes_out_to_be_saved_under_its_own_name() -> None:
    sent = headers(document("Bản vẽ đất.pdf"))
    disposition = sent["Content-Disposition"]
    assert disposition.startswith('attachment; filename="Ban ve dat.pdf"; ')
    assert disposition.endswith(f"filename*=UTF-8''{quote('Bản vẽ đất.pdf')}")
    assert (sent["Content-Length"], sent["X-Content-Type-Options"]) == ("7", "nosniff")


def test_what_is_told_of_a_document_does_not_say_who_uploaded_it() -> None:
    assert "citizen-1" not in str(shown(document("a.pdf")))
