"""What an event is about: the procedure of its dossier, the field of its procedure."""

from typing import Any

import pytest

from contracts.events import Event
from contracts.events.every import every_event
from services.subscriptions.domain.topics import (
    OF_A_DOSSIER,
    dossier_of,
    facts_of,
    fields_told,
    procedures_told,
)


def event(kind: str, subject: str = "d-1", **data: Any) -> dict[str, Any]:
    return {
        "type": kind,
        "source": "motcua:intake",
        "subject": subject,
        "agency": "so-xay-dung",
        "data": data,
    }


def test_a_submission_tells_the_procedure_of_a_dossier() -> None:
    told = [
        event("dossier.submitted", "d-1", procedure="1.013236"),
        event("dossier.accepted", "d-2", procedure="2.000815"),
        event("step.assigned", "d-3", step="s"),
    ]
    assert procedures_told(told) == {"d-1": "1.013236", "d-2": "2.000815"}
    assert fields_told([event("procedure.published", "p", field="Đất đai"), *told]) == {
        "p": "Đất đai"
    }


@pytest.mark.parametrize(
    ("body", "dossier", "procedure", "field"),
    [
        (event("step.assigned", "d-1", step="s"), "d-1", "p", "Đất đai"),
        (event("step.assigned", "d-9", step="s"), "d-9", None, None),
        (event("fee.paid", "d-1"), "d-1", "p", "Đất đai"),
        (event("rating.given", "r-1", dossier="d-1"), "d-1", "p", "Đất đai"),
        (event("feedback.received", "f-1", dossier=""), "", "", ""),
        (event("document.stored", "x", sha256="0"), "", "", ""),
        (event("document.released", "x", dossier="d-1"), "d-1", "p", "Đất đai"),
        (event("procedure.withdrawn", "p"), "", "p", "Đất đai"),
        (event("procedure.published", "q", field="Hộ tịch"), "", "q", "Hộ tịch"),
        (event("dossier.submitted", "d-9", procedure="z"), "d-9", "z", None),
    ],
)
def test_what_an_event_is_about(
    body: dict[str, Any], dossier: str, procedure: str | None, field: str | None
) -> None:
    facts = facts_of(body, {"d-1": "p"}, {"p": "Đất đai"})
    assert dossier_of(body) == dossier
    assert (facts["procedure"], facts["field"]) == (procedure, field)
    assert (facts["type"], facts["agency"]) == (body["type"], "so-xay-dung")


@pytest.mark.parametrize("kind", every_event())
def test_every_event_that_says_its_subject_is_a_dossier_is_taken_for_one(kind: type[Event]) -> None:
    module = kind.__module__.rpartition(".")[2]
    about_a_dossier = module in {"dossiers", "steps", "fees"}
    assert (kind.TYPE.partition(".")[0] in OF_A_DOSSIER) is about_a_dossier


def test_events_have_what_the_index_learns_from() -> None:
    told = {each.TYPE: each for each in every_event()}
    assert {"procedure"} <= set(told["dossier.submitted"].__dataclass_fields__)
    assert {"procedure"} <= set(told["dossier.accepted"].__dataclass_fields__)
    assert {"field"} <= set(told["procedure.published"].__dataclass_fields__)
