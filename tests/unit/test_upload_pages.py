"""A file sent by a page: kept as the API keeps it, and back to intake, or a page that says why."""

from dataclasses import replace
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Invalid, NotFound, Unavailable, Unknown
from foundation.web import Request
from foundation.web.auth import Identity
from foundation.web.html_pages import LOOK, PageRenderer
from foundation.web.page_uploads import UploadRoute, read_file
from foundation.web.responses import TooLarge, WrongMediaType
from services.documents.domain.scanning import ScanState
from services.documents.domain.storing import FORMATS, LONGEST_NAME
from services.documents.pages import PAGES, UploadPlace, accept
from tests.fakes import FakeScanner
from tests.markup import Markup, flaws
from tests.unit.test_documents_service import CITIZEN, CLERK, DRAWING, OFFICER, Archive

BOUNDARY = "----vi-du"
HTML = {"accept": "text/html"}
PAPER = "0123456789ab"


def body(name: str, content: bytes, field: str = "file") -> bytes:
    """A form with a file as browsers send it: the name in UTF-8, a quotation mark as %22."""
    said = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{said}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    )
    return head.encode() + content + f"\r\n--{BOUNDARY}--\r\n".encode()


def request(
    stream: IO[bytes], who: Identity = CITIZEN, kind: str = "multipart/form-data", lang: str = ""
) -> Request:
    return Request(
        method="POST",
        path=f"/uploads/apply/draft-1/{PAPER}",
        headers={**HTML, "content-type": f"{kind}; boundary={BOUNDARY}"},
        query={"lang": lang} if lang else {},
        stream=stream,
        who=who,
    )


def sent(
    archive: Archive, content: bytes, name: str = "bản vẽ.pdf", who: Identity = CITIZEN, **more: Any
) -> Any:
    asked = request(BytesIO(body(name, content)), who, **more)
    return archive.service.upload_for_draft(asked, draft="draft-1", paper=PAPER)


def test_a_file_is_kept_and_the_browser_goes_back_to_where_it_was_chosen() -> None:
    archive = Archive()
    answer = sent(archive, DRAWING, lang="en")
    (kept,) = archive.documents.things
    assert answer.status_code == 303
    where = f"/apply/draft-1/papers/{PAPER}/file/{kept.id}?lang=en"
    assert answer.headers["Location"] == where
    assert (kept.name, kept.size, kept.media_type) == ("bản vẽ.pdf", 15, "application/pdf")
    assert (kept.uploader.subject, kept.uploader.clerk) == (CITIZEN.subject, False)
    assert archive.files.revision[kept.sha256] == DRAWING


def test_the_same_file_sent_twice_is_one_document_and_another_is_another() -> None:
    archive = Archive()
    places = [sent(archive, each).headers["Location"] for each in (DRAWING, DRAWING, b"%PDF-2 x")]
    assert places[0] == places[1] != places[2]
    assert len(archive.documents.things) == 2
    # The first may be removed by then, or the scanner know better.
    archive.clock.forward(days=1)
    assert sent(archive, DRAWING).headers["Location"] != places[0]


def test_for_a_dossier_it_goes_back_to_the_dossier() -> None:
    archive = Archive()
    asked = request(BytesIO(body("a.pdf", DRAWING)))
    answer = archive.service.upload_for_dossier(asked, dossier_id="d/../x", paper="p?q")
    assert answer.headers["Location"].startswith("/mine/d%2F..%2Fx/papers/p%3Fq/file/")


def test_whoever_may_do_more_is_a_citizen_on_this_page() -> None:
    archive = Archive()
    sent(
        archive, DRAWING, who=Identity("an", frozenset({"document:write", "counter", "desk"}), "x")
    )
    (kept,) = archive.documents.things
    assert (kept.uploader.clerk, kept.uploader.agency) == (False, "")


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "a.pdf"), (b"MZ\x90\x00 program", "a.pdf"), (b"words", "a.txt"), (DRAWING, "")],
)
def test_what_cannot_be_taken_is_said_beside_a_field_to_choose_again(
    content: bytes, name: str
) -> None:
    archive = Archive()
    answer = sent(archive, content, name)
    html = answer.get_data(as_text=True)
    page = Markup(html)
    assert answer.status_code == 422
    assert flaws(html) == []
    (form,) = [each for each in page.all("form") if each.get("enctype")]
    assert (form["action"], form["enctype"]) == (
        f"/uploads/apply/draft-1/{PAPER}",
        "multipart/form-data",
    )
    assert f"/apply/draft-1/papers/{PAPER}" in [each.get("href") for each in page.all("a")]
    assert archive.documents.things == []


