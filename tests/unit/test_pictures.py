"""The README's pictures are those that `make pictures` makes, in the language of the text."""

import re
from pathlib import Path

import pytest

from tests import pictures
from tests.processes import ROOT

_PICTURE = re.compile(r"!\[(?P<says>[^\]]*)\]\((?P<path>[^)]*pictures/[^)]+)\)")
TEXTS = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").rglob("*.md")])


def pictures_of(text: Path) -> list[re.Match[str]]:
    return list(_PICTURE.finditer(text.read_text(encoding="utf-8")))


def test_the_folder_has_what_the_command_makes_and_nothing_else() -> None:
    assert sorted(each.name for each in pictures.FOLDER.iterdir()) == sorted(pictures.names())


def test_no_picture_is_large() -> None:
    sizes = {each.name: each.stat().st_size for each in pictures.FOLDER.iterdir()}
    assert {name: size for name, size in sizes.items() if size > pictures.LARGEST} == {}


@pytest.mark.parametrize("text", TEXTS, ids=lambda text: str(text.relative_to(ROOT)))
def test_a_text_shows_pictures_that_exist_in_its_own_language_and_says_what_is_on_them(
    text: Path,
) -> None:
    language = "vi" if text.name.endswith(".vi.md") else "en"
    for each in pictures_of(text):
        assert (text.parent / each["path"]).resolve().is_file(), each["path"]
        assert each["path"].endswith(f".{language}.png"), each["path"]
        assert len(each["says"]) > 10, each["path"]


def test_readme_shows_pictures() -> None:
    assert len(pictures_of(ROOT / "README.md")) == len(pictures_of(ROOT / "README.vi.md")) > 4
