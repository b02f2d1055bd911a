"""Who is turned away stands in the counter, in the log, and in the book of who keeps one."""

import pytest

from foundation.errors import Forbidden, Hidden, Unavailable, Unknown
from foundation.observability import metrics
from foundation.web.access_audit import (
    MOST_REPORTED,
    AccessAudit,
    AccessDenied,
    AccessDeniedListener,
)
from foundation.web.auth import Identity, NoRight

DOOR = "GET /steps/<step>"
BINH = Identity("binh", frozenset({"desk"}), "so-y-te")


class Clerk(AccessDeniedListener):
    def __init__(self, *, available: bool = True) -> None:
        self.told: list[AccessDenied] = []
        self.available = available

    def on_access_denied(self, denial: AccessDenied) -> None:
        if not self.available:
            raise Unavailable("Không trả lời.", "Away.")
        self.told.append(denial)


class Watched:
    """The refusals of one service with one witness, at a time of its own."""

    def __init__(self, *, available: bool = True) -> None:
        self.now = 0.0
        self.clerk = Clerk(available=available)
        self.audit = AccessAudit("routing", lambda: [self.clerk], lambda: self.now)

    def counted(self, reason: str) -> float:
        counter = metrics.ACCESS_REFUSED.labels("routing", DOOR, reason)
        return float(counter._value.get())  # noqa: SLF001


def test_a_foreign_officer_is_counted_and_told_of_with_their_agency() -> None:
    watched = Watched()
    before = watched.counted("another agency")
    watched.audit.record(DOOR, NoRight(BINH, foreign=True), Identity(""))
    assert watched.counted("another agency") == before + 1
    (told,) = watched.clerk.told
    assert (told.who, told.door, told.reason) == (BINH, DOOR, "another agency")


def test_what_was_hidden_is_told_by_its_id() -> None:
    watched = Watched()
    watched.audit.record(DOOR, Hidden("Không có.", "None.", thing="d1"), BINH)
    assert [(each.thing, each.reason) for each in watched.clerk.told] == [("d1", "not theirs")]


@pytest.mark.parametrize("error", [Unknown("?", "?"), Forbidden("?", "?")])
def test_strangers_fill_no_book(error: Unknown | Forbidden) -> None:
    watched = Watched()
    before = watched.counted(error.denied)
    watched.audit.record(DOOR, error, Identity(""))
    assert watched.counted(error.denied) == before + 1
    assert watched.clerk.told == []


def test_the_same_attempt_is_told_once_a_minute_and_always_counted() -> None:
    watched = Watched()
    before = watched.counted("not theirs")
    for seconds in (0, 1, 59, 60.5):
        watched.now = seconds
        watched.audit.record(DOOR, Hidden("Không có.", "None.", thing="d1"), BINH)
    assert len(watched.clerk.told) == 2
    assert watched.counted("not theirs") == before + 4


def test_no_caller_writes_more_than_their_share() -> None:
    watched = Watched()
    for number in range(3 * MOST_REPORTED.burst):
        watched.audit.record(DOOR, Hidden("Không có.", "None.", thing=f"d{number}"), BINH)
    assert len(watched.clerk.told) == MOST_REPORTED.burst


def test_who_cannot_be_written_down_is_turned_away_all_the_same() -> None:
    watched = Watched(available=False)
    before = watched.counted("no right")
    watched.audit.record(DOOR, NoRight(BINH), BINH)
    assert watched.counted("no right") == before + 1
