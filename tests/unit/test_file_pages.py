"""The file that a page leads to: the API's, for who signed in; each reading is in the book."""

import pytest

from foundation.errors import NotFound, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from tests.unit.test_documents_service import DRAWING, Archive

SCANNER = Identity("lan", frozenset({"counter"}), "")
STRANGER = Identity("minh", frozenset({"desk"}), "so-y-te")


@pytest.fixture(name="archive")
def _archive() -> Archive:
    return Archive()


def test_a_clerk_who_signed_in_gets_the_file_and_is_written_down(archive: Archive) -> None:
    document = archive.upload(SCANNER)
    asked = Request(path=f"/files/{document}", query={"reason": "counter"}, who=SCANNER)
    answer = archive.service.look_at_file(asked, document)
    assert answer.get_data() == DRAWING
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert [(each.by, each.reason) for each in archive.readings.things] == [("lan", "counter")]


def test_who_did_not_sign_in_or_may_not_read_it_gets_nothing(archive: Archive) -> None:
    document = archive.upload(SCANNER)
    with pytest.raises(Unknown):
        archive.service.look_at_file(Request(path="/files/x", who=NOBODY), document)
    with pytest.raises(NotFound):
        archive.service.look_at_file(Request(path="/files/x", who=STRANGER), document)
    assert archive.readings.things == []
