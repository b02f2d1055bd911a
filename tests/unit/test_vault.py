import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.__main__ import run
from cli.embedded.data_folder import DataFolder
from cli.errors import CliError
from cli.keeping import archive
from cli.vault_key import vault_keys_file, vault_keys_name
from foundation.errors import Refused, Unavailable
from foundation.vault import (
    FileKeys,
    Sealed,
    new_master_keys,
    open_sealed,
    read_master_keys,
    seal_text,
)
from foundation.vault.sealing import BLOCK

KEYS = FileKeys({"vault.1": b"k" * 32})
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=3000)


@given(texts)
def test_what_is_sealed_opens_again(text: str) -> None:
    assert open_sealed(seal_text(text, "d-1", KEYS), "d-1", KEYS) == text


def test_a_sealed_text_shows_neither_its_words_nor_its_length() -> None:
    short, longer = (seal_text(name, "d-1", KEYS) for name in ("An", "Nguyễn Thị Minh Khai"))
    assert len(short.text) == len(longer.text) > BLOCK
    assert b"Khai" not in longer.text


def test_the_same_text_is_never_sealed_the_same() -> None:
    assert seal_text("An", "d-1", KEYS).text != seal_text("An", "d-1", KEYS).text


def test_what_was_sealed_of_one_thing_opens_for_no_other() -> None:
    sealed = seal_text("An", "d-1", KEYS)
    with pytest.raises(Unavailable):
        open_sealed(sealed, "d-2", KEYS)


@pytest.mark.parametrize("place", [0, 20, -1])
def test_what_was_changed_does_not_open(place: int) -> None:
    sealed = seal_text("An", "d-1", KEYS)
    text = bytearray(sealed.text)
    text[place] ^= 1
    with pytest.raises(Refused, match="restore"):
        open_sealed(replace(sealed, text=bytes(text)), "d-1", KEYS)


def test_without_its_key_it_is_erased() -> None:
    erased = seal_text("An", "d-1", KEYS).without_key()
    assert erased == Sealed()
    with pytest.raises(Refused, match="erased for good"):
        open_sealed(erased, "d-1", KEYS)


def test_without_the_master_key_nothing_opens_and_it_says_what_to_look_at() -> None:
    sealed = seal_text("An", "d-1", KEYS)
    for others in (
        FileKeys({}),
        FileKeys({"vault.2": b"x" * 32}),
        FileKeys({"vault.1": b"x" * 32}),
    ):
        with pytest.raises(Unavailable, match="VAULT_KEYS"):
            open_sealed(sealed, "d-1", others)


def test_a_mark_is_the_same_for_the_same_text_and_nobody_else_can_make_it() -> None:
    assert KEYS.mark("citizen-1") == KEYS.mark("citizen-1") != KEYS.mark("citizen-2")
    assert KEYS.mark("citizen-1") != FileKeys({"vault.1": b"x" * 32}).mark("citizen-1")


def test_a_newer_key_seals_and_the_older_one_goes_on_opening(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    assert run(["vault-key", "--file", str(file)]) == 0
    assert file.stat().st_mode & 0o077 == 0
    older = seal_text("An", "d-1", read_master_keys(file))
    assert run(["vault-key", "--file", str(file)]) == 0
    keys = read_master_keys(file)
    assert list(keys.keys) == ["vault.2", "vault.1"]
    assert open_sealed(older, "d-1", keys) == "An"
    assert seal_text("An", "d-1", keys).master == "vault.2"


def test_a_file_that_holds_no_keys_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text("[]")
    with pytest.raises(CliError):
        run(["vault-key", "--file", str(file)])
    assert file.read_text() == "[]"


@pytest.mark.parametrize(
    "text", ["", "{}", '{"keys": []}', '{"keys": [{"id": "a", "key": "AAAA"}]}']
)
def test_a_file_that_is_none_of_keys_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "keys.json"
    file.write_text(text)
    with pytest.raises((ValueError, LookupError)):
        read_master_keys(file)


def test_what_the_command_makes_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(new_master_keys()))
    assert list(read_master_keys(file).keys) == ["vault.1"]


def test_who_calls_the_internet_has_no_key_that_protects_a_denouncer(tmp_path: Path) -> None:
    """Each service that seals has a file of its own; both are in every backup."""
    names = [vault_keys_name(each) for each in ("feedback", "subscriptions")]
    files = [vault_keys_file(DataFolder(tmp_path), each) for each in names]
    assert files[0].read_bytes() != files[1].read_bytes()
    assert set(names) <= set(archive.KEYS)
