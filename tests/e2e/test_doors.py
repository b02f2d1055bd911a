"""The four doors of the README: every command of their pages is typed here, in order, and read.

What each must print is in tests/documented.py; a command that finds nothing is a failure.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from cli.embedded.data_folder import ROOT
from tests.documented import BLOCK, DOORS, PAGES, commands_of, indented_commands_of, shown
from tests.e2e.running import Running

PATHS = sorted(path for path in (ROOT / "docs" / "doors").glob("*.md") if "." not in path.stem)
ENDLESS = "while True:"
MARK = "@@ "


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


def typed(
    commands: list[str], running: Running, desk: Path, *, stops: bool = True
) -> tuple[int, list[str], str]:
    """All commands in one shell that stops at the first refusal: what each printed; the errors."""
    lines = ["set -eu" if stops else "set -u"]
    for number, command in enumerate(commands):
        # A program that follows the feed for ever is tried with one look.
        once = command.replace(ENDLESS, "for _ in range(2):")
        lines += [f"printf '\\n{MARK}{number}\\n'", shown(once)]
    path = f"{desk / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    known = {"MOTCUA_DATA": str(running.data), "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    ended = subprocess.run(
        ["/bin/bash", "-c", "\n".join(lines)],
        env={"PATH": path, "MOTCUA_LANG": "en", "HOME": str(desk), **known},
        cwd=desk,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    _, *printed = re.split(rf"^{MARK}\d+\n", ended.stdout, flags=re.MULTILINE)
    return ended.returncode, printed, ended.stderr


@pytest.mark.timeout(600)  # the first test waits for the whole platform
@pytest.mark.parametrize("page", PATHS, ids=lambda page: page.stem)
def test_what_a_page_says_can_be_typed_and_prints_what_it_should(
    page: Path, running: Running, desk: Path
) -> None:
    commands, expected = commands_of(page), DOORS[page.stem]
    code, printed, errors = typed(commands, running, desk)
    assert code == 0, (printed[-1][-1000:], errors[-3000:])
    flaws = [
        f"{command}\n  {flaw}: {text[-600:]}"
        for command, text, each in zip(commands, printed, expected, strict=True)
        if (flaw := each.flaw(text))
    ]
    assert flaws == [], "\n".join(flaws)


@pytest.mark.parametrize("name", PAGES)
def test_what_the_other_pages_say_can_be_typed_too(name: str, running: Running, desk: Path) -> None:
    for command in indented_commands_of(ROOT / name):
        expected = next((each for each in PAGES[name] if each.fits(command)), None)
        if expected is None:
            continue  # tests/documented.py says what types it
        _, printed, errors = typed([command], running, desk, stops=False)
        assert not expected.flaw(printed[0] + errors), (command, printed, errors)


def test_there_are_four_doors_of_a_page_each_in_two_languages() -> None:
    assert [page.stem for page in PATHS] == sorted(DOORS)
    for page in PATHS:
        assert len(page.read_text(encoding="utf-8").splitlines()) <= 80, page
        other = page.with_name(f"{page.stem}.vi.md")
        texts = [BLOCK.findall(each.read_text(encoding="utf-8")) for each in (page, other)]
        assert texts[0] == texts[1], other
