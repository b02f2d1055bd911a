"""The director's list on a real database finds what a look at every dossier finds."""

from typing import Any

import pytest

from tests.platform_fixtures import Platform
from tests.processes import PATIENT, found_by

pytestmark = PATIENT


@pytest.fixture(scope="module", params=["windows", "sorted"])
def told(platform: Platform, request: pytest.FixtureRequest) -> dict[str, Any]:
    """By which way, and for each part of the list what was found and is right; see late_list.py."""
    found: dict[str, Any] = found_by(
        "tests.integration.late_list", platform.mongo_url, request.param
    )
    assert found.pop("sorts") is (request.param == "sorted")
    return {"way": request.param, "parts": found}


@pytest.fixture(scope="module")
def parts(told: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = told["parts"]
    return found


def test_page_after_page_gives_every_late_dossier_once_the_longest_late_first(
    parts: dict[str, Any],
) -> None:
    wrong = {name: part for name, part in parts.items() if part["found"] != part["wanted"]}
    assert wrong == {}


def test_the_parts_are_worth_asking_for(parts: dict[str, Any]) -> None:
    counts = {name: len(part["wanted"]) for name, part in parts.items()}
    assert min(counts.values()) > 0, counts
    assert max(counts.values()) > 20, counts


def test_a_page_takes_few_questions(told: dict[str, Any], parts: dict[str, Any]) -> None:
    print(f"\n    median ms of a page: { {n: part['milliseconds'] for n, part in parts.items()} }")
    questions = {name: part["questions"] for name, part in parts.items()}
    if told["way"] == "sorted":
        # Of an agency dossiers may be passed over, for which the page looks further once.
        assert questions[" "] == questions[" Đất đai"] == [1.0, 1.0]
        assert max(map(max, questions.values())) <= 2
    assert max(map(max, questions.values())) <= 4
