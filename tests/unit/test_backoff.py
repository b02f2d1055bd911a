"""Each pause is twice the one before, never longer than the longest, and a success begins anew."""

from hypothesis import given
from hypothesis import strategies as st

from foundation.concurrency import Backoff


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff(0.5, 5.0)
    assert [backoff.pause() for _ in range(6)] == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0]


def test_after_a_success_it_begins_with_the_shortest() -> None:
    backoff = Backoff(1.0, 60.0)
    assert [backoff.pause(), backoff.pause()] == [1.0, 2.0]
    backoff.reset()
    assert [backoff.pause(), backoff.pause()] == [1.0, 2.0]


@given(
    shortest=st.floats(0.001, 10),
    more=st.floats(1, 1000),
    goes_well=st.lists(st.booleans(), max_size=60),
)
def test_a_pause_depends_on_the_failures_since_the_last_success_alone(
    shortest: float, more: float, goes_well: list[bool]
) -> None:
    longest, failures = shortest * more, 0
    backoff = Backoff(shortest, longest)
    for well in goes_well:
        if well:
            backoff.reset()
            failures = 0
        else:
            assert backoff.pause() == min(shortest * 2**failures, longest)
            failures += 1
