"""A history may hold what earlier releases told: it is read all the same, and gives the state."""

import json
from typing import Any

import pytest

from contracts.events import (
    DossierAccepted,
    DossierResolved,
    DossierSubmitted,
    DossierSupplemented,
    DossierSupplementRequested,
)
from contracts.history import Entry
from services.intake.domain.case.dossier import State
from services.intake.domain.explanation.chronicle import state_of
from tests.builders import at
from tests.contract.golden import FOLDER

REACHED = {DossierAccepted.TYPE: State.ACCEPTED, DossierResolved.TYPE: State.RESOLVED}
EARLIER = sorted(path.stem for path in FOLDER.glob("*.was-*.json"))


def told(*shapes: str) -> list[Entry]:
    """A history of golden messages, named by their files."""
    return [_entry(json.loads((FOLDER / f"{shape}.json").read_text("utf-8"))) for shape in shapes]


def _entry(envelope: dict[str, Any]) -> Entry:
    taken = {name: envelope[name] for name in ("seq", "id", "type", "data")}
    return Entry(**taken, time=at("2020-09-15 09:30"), actor="", prev="")


@pytest.mark.parametrize("shape", EARLIER)
def test_every_shape_that_was_ever_told_can_stand_in_a_history(shape: str) -> None:
    reached = REACHED.get(shape.partition(".was-")[0], State.SUBMITTED)
    assert state_of(told("dossier.submitted", shape)) is reached


def test_papers_that_came_before_steps_were_named_came_for_all_that_had_asked() -> None:
    asked = (
        DossierSubmitted.TYPE,
        "dossier.accepted",
        "dossier.taken_up",
        DossierSupplementRequested.TYPE,
    )
    assert state_of(told(*asked)) is State.SUPPLEMENT
    assert state_of(told(*asked, f"{DossierSupplemented.TYPE}.was-1")) is State.PROCESSING
