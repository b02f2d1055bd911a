"""The glossary's engineering terms lead to modules that are there, and each stands once."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
_, _, ENGINEERING = PAGE.partition("| Engineering terms\n")
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in ENGINEERING.splitlines()
    if line.startswith("| ") and not line.startswith("| tiếng Việt |")
]


def test_every_row_has_a_word_in_both_languages_what_it_is_and_where() -> None:
    assert len(ROWS) > 40
    assert [row for row in ROWS if len(row) != 4 or not all(row)] == []


@pytest.mark.parametrize("column", [0, 1])
def test_a_term_stands_for_one_thing(column: int) -> None:
    terms = [row[column] for row in ROWS]
    assert sorted(set(terms)) == sorted(terms)


def test_every_module_that_is_named_is_there() -> None:
    named = [place for row in ROWS for place in re.findall(r"`([\w/.]+)`", row[3])]
    assert len(named) >= len(ROWS)
    assert [place for place in named if not (ROOT / place).exists()] == []


def test_every_package_of_foundation_is_found_by_a_term() -> None:
    packages = {path.parent.name for path in (ROOT / "foundation").glob("*/__init__.py")}
    named = set(re.findall(r"`foundation/(\w+)/", ENGINEERING))
    assert packages - named == set()
