"""A denunciation outside its seal: that there is one, how far it is, who may open it.

Who denounced, whom, what and about which dossier stands in the sealed part alone. Each act is kept
by whom and when it was done; no act has words of its own, so that none can name a person. The terms
are those of the law in force (`foundation.law.term`), counted by the unit's calendar.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracts.events import FeedbackReceived
from contracts.history import Revision
from contracts.law import LawRule
from contracts.message import CENTRE, Message
from foundation.errors import NO_SUCH_THING, Forbidden, Hidden, Refused
from foundation.frozen import replace
from foundation.law import cite, term
from foundation.vault import Sealed
from foundation.worktime import Calendar, add_calendar_days
from services.feedback.domain.feedback import FeedbackOutcome, VoiceChannel
from services.feedback.domain.keeping import VoiceRetention
from services.feedback.domain.sealed_parts import Addition
from services.feedback.domain.taking_in import came

KIND = "denunciation"
MOST_EXTENSIONS = {"": 0, "complex": 1, "specially_complex": 2}
"""How often the term may be extended, by how hard the case is."""


class DenunciationState(StrEnum):
    """How far a denunciation is."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    PASSED_ON = "passed_on"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    CONCLUDED = "concluded"
    PUBLISHED = "published"
    INFORMATION = "information"
    """Without a name and an address it is not handled; what is clear serves as information."""


ENDED = (
    DenunciationState.DECLINED,
    DenunciationState.PASSED_ON,
    DenunciationState.WITHDRAWN,
    DenunciationState.PUBLISHED,
    DenunciationState.INFORMATION,
)


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """How a denunciation came in, and when; None is now."""

    channel: VoiceChannel = VoiceChannel.ONLINE
    came: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class DenunciationAct:
    """One act on a denunciation: what was done, by which handler, and when."""

    at: datetime
    by: str
    what: str


@dataclass(frozen=True, kw_only=True)
class Denunciation:
    """A denunciation: the sealed part, and what may be known of it by those who handle it.

    `anonymous` has no name or address; `case` is "", complex or specially_complex. Since
    `suspended` its time does not count. `conclusion` was checked: it
    names nobody (services/feedback/domain/disclosure.py). `counted_by` is the edition of the
    unit's calendar by which `due` was counted again (None: by the one it was counted by first).
    Who has the code with this `code_print` follows it and adds to it, without an account.
    """

    id: str
    sealed: Sealed
    channel: VoiceChannel
    received: datetime
    due: datetime
    anonymous: bool = False
    state: DenunciationState = DenunciationState.RECEIVED
    case: str = ""
    handlers: tuple[str, ...] = ()
    accepted: datetime | None = None
    extensions: int = 0
    suspended: datetime | None = None
    passed_to: str = ""
    outcome: str = ""
    conclusion: str = ""
    acts: tuple[DenunciationAct, ...] = ()
    code_print: str = ""
    additions: tuple[Addition, ...] = ()
    counted_by: int | None = None
    retention: VoiceRetention = field(default_factory=VoiceRetention, metadata={"stored": "flat"})
    revision: Revision = Revision()


@dataclass(frozen=True, kw_only=True)
class Doing:
    """Who does something to a denunciation, when, and by which calendar time counts."""

    by: str
    now: datetime
    calendar: Calendar

    def until(self, stage: str, *, case: str = "", since: datetime | None = None) -> datetime:
        """When the stage has to be done."""
        return term(KIND, stage, self.now, case).end(since or self.now, self.calendar)


Done = tuple[Denunciation, tuple[Message, ...]]


def take_in(
    denunciation_id: str,
    sealed: Sealed,
    arrival: Arrival,
    doing: Doing,
    *,
    anonymous: bool,
    code_print: str = "",
) -> Done:
    """Enter a denunciation in the book; all that is told is that there is one.

    Its first handling is due from when it came.
    """
    received = came(arrival.came, doing.now)
    denunciation = Denunciation(
        id=denunciation_id,
        sealed=sealed,
        channel=arrival.channel,
        received=received,
        due=term(KIND, "initial", received).end(received, doing.calendar),
        anonymous=anonymous,
        code_print=code_print,
    )
    return denunciation, (FeedbackReceived(agency=CENTRE, kind=KIND),)


