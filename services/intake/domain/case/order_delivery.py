"""Whether the order of a step reached its agency, and whose time the step's is until it does.

An agency to which nothing was brought is late with nothing: until a desk says that it has the
step, or the step is sent again, the centre has it (route/undelivered.py).
"""

from contracts.message import CENTRE
from services.intake.domain.case.dossier import Dossier, Step, StepState


def is_undelivered(dossier: Dossier, step: Step) -> bool:
    """Whether the order of the step came back, and no desk has said since that it has it."""
    waits = step.state is StepState.OPEN and step.received is None
    return waits and step.id in dossier.undelivered


def undelivered(dossier: Dossier) -> tuple[str, ...]:
    """The ids of the steps whose order reached nobody."""
    return tuple(each.id for each in dossier.steps if is_undelivered(dossier, each))


def holding(dossier: Dossier, step: Step) -> str:
    """The code of who has the step: its agency, or the centre while the order reached nobody."""
    return CENTRE if is_undelivered(dossier, step) else step.agency