def test_a_file_that_is_scanned_waits_and_its_infection_stays_its_own() -> None:
    archive = Archive(FakeScanner())
    sent(archive, DRAWING)
    (kept,) = archive.documents.things
    assert kept.scan.verdict is ScanState.WAITING
    assert not kept.told


def test_a_clerk_has_no_right_here() -> None:
    routes = [
        each
        for name in ("upload_for_draft", "upload_for_dossier")
        for each in getattr(Archive().service.__class__, name).nameko_entrypoints
    ]
    assert {each.scope for each in routes} == {"document:write"}
    assert all(each.hidden for each in routes)
    assert not CLERK.scopes & {"document:write"}


def again(archive: Archive, who: Identity = CITIZEN, **said: str) -> Any:
    asked = Request(
        method="POST",
        path=f"/uploads/apply/draft-2/{PAPER}/again",
        headers={**HTML, "content-type": "application/x-www-form-urlencoded"},
        stream=BytesIO(urlencode(said).encode()),
        who=who,
    )
    return archive.service.use_again(asked, draft="draft-2", paper=PAPER)


def test_a_file_that_was_handed_in_is_used_again_as_a_document_of_its_own() -> None:
    archive = Archive()
    sent(archive, DRAWING)
    (old,) = archive.documents.things
    answers = [again(archive, document=old.id, agreed="yes") for _ in range(2)]
    first, new = archive.documents.things
    assert {each.headers["Location"] for each in answers} == {
        f"/apply/draft-2/papers/{PAPER}/file/{new.id}"
    }
    assert (first.id, new.name, new.sha256) == (old.id, old.name, old.sha256)
    assert (new.uploader.subject, new.dossier) == (CITIZEN.subject, "")
    assert (new.origin.reused_from, new.origin.reused) == (old.id, "component")
    assert new.origin.consent
    assert archive.told()[-1] == "document.reused"
    assert {each.by for each in archive.readings.things} == {CITIZEN.subject}


def test_a_result_that_a_citizen_got_is_used_again_by_them_alone() -> None:
    archive = Archive()
    archive.open_dossier()
    ids = [archive.upload(OFFICER, b"%PDF-1.7 giay phep", each) for each in ("a", "b")]
    for each in ids:
        archive.documents.save(replace(archive.documents.get(each), dossier="d-1"))
    access = archive.accesses.get("d-1")
    archive.accesses.save(replace(access, owner=CITIZEN.subject, results=(ids[0],)))
    assert again(archive, document=ids[0], agreed="yes").status_code == 303
    new = archive.documents.things[-1]
    assert (new.uploader.subject, new.origin.reused) == (CITIZEN.subject, "result")
    stranger = Identity("citizen-2", CITIZEN.scopes)
    for who, document in ((stranger, ids[0]), (CITIZEN, ids[1])):
        with pytest.raises(NotFound):
            again(archive, who, document=document, agreed="yes")


def test_nothing_is_used_again_without_consent_or_of_somebody_else() -> None:
    archive = Archive()
    sent(archive, DRAWING)
    (old,) = archive.documents.things
    answer = again(archive, document=old.id)
    assert answer.status_code == 422
    assert "đồng ý" in answer.get_data(as_text=True)
    stranger = Identity("citizen-2", CITIZEN.scopes)
    for who, document in ((stranger, old.id), (CITIZEN, "nowhere"), (CITIZEN, "")):
        with pytest.raises(NotFound):
            again(archive, who, document=document, agreed="yes")
    with pytest.raises(Unknown):
        again(archive, Identity(""), document=old.id, agreed="yes")
    assert len(archive.documents.things) == 1


@pytest.mark.parametrize("status", [413, 503, 401])
def test_an_error_page_leads_back_and_says_what_to_do(status: int) -> None:
    error = {413: TooLarge(60 << 20), 503: Unavailable("a", "b"), 401: Unknown("a", "b")}[status]
    html = PAGES.problem(error, request(BytesIO())).get_data(as_text=True)
    assert flaws(html) == []
    assert f'href="/apply/draft-1/papers/{PAPER}"' in html
    assert ("60 MB" in html) == (status == 413)


