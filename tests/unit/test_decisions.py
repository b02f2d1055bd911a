"""Each decision says in which situation it was made, what else there was, and what follows."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "decisions"
INDEX = (FOLDER / "README.md").read_text(encoding="utf-8")
DECISIONS = sorted(path.name for path in FOLDER.glob("*.md") if path.name != "README.md")
SECTIONS = ["Context", "Decision", "Alternatives", "Consequences"]


def read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_has_its_four_sections_and_each_says_something(name: str) -> None:
    _, *sections = re.split(r"^## ", read(name), flags=re.MULTILINE)
    titles, texts = zip(*(section.split("\n", 1) for section in sections), strict=True)
    assert list(titles) == SECTIONS
    assert all(len(text.split()) >= 5 for text in texts)


@pytest.mark.parametrize("name", DECISIONS)
def test_a_decision_bears_the_number_of_its_file(name: str) -> None:
    assert re.fullmatch(r"\d{4}(-[a-z0-9]+)+\.md", name)
    assert read(name).startswith(f"# {int(name[:4])}. ")


def test_the_numbers_follow_one_another() -> None:
    assert [int(name[:4]) for name in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_the_index_lists_each_decision_by_its_title_in_order() -> None:
    titles = [read(name).splitlines()[0].removeprefix("# ").split(". ", 1) for name in DECISIONS]
    expected = [
        f"| {number} | [{title}]({name}) |"
        for (number, title), name in zip(titles, DECISIONS, strict=True)
    ]
    assert [
        line for line in INDEX.splitlines() if line.startswith("| ") and "(" in line
    ] == expected


@pytest.mark.parametrize("name", DECISIONS)
def test_every_link_and_file_of_a_decision_is_there(name: str) -> None:
    text, root = read(name), FOLDER.parents[1]
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", text)]
    files = re.findall(r"`((?:foundation|services|tests|catalogue-data)/[\w/.-]+\.\w+)`", text)
    assert [link for link in links if not (FOLDER / link).exists()] == []
    assert [file for file in files if not (root / file).exists()] == []
