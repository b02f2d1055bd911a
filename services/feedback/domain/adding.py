"""What a denouncer adds to a denunciation afterwards, known by nothing but its secret code."""

from foundation.errors import Refused
from foundation.frozen import replace
from services.feedback.domain.denunciation import (
    ENDED,
    Denunciation,
    DenunciationAct,
    Doing,
    Done,
)
from services.feedback.domain.sealed_parts import DENOUNCER, Addition

MOST_ADDITIONS = 20


def add(denunciation: Denunciation, addition: Addition, doing: Doing) -> Done:
    """Keep it beside what was sealed before; its handlers see that something was added, and when.

    Raises:
        Refused: the matter has ended, or too much was added.
    """
    if denunciation.state in ENDED:
        raise Refused(
            "Vụ việc tố cáo này đã kết thúc nên không bổ sung được nữa; có việc mới xin gửi tố cáo "
            "mới.",
            "This denunciation has ended, nothing can be added; send a new one of what is new.",
        )
    if len(denunciation.additions) >= MOST_ADDITIONS:
        raise Refused(
            f"Đã bổ sung {MOST_ADDITIONS} lần: xin liên hệ người xử lý hoặc gửi tố cáo mới.",
            f"It was added to {MOST_ADDITIONS} times: turn to its handler, or send a new one.",
        )
    act = DenunciationAct(at=doing.now, by=DENOUNCER, what="add")
    added = replace(
        denunciation,
        additions=(*denunciation.additions, addition),
        acts=(*denunciation.acts, act),
    )
    return added, ()
