"""The refusal of an agency's answer that the centre may not take: the agency is told why."""

from contracts.message import Message
from contracts.orders import RefusalOrder
from foundation.errors import Invalid, Refused
from services.intake.domain.case.agency_step import AgencyAct
from services.intake.domain.case.dossier import Decided, Dossier


def refuse(dossier: Dossier, answer: Message, act: AgencyAct, error: Refused | Invalid) -> Decided:
    """Leave the dossier as it is, and tell who answered, alone, what forbids it.

    The order says how the agency's step really stands, so that its desk can put itself right.
    """
    spoken_of = getattr(answer, "step", "")
    step = next((each for each in dossier.steps if each.id == spoken_of), None)
    order = RefusalOrder(
        agency=act.agency,
        answer=answer.TYPE,
        said=act.at,
        vi=error.vi,
        en=error.en,
        article=error.article,
        step=spoken_of,
        state=step.state.value if step else "",
        due=step.due if step else None,
    )
    return dossier, (order,)
