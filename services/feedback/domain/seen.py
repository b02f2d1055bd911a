"""What somebody at the centre saw of a feedback: an act that others overtook changes nothing.

A page's form carries it, and the API takes it in If-Match.
"""

from collections.abc import Mapping

from contracts.envelope import write_time
from foundation.errors import Refused
from services.feedback.domain.feedback import Feedback

_APART = "\t"
_ANY = ("", "*")


def facts(feedback: Feedback) -> dict[str, str]:
    """What decides how people act on it, by name; none names a person."""
    known = feedback.proceeding
    return {
        "state": feedback.state.value,
        "asked": feedback.asked,
        "answer_by": write_time(feedback.answer_by) if feedback.answer_by else "",
        "passed_to": feedback.passed_to,
        "outcome": feedback.outcome,
        "stage": f"{known.stage.value} {known.instance}" if known else "",
        "public": "yes" if feedback.public else "",
    }


def mark(feedback: Feedback) -> str:
    """The facts as one text, for a form to carry."""
    return _APART.join(f"{name}={value}" for name, value in facts(feedback).items())


def differences(seen: str, feedback: Feedback) -> Mapping[str, tuple[str, str]]:
    """The facts that are others now: what was seen, and what holds."""
    parts = (part.partition("=") for part in seen.split(_APART))
    before = {name: value for name, _, value in parts}
    return {
        name: (before.get(name, ""), value)
        for name, value in facts(feedback).items()
        if before.get(name, "") != value
    }


def must_be_as_seen(feedback: Feedback, seen: str) -> None:
    """Refuse an act on a feedback that is not as it was when it was looked at.

    Raises:
        Refused: somebody has acted since; without a mark nothing is compared.
    """
    if seen not in _ANY and differences(seen, feedback):
        raise Refused(
            "Trong lúc ông/bà xem, ý kiến này đã thay đổi; chưa có gì được ghi. Xem điểm thay đổi "
            "rồi gửi lại.",
            "It changed while you looked at it; nothing was done. See what changed, then send it "
            "again.",
        )
