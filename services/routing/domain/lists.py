"""On which work lists a step stands: a key per list, so that a list is found by an index."""

from collections.abc import Iterable
from enum import StrEnum

from services.routing.domain.step import IN_HAND, OPEN, State, Step


class Waiting(StrEnum):
    """For whom a step waits."""

    CITIZEN = "citizen"
    AGENCY = "agency"


OPEN_STEPS = "open"


def of_officer(officer: str) -> str:
    """What the officer holds."""
    return f"officer:{officer}"


def away_from(officer: str) -> str:
    """What others hold for the officer, who is absent."""
    return f"away:{officer}"


def of_division(division: str) -> str:
    """What stands with the division."""
    return f"division:{division}"


def untaken(division: str) -> str:
    """What nobody of the division has taken yet."""
    return f"untaken:{division}"


def in_state(state: State) -> str:
    """What stands in this state."""
    return f"state:{state}"


def waiting_for(waited: Waiting) -> str:
    """What waits for the citizen's papers, or for the answer of another agency."""
    return f"waiting:{waited}"


def keys(step: Step) -> frozenset[str]:
    """The lists that this step stands on; a closed one stands on none."""
    if step.state not in OPEN:
        return frozenset()
    found = {OPEN_STEPS, in_state(step.state), of_division(step.division)}
    if step.officer:
        found.add(of_officer(step.officer))
    elif step.state in IN_HAND:
        found.add(untaken(step.division))
    if step.standing_in:
        found.add(away_from(step.standing_in))
    if step.state is State.WAITING:
        found.add(waiting_for(Waiting.CITIZEN))
    if step.awaited:
        found.add(waiting_for(Waiting.AGENCY))
    return frozenset(found)


def lists_of(steps: Iterable[Step]) -> tuple[str, ...]:
    """The lists that any of the steps stands on, in a fixed order."""
    return tuple(sorted({key for step in steps for key in keys(step)}))
