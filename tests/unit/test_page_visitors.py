"""A demo ends with the address of the pages and three people to sign in as."""

import re

import pytest

from cli import page_visitors
from cli.embedded import identity_provider
from cli.page_routes import page_paths

URL = "http://127.0.0.1:1234"


@pytest.mark.parametrize("language", ["vi", "en"])
def test_three_people_are_named_each_with_a_page_that_there_is(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", language)
    monkeypatch.delenv("MOTCUA_LANG", raising=False)
    first, _, *people = page_visitors.told(URL, running=True)
    assert URL in first
    assert len(people) == 3
    known = {str(each["name"]) for each in identity_provider.PEOPLE}
    paths = {each.path for each in page_paths()}
    for line in people:
        found = re.fullmatch(rf"  (.+) – .+: {URL}(/.+)", line)
        assert found
        assert found[1] in known
        assert found[2] in paths


def test_a_platform_that_was_stopped_is_to_be_started_first() -> None:
    assert "motcua up" in next(page_visitors.told(URL, running=False))
