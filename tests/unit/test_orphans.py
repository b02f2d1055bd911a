"""Files that no document has: found page by page, removed after their grace, others never."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.errors import Unavailable
from foundation.observability.fault_points import FaultPoints
from services.documents.domain import orphans
from services.documents.domain.orphans import FILES, GRACE, MOST_REMOVED, PAUSE, ObjectSweep
from tests.unit.test_documents_service import CITIZEN, Archive

MINUTE = timedelta(minutes=1)


class Ended(BaseException):
    """The process dies."""


class Swept(Archive):
    """The service, whose job is run; `restarted` is another process of it."""

    def left(self, *bodies: bytes) -> list[str]:
        """Files whose uploads died before their documents were written."""
        return [self.files.put(BytesIO(each), "application/pdf").sha256 for each in bodies]

    def later(self, span: timedelta) -> None:
        self.clock.moment += span

    def sweep(self, times: int = 1) -> None:
        for _ in range(times):
            self.service.sweep_files()

    def whole_round(self) -> None:
        """A page, and the empty one behind it."""
        self.later(PAUSE)
        self.sweep(2)

    @property
    def standing(self) -> ObjectSweep:
        kept: ObjectSweep = self.sweeps.get(FILES)
        return kept


@pytest.fixture
def archive() -> Swept:
    return Swept()


def digest(body: bytes) -> str:
    return sha256(body).hexdigest()


def test_a_file_without_a_document_is_removed_after_its_grace_and_counted(archive: Swept) -> None:
    (orphan,) = archive.left(b"%PDF-1.7 nobody's")
    archive.later(GRACE - MINUTE)
    archive.sweep(2)
    assert orphan in archive.files.revision
    assert (archive.standing.last.looked_at, archive.standing.last.found) == (1, 0)
    archive.whole_round()
    assert orphan not in archive.files.revision
    last = archive.standing.last
    assert (last.looked_at, last.found, last.removed) == (1, 1, 1)
    counted = [call.args for call in archive.service.orphan_files.add.call_args_list]
    assert counted == [("found",), ("removed",)]


def test_a_file_with_a_document_stays_however_old(archive: Swept) -> None:
    archive.upload(CITIZEN)
    archive.later(100 * GRACE)
    archive.whole_round()
    assert len(archive.files.revision) == 1
    assert archive.standing.last.found == 0


def test_the_file_of_a_removed_document_goes_if_it_was_left_and_another_still_needs_none(
    archive: Swept,
) -> None:
    first, second = archive.upload(CITIZEN), archive.upload(CITIZEN, key="k-2")
    for each, at in ((first, archive.clock.now()), (second, None)):
        document = archive.documents.get(each)
        kept = replace(document.retention, removed=at)
        archive.documents.save(replace(document, retention=kept))
    archive.later(2 * GRACE)
    archive.whole_round()
    assert len(archive.files.revision) == 1
    document = archive.documents.get(second)
    kept = replace(document.retention, removed=archive.clock.now())
    archive.documents.save(replace(document, retention=kept))
    archive.whole_round()
    assert archive.files.revision == {}


def test_what_is_put_again_is_being_written_and_stays(archive: Swept) -> None:
    (orphan,) = archive.left(b"%PDF-1.7 twice")
    archive.later(2 * GRACE)
    archive.left(b"%PDF-1.7 twice")
    archive.whole_round()
    assert orphan in archive.files.revision


def test_a_file_that_is_none_of_ours_is_left_alone(archive: Swept) -> None:
    strange = [orphans_page("notes.txt", ""), orphans_page("sha256/zz/x", "")]
    archive.files.listed = lambda after, limit: [] if after else strange  # type: ignore[method-assign]  # noqa: ARG005
    archive.later(2 * GRACE)
    archive.whole_round()
    assert archive.standing.last.looked_at == 2
    assert archive.standing.last.found == 0


def orphans_page(name: str, of: str) -> Any:
    from foundation.persistence.object_store import KeptObject  # noqa: PLC0415 -- minio is loaded only where needed

    return KeptObject(name, of, 1, Archive().clock.real() - 9 * GRACE)


def test_a_page_is_looked_at_each_time_and_a_restart_goes_on(archive: Swept) -> None:
    listed = archive.files.listed
    archive.files.listed = lambda after, limit: listed(after, min(limit, 3))  # type: ignore[method-assign]
    archive.left(*(f"%PDF-1.7 {each}".encode() for each in range(7)))
    archive.later(2 * GRACE)
    archive.sweep()
    assert (len(archive.files.revision), archive.standing.current.looked_at) == (4, 3)
    again = Swept()  # another process of the service, on the same database and store
    again.clock.moment = archive.clock.moment
    again.service.sweeps, again.service.files = archive.sweeps, archive.files
    again.service.documents = archive.documents
    again.service.sweep_files()
    again.service.sweep_files()
    assert archive.files.revision == {}
    archive.sweep()
    assert archive.standing.last.looked_at == 7
    assert archive.standing.last.removed == 7


def test_a_process_that_dies_at_one_goes_on_behind_it_and_comes_back_to_it(archive: Swept) -> None:
    names = archive.left(*(f"%PDF-1.7 {each}".encode() for each in range(3)))
    archive.later(2 * GRACE)
    met: list[str] = []

    def die(name: str) -> None:
        met.append(name)
        if met == ["orphan_met", "orphan_met"]:
            raise Ended

    FaultPoints.hook = die
    try:
        with pytest.raises(Ended):
            archive.sweep()
    finally:
        FaultPoints.hook = None
    assert len(archive.files.revision) == 2
    archive.sweep(2)
    assert set(archive.files.revision) == {sorted(names)[1]}
    archive.whole_round()
    assert archive.files.revision == {}


def test_a_store_that_is_away_moves_nothing(archive: Swept) -> None:
    archive.left(b"%PDF-1.7 nobody's")
    archive.later(2 * GRACE)
    archive.files.available = False
    with pytest.raises(Unavailable):
        archive.sweep()
    assert archive.standing.after == ""
    archive.files.available = True
    archive.sweep()
    assert archive.files.revision == {}


def test_a_file_whose_removal_fails_holds_up_no_other(archive: Swept) -> None:
    first, *others = sorted(archive.left(*(f"%PDF-1.7 {each}".encode() for each in range(3))))
    archive.later(2 * GRACE)
    remove = archive.files.remove

    def refuse(sha256: str, **more: Any) -> bool:
        if sha256 == first:
            raise Unavailable("Không xóa được.", "It cannot be removed.")
        return remove(sha256, **more)

    archive.files.remove = refuse  # type: ignore[method-assign]
    with pytest.raises(Unavailable):
        archive.sweep()
    archive.sweep()
    assert set(archive.files.revision) == {first}
    assert others


def test_no_round_removes_more_than_a_person_has_time_to_see(archive: Swept) -> None:
    archive.left(*(f"%PDF-1.7 {each}".encode() for each in range(MOST_REMOVED + 5)))
    archive.later(2 * GRACE)
    archive.whole_round()
    last = archive.standing.last
    assert (last.found, last.removed) == (MOST_REMOVED + 5, MOST_REMOVED)
    assert len(archive.files.revision) == 5


def test_the_next_round_begins_an_hour_after_the_end_of_one(archive: Swept) -> None:
    archive.sweep()
    ended = archive.standing
    assert ended.last.ended
    archive.later(PAUSE - MINUTE)
    archive.sweep()
    assert archive.standing == ended


def test_of_two_instances_on_one_page_the_slower_one_changes_no_place() -> None:
    now = Archive().clock.now()
    sweep, _ = orphans.begin(None, now)
    passed, _ = orphans.pass_page(sweep, ["a", "b"], sweep, now)
    assert orphans.pass_page(passed, ["a", "b"], sweep, now) == (passed, ())
    assert orphans.meet(passed, "a", sweep) == (passed, ())
    ended, _ = orphans.pass_page(passed, [], passed, now)
    assert orphans.pass_page(ended, ["c"], passed, now) == (ended, ())
    assert orphans.meet(ended, "c", passed) == (ended, ())


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 10)), max_size=12),
    st.lists(st.integers(1, 40), min_size=1, max_size=12),
)
def test_whatever_comes_and_passes_no_file_of_a_document_is_lost(
    files: list[tuple[bool, int]], steps: list[int]
) -> None:
    archive = Swept()
    for number, (has_document, days) in enumerate(files):
        body = f"%PDF-1.7 {number}".encode()
        if has_document:
            archive.upload(CITIZEN, body, key=f"k-{number}")
        else:
            archive.left(body)
        archive.later(timedelta(days=days))
    for hours in steps:
        archive.later(timedelta(hours=hours))
        archive.sweep(2)
    kept = {each.sha256 for each in archive.documents.things}
    assert kept <= set(archive.files.revision)
    for orphan in set(archive.files.revision) - kept:
        assert archive.clock.now() - archive.files.written[orphan] < GRACE + timedelta(hours=40)
