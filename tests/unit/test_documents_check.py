"""`motcua documents verify`: every file is looked at once, however often the run was ended."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.embedded.data_folder import DataFolder
from cli.keeping.documents_check import STANDING, Records, Standing, advance

MOST = 3


class Kept:
    """Documents in the order of their ids; looking at one more than `until` ends the run."""

    def __init__(self, number: int, damaged: frozenset[int] = frozenset()) -> None:
        self.records = [{"_id": f"{each:04}", "sha256": f"hash-{each}"} for each in range(number)]
        self.damaged = {f"{each:04}" for each in damaged}
        self.seen: list[str] = []
        self.until = number

    def batches(self, after: str) -> Iterator[Records]:
        left = [each for each in self.records if each["_id"] > after]
        for at in range(0, len(left), MOST):
            yield left[at : at + MOST]

    def whole(self, record: Mapping[str, Any]) -> bool:
        if len(self.seen) >= self.until:
            raise KeyboardInterrupt
        self.seen.append(record["_id"])
        return record["_id"] not in self.damaged


@given(
    st.integers(0, 20),
    st.frozensets(st.integers(0, 19)),
    st.lists(st.integers(0, 8), max_size=4),
)
def test_however_often_it_is_ended_each_file_counts_once(
    number: int, damaged: frozenset[int], runs: list[int]
) -> None:
    kept, standing = Kept(number, damaged), Standing()
    for more in runs:
        kept.until = len(kept.seen) + more
        try:
            for reached in advance(standing, kept.batches, kept.whole):
                standing = reached
        except KeyboardInterrupt:
            continue
    kept.until = 1000
    for reached in advance(standing, kept.batches, kept.whole):
        standing = reached
    there = sorted(each for each in damaged if each < number)
    assert standing.looked_at == number
    assert standing.faults == len(there)
    assert standing.named == tuple(f"{each:04} (hash-{each})" for each in there)
    assert set(kept.seen) == {each["_id"] for each in kept.records}
    assert len(kept.seen) <= number + len(runs) * (MOST - 1), "a batch is read again at most"


def test_where_it_stands_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    assert Standing.read(folder) == Standing()
    standing = Standing(after="0007", looked_at=8, faults=1, named=("0003 (x)",), began="2026")
    standing.write(folder)
    assert Standing.read(folder) == standing
    assert folder.path(STANDING).exists()


def test_a_store_that_goes_away_ends_the_run_and_loses_no_batch() -> None:
    kept = Kept(7)

    def whole(record: Mapping[str, Any]) -> bool:
        if record["_id"] == "0004":
            raise OSError
        return kept.whole(record)

    reached = Standing()
    with pytest.raises(OSError):  # noqa: PT011, PT012 -- what came before it counts
        for each in advance(reached, kept.batches, whole):
            reached = each
    assert (reached.after, reached.looked_at) == ("0002", 3)
