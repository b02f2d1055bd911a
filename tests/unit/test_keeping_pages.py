"""Pages of the quarantine and of holds: a decision is noted once, on what was seen."""

import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pytest

from contracts.events import DocumentHoldChanged, DocumentLegalHoldChanged, DocumentScanDecided
from foundation.errors import NotFound, Unknown
from foundation.web import Request
from foundation.web.auth import NOBODY, Identity
from services.documents.domain import quarantine
from services.documents.domain.scanning import QUARANTINED, ScanDecision, ScanState, to_be_scanned
from services.documents.domain.storing import Document
from services.documents.handlers import keeping_view
from tests.markup import flaws
from tests.unit.test_documents_service import CITIZEN, Archive

CLERK = Identity("hoa", frozenset({"counter"}), "")
KEEPER = Identity("thanh", frozenset({"centre"}), "")
FORM = "application/x-www-form-urlencoded"


def kept_things() -> tuple[Archive, str, str]:
    """An archive with a file in quarantine, one that is clean, and the dossier `d-1`."""
    archive = Archive()
    bad, good = (archive.upload(CITIZEN, b"%PDF-1.7 " + key, key.decode()) for key in (b"a", b"b"))
    archive.open_dossier()
    now = archive.clock.now()
    waiting = replace(archive.documents.get(bad), name="bản vẽ <b>.pdf", scan=to_be_scanned(now))
    archive.documents.save(quarantine.conclude(waiting, "infected", "Eicar <b>", now)[0])
    return archive, bad, good


@pytest.fixture(name="kept")
def _kept() -> tuple[Archive, str, str]:
    return kept_things()


def html(answer: Any) -> str:
    text = str(answer.get_data(as_text=True))
    assert flaws(text) == []
    return text


def asking(who: Identity, said: dict[str, str] | None = None, **query: str) -> Request:
    return Request(
        method="GET" if said is None else "POST",
        path="/x",
        query=query,
        headers={"accept": "text/html", **({} if said is None else {"content-type": FORM})},
        stream=BytesIO(urlencode(said or {}).encode()),
        who=who,
    )


def hidden(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found}


def decide(archive: Archive, document: str, said: dict[str, str], who: Identity = CLERK) -> Any:
    return archive.service.decide_by_form(asking(who, said), document)


def hold(
    archive: Archive, kind: str, thing: str, said: dict[str, str], who: Identity = KEEPER
) -> Any:
    return archive.service.hold_by_form(asking(who, said), kind, thing)


def look_at_file(archive: Archive, document: str, who: Identity = CLERK) -> str:
    return html(archive.service.look_at_quarantined(asking(who), document))


def look_at_hold(archive: Archive, kind: str, thing: str) -> str:
    return html(archive.service.look_at_hold(asking(KEEPER), kind, thing))


def file_of(archive: Archive, document: str) -> Document:
    found: Document = archive.documents.get(document)
    return found


def test_every_verdict_and_decision_has_words() -> None:
    assert set(keeping_view.VERDICTS) == set(ScanState)
    assert set(keeping_view.DECISIONS) == set(ScanDecision)
    assert set(keeping_view.VERDICTS) >= QUARANTINED


@pytest.mark.parametrize("decision", list(ScanDecision))
def test_a_decision_is_noted_once_and_leaves_the_list(
    kept: tuple[Archive, str, str], decision: ScanDecision
) -> None:
    archive, bad, _ = kept
    assert "bản vẽ &lt;b&gt;.pdf" in html(archive.service.look_at_quarantine(asking(CLERK)))
    page = look_at_file(archive, bad)
    assert "Eicar &lt;b&gt;" in page
    said = hidden(page) | {"scan-decision": decision.value, "scan-reason": "đã xem kỹ"}
    assert [decide(archive, bad, said).status_code for _ in range(2)] == [303, 303]
    assert archive.told().count(DocumentScanDecided.TYPE) == 1
    scan = file_of(archive, bad).scan
    assert (scan.decision, scan.decision_note, scan.decided_by) == (decision, "đã xem kỹ", "hoa")
    after = html(archive.service.look_at_quarantine(asking(CLERK, done="1")))
    assert "Đã ghi quyết định" in after
    assert "bản vẽ" not in after
    assert "đã xem kỹ" in look_at_file(archive, bad)


