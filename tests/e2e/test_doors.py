"""The four doors of the README: every command of their pages is typed here, in order."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cli.embedded.data_folder import ROOT
from tests.e2e.running import Running

DOORS = sorted(path for path in (ROOT / "docs" / "doors").glob("*.md") if "." not in path.stem)
BLOCK = re.compile(r"```(sh|python)\n(.*?)```", re.DOTALL)
ENDLESS = "while True:"


def blocks(page: Path) -> list[tuple[str, str]]:
    return BLOCK.findall(page.read_text(encoding="utf-8"))


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A working folder that looks like a clone, where what the pages write does no harm."""
    for each in ROOT.iterdir():
        if not each.name.startswith("."):
            (tmp_path / each.name).symlink_to(each)
    command = tmp_path / "bin" / "motcua"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m cli "$@"\n')
    command.chmod(0o755)
    return tmp_path


def typed(page: Path, running: Running, desk: Path) -> "subprocess.CompletedProcess[str]":
    """All blocks of a page in one shell that stops at the first refusal."""
    lines = ["set -eux"]
    for language, text in blocks(page):
        # A program that follows the feed for ever is tried with one look.
        once = text.replace(ENDLESS, "for _ in range(2):")
        lines.append(text if language == "sh" else f"python - <<'PROGRAM'\n{once}PROGRAM")
    path = f"{desk / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    known = {"MOTCUA_DATA": str(running.data), "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    return subprocess.run(
        ["/bin/bash", "-c", "\n".join(lines)],
        env={"PATH": path, "MOTCUA_LANG": "en", "HOME": str(desk), **known},
        cwd=desk,
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )


SEEN = {
    "office": [
        "2020-02-05",
        "0 bad",
        "74.98",
        '"state": "accepted"',
        "Time limit: 10 calendar days",
    ],
    "agency": [
        "AMQP_URL=amqp://routing.so-cong-thuong:",
        # What the search prints, and not only that it ends well.
        '"procedure_name": "Thủ tục chấp thuận chủ trương đầu tư',
        "so-cong-thuong has no rights any more",
    ],
    "integrator": [
        "\ndossier.submitted ",
        '"specversion": "1.0"',
        '"agency_name": "',  # of the procedure that is searched for
        '"state": "returned"',
    ],
    "sre": ["ready", "documents and", "tokens renewed", "Usage: motcua indexes"],
}


@pytest.mark.timeout(400)  # the first test waits for the whole platform
@pytest.mark.parametrize("page", DOORS, ids=lambda page: page.stem)
def test_what_a_page_says_can_be_typed(page: Path, running: Running, desk: Path) -> None:
    ended = typed(page, running, desk)
    said = ended.stdout + ended.stderr
    assert ended.returncode == 0, said[-3000:]
    for words in SEEN[page.stem]:
        assert words in said, words


def test_there_are_four_doors_of_a_page_each_in_two_languages() -> None:
    assert [page.stem for page in DOORS] == sorted(SEEN)
    for page in DOORS:
        assert len(page.read_text(encoding="utf-8").splitlines()) <= 80, page
        other = page.with_name(f"{page.stem}.vi.md")
        assert blocks(page) == blocks(other), other
