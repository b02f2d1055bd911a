"""How many dossiers are on their way, counted look by look: each once, and no look is long."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from services.intake.domain.case.dossier import State
from services.intake.store.dossiers import MOST_AT_ONCE, Dossiers
from services.intake.store.open_count import MOST_LOOKS

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
SOON = NOW + timedelta(days=3)
REGISTRAR, BUILDING = "so-ke-hoach-dau-tu", "so-xay-dung"


class Kept(Dossiers):
    """Documents in memory, found as the database finds them."""

    def __init__(self, documents: Sequence[Mapping[str, Any]]) -> None:
        super().__init__()
        self._under_way, self._counting = 0, None
        self.revision, self.looks = documents, list[int]()

    def values(
        self, query: Mapping[str, Any], names: Sequence[str], *, sort: Any = (), limit: int
    ) -> list[dict[str, Any]]:
        assert not sort
        after, until = query["submitted"]["$gt"], query["submitted"]["$lte"]
        found = [
            {name: each[name] for name in names if name in each}
            for each in self.revision
            if each["state"] == query["state"] and after < each["submitted"] <= until
        ][:limit]
        self.looks.append(len(found))
        return found


def kept(agency: str, many: int, due: datetime | None, state: State) -> list[dict[str, Any]]:
    """Handed in one after the other, a minute apart, up to now."""
    return [
        {
            "agency": agency,
            "due": due,
            "state": state.value,
            "submitted": NOW - timedelta(minutes=number),
        }
        for number in range(many)
    ]


def counted(dossiers: Kept) -> dict[str, dict[str, int]]:
    """What is shown in the end; no call until then makes too many looks."""
    for _ in range(100):
        looks = len(dossiers.looks)
        found = dossiers.count_on(NOW, SOON)
        assert len(dossiers.looks) - looks <= MOST_LOOKS
        if found is not None:
            return found.by_agency
    raise AssertionError("it counts for ever")


def test_each_is_counted_once_however_many_there_are_and_no_look_is_long() -> None:
    many = 25 * MOST_AT_ONCE
    dossiers = Kept(
        [
            *kept(REGISTRAR, many, NOW + timedelta(days=9), State.PROCESSING),
            *kept(REGISTRAR, 3, SOON, State.ACCEPTED),
            *kept(BUILDING, 2, NOW, State.PAYMENT),
            *kept(BUILDING, 4, None, State.SUPPLEMENT),
            *kept(BUILDING, 7, NOW, State.RESOLVED),
        ]
    )
    assert counted(dossiers) == {
        REGISTRAR: {"all": many + 3, "soon": 3, "over": 0},
        BUILDING: {"all": 6, "soon": 0, "over": 2},
    }
    assert max(dossiers.looks) <= MOST_AT_ONCE + 1
    assert len(dossiers.looks) < 200
    looks = len(dossiers.looks)
    assert dossiers.under_way(NOW) == many + 9
    assert len(dossiers.looks) == looks  # as it was counted last


def test_more_of_one_moment_than_a_look_takes_do_not_keep_it_looking() -> None:
    dossiers = Kept([{**each, "submitted": NOW} for each in kept("a", 300, None, State.ACCEPTED)])
    assert dossiers.under_way(NOW) == 300