def test_what_is_missing_stands_beside_its_field_and_is_kept(
    kept: tuple[Archive, str, str],
) -> None:
    archive, bad, _ = kept
    said = hidden(look_at_file(archive, bad))
    for typed, field in (
        ({"scan-reason": "đã xem <b>"}, "scan-decision"),
        ({"scan-decision": "accepted"}, "scan-reason"),
        ({"scan-decision": "zzz", "scan-reason": "đã xem"}, "scan-decision"),
    ):
        answer = decide(archive, bad, said | typed)
        page = html(answer)
        assert answer.status_code == 422
        assert f'href="#{field}"' in page
        assert f'id="{field}"' in page
        assert "đã xem" in page or "scan-reason" not in typed
    assert file_of(archive, bad).scan.undecided


def test_two_clerks_do_not_overwrite_one_another(kept: tuple[Archive, str, str]) -> None:
    archive, bad, good = kept
    first, second = (hidden(look_at_file(archive, bad)) for _ in range(2))
    said = first | {"scan-decision": "refused", "scan-reason": "có mã độc"}
    assert decide(archive, bad, said).status_code == 303
    late = decide(archive, bad, second | {"scan-decision": "accepted", "scan-reason": "tệp sạch"})
    page = html(late)
    assert late.status_code == 409
    assert "Đã thay đổi" in page
    assert "Không nhận tệp" in page
    assert "tệp sạch" in page
    assert file_of(archive, bad).scan.decision == "refused"
    assert "không cần quyết định" in look_at_file(archive, good)


@pytest.mark.parametrize(
    ("kind", "event"),
    [("dossier", DocumentLegalHoldChanged.TYPE), ("document", DocumentHoldChanged.TYPE)],
)
def test_a_hold_is_set_and_released_each_once(
    kept: tuple[Archive, str, str], kind: str, event: str
) -> None:
    archive, _, good = kept
    thing = good if kind == "document" else "d-1"
    found = archive.service.look_for_hold(asking(KEEPER, None, **{kind: thing}))
    assert found.headers["Location"] == f"/centre/holds/{kind}/{thing}"
    other = hidden(look_at_hold(archive, kind, thing)) | {"hold-reason": "khác"}
    for reason in ("CV 12/TTr <b>", "xong việc"):
        said = hidden(look_at_hold(archive, kind, thing)) | {"hold-reason": reason}
        codes = [hold(archive, kind, thing, said).status_code for _ in range(2)]
        assert codes == [303, 303]
    told = [*archive.told(), *(message.TYPE for message in archive.accesses.messages)]
    assert told.count(event) == 2
    page = look_at_hold(archive, kind, thing)
    assert "CV 12/TTr &lt;b&gt;" in page
    assert "không giữ" in page
    late = hold(archive, kind, thing, other)
    assert late.status_code == 409
    assert "Đã thay đổi" in html(late)
    short = hold(archive, kind, thing, hidden(page) | {"hold-reason": "x"})
    assert short.status_code == 422
    assert 'href="#hold-reason"' in html(short)


def test_what_is_not_there_is_said_so(kept: tuple[Archive, str, str]) -> None:
    archive, *_ = kept
    page = html(archive.service.look_for_hold(asking(KEEPER, document="zzz <b>")))
    assert "không có mã này" in page.lower()
    assert "zzz &lt;b&gt;" in page
    assert "Không có mã này" not in html(archive.service.look_for_hold(asking(KEEPER)))
    for kind, thing in (("document", "zzz"), ("dossier", "zzz"), ("zzz", "d-1")):
        with pytest.raises(NotFound):
            look_at_hold(archive, kind, thing)
        with pytest.raises(NotFound):
            hold(archive, kind, thing, {"key": "k", "hold-held": "1", "hold-reason": "lý do"})


def test_nobody_is_asked_to_sign_in_and_decides_nothing(kept: tuple[Archive, str, str]) -> None:
    archive, bad, _ = kept
    assert "bản vẽ" not in look_at_file(archive, bad, NOBODY)
    assert "bản vẽ" not in html(archive.service.look_at_quarantine(asking(NOBODY)))
    with pytest.raises(Unknown):
        decide(archive, bad, {"key": "k"}, NOBODY)
    with pytest.raises(Unknown):
        hold(archive, "dossier", "d-1", {"key": "k"}, NOBODY)
    assert file_of(archive, bad).scan.undecided
