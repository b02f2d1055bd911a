"""What a file is by its content, and what is said of one that cannot be used."""

import io
import resource
import struct
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from foundation.errors import Invalid
from foundation.files.content import media_type_of
from services.documents.domain.storing import FORMATS

OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX, XLSX = f"{OFFICE}.wordprocessingml.document", f"{OFFICE}.spreadsheetml.sheet"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def picture(kind: str, **options: object) -> bytes:
    made = io.BytesIO()
    noise = Image.effect_noise((160, 120), 60).convert("RGB")
    noise.save(made, kind, **options)
    return made.getvalue()


def pdf(**options: Any) -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(made, **options)
    return made.getvalue()


def locked(*, owner: str, user: str, revision: Any) -> bytes:
    aes = revision >= 4
    lock = pikepdf.Encryption(owner=owner, user=user, R=revision, aes=aes, metadata=aes)
    return pdf(encryption=lock)


def packed(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, name * 50)
    return made.getvalue()


def type_of(body: bytes) -> str:
    return media_type_of(io.BytesIO(body), FORMATS)


def known_or_refused(body: bytes) -> bool:
    """Whether it was dealt with in either way, in words of two languages."""
    try:
        return type_of(body) in FORMATS
    except Invalid as error:
        return error.vi != error.en


def refused(body: bytes) -> Invalid:
    with pytest.raises(Invalid) as caught:
        type_of(body)
    return caught.value


JPEG, PNG, TIFF, PDF = picture("JPEG"), picture("PNG"), picture("TIFF"), pdf()
WORD = packed("[Content_Types].xml", "_rels/.rels", "word/document.xml")
SHEET = packed("xl/workbook.xml", "[Content_Types].xml")


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        (JPEG, "image/jpeg"),
        (picture("JPEG", progressive=True, quality=95), "image/jpeg"),
        (picture("JPEG", exif=b"Exif\0\0" + bytes(20)), "image/jpeg"),
        (JPEG + b"\xff\xda the film of a phone that moves", "image/jpeg"),
        (JPEG + bytes(100_000), "image/jpeg"),
        (PNG, "image/png"),
        (TIFF, "image/tiff"),
        (picture("TIFF", compression="tiff_deflate"), "image/tiff"),
        (b"MM\0*\0\0\0\x08\0\0\0\0\0\0", "image/tiff"),
        (PDF, "application/pdf"),
        (b"%PDF-1.4\n% a written decision\n%%EOF\n", "application/pdf"),
        (b"\xef\xbb\xbf" + PDF, "application/pdf"),
        (b"\r\n" * 500 + PDF, "application/pdf"),
        (PDF + bytes(5000), "application/pdf"),
        (pdf(linearize=True), "application/pdf"),
        (WORD, DOCX),
        (SHEET, XLSX),
    ],
)
def test_a_file_is_what_its_content_says(body: bytes, media_type: str) -> None:
    assert type_of(body) == media_type


def test_a_pdf_begins_within_the_first_1024_bytes_and_not_later() -> None:
    assert type_of(b"\n" * 1023 + PDF) == "application/pdf"
    assert "by content" in refused(b"\n" * 1024 + PDF).en


