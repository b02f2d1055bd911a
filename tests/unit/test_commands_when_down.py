"""Every command on a platform that is not there, or was stopped: one sentence with what to do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.__main__ import run
from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import free_ports
from cli.language import set_language
from tests.commands import (
    NEEDING,
    OTHERS,
    STOPPED_WILL_DO,
    WITHOUT_A_PLATFORM,
    Example,
    is_one_sentence_with_what_to_do,
    leaves,
    refused,
)

ANY = pytest.mark.parametrize("example", NEEDING, ids=lambda each: each.line)


@pytest.fixture(autouse=True)
def language_of_this_machine() -> Iterator[None]:
    yield
    set_language("")


def test_every_command_is_in_the_list() -> None:
    listed = {each.path for each in (*NEEDING, *STOPPED_WILL_DO, *WITHOUT_A_PLATFORM, *OTHERS)}
    assert listed == set(leaves())


@ANY
def test_on_a_platform_that_was_never_started(example: Example, tmp_path: Path) -> None:
    data = tmp_path / "never"
    is_one_sentence_with_what_to_do(refused(data, example, tmp_path))
    assert not data.exists(), "a look makes no data folder"


@ANY
def test_on_a_platform_that_was_stopped(example: Example, tmp_path: Path) -> None:
    data = tmp_path / "stopped"
    folder = DataFolder(data)
    folder.create()
    folder.write("ports.json", {"base": free_ports().base})
    if example.line == "down":
        assert run(["--data", str(data), "down"]) == 0
        return
    is_one_sentence_with_what_to_do(refused(data, example, tmp_path))


@pytest.mark.parametrize("example", WITHOUT_A_PLATFORM, ids=lambda each: each.line)
def test_what_needs_no_platform_does_its_work(
    example: Example, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["--data", str(tmp_path / "never"), *example.words(tmp_path)]) == 0
    assert capsys.readouterr().out.strip()


def test_indexes_of_a_database_that_is_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONGO_URL", "mongodb://127.0.0.1:1/")
    said = refused(tmp_path, Example("indexes intake"), tmp_path)
    assert "look at the database" in said.en