def assign(denunciation: Denunciation, handlers: tuple[str, ...], doing: Doing) -> Done:
    """Name those who may open it; nobody else may from now on."""
    _not_ended(denunciation)
    return _did(replace(denunciation, handlers=handlers), "assign", doing)


def handled_by(denunciation: Denunciation, subject: str) -> Denunciation:
    """The denunciation, for one of its named handlers.

    Raises:
        Hidden: they are not named; reads exactly as for one that does not exist.
    """
    if subject not in denunciation.handlers:
        raise Hidden(*NO_SUCH_THING, thing=denunciation.id)
    return denunciation


def classify(denunciation: Denunciation, case: str, doing: Doing) -> Done:
    """Say how hard the case is: while it is first handled, that moves the date."""
    _must_be(denunciation, DenunciationState.RECEIVED, doing)
    due = doing.until("initial", case="complex" if case else "", since=denunciation.received)
    return _did(replace(denunciation, case=case, due=due), "classify", doing)


def accept(denunciation: Denunciation, doing: Doing) -> Done:
    """Take it up (thụ lý): from now the term of its resolution runs.

    Raises:
        Refused: it has no name or address (Luật Tố cáo 2018 Đ25), or was decided on before.
    """
    _must_be(denunciation, DenunciationState.RECEIVED, doing)
    if denunciation.anonymous:
        raise Refused(
            "Tố cáo không có họ tên, địa chỉ thì không thụ lý; nếu có bằng chứng rõ ràng thì "
            "dùng làm thông tin phục vụ công tác quản lý.",
            "Without a name and an address it cannot be taken up; with clear evidence use it as "
            "information.",
            article=cite(LawRule.DENUNCIATION_ANONYMOUS, doing.now),
        )
    accepted = replace(
        denunciation,
        state=DenunciationState.ACCEPTED,
        accepted=doing.now,
        due=doing.until("resolve"),
    )
    return _did(accepted, "accept", doing)


def decline(denunciation: Denunciation, doing: Doing) -> Done:
    """Do not take it up; why stands in the letter to the denouncer, not here."""
    _must_be(denunciation, DenunciationState.RECEIVED, doing)
    return _did(replace(denunciation, state=DenunciationState.DECLINED), "decline", doing)


def pass_on(denunciation: Denunciation, agency: str, doing: Doing) -> Done:
    """Note that it was handed to the competent agency, on paper: it never goes over the bus."""
    _must_be(denunciation, DenunciationState.RECEIVED, doing)
    passed = replace(denunciation, state=DenunciationState.PASSED_ON, passed_to=agency)
    return _did(passed, "pass_on", doing)


def use_as_information(denunciation: Denunciation, agency: str, doing: Doing) -> Done:
    """Keep what has no name and address, and clear evidence, as information for the work.

    For an agency, on paper, or ("") for the centre (Luật Tố cáo 2018 Đ25).

    Raises:
        Refused: it has a name and an address: it is accepted, declined or passed on.
    """
    _must_be(denunciation, DenunciationState.RECEIVED, doing)
    if not denunciation.anonymous:
        raise Refused(
            "Tố cáo có họ tên, địa chỉ thì xử lý theo thủ tục tố cáo.",
            "It has a name and an address: it is handled as a denunciation.",
            article=cite(LawRule.DENUNCIATION_ANONYMOUS, doing.now),
        )
    used = replace(denunciation, state=DenunciationState.INFORMATION, passed_to=agency)
    return _did(used, "use_as_information", doing)


def extend(denunciation: Denunciation, doing: Doing) -> Done:
    """Extend the term: once if the case is complex, twice if specially complex.

    Raises:
        Refused: it is not being resolved, or was extended as often as it may be.
    """
    _must_be(denunciation, DenunciationState.ACCEPTED, doing)
    if denunciation.extensions >= MOST_EXTENSIONS.get(denunciation.case, 0):
        raise Refused(
            "Đã hết số lần được gia hạn giải quyết tố cáo này.",
            "The term of this denunciation may not be extended again.",
            article=cite(LawRule.DENUNCIATION_TERMS, doing.now),
        )
    due = doing.until("extend", since=denunciation.due)
    extended = replace(denunciation, due=due, extensions=denunciation.extensions + 1)
    return _did(extended, "extend", doing)


