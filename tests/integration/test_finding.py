"""The counter's search on a real database finds what a look at every dossier finds."""

from typing import Any

import pytest

from tests.platform_fixtures import Platform
from tests.processes import PATIENT, found_by

pytestmark = PATIENT

# In order of an index: the keys of what has the rarest word, and then what is shown of it.
MOST_FINDS = {"windows": 16, "sorted": 2}


@pytest.fixture(scope="module", params=["windows", "sorted"])
def told(platform: Platform, request: pytest.FixtureRequest) -> dict[str, Any]:
    """By which way, and what was found and is right; see finding.py."""
    found: dict[str, Any] = found_by("tests.integration.finding", platform.mongo_url, request.param)
    return {"way": request.param, **found}


def test_page_after_page_gives_every_dossier_once_the_newest_first(told: dict[str, Any]) -> None:
    queries = told["queries"]
    wrong = {name: each for name, each in queries.items() if each["found"] != each["wanted"]}
    assert wrong == {}


def test_the_queries_are_worth_asking(told: dict[str, Any]) -> None:
    counts = {name: len(each["wanted"]) for name, each in told["queries"].items()}
    assert counts["hoa, 1"] > 100
    assert counts["200915-000007, 1"] == 1
    assert counts["le an, 1"] > 50 < counts["duc v, 1"]
    assert counts["le hoa, 1"] == counts["ai, 1"] == 0


def test_a_page_takes_few_finds(told: dict[str, Any]) -> None:
    most = max(each["finds"] for each in told["queries"].values())
    assert most <= MOST_FINDS[told["way"]]


def test_what_was_stored_before_the_search_is_found_after_the_upgrade(told: dict[str, Any]) -> None:
    upgrade = told["upgrade"]
    assert len(upgrade["lost"]) == 2
    assert upgrade["without"] == upgrade["before"][2:]
    assert upgrade["after"] == upgrade["before"]
    assert upgrade["left"] == []


def test_each_look_is_in_a_chain_that_is_read_from_its_end(told: dict[str, Any]) -> None:
    looks = told["looks"]
    assert looks["pages"] == [[5, 4], [3, 2], [1]]
    assert looks["is a chain"]
    assert looks["flaws"] == []
