"""Reading by a signed address of the object store, where readers reach that."""

import base64
import hashlib
import json
from datetime import timedelta

import pytest

from contracts.envelope import write_time
from foundation.errors import Error, NotFound, NotYet
from foundation.web import Request, Response
from foundation.web.auth import Identity
from foundation.web.ranges import Unsatisfiable
from tests.fakes import FakeScanner
from tests.unit.test_documents_service import CITIZEN, DRAWING, STRANGER, Archive

DIGEST = hashlib.sha256(DRAWING).hexdigest()


def read(
    archive: Archive, document: str, who: Identity = CITIZEN, byte_range: str = "", **query: str
) -> Response:
    headers = {"range": byte_range} if byte_range else {}
    answer: Response = archive.service.content(
        Request(who=who, headers=headers, query=query), id=document
    )
    return answer


@pytest.fixture
def archive() -> Archive:
    made = Archive()
    made.files.readers_url = "https://s3.example.vn"
    return made


def test_the_reader_is_sent_to_the_store_for_minutes_with_the_hash_to_check(
    archive: Archive,
) -> None:
    document = archive.upload(CITIZEN)
    answer = read(archive, document, reason="đối chiếu")
    assert answer.status_code == 307
    assert answer.headers["Cache-Control"] == "no-store"
    said = json.loads(answer.get_data())
    assert said["address"] == answer.headers["Location"]
    assert DIGEST in said["address"]
    assert "attachment" in said["address"]
    assert (said["sha256"], said["size"]) == (DIGEST, len(DRAWING))
    assert said["until"] == write_time(archive.clock.real() + timedelta(minutes=2))
    (reading,) = archive.readings.things
    assert (reading.by, reading.reason, reading.by_address) == ("citizen-1", "đối chiếu", True)


def test_who_wants_it_checked_as_it_leaves_has_it_streamed(archive: Archive) -> None:
    document = archive.upload(CITIZEN)
    answer = read(archive, document, streamed="true")
    assert (answer.status_code, answer.get_data()) == (200, DRAWING)
    digest = base64.b64encode(bytes.fromhex(DIGEST)).decode()
    assert answer.headers["Repr-Digest"] == f"sha-256=:{digest}:"
    assert not archive.readings.things[0].by_address
    part = read(archive, document, byte_range="bytes=5-8", streamed="true")
    assert (part.status_code, part.get_data()) == (206, DRAWING[5:9])


def test_a_part_is_noted_as_asked_for_and_one_that_is_not_there_is_refused(
    archive: Archive,
) -> None:
    document = archive.upload(CITIZEN)
    assert read(archive, document, byte_range="bytes=5-8").status_code == 307
    assert archive.readings.things[0].part == f"bytes 5-8/{len(DRAWING)}"
    with pytest.raises(Unsatisfiable):
        read(archive, document, byte_range=f"bytes={len(DRAWING)}-")
    assert len(archive.readings.things) == 1


def test_nobody_gets_an_address_without_right_or_before_the_scan() -> None:
    archive = Archive(FakeScanner())
    archive.files.readers_url = "https://s3.example.vn"
    document = archive.upload(CITIZEN)
    with pytest.raises(NotYet):
        read(archive, document)
    archive.scanner.verdicts = {DRAWING: ("infected", "Eicar")}
    archive.service.scan_waiting()
    with pytest.raises(Error, match="malware"):
        read(archive, document)
    with pytest.raises(NotFound):
        read(archive, document, STRANGER)
    assert archive.readings.things == []