def suspend(denunciation: Denunciation, doing: Doing) -> Done:
    """Suspend it (tạm đình chỉ): the time from now until it is resumed does not count."""
    _must_be(denunciation, DenunciationState.ACCEPTED, doing)
    stopped = replace(denunciation, state=DenunciationState.SUSPENDED, suspended=doing.now)
    return _did(stopped, "suspend", doing)


def resume(denunciation: Denunciation, doing: Doing) -> Done:
    """Go on: the date moves by the time for which it was suspended."""
    _must_be(denunciation, DenunciationState.SUSPENDED, doing)
    since = denunciation.suspended or doing.now
    resumed = replace(
        denunciation,
        state=DenunciationState.ACCEPTED,
        suspended=None,
        due=add_calendar_days(denunciation.due + (doing.now - since), 0, doing.calendar),
    )
    return _did(resumed, "resume", doing)


def withdraw(denunciation: Denunciation, doing: Doing) -> Done:
    """Note that the denouncer took it back in writing, before its conclusion."""
    _must_be(
        denunciation,
        DenunciationState.RECEIVED,
        doing,
        DenunciationState.ACCEPTED,
        DenunciationState.SUSPENDED,
    )
    return _did(replace(denunciation, state=DenunciationState.WITHDRAWN), "withdraw", doing)


def conclude(denunciation: Denunciation, outcome: FeedbackOutcome, text: str, doing: Doing) -> Done:
    """Conclude it, in words that were checked to name nobody; they are to be published in time."""
    _must_be(denunciation, DenunciationState.ACCEPTED, doing)
    concluded = replace(
        denunciation,
        state=DenunciationState.CONCLUDED,
        outcome=outcome.value,
        conclusion=text,
        due=doing.until("publish"),
    )
    return _did(concluded, "conclude", doing)


def publish(denunciation: Denunciation, doing: Doing) -> Done:
    """Publish the conclusion."""
    _must_be(denunciation, DenunciationState.CONCLUDED, doing)
    return _did(replace(denunciation, state=DenunciationState.PUBLISHED), "publish", doing)


def erase(denunciation: Denunciation, doing: Doing) -> Done:
    """Delete the key: the person is gone, the history stays whole.

    Raises:
        Refused: it has not ended: it could not be verified or concluded without.
    """
    if denunciation.state not in ENDED:
        raise Refused(
            "Chỉ xóa được thông tin người tố cáo sau khi vụ việc đã kết thúc.",
            "The denouncer can be erased once the matter has ended.",
        )
    return _did(without_keys(denunciation), "erase", doing)


def without_keys(denunciation: Denunciation) -> Denunciation:
    """Without the keys of what is sealed of it: nobody can read that again."""
    emptied = tuple(
        replace(each, sealed=each.sealed.without_key()) for each in denunciation.additions
    )
    return replace(denunciation, sealed=denunciation.sealed.without_key(), additions=emptied)


def _did(denunciation: Denunciation, what: str, doing: Doing) -> Done:
    act = DenunciationAct(at=doing.now, by=doing.by, what=what)
    return replace(denunciation, acts=(*denunciation.acts, act)), ()


def _not_ended(denunciation: Denunciation) -> None:
    if denunciation.state in ENDED:
        raise Refused("Vụ việc tố cáo này đã kết thúc.", "This denunciation has ended.")


def _must_be(
    denunciation: Denunciation, state: DenunciationState, doing: Doing, *others: DenunciationState
) -> None:
    """Hold an act to the states in which the law has it, and to the named handlers."""
    if doing.by not in denunciation.handlers:
        raise Forbidden(
            "Chỉ người được giao xử lý tố cáo này mới làm được việc đó.",
            "Only those who were named to handle this denunciation may do that.",
        )
    if denunciation.state not in {state, *others}:
        raise Refused(
            f"Tố cáo đang ở trạng thái {denunciation.state.value} nên không làm được việc này.",
            f"The denunciation is {denunciation.state.value}: this cannot be done now.",
            article=cite(LawRule.DENUNCIATION_TERMS, doing.now),
        )
