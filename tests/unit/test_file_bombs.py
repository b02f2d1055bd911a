"""Files that are small and unpack to very much, or claim what they are not."""

import io
import struct
import zipfile
import zlib
from base64 import b64encode
from hashlib import sha256, sha512

import pytest
from PIL import Image

from foundation.errors import Invalid
from foundation.files.content import media_type_of
from foundation.files.office import MOST_ENTRIES
from foundation.web import content_digest
from services.documents.domain.storing import FORMATS
from tests.unit.test_file_content import JPEG, PNG, TIFF, WORD

MB = 1024 * 1024
BODY = b"%PDF-1.7 body"


def refusal(body: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        media_type_of(io.BytesIO(body), FORMATS)
    return caught.value.en


def png(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">II", width, height) + PNG[24:29]
    return PNG[:12] + head + struct.pack(">I", zlib.crc32(head)) + PNG[33:]


def jpeg(width: int, height: int) -> bytes:
    at = JPEG.index(b"\xff\xc0") + 5
    return JPEG[:at] + struct.pack(">HH", height, width) + JPEG[at + 4 :]


def tiff(width: int, height: int) -> bytes:
    made = io.BytesIO()
    Image.new("1", (width, height)).save(made, "TIFF", compression="group4")
    return made.getvalue()


def second_page(width: int, height: int) -> bytes:
    made = io.BytesIO()
    large = Image.new("1", (width, height))
    Image.new("1", (9, 9)).save(
        made, "TIFF", save_all=True, append_images=[large], compression="group4"
    )
    return made.getvalue()


def office(entries: dict[str, bytes]) -> bytes:
    made = io.BytesIO(WORD)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return made.getvalue()


@pytest.mark.parametrize("make", [png, jpeg, tiff, second_page])
def test_a_picture_of_a_hundred_megapixels_is_refused(make: type) -> None:
    body = make(10_000, 10_000)
    assert len(body) < MB
    assert "80 million pixels" in refusal(body)


@pytest.mark.parametrize("body", [png(7016, 9921), jpeg(7016, 9921), PNG, JPEG, TIFF])
def test_a_sheet_of_a3_at_600_dpi_is_taken(body: bytes) -> None:
    assert media_type_of(io.BytesIO(body), FORMATS).startswith("image/")


def test_a_packed_bomb_is_refused_and_an_honest_office_file_is_taken() -> None:
    bomb = office({"word/media/a.bin": bytes(64 * MB)})
    assert len(bomb) < MB
    assert "unpacks to far too much" in refusal(bomb)
    assert "unpacks to far too much" in refusal(
        office({f"word/{number}": b"" for number in range(MOST_ENTRIES + 1)})
    )
    honest = office({"word/media/a.bin": bytes(8 * MB)})
    assert media_type_of(io.BytesIO(honest), FORMATS).endswith("document")


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "word/../../x", "..\\x"])
def test_an_office_file_that_unpacks_outside_its_folder_is_refused(name: str) -> None:
    assert "damaged" in refusal(office({name: b"x"}))


def claim(name: str, digest: bytes) -> dict[str, str]:
    return {"content-digest": f"{name}=:{b64encode(digest).decode()}:"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-digest": ""},
        claim("sha-256", sha256(BODY).digest()),
        claim("sha-512", sha512(BODY).digest()),
        claim("unixsum", b"whatever"),
        {
            "content-digest": ", ".join(
                each["content-digest"]
                for each in (
                    claim("md5", b"old"),
                    claim("sha-256", sha256(BODY).digest()),
                )
            )
        },
    ],
    ids=range(6),
)
def test_a_digest_that_is_right_unknown_or_absent_is_no_obstacle(headers: dict[str, str]) -> None:
    stream = io.BytesIO(BODY)
    content_digest.must_match(headers, stream)
    assert stream.read() == BODY


@pytest.mark.parametrize(
    ("headers", "said"),
    [
        (claim("sha-256", sha256(b"other").digest()), "does not match"),
        (claim("sha-512", b""), "does not match"),
        ({"content-digest": "sha-256=abc"}, "cannot be read"),
        ({"content-digest": "sha-256=:%%%:"}, "cannot be read"),
        ({"content-digest": "sha-256=:YQ:"}, "cannot be read"),
        ({"content-digest": ","}, "cannot be read"),
    ],
)
def test_a_digest_that_lies_or_is_odd_is_refused_by_its_name(
    headers: dict[str, str], said: str
) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        content_digest.must_match(headers, io.BytesIO(BODY))
    assert "Content-Digest" in caught.value.fields
