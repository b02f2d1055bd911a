"""A document in place of another, and a file that is used again: who may, and what stays."""

import json
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest

from contracts.events import DossierDocumentJoined, DossierResolved
from contracts.message import CENTRE
from contracts.orders import DocumentGiven
from foundation.errors import Forbidden, Gone, NotFound, NotYet, Refused
from foundation.persistence.document import to_entity, to_fields
from foundation.web import Request
from foundation.web.auth import Identity
from services.documents.domain.kept import Retention
from services.documents.domain.origin import DocumentOrigin
from services.documents.domain.scanning import DocumentState, Scan, ScanState
from services.documents.domain.storing import Document
from services.documents.domain.versions import settle, supersede
from tests.fakes import FakeScanner
from tests.unit.test_documents_service import (
    CITIZEN,
    CLERK,
    DRAWING,
    OFFICER,
    STRANGER,
    Archive,
    about,
)

NEWER = DRAWING + b" lan hai"


def replaced(
    archive: Archive, old: str, who: Identity = CITIZEN, key: str = "k-2", body: bytes = NEWER
) -> str:
    request = Request(
        method="POST",
        path="/documents",
        query={"supersedes": old},
        headers={"content-type": "application/pdf", "idempotency-key": key},
        stream=BytesIO(body),
        who=who,
    )
    document_id: str = archive.service.store(request).body["id"]
    return document_id


def reused(archive: Archive, old: str, who: Identity = CITIZEN, key: str = "r-1") -> dict[str, Any]:
    request = Request(
        method="POST",
        path=f"/documents/{old}/reuse",
        headers={"content-type": "application/json", "idempotency-key": key},
        stream=BytesIO(json.dumps({"consent": "đồng ý trên trang nộp"}).encode()),
        who=who,
    )
    answer: dict[str, Any] = archive.service.reuse(request, id=old).body
    return answer


def shown(archive: Archive, document: str, who: Identity = CITIZEN) -> dict[str, Any]:
    answer: dict[str, Any] = archive.service.show(Request(who=who), id=document)
    return answer


@pytest.fixture
def archive() -> Archive:
    return Archive()


def test_the_old_one_stays_readable_and_says_what_came_in_its_place(archive: Archive) -> None:
    old = archive.upload(CITIZEN)
    new = replaced(archive, old)
    archive.service.supersede()
    assert shown(archive, old)["state"] == "superseded"
    assert shown(archive, old)["origin"]["superseded_by"] == new
    assert shown(archive, new)["origin"]["supersedes"] == old
    assert archive.content(CITIZEN, old) == DRAWING
    answer = archive.service.content(Request(who=CITIZEN), id=old)
    assert answer.headers["Link"] == f'</documents/{new}>; rel="successor-version"'
    assert archive.told().count("document.superseded") == 1
    archive.service.supersede()
    assert archive.told().count("document.superseded") == 1


def test_a_chain_of_three_goes_from_each_to_the_next(archive: Archive) -> None:
    one = archive.upload(CITIZEN)
    two = replaced(archive, one)
    archive.service.supersede()
    with pytest.raises(Refused, match=two):
        replaced(archive, one, key="k-3")
    three = replaced(archive, two, key="k-4")
    archive.service.supersede()
    assert [shown(archive, each)["origin"]["superseded_by"] for each in (one, two, three)] == [
        two,
        three,
        "",
    ]


def test_two_that_come_for_the_same_one_at_once_make_one_chain(archive: Archive) -> None:
    old = archive.upload(CITIZEN)
    first, second = replaced(archive, old), replaced(archive, old, key="k-3")
    archive.service.supersede()
    origins = {each: shown(archive, each)["origin"] for each in (old, first, second)}
    chain = [old]
    while following := origins[chain[-1]]["superseded_by"]:
        chain.append(following)
    assert sorted(chain) == sorted((old, first, second))
    assert all(origins[newer]["supersedes"] == older for older, newer in pairwise(chain))
    assert archive.documents.superseding(limit=9) == []


def test_a_mark_made_twice_changes_nothing_the_second_time(archive: Archive) -> None:
    old = archive.documents.get(archive.upload(CITIZEN))
    marked, messages = supersede(old, "b")
    assert len(messages) == 1
    assert supersede(marked, "b") == (marked, ())
    new = replace(old, id="b", origin=DocumentOrigin(supersedes=old.id, superseding=True))
    done, _ = settle(new, marked)
    assert (done.origin.superseding, done.origin.supersedes) == (False, old.id)


@pytest.mark.parametrize("who", [STRANGER, OFFICER])
def test_nobody_replaces_what_they_may_not_see(archive: Archive, who: Identity) -> None:
    old = archive.upload(CITIZEN)
    with pytest.raises(NotFound):
        replaced(archive, old, who)


