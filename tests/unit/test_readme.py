"""What the README tells a stranger to type is there to be typed."""

import re
import shlex
from pathlib import Path
from typing import Any

import click
import pytest

from cli.__main__ import run
from cli.commands import COMMANDS, command_named
from tests import documented
from tests.documented import (
    DOORS,
    TYPED_ELSEWHERE,
    Expected,
    commands_of,
    found_nothing,
    indented_commands_of,
    statements,
)

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "README.vi.md", "CONTRIBUTING.md", "docs/compose.md", "docs/operating.md")
TYPED = re.compile(r"(?<![\w/-])(motcua(?: --?[a-z]+ \S+)* [a-z][^`\n]*|make(?: [a-z-]+)+)")


def typed(page: str) -> list[str]:
    """The commands of a page: what stands between backticks or in a shell block."""
    text = (ROOT / page).read_text(encoding="utf-8")
    code = re.findall(r"`([^`\n]+)`", text) + re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    return [found.strip() for each in code for found in TYPED.findall(each.replace("#", "\n"))]


LINES = sorted({(page, line) for page in PAGES for line in typed(page)})


def command_of(words: list[str]) -> click.Command:
    """The command that these words name; fails where there is none."""
    while words[0].startswith("-"):
        words = words[2:]
    names = words[0].split("|")
    assert set(names) <= COMMANDS.keys(), words
    command = command_named(names[0])
    if isinstance(command, click.Group) and len(words) > 1 and not words[1].startswith("-"):
        parts = words[1].split("|")
        assert set(parts) <= command.commands.keys() or not command.no_args_is_help, words
        command = command.commands.get(parts[0], command)
    return command


def test_the_pages_are_full_of_commands() -> None:
    assert len(LINES) > 20


@pytest.mark.parametrize(("page", "line"), LINES)
def test_a_command_that_a_page_names_is_there_with_its_options(page: str, line: str) -> None:
    words = shlex.split(line.replace("…", "x"))
    if words[0] == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        assert set(words[1:]) - {"x"} <= {*targets, "&&"}, page
        return
    command = command_of(words[1:])
    known = {option for each in command.params for option in each.opts}
    given = {word.partition("=")[0] for word in words if word.startswith("--")}
    assert given - {"--data", "--lang", "--json"} <= known, page


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("clock due 2020-01-22T09:00 --working-days 5 --explain", "2020-02-05T09:00:00+07:00"),
        (
            "catalogue coverage --file catalogue-data/examples/dak-lak.csv --at 2019-12-31",
            "74,98",
        ),
    ],
)
def test_what_needs_no_platform_answers(
    line: str, words: str, tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert line in (ROOT / "docs" / "doors" / "office.md").read_text("utf-8")
    monkeypatch.chdir(ROOT)
    assert run(["--lang", "vi", "--data", str(tmp_path), *shlex.split(line)]) == 0
    assert words in capsys.readouterr().out


@pytest.mark.parametrize("door", sorted(DOORS))
def test_each_command_of_a_door_has_what_it_must_print(door: str) -> None:
    commands = commands_of(ROOT / "docs" / "doors" / f"{door}.md")
    fits = [each.fits(command) for each, command in zip(DOORS[door], commands, strict=True)]
    assert all(fits), [c for c, fit in zip(commands, fits, strict=True) if not fit]


def other_pages() -> list[Path]:
    return [ROOT / "README.md", ROOT / "README.vi.md", *sorted((ROOT / "docs").glob("*.md"))]


SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)
NO_COMMAND = re.compile(r"[|─┌│└ ]|\w+:( |$)|\S+ = |import |for |from |page|position|\)")


@pytest.mark.parametrize("page", other_pages(), ids=lambda page: page.name)
def test_each_command_of_the_other_pages_is_typed_somewhere(page: Path) -> None:
    in_blocks = SHELL.findall(page.read_text("utf-8"))
    commands = [each for text in in_blocks for each in statements(text)]
    commands += [each for each in indented_commands_of(page) if not NO_COMMAND.match(each)]
    expected = documented.PAGES.get(str(page.relative_to(ROOT)), ())
    unknown = [
        each
        for each in commands
        if not any(known.fits(each) for known in expected)
        and not any(each.startswith(known) for known in TYPED_ELSEWHERE)
    ]
    assert unknown == []


def test_an_answer_of_empty_lists_found_nothing() -> None:
    assert found_nothing('{"steps": [], "next": ""}')
    assert found_nothing("[]")
    assert not found_nothing('{"steps": [{"id": "x"}], "next": ""}')
    assert not found_nothing('{"id": "x", "remarks": []}')
    assert not found_nothing('[{"kind": "time_limit"}]')
    assert not found_nothing("Done.")
    assert Expected("x", "steps").flaw('{"steps": []}') == "finds nothing"
    assert Expected("x", "steps", empty=True).flaw('{"steps": []}') == ""
    assert Expected("x", r"\d").flaw("none") != ""