@pytest.mark.parametrize(
    ("body", "vi", "en"),
    [
        (b"", "Tệp rỗng", "empty"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "Tương thích nhất", "Most Compatible"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", "Ảnh hiệu quả cao", "High efficiency"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avif", "JPEG", "as JPEG"),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "video", "a film"),
        (picture("WEBP"), "JPEG", "as JPEG"),
        (picture("GIF"), "JPEG", "as JPEG"),
        (picture("BMP"), "JPEG", "as JPEG"),
        (OLE, "DOCX, XLSX", ".doc, .xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "mật khẩu", "locked by a password"),
        (packed("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "macro", "mac"),
        (packed("[Content_Types].xml", "ppt/presentation.xml"), "PDF", "as PDF"),
        (packed("[Content_Types].xml", "xl/workbook.bin"), "PDF", "as PDF"),
        (packed("mimetype", "content.xml"), "PDF", "as PDF"),
        (packed("đơn.pdf"), "giải nén", "unpack"),
        (b"Rar!\x1a\x07\x01\0", "giải nén", "unpack"),
        (b"MZ" + bytes(60) + b"%PDF-1.7", "chương trình", "a program"),
        (b"\n<!DOCTYPE html><script>/*%PDF-1.7*/", "trang web", "a web page"),
        (b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n%PDF-1.7', "multipart", "bytes"),
        ("Kính gửi".encode(), "Máy quét", "scanner"),
    ],
)
def test_what_is_not_taken_is_refused_with_what_to_do(body: bytes, vi: str, en: str) -> None:
    error = refused(body)
    assert vi in error.vi
    assert en in error.en


@pytest.mark.parametrize("body", [JPEG, PNG, TIFF, PDF, pdf(linearize=True)])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_file_that_was_cut_off_is_said_to_be(body: bytes, share: float) -> None:
    error = refused(body[: int(len(body) * share)])
    assert "cut off" in error.en
    assert "cắt cụt" in error.vi


@pytest.mark.parametrize("body", [WORD, SHEET, WORD.replace(b"PK\x01\x02", b"PK\x01\x03")])
def test_a_broken_office_file_is_said_to_be(body: bytes) -> None:
    assert "damaged or cut off" in refused(body[: len(body) - 30]).en


@pytest.mark.parametrize("revision", [2, 3, 4, 6])
@pytest.mark.parametrize("before", [b"", b"\n\n"])
def test_a_pdf_is_refused_only_if_nobody_can_open_it(revision: int, before: bytes) -> None:
    free = before + locked(owner="x", user="", revision=revision)
    assert type_of(free) == "application/pdf"
    shut = refused(before + locked(owner="x", user="y", revision=revision))
    assert "locked by a password" in shut.en
    assert "mật khẩu" in shut.vi


def test_a_pdf_for_the_holders_of_a_certificate_is_locked_too() -> None:
    body = locked(owner="x", user="", revision=4).replace(b"/Standard", b"/AdobePub")
    assert "locked by a password" in refused(body).en


def test_a_damaged_pdf_that_says_it_is_encrypted_is_left_to_its_readers() -> None:
    assert type_of(b"%PDF-1.7\n/Encrypt 5 0 R\n%%EOF") == "application/pdf"


def test_the_stream_stands_at_its_beginning_again() -> None:
    for body in (JPEG, PNG, TIFF, PDF, WORD, locked(owner="x", user="", revision=6)):
        with SpooledTemporaryFile(max_size=100) as stream:
            stream.write(body)
            media_type_of(stream, FORMATS)
            assert stream.read() == body


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", *(body[:400] for body in (JPEG, PNG, TIFF, WORD))]),
)
def test_whatever_comes_is_taken_or_refused_in_words(body: bytes, beginning: bytes) -> None:
    assert known_or_refused(beginning + body)


@given(st.sampled_from([JPEG, PNG, TIFF, PDF, WORD]), st.data())
def test_a_file_that_was_tampered_with_is_taken_or_refused_in_words(
    body: bytes, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(body) - 1))
    assert known_or_refused(body[:at] + data.draw(st.binary(max_size=8)) + body[at + 3 :])


# What an attacker sends: none of it may cost more than a little memory.


def list_of_contents_that_never_ends() -> bytes:
    entry = struct.pack("<4s42x", b"PK\x01\x02")
    entries = entry * 100_000
    end = struct.pack("<4s4xHHIIH", b"PK\x05\x06", 0xFFFF, 0xFFFF, len(entries), 4, 0)
    return b"PK\x03\x04" + entries + end


def list_of_objects_that_unpacks_to_gigabytes() -> bytes:
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(1_000_000)) for _ in range(300)) + packer.flush()
    head = (
        b"1 0 obj <</Type/XRef/Size 50000000/W[1 4 1]/Root 2 0 R/Encrypt 3 0 R"
        b"/Filter/FlateDecode/Length %d>>\nstream\n" % len(data)
    )
    return b"%PDF-1.7\n" + head + data + b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"


@pytest.mark.parametrize(
    "attack",
    [
        list_of_contents_that_never_ends,
        list_of_objects_that_unpacks_to_gigabytes,
        lambda: b"\xff\xd8" + b"\xff\xe0\0\2" * 1_000_000,
        lambda: b"\xff\xd8" + b"\xff" * 4_000_000,
        lambda: b"%PDF-1.7\nendobj" + bytes(8_000_000),
    ],
    ids=["endless contents", "a bomb", "many segments", "filled up", "no end"],
)
def test_an_attack_costs_little_memory(attack: Callable[[], bytes]) -> None:
    stream = io.BytesIO(attack())
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with suppress(Invalid):
        media_type_of(stream, FORMATS)
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"\n    {more / 1024:.1f} MB more")
    assert more < 80 * 1024


@pytest.mark.parametrize("behind", [0, 100, 1024 * 1024 - 3, 1024 * 1024 + 1, 3_000_000])
@pytest.mark.parametrize("whole", [True, False])
def test_the_last_object_of_a_pdf_is_found_wherever_it_stands(behind: int, *, whole: bool) -> None:
    end = b"\n%%EOF\n" if whole else b""
    body = b"%PDF-1.7\n%%EOF\n1 0 obj\n<<>>\nendobj" + b" " * behind + end
    if whole:
        assert media_type_of(io.BytesIO(body), ["application/pdf"]) == "application/pdf"
    else:
        with pytest.raises(Invalid):
            media_type_of(io.BytesIO(body), ["application/pdf"])
