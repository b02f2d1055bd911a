"""The applicant is told before files of a dossier go, and a legal hold keeps all of them."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import (
    DocumentLegalHoldChanged,
    DocumentRemovalAnnounced,
    DocumentRemovalNotified,
    DocumentRemoved,
    DossierReturned,
    DossierSubmitted,
)
from contracts.history import first_broken
from contracts.message import CENTRE
from contracts.orders import ContactGiven
from foundation.errors import NotFound, Refused
from foundation.observability.fault_points import FaultPoints
from foundation.persistence.document import to_entity
from foundation.retention.table import KeptKind, RetentionRule
from foundation.web import Request
from foundation.web.auth import Identity
from services.documents.domain import removal_notice, retention
from services.documents.domain.access_list import DossierAccess
from services.documents.domain.kept import RemovalNotice, first_look
from services.documents.domain.storing import Document, DocumentActor
from tests.unit.test_documents_service import CITIZEN, DRAWING, Archive, about

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PAPERS = RetentionRule(kind=KeptKind.PAPER, days=100, warning=30, source="Luật")
DIRECTOR = DocumentActor(subject="director-1")
PAPER = Document(
    id="doc-1",
    uploader=DocumentActor(subject="citizen-1"),
    name="CCCD.pdf",
    media_type="application/pdf",
    sha256="ab" * 32,
    size=7,
    stored=NOW,
    told=True,
    dossier="d-1",
    retention=first_look(NOW),
)
ENDED = DossierAccess(id="d-1", owner="citizen-1", ended=NOW, procedure="1.009645")


class Ended(BaseException):
    """The process dies."""


class Kept(Archive):
    """A dossier with papers, over since today, and the job that looks at their terms."""

    def __init__(self, papers: int = 3) -> None:
        super().__init__()
        self.retention_table.given = (PAPERS,)
        contact = ContactGiven(
            agency=CENTRE, owner="citizen-1", name="Nguyễn Văn Đức", phone="", email=""
        )
        self.service.open_dossier(contact, about("d-1"))
        self.papers = [self.upload(CITIZEN, DRAWING + b"%d" % n, f"k-{n}") for n in range(papers)]
        submitted = DossierSubmitted(
            agency=CENTRE, procedure="1.009645", channel="online", documents=tuple(self.papers)
        )
        self.service.hand_in(submitted, about("d-1"))
        self.ended = replace(about("d-1"), time=self.clock.now())
        self.service.end(DossierReturned(agency=CENTRE, code="", channel="counter"), self.ended)

    def pass_days(self, days: float) -> None:
        self.clock.forward(days=days)
        self.service.retain()
        self.service.erase()

    def hold(self, key: str, *, held: bool, dossier: str = "d-1") -> dict[str, Any]:
        request = Request(
            method="POST",
            path=f"/documents/dossiers/{dossier}/hold",
            headers={"content-type": "application/json", "idempotency-key": key},
            stream=BytesIO(json.dumps({"held": held, "reason": "có khởi kiện"}).encode()),
            who=Identity("director-1", frozenset({"centre"})),
        )
        answer: dict[str, Any] = self.service.hold_dossier(request, dossier=dossier).body
        return answer

    def notices(self) -> list[DocumentRemovalNotified]:
        said = self.accesses.messages
        return [each for each in said if isinstance(each, DocumentRemovalNotified)]

    def removed(self) -> int:
        return sum(isinstance(each, DocumentRemoved) for each in self.documents.messages)


@pytest.fixture
def kept() -> Kept:
    return Kept()


def test_the_applicant_is_told_once_for_all_files_and_thirty_days_before(kept: Kept) -> None:
    kept.pass_days(69)
    assert kept.notices() == []
    kept.pass_days(1)
    (notice,) = kept.notices()
    assert notice.removes - kept.clock.now() == 30 * DAY
    announced = [
        each for each in kept.documents.messages if isinstance(each, DocumentRemovalAnnounced)
    ]
    assert [each.removes for each in announced] == [notice.removes] * 3
    kept.pass_days(29)
    assert (kept.removed(), len(kept.files.revision)) == (0, 3)
    kept.pass_days(1.1)
    assert (kept.removed(), kept.files.revision) == (3, {})
    assert len(kept.notices()) == 1
    entries = kept.accesses.history("d-1")
    assert first_broken(entries, head=kept.accesses.get("d-1").revision.head) is None


def test_nothing_goes_while_the_broker_has_not_taken_the_notice(kept: Kept) -> None:
    kept.accesses.broker_away = True
    kept.pass_days(70)
    kept.pass_days(40)
    assert (len(kept.notices()), kept.removed()) == (1, 0)
    kept.accesses.broker_away = False
    kept.pass_days(1)
    assert kept.removed() == 3


def test_a_death_between_the_notice_and_the_announcement_tells_nobody_twice(kept: Kept) -> None:
    def die(name: str) -> None:
        if name == "notice_given":
            raise Ended

    FaultPoints.hook = die
    try:
        with pytest.raises(Ended):
            kept.pass_days(70)
    finally:
        FaultPoints.hook = None
    assert (len(kept.notices()), kept.documents.get(kept.papers[0]).retention.removes) == (1, None)
    kept.pass_days(0)
    kept.pass_days(31)
    assert (len(kept.notices()), kept.removed()) == (1, 3)


def test_a_hold_cancels_what_was_told_and_afterwards_it_is_told_anew(kept: Kept) -> None:
    kept.pass_days(70)
    answer = kept.hold("h-1", held=True)
    assert (answer["held"], [each["stands"] for each in answer["notices"]]) == (True, [False])
    late = kept.upload(CITIZEN, DRAWING + b"late", "k-late")
    submitted = DossierSubmitted(
        agency=CENTRE, procedure="1.009645", channel="online", documents=(late,)
    )
    kept.service.hand_in(submitted, about("d-1"))
    for _ in range(20):
        kept.pass_days(90)
    assert (kept.removed(), len(kept.files.revision)) == (0, 4)
    answer = kept.hold("h-2", held=False)
    assert [(each["held"], each["by"], each["reason"]) for each in answer["holds"]] == [
        (True, "director-1", "có khởi kiện"),
        (False, "director-1", "có khởi kiện"),
    ]
    told = len(kept.notices())
    kept.pass_days(90)
    assert (len(kept.notices()), kept.removed()) == (told + 1, 0)
    kept.pass_days(29)
    assert kept.removed() == 0
    kept.pass_days(2)
    assert kept.removed() == 4
    shown = kept.service.dossier_hold(Request(who=CITIZEN), dossier="d-1")
    assert (shown["dossier"], shown["held"], len(shown["notices"])) == ("d-1", False, 2)


def test_a_hold_released_before_the_day_that_was_told_still_has_it_told_anew(kept: Kept) -> None:
    kept.pass_days(70)
    kept.hold("h-1", held=True)
    kept.hold("h-2", held=False)
    kept.pass_days(30)
    assert (len(kept.notices()), kept.removed()) == (2, 0)
    kept.pass_days(30)
    assert kept.removed() == 3


def test_the_same_hold_twice_is_one_and_of_an_unknown_dossier_there_is_none(kept: Kept) -> None:
    assert kept.hold("h-1", held=True)["held"]
    (changed,) = (
        each for each in kept.accesses.messages if isinstance(each, DocumentLegalHoldChanged)
    )
    assert changed.held
    with pytest.raises(Refused, match="held already"):
        kept.hold("h-2", held=True)
    with pytest.raises(NotFound):
        kept.hold("h-3", held=True, dossier="d-2")


def test_what_an_earlier_release_announced_goes_only_after_its_applicant_was_told() -> None:
    end = NOW + 100 * DAY
    old = replace(PAPER, retention=replace(PAPER.retention, announced=end - 30 * DAY, removes=end))
    access, (told,) = retention.tell_applicant(ENDED, old, (PAPERS,), end)
    assert told == DocumentRemovalNotified(agency=CENTRE, removes=end + 30 * DAY)
    again, (announced,) = retention.look(old, access, (PAPERS,), end)
    assert isinstance(announced, DocumentRemovalAnnounced)
    assert again.retention.removes == end + 30 * DAY


def test_without_a_known_applicant_a_file_of_a_dossier_stays() -> None:
    infected = RetentionRule(kind=KeptKind.QUARANTINED, days=1, warning=1, source="x")
    kept, messages = retention.look(PAPER, None, (PAPERS, infected), NOW + 900 * DAY)
    assert (messages, kept.retention.removed) == ((), None)


def test_files_that_go_much_later_are_told_of_again() -> None:
    access, _ = removal_notice.give(ENDED, NOW, 30 * DAY, NOW)
    same, told = removal_notice.give(access, NOW + 55 * DAY, 10 * DAY, NOW + 20 * DAY)
    assert (same, told) == (access, ())
    later, (told_again,) = removal_notice.give(access, NOW + 900 * DAY, 30 * DAY, NOW + 870 * DAY)
    assert told_again == DocumentRemovalNotified(agency=CENTRE, removes=NOW + 900 * DAY)
    assert len(later.notices) == 2
    # A notice that is over covers nothing new, however long ago the term ended.
    assert removal_notice.standing(access, NOW, NOW + 31 * DAY) is None


def test_an_access_list_that_is_stored_today_is_read_and_not_held() -> None:
    kept = {"_id": "d-1", "owner": "o", "version": 3, "head": "0" * 64, "seqs": {}}
    access = to_entity(DossierAccess, kept)
    assert (access.held, access.holds, access.notices) == (False, (), ())


@given(
    st.lists(
        st.tuples(
            st.integers(1, 60), st.sampled_from(["look", "hold", "release", "longer", "shorter"])
        ),
        max_size=40,
    )
)
def test_no_file_goes_but_under_a_notice_that_stands_and_a_warning_old(
    steps: list[tuple[int, str]],
) -> None:
    access, document, now, rule = ENDED, PAPER, NOW, PAPERS
    notices: list[RemovalNotice] = []
    for days, what in steps:
        now += days * DAY
        if what in {"hold", "release"} and access.held != (what == "hold"):
            access, _ = removal_notice.hold_dossier(
                access, on=what == "hold", reason="kiện", by=DIRECTOR, now=now
            )
        rule = replace(rule, days={"longer": 400, "shorter": 50}.get(what, rule.days))
        access, _ = retention.tell_applicant(access, document, (rule,), now)
        document, messages = retention.look(document, access, (rule,), now)
        if any(isinstance(each, DocumentRemoved) for each in messages):
            notices = [each for each in access.notices if each.stands and each.removes <= now]
            assert notices
            assert any(now - each.told >= rule.warning * DAY for each in notices)
            assert not access.held
