"""What an agency owes a citizen who complained: an answer to the centre's question."""

from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from contracts.envelope import write_time
from contracts.events import FeedbackExplained
from contracts.history import Revision
from contracts.message import Message
from contracts.orders import (
    ExplainByOrder,
    ExplainOrder,
    ForgetExplanationOrder,
    UrgeExplanationOrder,
)
from contracts.replies import ExplanationReply
from foundation.as_seen import Facts, SeenThing
from foundation.errors import Refused
from foundation.frozen import replace
from services.routing.domain.lateness import letters
from services.routing.domain.lateness.letters import LetterOccasion
from services.routing.domain.staff.act import OfficerAct, must_be_ours
from services.routing.domain.staff.officers import OfficerBook
from services.routing.domain.staff.urging_rules import ROLES

LONGEST_SEEN = 300
"""So much of a question a form carries, to tell whether another was asked meanwhile."""


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """What the agency owes a citizen who complained; `id` is the feedback's.

    The centre urged it `urgings` times, last at `urged_at`.
    """

    id: str
    agency: str
    dossier: str
    question: str
    answer_by: datetime
    received: datetime
    text: str = ""
    officer: str = ""
    explained: datetime | None = None
    urgings: int = 0
    urged_at: datetime | None = None
    revision: Revision = field(default_factory=Revision)


def ask(feedback: str, order: ExplainOrder, now: datetime, *, agency: str) -> Explanation:
    """A question to this agency reached the desk; Forbidden when it is another's."""
    must_be_ours(order.agency, agency)
    return Explanation(
        id=feedback,
        agency=agency,
        dossier=order.dossier,
        question=order.question,
        answer_by=order.answer_by,
        received=now,
    )


def ask_anew(
    before: Explanation | None, feedback: str, order: ExplainOrder, now: datetime, *, agency: str
) -> tuple[Explanation, tuple[Message, ...]]:
    """The question, or the same one again: the centre sent back what was explained."""
    asked = ask(feedback, order, now, agency=agency)
    if before is None:
        return asked, ()
    return replace(asked, received=before.received, revision=before.revision), ()


def reschedule(
    explanation: Explanation, order: ExplainByOrder
) -> tuple[Explanation, tuple[Message, ...]]:
    """The answer is due at another moment; one that was given stays as it is."""
    must_be_ours(order.agency, explanation.agency)
    if explanation.explained:
        return explanation, ()
    return replace(explanation, answer_by=order.answer_by), ()


def urge(
    explanation: Explanation,
    order: UrgeExplanationOrder,
    now: datetime,
    *,
    office: OfficerBook = letters.NOBODY,
) -> tuple[Explanation, tuple[Message, ...]]:
    """The centre urged the agency: whom the rules name at the office is written to.

    One that answered meanwhile stays as it is, and so does one that this urging reached before.
    """
    must_be_ours(order.agency, explanation.agency)
    if explanation.explained or order.number <= explanation.urgings:
        return explanation, ()
    roles = [ROLES[whom] for whom in ROLES if whom.value in order.whom]
    occasion = LetterOccasion(letters.EXPLANATION, order.answer_by, now)
    told = (
        letters.write_of_explanation(office, roles, occasion, explanation.dossier) if roles else ()
    )
    return replace(explanation, urgings=order.number, urged_at=now), told


def explain(
    explanation: Explanation, act: OfficerAct, text: str
) -> tuple[Explanation, tuple[Message, ...]]:
    """Answer the question, late or in time; the words go to the centre alone.

    Raises:
        Refused: it was explained before.
    """
    if explanation.explained:
        raise Refused("Phản ánh này đã được giải trình.", "This has been explained already.")
    done = replace(explanation, text=text, officer=act.officer, explained=act.now)
    return done, (
        FeedbackExplained(agency=explanation.agency),
        ExplanationReply(agency=explanation.agency, explanation=text),
    )


def forget(
    explanation: Explanation, order: ForgetExplanationOrder
) -> tuple[Explanation, tuple[Message, ...]]:
    """Without its words, which came to the end of their term at the centre; that it was stays."""
    must_be_ours(order.agency, explanation.agency)
    return replace(explanation, question="", text=""), ()


def question_facts(explanation: Explanation) -> Facts:
    """What decides how the agency answers, by name."""
    return {
        "question": _in_short(" ".join(explanation.question.split())),
        "answer_by": write_time(explanation.answer_by),
        "explained": write_time(explanation.explained) if explanation.explained else "",
    }


def _in_short(text: str) -> str:
    """The text, or its beginning and what tells it from every other that begins alike."""
    if len(text) <= LONGEST_SEEN:
        return text
    return f"{text[:LONGEST_SEEN]} … {sha256(text.encode()).hexdigest()[:8]}"


QUESTION_SEEN = SeenThing("câu hỏi này", "The question", question_facts)