def test_a_clerk_who_may_read_it_may_still_not_replace_a_citizens_own(archive: Archive) -> None:
    archive.open_dossier()
    old = archive.upload(CITIZEN)
    archive.submit(old)
    with pytest.raises(Forbidden):
        replaced(archive, old, CLERK)


def test_an_agency_replaces_the_document_of_a_colleague(archive: Archive) -> None:
    old = archive.upload(OFFICER)
    colleague = Identity("officer-2", frozenset({"desk"}), "so-xay-dung")
    assert shown(archive, replaced(archive, old, colleague), OFFICER)["origin"]["supersedes"] == old


def test_what_was_removed_is_neither_replaced_nor_used_again(archive: Archive) -> None:
    old = archive.upload(CITIZEN)
    gone = replace(archive.documents.get(old), retention=Retention(removed=archive.clock.now()))
    archive.documents.save(gone)
    with pytest.raises(Gone):
        replaced(archive, old)
    with pytest.raises(Gone):
        reused(archive, old)


def test_a_file_of_an_old_dossier_is_handed_in_again_with_consent(archive: Archive) -> None:
    archive.open_dossier()
    old = archive.upload(CITIZEN)
    archive.submit(old)
    again = reused(archive, old)
    assert again["origin"]["reused_from"] == old
    assert again["origin"]["consent"] == "đồng ý trên trang nộp"
    assert (again["sha256"], again["dossier"]) == (shown(archive, old)["sha256"], "")
    assert archive.told()[-3:] == ["contact.document", "document.stored", "document.reused"]
    archive.open_dossier(dossier="d-2")
    archive.submit(again["id"], dossier="d-2")
    assert archive.documents.get(again["id"]).dossier == "d-2"
    assert archive.documents.get(old).dossier == "d-1"
    assert archive.content(CITIZEN, again["id"]) == DRAWING


def test_a_clerk_uses_a_citizens_paper_again_for_them_and_a_stranger_does_not(
    archive: Archive,
) -> None:
    archive.open_dossier()
    old = archive.upload(CITIZEN)
    archive.submit(old)
    assert reused(archive, old, CLERK)["origin"]["reused_from"] == old
    with pytest.raises(NotFound):
        reused(archive, old, STRANGER, "r-2")


def test_intake_is_told_what_a_file_was_and_a_result_is_used_again_by_its_applicant(
    archive: Archive,
) -> None:
    archive.open_dossier()
    result = archive.upload(OFFICER)
    archive.order()
    joined = DossierDocumentJoined(agency="so-xay-dung", step="s-1", document=result)
    archive.service.report(joined, about("d-1"))
    for who in (CITIZEN, CLERK):  # not theirs, and no result yet
        with pytest.raises((Forbidden, NotFound)):
            reused(archive, result, who)
    resolved = DossierResolved(
        agency=CENTRE, code="", outcome="approved", document=result, timing="on_time"
    )
    archive.service.decide(resolved, about("d-1"))
    again = reused(archive, result, CITIZEN, "r-2")
    reused(archive, again["id"], CITIZEN, "r-3")
    reused(archive, archive.upload(CITIZEN), CITIZEN, "r-4")
    given = [each for each in archive.documents.messages if isinstance(each, DocumentGiven)]
    assert [each.reused for each in given if each.owner] == ["result", "result", "", "component"]
    with pytest.raises((Forbidden, NotFound)):
        reused(archive, result, STRANGER, "r-5")


def test_what_has_not_passed_the_scan_is_not_used_again() -> None:
    archive = Archive(FakeScanner())
    old = archive.upload(CITIZEN)
    with pytest.raises(NotYet):
        reused(archive, old)


def test_one_with_malware_replaces_nothing() -> None:
    archive = Archive(FakeScanner())
    old = archive.upload(CITIZEN)
    archive.service.scan_waiting()
    bad = replaced(archive, old, body=DRAWING + b" EICAR-STANDARD-ANTIVIRUS")
    good = replaced(archive, old, key="k-3")
    archive.service.supersede()
    assert shown(archive, old)["origin"]["superseded_by"] == ""
    archive.service.scan_waiting()
    archive.service.supersede()
    assert shown(archive, old)["origin"]["superseded_by"] == good
    assert shown(archive, bad)["state"] == "quarantined"


def test_what_is_stored_today_has_no_origin(archive: Archive) -> None:
    document = archive.documents.get(archive.upload(CITIZEN))
    stored = to_fields(document)
    for name in vars(DocumentOrigin()):
        del stored[name]
    old = to_entity(Document, {**stored, "_id": "d", "version": 1, "head": "", "seqs": {}})
    assert old.origin == DocumentOrigin()


def test_an_infected_one_is_quarantined_though_it_was_replaced(archive: Archive) -> None:
    document = archive.documents.get(archive.upload(CITIZEN))
    bad = replace(
        document,
        scan=Scan(verdict=ScanState.INFECTED),
        origin=DocumentOrigin(superseded_by="x"),
    )
    assert bad.state is DocumentState.QUARANTINED
