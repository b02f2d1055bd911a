"""Acts on several steps at once: which may be done so, and what is held to each step alone.

Each step is an act of its own: what one of them is refused does not hold up the others.
"""

from foundation.errors import Refused
from services.routing.domain.docket.step import Step
from services.routing.domain.work.possible import StepAct

SEVERAL = (StepAct.TAKE, StepAct.GIVE, StepAct.COMPLETE)
MOST_AT_ONCE = 100


def must_be_for_several(step: Step, name: str) -> None:
    """Hold a step to what may be done with it among others.

    A decision is written for one dossier (NĐ 61/2018 Đ19.8 of a refusal, likewise of an approval);
    opinions of one content may be given at once.

    Raises:
        Refused: it would decide on the dossier.
    """
    if name == StepAct.COMPLETE and step.decides:
        raise Refused(
            "Bước này ra quyết định: cần văn bản riêng; hãy mở và hoàn thành riêng bước này.",
            "This step decides, in a document of its own; open it and complete it by itself.",
        )
