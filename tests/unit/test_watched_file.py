"""A file is read anew when it changed, and a broken one leaves the last good value."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from foundation.settings.watched_file import WatchedFile

Write = Callable[[str, int], None]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "numbers.txt"


@pytest.fixture
def write(path: Path) -> Write:
    def written(text: str, moment: int) -> None:
        path.write_text(text)
        os.utime(path, ns=(moment, moment))

    return written


def watched(path: Path, read: list[str] | None = None) -> WatchedFile[int]:
    """A file that holds one number; `read` notes each reading."""

    def parse(file: Path) -> int:
        text = file.read_text()
        if read is not None:
            read.append(text)
        return int(text)

    return WatchedFile(path, parse, at_first=-1, complaint="no number")


def test_a_file_is_read_once_until_it_changes(path: Path, write: Write) -> None:
    read: list[str] = []
    file = watched(path, read)
    write("1", 0)
    assert [file.value(), file.value()] == [1, 1]
    assert (read, file.changed) == (["1"], 0)
    write("2", 10)
    assert [file.value(), file.value()] == [2, 2]
    assert (read, file.changed) == (["1", "2"], 10)
    write("3", 5)  # an older file put in its place is a change too
    assert file.value() == 3


def test_until_there_is_a_good_one_it_has_the_first_value(path: Path, write: Write) -> None:
    file = watched(path)
    assert (file.value(), file.changed) == (-1, None)
    write("x", 1)
    assert (file.value(), file.changed) == (-1, None)
    write("7", 2)
    assert file.value() == 7


def test_one_that_breaks_or_goes_leaves_the_last_good_value(path: Path, write: Write) -> None:
    file = watched(path)
    write("1", 1)
    assert file.value() == 1
    write("x", 2)
    assert (file.value(), file.changed) == (1, 1)
    path.unlink()
    assert (file.value(), file.changed) == (1, 1)
    write("2", 3)
    assert file.value() == 2


def test_what_is_wrong_is_logged_once_a_change(path: Path, write: Write) -> None:
    file = watched(path)
    changes: tuple[Callable[[], None], ...] = (
        lambda: write("x", 1),
        lambda: write("y", 2),
        path.unlink,
    )
    with capture_logs() as lines:
        for change in changes:
            change()
            assert [file.value(), file.value(), file.value()] == [-1] * 3
    assert [line["event"] for line in lines] == ["no number"] * 3
    assert {line["path"] for line in lines} == {str(path)}
    write("1", 4)
    afresh = watched(path)
    with capture_logs() as lines:
        assert (file.value(), afresh.value()) == (1, 1)
    assert lines == []


def test_a_file_mended_within_the_same_moment_is_read(path: Path, write: Write) -> None:
    """Clocks of files are coarse: what was read half written may have the time of the whole."""
    file = watched(path)
    write("x", 1)
    assert file.value() == -1
    write("5", 1)
    assert file.value() == 5


def test_whoever_needs_it_now_is_told_what_is_wrong(path: Path, write: Write) -> None:
    file = watched(path)
    with pytest.raises(FileNotFoundError):
        file.load()
    write("x", 1)
    with pytest.raises(ValueError, match="'x'"):
        file.load()
    write("3", 2)
    assert (file.load(), file.changed) == (3, 2)
