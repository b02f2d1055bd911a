from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.events import RatingGiven
from foundation.errors import Invalid
from services.feedback.domain.tally import (
    FEWEST,
    RatingTally,
    blank,
    counted,
    month_of,
    months_over,
    must_be_over,
    share_satisfied,
    together,
)
from services.feedback.schemas import public_satisfaction
from services.feedback.schemas.satisfaction import satisfaction

scores = st.integers(0, 2)


def tally(*given_scores: int, agency: str = "so-xay-dung") -> RatingTally:
    made = blank(agency, "2026-11")
    for number, score in enumerate(given_scores):
        told = RatingGiven(agency=agency, dossier=f"d-{number}", score=score, officer=score)
        made, _ = counted(made, told)
    return made


def test_204_of_204_satisfied_are_100_percent() -> None:
    """Long An, January 2020: 204 ratings, all of them satisfied or very satisfied."""
    shown = satisfaction(together([tally(*[2] * 150, *[1] * 54)]))["whole"]
    assert shown == {
        "too_few": False,
        "people": 204,
        "not_satisfied": 0,
        "satisfied": 54,
        "very_satisfied": 150,
        "percent_satisfied": 100.0,
    }


def test_one_of_many_who_was_not_satisfied_is_never_rounded_away() -> None:
    assert share_satisfied((1, 0, 9999)) == 99.9


@pytest.mark.parametrize("people", range(FEWEST))
def test_a_figure_over_fewer_than_five_shows_nobody(people: int) -> None:
    assert satisfaction(together([tally(*[0] * people)]))["whole"] == {"too_few": True}


def test_an_aspect_that_few_spoke_of_is_not_shown_beside_a_whole_that_is() -> None:
    made = tally(2, 2, 2, 2)
    made, _ = counted(made, RatingGiven(agency="x", dossier="d", score=0))
    shown = satisfaction(together([made]))
    assert shown["whole"]["people"] == 5
    assert shown["officer"] == shown["time"] == {"too_few": True}


@given(st.lists(st.lists(scores, max_size=30), max_size=6))
def test_all_agencies_together_give_nobody_away_by_the_difference(groups: list[list[int]]) -> None:
    """What is left when the figures of the agencies are taken off is nobody, or five or more."""
    whole = together([tally(*each) for each in groups])["whole"]
    alone = sum(len(each) for each in groups if len(each) >= FEWEST)
    assert sum(whole) - alone == 0 or sum(whole) - alone >= FEWEST
    everyone = [score for each in groups for score in each]
    if sum(whole) == len(everyone):
        assert whole == tuple(everyone.count(score) for score in range(3))
    else:
        assert len(everyone) - sum(whole) < FEWEST


def test_a_month_begins_at_midnight_in_viet_nam() -> None:
    assert month_of(datetime(2026, 11, 30, 17, 0, tzinfo=UTC)) == "2026-12"


def test_the_public_reads_of_the_months_that_are_over() -> None:
    """While a month lasts, whoever looks twice would see the rating that came between."""
    now = datetime(2026, 1, 31, 17, 30, tzinfo=UTC)  # half past midnight on 1 February
    assert months_over(now, 3) == ("2026-01", "2025-12", "2025-11")
    must_be_over("2026-01", now)
    for month in ("2026-02", "2026-03"):
        with pytest.raises(Invalid):
            must_be_over(month, now)


def test_each_agency_has_its_figure_unless_few_rated_it() -> None:
    shown = public_satisfaction("2026-11", [tally(*[2] * 9), tally(0, 1, agency="ubnd-xa")])
    many, few = shown["agencies"]
    assert (many["agency"], many["people"], many["percent_satisfied"]) == ("so-xay-dung", 9, 100.0)
    assert few == {"agency": "ubnd-xa", "too_few": True}
    assert shown["whole"]["people"] == 9
