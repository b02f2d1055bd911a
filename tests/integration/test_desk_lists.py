"""The desk's lists and search on a real database find what a look at every step finds."""

from collections.abc import Mapping

import pytest

from tests.platform_fixtures import Platform
from tests.processes import PATIENT, found_by

pytestmark = PATIENT

Answers = Mapping[str, list[list[str]]]


@pytest.fixture(scope="module", params=["windows", "sorted"])
def answers(platform: Platform, request: pytest.FixtureRequest) -> Answers:
    """For each question the store's answer and the right one; see tests/integration/listing.py."""
    found: Answers = found_by("tests.integration.listing", platform.mongo_url, request.param)
    return found


def test_every_list_and_search_finds_the_right_page_in_the_right_order(answers: Answers) -> None:
    wrong = {name: pair for name, pair in answers.items() if pair[0] != pair[1]}
    assert wrong == {}


def test_the_questions_are_worth_asking(answers: Answers) -> None:
    found = [name for name, (_, right) in answers.items() if right]
    assert len(found) >= 38, answers.keys() - set(found)


def test_two_desks_on_one_database_see_their_own_only(platform: Platform) -> None:
    seen: Mapping[str, Mapping[str, list[str]]] = found_by(
        "tests.integration.two_agencies", platform.mongo_url
    )
    assert len(seen) == 2
    by_id = {"Dockets.about", "Dockets.holding", "Dockets.get", "Explanations.asked"}
    for agency, queries in seen.items():
        wrong = {name: found for name, found in queries.items() if found != [agency]}
        assert wrong == {name: [] for name in by_id}
