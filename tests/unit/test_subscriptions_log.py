from hypothesis import given
from hypothesis import strategies as st

from foundation.persistence.galloping_search import last_position


@given(known=st.integers(0, 10**6), more=st.integers(0, 10**6))
def test_the_end_of_the_log_is_found_by_asking_for_single_positions(known: int, more: int) -> None:
    end = known + more
    asked: list[int] = []

    def has(position: int) -> bool:
        asked.append(position)
        return position <= end

    assert last_position(known, has) == end
    assert len(asked) <= 2 * (more + 1).bit_length()


@given(known=st.integers(0, 1000), more=st.integers(0, 1000), growth=st.integers(0, 50))
def test_while_others_write_it_is_still_a_position_that_is_there(
    known: int, more: int, growth: int
) -> None:
    end = known + more

    def has(position: int) -> bool:
        nonlocal end
        end += growth if position <= end + growth else 0
        return position <= end and position < 10**5

    found = last_position(known, has)
    assert known <= found <= end
