"""What is told of reflections, complaints and ratings; each is its own subject."""

from dataclasses import dataclass
from datetime import datetime

from contracts.events.event import Event


@dataclass(frozen=True, kw_only=True)
class FeedbackReceived(Event):
    """A reflection, petition, complaint or denunciation came in."""

    TYPE = "feedback.received"
    kind: str
    dossier: str = ""


@dataclass(frozen=True, kw_only=True)
class FeedbackForwarded(Event):
    """The centre passed it to the agency that must explain."""

    TYPE = "feedback.forwarded"
    answer_by: datetime


@dataclass(frozen=True, kw_only=True)
class FeedbackRescheduled(Event):
    """The explanation is due at another moment: the calendar of the centre's unit changed."""

    TYPE = "feedback.rescheduled"
    answer_by: datetime
    was: datetime


@dataclass(frozen=True, kw_only=True)
class FeedbackUrged(Event):
    """The agency is late with its explanation and was urged: the `number`-th time about this.

    `whom` are those whom the rules of urging have told: officer, head, leader, director.
    """

    TYPE = "feedback.urged"
    answer_by: datetime
    number: int
    whom: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FeedbackUndelivered(Event):
    """The order to explain reached nobody: no agency takes messages under the code `asked`.

    It waits for the centre again, which is to pass it to another agency; no time runs.
    """

    TYPE = "feedback.undelivered"
    asked: str


@dataclass(frozen=True, kw_only=True)
class FeedbackPassedOn(Event):
    """The centre is not competent and handed it to the body that is, by its code.

    `due` is until when that had to be (law-terms.csv, stage pass_on), None if it was never counted.
    """

    TYPE = "feedback.passed_on"
    to: str
    due: datetime | None = None
    late: bool = False


@dataclass(frozen=True, kw_only=True)
class FeedbackUsedAsInformation(Event):
    """It cannot be handled as what it is, and is kept as information for the agency's work.

    `by` is the code of the agency that uses it, "" for the centre.
    """

    TYPE = "feedback.used_as_information"
    by: str = ""


@dataclass(frozen=True, kw_only=True)
class FeedbackProceeded(Event):
    """A complaint came to another stage of the law.

    `stage` is lodged, accepted, declined, suspended, withdrawn or decided, `instance` 1 or 2, `due`
    until when the next act is due, or an appeal may be made. With a `because` it stayed where it
    was: "calendar" and "case" moved the date, at a "dialogue" the complainant was heard.
    """

    TYPE = "feedback.proceeded"
    stage: str
    instance: int
    due: datetime | None = None
    because: str = ""


@dataclass(frozen=True, kw_only=True)
class FeedbackExplained(Event):
    """The agency explained itself; what it said went to the centre alone."""

    TYPE = "feedback.explained"


@dataclass(frozen=True, kw_only=True)
class FeedbackAnswered(Event):
    """The citizen was told the explanation, which the centre approved, or the centre's own answer.

    `outcome` is what the centre found of a complaint: upheld, partly or refuted; "" of anything
    else. Only the first two count for whoever it was about, `agency` and the `dossier`.
    """

    TYPE = "feedback.answered"
    outcome: str = ""
    dossier: str = ""


@dataclass(frozen=True, kw_only=True)
class FeedbackPublished(Event):
    """The centre published it with its answer, in words of its own; or took that back."""

    TYPE = "feedback.published"
    taken_back: bool = False


@dataclass(frozen=True, kw_only=True)
class FeedbackRemovalAnnounced(Event):
    """What names a person in it will be removed at `removes`, at the end of its term.

    `kind` is reflection, petition or complaint. Until then the archive can fetch it.
    """

    TYPE = "feedback.removal_announced"
    kind: str
    removes: datetime


@dataclass(frozen=True, kw_only=True)
class FeedbackRemoved(Event):
    """Its words, and who said them, were removed at the end of its term; its history stays.

    `kind` is reflection, petition or complaint; `agency` the one that explained it, or the centre.
    """

    TYPE = "feedback.removed"
    kind: str


@dataclass(frozen=True, kw_only=True)
class FeedbackHoldChanged(Event):
    """The feedback is kept whatever its term (`held`), or no longer; why stays in the service."""

    TYPE = "feedback.hold_changed"
    held: bool


@dataclass(frozen=True, kw_only=True)
class RatingGiven(Event):
    """How satisfied the applicant was with one dossier: 2 very, 1 satisfied, 0 not.

    And, if they said so, with the officer, the time it took, and the guidance. `dossier` is "" for
    a visit to the centre without one.
    """

    TYPE = "rating.given"
    dossier: str
    score: int
    officer: int | None = None
    time: int | None = None
    guidance: int | None = None
