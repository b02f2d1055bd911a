"""What somebody at the centre saw of a feedback: an act that others overtook changes nothing."""

from contracts.envelope import write_time
from foundation.as_seen import SeenThing
from services.feedback.domain.feedback import Feedback


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


SEEN = SeenThing("ý kiến này", "It", facts)
mark, differences, must_be_as_seen = SEEN.mark, SEEN.differences, SEEN.must_be_as_seen