@pytest.mark.parametrize("path", ["/uploads//evil.example/x", "/uploads/x/y/z", "//evil", "/"])
def test_an_error_page_leads_nowhere_else(path: str) -> None:
    asked = Request(method="POST", path=path, headers=HTML)
    page = Markup(PAGES.problem(TooLarge(1), asked).get_data(as_text=True))
    hrefs = [str(each.get("href")) for each in page.all("a")]
    assert not [
        each for each in hrefs if each.startswith("//") or "evil" in each.partition("?")[0][:7]
    ]


@given(
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=300),
    st.binary(max_size=2000),
)
def test_whatever_its_name_and_bytes_a_file_comes_out_as_it_went_in(
    name: str, content: bytes
) -> None:
    if f"--{BOUNDARY}".encode() in content:
        return
    clean = "".join(each for each in name if each.isprintable() and each not in '"\\;') or "a"
    found = read_file(request(BytesIO(body(clean, content))))
    assert found.stream.read() == content
    assert found.name == clean


@pytest.mark.parametrize(
    "name",
    [
        "C:\\fakepath\\đơn.pdf",
        "../../etc/passwd.pdf",
        "a\x00b.pdf",
        "x" * 400 + ".pdf",
        '50%22".pdf',
    ],
)
def test_a_name_is_kept_without_what_no_name_needs(name: str) -> None:
    archive = Archive()
    sent(archive, DRAWING, name)
    (kept,) = archive.documents.things
    assert len(kept.name) <= LONGEST_NAME
    assert not {"/", "\\", "\0"} & set(kept.name)
    assert kept.name.endswith(".pdf")


@pytest.mark.parametrize(
    "spoiled",
    [b"", b"x", b"--" + BOUNDARY.encode(), body("a", b"x")[:-20], body("a", b"x", field="b")],
)
def test_a_form_that_cannot_be_read_is_refused(spoiled: bytes) -> None:
    with pytest.raises(Invalid):
        read_file(request(BytesIO(spoiled)))


def test_a_form_without_files_is_none() -> None:
    with pytest.raises(WrongMediaType):
        read_file(request(BytesIO(b"file=x"), kind="application/x-www-form-urlencoded"))
    headers = {"content-type": "multipart/form-data"}
    without = Request(headers=headers, stream=BytesIO(body("a", b"x")))
    with pytest.raises(Invalid):
        read_file(without)


def test_many_parts_and_long_fields_are_refused() -> None:
    part = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="a"\r\n\r\n'.encode()
    end = f"\r\n--{BOUNDARY}--\r\n".encode()
    for spoiled in ((part + b"x\r\n") * 30 + end, part + b"x" * 300_000 + end):
        with pytest.raises(Invalid):
            read_file(request(BytesIO(spoiled)))


def test_a_large_file_lies_on_disk_and_not_in_memory() -> None:
    found = read_file(request(BytesIO(body("a.pdf", b"x" * 600_000))))
    stream: Any = found.stream
    while hasattr(stream, "_file") is False:
        stream = stream.stream
    assert isinstance(stream, SpooledTemporaryFile)
    assert stream._rolled  # type: ignore[attr-defined]  # noqa: SLF001 -- whether it is on disk


def test_of_a_file_that_nobody_sends_not_a_byte_is_read() -> None:
    route = UploadRoute(
        "POST", "/uploads/apply/<draft>/<paper>", pages=PageRenderer(LOOK), largest=9
    )

    class Never(BytesIO):
        def read(self, *_: Any) -> bytes:
            raise AssertionError("it was read")

    environ = {"PATH_INFO": "/uploads/apply/a/b", "wsgi.input": Never(), "QUERY_STRING": ""}
    headers = {**HTML, "sec-fetch-site": "same-origin"}
    answer = route._read_and_run(environ, headers, Identity(""), {})  # noqa: SLF001 -- the route's own
    html = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert flaws(html) == []
    assert 'type="file"' in html
    assert 'enctype="multipart/form-data"' in html


def test_the_form_asks_for_the_kinds_that_are_taken() -> None:
    assert set(accept().split(",")) == {each for ends in FORMATS.values() for each in ends}
    assert UploadPlace("apply", "a", "b").action == "/uploads/apply/a/b"
