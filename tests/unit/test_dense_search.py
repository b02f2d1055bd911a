"""Searching what has stood densely for years: no window reads much, and nothing is missed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.feedback.domain.feedback import Feedback, FeedbackKind
from services.feedback.domain.finding import FeedbackSearch
from tests.desks import matches
from tests.fakes import FakeClock
from tests.unit.test_feedback_service import FakeFeedbacks

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MANY, PAGE = 900, 10
MOST_READ = 300


def entry(number: int, received: datetime) -> Feedback:
    rare = " hiem" if number % 100 == 7 else ""
    return Feedback(
        id=f"f-{number:04}",
        giver="c",
        kind=FeedbackKind.REFLECTION,
        about="so-xay-dung",
        text=f"cham{rare}",
        dossier="",
        received=received,
    )


@pytest.fixture(scope="module", name="store")
def _store() -> Any:
    """One entry every eighteen hours for almost two years."""
    store = FakeFeedbacks(Feedback, clock=FakeClock(NOW))
    for number in range(MANY):
        store.save(entry(number, NOW - timedelta(hours=18 * (MANY - number))))
    return store


def pages(store: Any, asked: FeedbackSearch) -> list[list[str]]:
    found, after = [], ""
    while True:
        rows, after = store.searched(asked, NOW, limit=PAGE, after=after)
        found.append([each.id for each in rows])
        if not after:
            return found


@pytest.mark.parametrize(
    "asked",
    [FeedbackSearch(words="cham"), FeedbackSearch(words="hiem"), FeedbackSearch(state="received")],
)
def test_no_window_reads_much_and_each_is_found_once(store: Any, asked: FeedbackSearch) -> None:
    store.mongo.window_hints._known.clear()  # noqa: SLF001 -- as a process that just started
    store.queries.clear()
    found = [each for page in pages(store, asked) for each in page]
    wanted = [f"f-{each:04}" for each in range(MANY) if asked.words != "hiem" or each % 100 == 7]
    assert found == wanted
    read = [
        sum(matches(each, query) for each in store.documents.values()) for query in store.queries
    ]
    assert max(read) <= MOST_READ


def test_one_that_came_before_all_others_and_was_entered_later_is_found_at_once(
    store: Any,
) -> None:
    pages(store, FeedbackSearch(words="hiem"))
    first = NOW - timedelta(days=5000)
    store.save(entry(7107, first))
    try:
        rows, _ = store.searched(FeedbackSearch(words="hiem"), NOW, limit=PAGE)
        assert rows[0].id == "f-7107"
    finally:
        del store.documents["f-7107"]
