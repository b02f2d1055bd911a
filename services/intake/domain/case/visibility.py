"""Access rules: what somebody may see of a dossier."""

from foundation.errors import NO_SUCH_THING, Hidden
from services.intake.domain.case.dossier import Dossier, State, StepState


def completed_share(dossier: Dossier) -> int:
    """How much of the way is done, in per cent: all that anybody may know (TT 01/2018 Đ16)."""
    if dossier.state in (State.RESOLVED, State.RETURNED, State.WITHDRAWN):
        return 100
    done = sum(step.state is StepState.DONE for step in dossier.steps)
    return 100 * done // max(len(dossier.steps), 1)


def shown_to(dossier: Dossier, subject: str, *, clerk: bool) -> Dossier:
    """The dossier, for its owner and for the clerks of the centre.

    Raises:
        Hidden: for everybody else, who read exactly what they read of what does not exist.
    """
    if clerk or (subject and subject == dossier.owner):
        return dossier
    raise Hidden(*NO_SUCH_THING, thing=dossier.id)
