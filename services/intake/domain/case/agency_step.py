"""An agency's act on its step of a dossier: whether it may be done, and the dossier after it."""

from dataclasses import dataclass
from datetime import datetime

from contracts.law import LawRule
from foundation.errors import Duplicate, Forbidden, NotFound, Refused
from foundation.frozen import replace
from services.intake.domain.case.dossier import (
    CONSENT,
    Dossier,
    Step,
    StepState,
)


@dataclass(frozen=True)
class AgencyAct:
    """Which agency acted, and when it says it did."""

    agency: str
    at: datetime


def step_of(dossier: Dossier, step_id: str, act: AgencyAct) -> Step:
    """The step an agency speaks of, if it is that agency's own.

    Raises:
        NotFound: the dossier has no such step, or not yet asked for it.
        Forbidden: it is another agency's step.
    """
    step = next((each for each in dossier.steps if each.id == step_id), None)
    if step is None or step.state is StepState.PLANNED:
        raise NotFound("Hồ sơ không có bước này.", "The dossier has no such step.")
    if step.agency != act.agency:
        raise Forbidden(
            "Bước này thuộc cơ quan khác; chỉ cơ quan đó được xử lý.",
            "This step is another agency's; only that agency may act on it.",
            article=dossier.by(LawRule.ROUTE),
        )
    return step


def must_be_open(dossier: Dossier, step: Step, same: Step) -> None:
    """Hold an agency's act to an open step; `same` is how the step would be after the act.

    Raises:
        Duplicate: the very same act was done before.
        Refused: the step waits for the applicant, was taken back or agreed by silence, or was
            finished otherwise.
    """
    if step.state is StepState.OPEN:
        return
    if step.state is StepState.WAITING:
        raise Refused(
            "Bước này đang chờ người nộp bổ sung giấy tờ.",
            "This step is waiting for papers from the applicant.",
            article=dossier.by(LawRule.SUPPLEMENT),
        )
    if step.state is StepState.WITHDRAWN:
        raise Refused(
            "Trung tâm đã thu hồi bước này: hồ sơ hoặc giai đoạn đã kết thúc mà không cần chờ.",
            "The centre took this step back: the dossier or the stage ended without it.",
            article=dossier.by(LawRule.ROUTE),
        )
    if step.outcome == CONSENT:
        raise Refused(
            "Cơ quan đã im lặng hết thời hạn và được coi là đồng ý; ý kiến này đến quá muộn.",
            "The agency's silence was its consent when its time was over; this comes too late.",
            article=dossier.by(LawRule.SILENCE),
        )
    if replace(same, finished=step.finished) == step:
        raise Duplicate("Bước này đã kết thúc.", "This step is closed already.")
    raise Refused(
        "Bước này đã kết thúc với kết quả khác.",
        "This step was finished with another outcome.",
        article=dossier.by(LawRule.ROUTE),
    )


def with_step(dossier: Dossier, step: Step) -> Dossier:
    """The dossier with this step in place of the one with its id."""
    steps = tuple(step if each.id == step.id else each for each in dossier.steps)
    return replace(dossier, steps=steps)


def moment_of(act: AgencyAct, step: Step, now: datetime) -> datetime:
    """When the act counts: when the agency did it, but never before its order or after now."""
    return max(step.ordered or act.at, min(act.at, now))
