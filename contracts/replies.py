"""Replies: what an agency tells the centre, and nobody else."""

from dataclasses import dataclass
from datetime import datetime

from contracts.message import Message
from contracts.procedure import Stage


@dataclass(frozen=True, kw_only=True)
class Reply(Message):
    """What an agency tells the centre alone, under its own name."""

    TYPE = "reply"
    EXCHANGE = "replies"


@dataclass(frozen=True, kw_only=True)
class SupplementReply(Reply):
    """Ask the citizen for these papers, for this reason (form 02); the subject is the dossier."""

    TYPE = "reply.supplement"
    step: str
    papers: tuple[str, ...]
    reason: str


@dataclass(frozen=True, kw_only=True)
class ExtensionReply(Reply):
    """The agency cannot keep the date: it apologises, for this reason, and names a new one (Đ19.9).

    The subject is the dossier; the centre re-appoints once and tells the applicant.
    """

    TYPE = "reply.extension"
    step: str
    due: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class ProceedReply(Reply):
    """The lead agency has heard enough: the next stage may begin; the subject is the dossier."""

    TYPE = "reply.proceed"
    stage: int


@dataclass(frozen=True, kw_only=True)
class RerouteReply(Reply):
    """The lead agency orders anew what has not begun (Đ19.6); the subject is the dossier.

    `stage` is the one that was at work when it was decided: what began since is not to be moved.
    -1 is from a desk that does not say.
    """

    TYPE = "reply.reroute"
    stages: tuple[Stage, ...]
    stage: int = -1


@dataclass(frozen=True, kw_only=True)
class UrgingReply(Reply):
    """The agency answers an urging: why it is late, and when it will be done.

    The subject is the dossier. A promise moves no due date: that takes an apology (Đ19.9).
    """

    TYPE = "reply.urging"
    step: str
    urging: str
    reason: str
    promised: datetime


@dataclass(frozen=True, kw_only=True)
class ReminderReply(Reply):
    """An officer of the agency is to be written to about a date; the subject is the dossier.

    `matter` is whose date `due` is: the agency's part (`step`), the whole (`dossier`), that by
    which an urging is to be answered (`urging`), or that of an `explanation`: then the subject is
    the feedback, and `dossier` the one it is about, if any. `late` that it has passed. How the
    `officer` is reached is what they gave; nothing here is about the applicant.
    """

    TYPE = "reply.reminder"
    officer: str
    email: str
    phone: str
    language: str
    step: str
    action: str
    matter: str
    due: datetime
    late: bool
    dossier: str = ""


@dataclass(frozen=True, kw_only=True)
class HandlerReply(Reply):
    """Who of the agency has the step now, to be named to the applicant; the subject is the dossier.

    `role` is a key of `ROLE_NAMES`; without a `name` it stands with that role and nobody took it
    yet, without either the agency has no more to do in it. Told since the rule is in force
    (`LawRule.HANDLER`), and only by an agency that keeps a book of its officers.
    """

    TYPE = "reply.handler"
    step: str
    name: str
    role: str


@dataclass(frozen=True, kw_only=True)
class ExplanationReply(Reply):
    """The agency's explanation to a citizen; the subject is the feedback."""

    TYPE = "reply.explanation"
    explanation: str
