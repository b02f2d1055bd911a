"""`motcua register` writes a whole register or none."""

from pathlib import Path

import pytest

from cli.errors import CliError
from cli.register_download import _write


def test_a_whole_register_gets_its_name(tmp_path: Path) -> None:
    file = tmp_path / "so.pdf"
    assert _write(iter([b"%PDF-1.7\n", b"...", b"%%EO", b"F\n"]), file) == 18
    assert file.read_bytes() == b"%PDF-1.7\n...%%EOF\n"
    assert list(tmp_path.iterdir()) == [file]


def test_a_register_that_was_cut_leaves_what_was_there_before(tmp_path: Path) -> None:
    file = tmp_path / "so.pdf"
    file.write_bytes(b"of yesterday")
    with pytest.raises(CliError, match="cut in the middle"):
        _write(iter([b"%PDF-1.7\n", b"..."]), file)
    assert file.read_bytes() == b"of yesterday"
