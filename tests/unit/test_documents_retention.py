"""How long a document is kept: announced before it goes, held if somebody says why, a tombstone."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.keeping.files import is_tombstone
from contracts.events import (
    DocumentHoldChanged,
    DocumentRemovalAnnounced,
    DocumentRemoved,
    DossierReturned,
)
from contracts.history import first_broken
from contracts.message import CENTRE
from contracts.orders import DocumentRefused
from foundation.errors import Gone, Invalid, NotFound, Refused, Unavailable
from foundation.persistence.document import to_entity, to_fields
from foundation.retention.provider import RetentionTable
from foundation.retention.table import (
    KeptKind,
    RetentionRule,
    RetentionRules,
    read_retention,
)
from foundation.settings import SettingsError
from foundation.web import Request
from foundation.web.auth import Identity
from services.documents.domain import access_list, quarantine, retention
from services.documents.domain.access_list import DossierAccess
from services.documents.domain.kept import Retention, first_look
from services.documents.domain.scanning import (
    DocumentState,
    Scan,
    ScanDecision,
    ScanState,
)
from services.documents.domain.storing import Document, DocumentActor
from tests.unit.test_documents_service import CITIZEN, CLERK, DRAWING, STRANGER, Archive, about

NOW = datetime(2020, 9, 15, 2, 30, tzinfo=UTC)
DAY = timedelta(days=1)
SHIPPED = Path("catalogue-data/retention.csv")
LOOSE = RetentionRule(kind=KeptKind.LOOSE, days=100, warning=10, source="Thông lệ")
PAPERS = RetentionRule(kind=KeptKind.PAPER, days=1000, warning=30, source="Luật")
RULES = (LOOSE, PAPERS)
DIRECTOR = DocumentActor(subject="director-1")
UPLOAD = Document(
    id="doc-1",
    uploader=DocumentActor(subject="citizen-1"),
    name="CCCD Nguyễn Văn Đức.pdf",
    media_type="application/pdf",
    sha256="ab" * 32,
    size=7,
    stored=NOW,
    told=True,
    retention=first_look(NOW),
)
ENDED = DossierAccess(id="d-1", owner="citizen-1", ended=NOW, procedure="1.009645")


def look(document: Document, at: datetime, rules: RetentionRules = RULES) -> retention.Kept:
    """As the job does it: first the applicant is told, if that is due."""
    if not document.dossier:
        return retention.look(document, None, rules, at)
    access, _ = retention.tell_applicant(ENDED, document, rules, at)
    return retention.look(document, access, rules, at)


def test_a_file_that_nobody_hands_in_is_announced_and_then_removed() -> None:
    early, none = look(UPLOAD, NOW + DAY)
    assert (none, early.retention.retention_due) == ((), NOW + 90 * DAY)
    told, (announced,) = look(early, NOW + 90 * DAY)
    assert announced == DocumentRemovalAnnounced(
        agency=CENTRE, dossier="", kind="loose", removes=NOW + 100 * DAY
    )
    assert look(told, NOW + 99 * DAY) == (told, ())
    gone, (refused, removed) = look(told, NOW + 100 * DAY)
    assert removed == DocumentRemoved(
        agency=CENTRE, dossier="", kind="loose", sha256=UPLOAD.sha256, size=7
    )
    assert refused == DocumentRefused(
        agency=CENTRE, owner="citizen-1", clerk=False, reason="removed"
    )
    assert gone.state is DocumentState.REMOVED


def test_a_tombstone_has_hash_size_type_when_and_why_and_no_name() -> None:
    told, _ = look(UPLOAD, NOW + 95 * DAY)
    gone, _ = look(told, NOW + 200 * DAY)
    kept = gone.retention
    assert (gone.sha256, gone.size, gone.media_type) == (UPLOAD.sha256, 7, "application/pdf")
    assert (kept.removed, kept.removed_as, kept.removed_source) == (
        NOW + 200 * DAY,
        "loose",
        "Thông lệ",
    )
    assert (gone.name, kept.erase_waiting, kept.retention_due) == ("", True, None)
    assert "Đức" not in str(to_fields(gone))
    assert is_tombstone(to_fields(gone))
    assert not is_tombstone(to_fields(UPLOAD))
    assert not is_tombstone({"sha256": "x"})


def test_who_finds_the_announcement_late_still_has_the_whole_warning() -> None:
    told, (announced,) = look(UPLOAD, NOW + 500 * DAY)
    assert isinstance(announced, DocumentRemovalAnnounced)
    assert announced.removes == NOW + 510 * DAY
    assert look(told, NOW + 509 * DAY)[1] == ()


@given(st.integers(0, 2000), st.lists(st.integers(1, 200), max_size=30))
def test_nothing_is_removed_that_was_not_announced_a_warning_before(
    first: int, steps: list[int]
) -> None:
    document, at, announced = UPLOAD, NOW + first * DAY, None
    for step in [0, *steps]:
        at += step * DAY
        document, messages = look(document, at)
        for each in messages:
            if isinstance(each, DocumentRemovalAnnounced):
                announced = at
            if isinstance(each, DocumentRemoved):
                assert announced is not None
                assert at - announced >= LOOSE.warning * DAY
                assert at >= NOW + 100 * DAY


def test_the_papers_of_an_open_dossier_have_no_end() -> None:
    paper = replace(UPLOAD, dossier="d-1")
    open_dossier = replace(ENDED, ended=None)
    kept, messages = retention.look(paper, open_dossier, RULES, NOW + 5000 * DAY)
    assert (messages, kept.retention.retention_due) == ((), NOW + 5090 * DAY)
    assert look(paper, NOW + 5000 * DAY)[1] != ()


def test_a_rule_without_days_keeps() -> None:
    rules = (replace(LOOSE, days=None),)
    for given_rules in (rules, ()):
        kept, messages = look(UPLOAD, NOW + 9000 * DAY, given_rules)
        assert (messages, kept.retention.retention_due) == ((), NOW + 9090 * DAY)


def test_the_rule_of_a_procedure_goes_before_that_of_any() -> None:
    own = replace(PAPERS, procedure="1.009645", days=1)
    paper = replace(UPLOAD, dossier="d-1")
    assert retention.rule_of(paper, ENDED, (PAPERS, own)) == own
    other = replace(ENDED, procedure="2.1")
    assert retention.rule_of(paper, other, (PAPERS, own)) == PAPERS


@pytest.mark.parametrize(
    ("changed", "access", "kind"),
    [
        ({}, None, KeptKind.LOOSE),
        ({"dossier": "d-1"}, ENDED, KeptKind.PAPER),
        ({"dossier": "d-1"}, replace(ENDED, results=("doc-1",)), KeptKind.RESULT),
        ({"dossier": "d-1", "form": "receipt"}, ENDED, KeptKind.FORM),
        ({"scan": Scan(verdict=ScanState.INFECTED)}, None, KeptKind.QUARANTINED),
        (
            {"scan": Scan(verdict=ScanState.NOT_SCANNABLE, decision="accepted")},
            None,
            KeptKind.LOOSE,
        ),
    ],
)
def test_what_a_document_is_to_the_rules(
    changed: dict[str, Any], access: DossierAccess | None, kind: KeptKind
) -> None:
    assert retention.kind_of(replace(UPLOAD, **changed), access) is kind


def test_a_rule_that_was_made_longer_puts_an_announced_end_off() -> None:
    told, _ = look(UPLOAD, NOW + 95 * DAY)
    longer = (replace(LOOSE, days=300),)
    put_off, messages = look(told, NOW + 100 * DAY, longer)
    assert (messages, put_off.retention.removed) == ((), None)
    assert put_off.retention.retention_due == NOW + 300 * DAY
    kept, messages = look(told, NOW + 100 * DAY, ())
    assert (messages, kept.retention.announced) == ((), None)


def test_a_file_handed_in_after_the_announcement_is_a_paper_and_stays() -> None:
    told, _ = look(UPLOAD, NOW + 95 * DAY)
    joined, _ = access_list.hand_in(told, replace(ENDED, ended=None), CENTRE)
    assert (joined.dossier, joined.retention.announced) == ("d-1", None)
    assert look(joined, NOW + 100 * DAY)[0].retention.removed is None


def test_a_removed_file_joins_no_dossier_and_needs_no_decision() -> None:
    gone = replace(UPLOAD, retention=Retention(removed=NOW))
    assert access_list.hand_in(gone, ENDED, CENTRE) == (gone, ())
    infected = replace(gone, scan=Scan(verdict=ScanState.INFECTED))
    with pytest.raises(Refused):
        quarantine.decide_on(infected, ScanDecision.ACCEPTED, "lành", DIRECTOR, NOW)


def test_a_hold_keeps_whatever_the_rules_say_and_every_decision_stays() -> None:
    told, _ = look(UPLOAD, NOW + 95 * DAY)
    held, (changed,) = retention.hold(told, on=True, reason="kiện", by=DIRECTOR, now=NOW)
    assert changed == DocumentHoldChanged(agency=CENTRE, held=True)
    assert look(held, NOW + 9000 * DAY)[1] == ()
    assert held.retention.retention_due is None
    free, _ = retention.hold(held, on=False, reason="xong", by=DIRECTOR, now=NOW + 9000 * DAY)
    assert [(each.on, each.reason) for each in free.retention.holds] == [
        (True, "kiện"),
        (False, "xong"),
    ]
    # Released, it is announced again before it goes.
    assert isinstance(look(free, NOW + 9000 * DAY)[1][0], DocumentRemovalAnnounced)
    with pytest.raises(Refused):
        retention.hold(held, on=True, reason="nữa", by=DIRECTOR, now=NOW)
    with pytest.raises(Gone):
        retention.hold(
            replace(UPLOAD, retention=Retention(removed=NOW)),
            on=True,
            reason="muộn",
            by=DIRECTOR,
            now=NOW,
        )


def test_what_is_stored_today_is_kept_and_never_looked_at() -> None:
    kept = to_fields(UPLOAD)
    for name in vars(Retention()):
        del kept[name]
    old = to_entity(Document, {**kept, "_id": "doc-1", "version": 1, "head": "0" * 64, "seqs": {}})
    assert old.retention == Retention()
    access = to_entity(
        DossierAccess, {"_id": "d", "owner": "o", "version": 1, "head": "", "seqs": {}}
    )
    assert (access.ended, access.procedure) == (None, "")


def test_the_shipped_table_removes_no_paper_of_a_dossier_by_a_period_nobody_read() -> None:
    rules = {each.kind: each for each in read_retention(SHIPPED.read_text(encoding="utf-8"))}
    assert set(rules) == set(KeptKind)
    for kind in (KeptKind.PAPER, KeptKind.RESULT, KeptKind.FORM):
        assert rules[kind].days is None
    assert all(each.source for each in rules.values())


@pytest.mark.parametrize(
    "row",
    [
        "paper,,365,30,Luật,no",
        "paper,,365,30,,yes",
        "paper,,0,30,Luật,yes",
        "paper,,365,,Luật,yes",
        "paper,,một,1,Luật,yes",
        "letter,,1,1,Luật,yes",
        "paper,,,,a,no\npaper,,,,b,no",
        "paper,1",
    ],
)
def test_a_table_with_a_fault_is_refused_and_names_the_line(row: str) -> None:
    with pytest.raises(Invalid, match=r"line [23]"):
        read_retention(f"kind,procedure,days,warning,source,verified\n{row}\n")


def test_a_process_does_not_start_on_a_table_with_a_fault(tmp_path: Path) -> None:
    def opened(path: str) -> RetentionTable:
        made = RetentionTable()
        made.container = SimpleNamespace(config={"settings": SimpleNamespace(retention=path)})
        made.setup()
        return made

    assert opened("").rules() == ()
    assert len(opened(str(SHIPPED)).rules()) == 11
    with pytest.raises(SettingsError, match="RETENTION"):
        opened(str(tmp_path / "none.csv"))


@pytest.fixture
def archive() -> Archive:
    made = Archive()
    made.retention_table.given = RULES
    return made


def pass_days(archive: Archive, days: int) -> None:
    archive.clock.forward(days=days)
    archive.service.retain()
    archive.service.erase()


def remove(archive: Archive) -> None:
    for days in (95, 10):
        pass_days(archive, days)


def hold(archive: Archive, document: str, *, held: bool) -> dict[str, Any]:
    body = json.dumps({"held": held, "reason": "có khiếu kiện"}).encode()
    request = Request(
        method="POST",
        path=f"/documents/{document}/hold",
        headers={"content-type": "application/json", "idempotency-key": f"h-{held}"},
        stream=BytesIO(body),
        who=Identity("director-1", frozenset({"centre"})),
    )
    answer: dict[str, Any] = archive.service.hold(request, id=document).body
    return answer


def test_after_its_term_the_bytes_are_erased_and_the_chain_is_whole(archive: Archive) -> None:
    document = archive.upload(CITIZEN)
    remove(archive)
    assert archive.files.revision == {}
    shown = archive.service.show(Request(who=CITIZEN), id=document)
    assert (shown["state"], shown["retention"]["source"]) == ("removed", "Thông lệ")
    with pytest.raises(Gone, match="Thông lệ"):
        archive.content(CITIZEN, document)
    with pytest.raises(NotFound):
        archive.service.show(Request(who=STRANGER), id=document)
    kept = archive.documents.get(document)
    assert not kept.retention.erase_waiting
    entries = archive.documents.history(document)
    assert first_broken(entries, head=kept.revision.head) is None
    assert [each.type for each in entries][-2:] == [
        "document.removal_announced",
        "document.removed",
    ]


def test_bytes_that_another_document_has_stay(archive: Archive) -> None:
    one = archive.upload(CITIZEN)
    archive.clock.forward(days=50)
    two = archive.upload(STRANGER, key="k-2")
    archive.clock.forward(days=-50)
    remove(archive)
    with pytest.raises(Gone):
        archive.content(CITIZEN, one)
    assert archive.content(STRANGER, two) == DRAWING


def test_while_the_store_is_away_the_bytes_wait_to_be_erased(archive: Archive) -> None:
    archive.upload(CITIZEN)
    archive.clock.forward(days=95)
    archive.service.retain()
    archive.clock.forward(days=10)
    archive.service.retain()
    archive.files.available = False
    with pytest.raises(Unavailable):
        archive.service.erase()
    assert len(archive.documents.to_be_erased(limit=5)) == 1
    archive.files.available = True
    archive.clock.forward(seconds=30)
    archive.service.erase()
    assert archive.files.revision == {}
    assert archive.documents.to_be_erased(limit=5) == []


def test_a_held_document_outlives_its_term(archive: Archive) -> None:
    document = archive.upload(CITIZEN)
    assert hold(archive, document, held=True)["retention"]["held"] is True
    remove(archive)
    assert archive.content(CITIZEN, document) == DRAWING
    hold(archive, document, held=False)
    said = archive.service.holds(Request(who=CLERK), id=document)["holds"]
    assert [(each["held"], each["by"], each["reason"]) for each in said] == [
        (True, "director-1", "có khiếu kiện"),
        (False, "director-1", "có khiếu kiện"),
    ]


def test_the_term_of_a_paper_begins_when_its_dossier_is_over(archive: Archive) -> None:
    archive.open_dossier()
    document = archive.upload(CITIZEN)
    archive.submit(document)
    pass_days(archive, 2000)
    assert archive.documents.get(document).retention.announced is None
    returned = DossierReturned(agency="so-xay-dung", code="H41.1", channel="counter")
    archive.service.end(returned, replace(about("d-1"), time=archive.clock.now()))
    access = archive.accesses.get("d-1")
    assert (access.ended, access.procedure) == (archive.clock.now(), "1.009645")
    for _ in range(12):
        pass_days(archive, 95)
    assert archive.documents.get(document).retention.removed_as == "paper"
