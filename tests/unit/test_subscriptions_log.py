from collections.abc import Mapping
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foundation.persistence.event_labels import LabelIs
from foundation.persistence.event_log import EventLog
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


class FakeServer:
    """A database with a log of 100 events, every tenth of the type `rare`; it notes what is asked.

    It reads ranges by its index, and those that labels narrow only if it `narrows`.
    """

    def __init__(self, *, narrows: bool) -> None:
        self.narrows = narrows
        self.asked: list[Mapping[str, Any]] = []
        self.explained = 0
        self.kept = [
            {"position": at, "event": "{}", "labels": {"type": "often" if at % 10 else "rare"}}
            for at in range(1, 101)
        ]

    def collection(self, name: str) -> "FakeServer":
        return self if name == "log" else FakeServer(narrows=False).empty()

    def empty(self) -> "FakeServer":
        self.kept = []
        return self

    def reads_by_index(self, _collection: str, query: Mapping[str, Any]) -> bool:
        self.explained += 1
        return bool(self.kept) and (self.narrows or "$and" not in query)

    def find(self, query: Mapping[str, Any], *, batch_size: int) -> list[dict[str, Any]]:
        assert batch_size
        self.asked.append(query)
        low, high = query["position"]["$gt"], query["position"]["$lte"]
        found = [each for each in self.kept if low < int(str(each["position"])) <= high]
        return [each for each in found if "$and" not in query or each["labels"] == {"type": "rare"}]

    def find_one(self, query: Mapping[str, Any], *_: Any) -> dict[str, Any] | None:
        return next((each for each in self.kept if each["position"] == query.get("position")), None)


def log_on(server: FakeServer) -> EventLog:
    log: Any = EventLog()
    log.mongo = server
    log.setup()
    return cast("EventLog", log)


@pytest.mark.parametrize("narrows", [True, False])
def test_a_label_is_looked_at_where_its_range_is_read_by_the_index(*, narrows: bool) -> None:
    """A server that would look through the whole log for it is asked for the range alone."""
    server = FakeServer(narrows=narrows)
    log = log_on(server)
    for _ in range(3):
        stretch = log.stretch(0, 50, [LabelIs("type", "rare")])
        assert [each.position for each in stretch.records] == [10, 20, 30, 40, 50]
        assert (stretch.end, stretch.more) == (50, True)
    assert {"$and" in each for each in server.asked} == {narrows}
    assert server.explained == 2


def test_what_a_server_does_is_not_known_while_there_is_no_index() -> None:
    server = FakeServer(narrows=True)
    kept, server.kept = server.kept, []
    log = log_on(server)
    assert log.stretch(0, 50, [LabelIs("type", "rare")]).records == []
    server.kept = kept
    log.setup()
    log.stretch(0, 50, [LabelIs("type", "rare")])
    assert "$and" in server.asked[-1]


@given(value=st.sampled_from(["a", "ab", "b", ""]), prefix=st.booleans(), told=st.text("ab"))
def test_a_label_fits_as_the_database_has_it(value: str, prefix: bool, told: str) -> None:  # noqa: FBT001 -- a property's
    wanted = LabelIs("x", value, prefix=prefix)
    assert wanted.fits({"x": told}) == (told.startswith(value) if prefix else told == value)
    assert wanted.fits({"y": told})
