"""What the answer of an agency must have; its own desk, if it has one of ours, sees to the same.

An agency with a system of its own is held to it here alone.
"""

from datetime import datetime

from contracts.law import LawRule
from foundation.errors import Invalid, Refused
from services.intake.domain.case.dossier import Dossier, Step
from services.intake.domain.clock.waits import HOLDS_ALL, open_waits

APPROVED = "approved"


def must_fit(dossier: Dossier, done: Step) -> None:
    """Hold the end of a step to an outcome of its kind, and a decision to its document.

    Raises:
        Invalid: it has another outcome, or a decision has no document.
    """
    fitting = (APPROVED,) if done.decides else ("agreed", "disagreed")
    if done.outcome not in fitting:
        listed = ", ".join(fitting)
        raise Invalid(
            f"Kết quả của bước này phải là: {listed}.",
            f"The outcome of this step must be one of: {listed}.",
            article=dossier.by(LawRule.ROUTE),
            fields={"outcome": list(fitting)},
        )
    if done.decides and not done.document:
        raise Invalid(
            "Quyết định phải kèm văn bản.",
            "A decision needs its document.",
            article=dossier.by(LawRule.ROUTE),
            fields={"document": ["bắt buộc / required"]},
        )


def must_be_lawful(dossier: Dossier, step: Step, at: datetime) -> None:
    """Hold a refusal by law to its rule and to the agency's time, which may stand still (Đ19.8).

    Raises:
        Invalid: it names no rule.
        Refused: the time of the step was over.
    """
    if not step.article.strip():
        raise Invalid(
            "Từ chối phải nêu điều luật.",
            "A refusal must name its rule.",
            article=dossier.by(LawRule.REFUSAL),
            fields={"article": ["bắt buộc / required"]},
        )
    stands_still = open_waits(dossier.waits, *HOLDS_ALL)
    if step.due and at > step.due and not stands_still:
        raise Refused(
            "Đã quá thời hạn giải quyết; không được từ chối nữa.",
            "The time for this step is over; it can no longer be refused.",
            article=dossier.by(LawRule.REFUSAL),
        )
