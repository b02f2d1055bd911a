"""What a citizen says of an office: the four kinds, the entry in the book, and who may read it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracts.events import FeedbackReceived
from contracts.history import Revision
from contracts.law import LawRule
from contracts.message import Message
from contracts.orders import ContactGiven
from foundation.errors import NO_SUCH_THING, Hidden, Refused
from foundation.law import cite
from services.feedback.domain.keeping import VoiceRetention


class FeedbackKind(StrEnum):
    """Kinds that the law tells apart: NĐ 20/2008, Luật Khiếu nại 2011, Luật Tố cáo 2018."""

    REFLECTION = "reflection"
    PETITION = "petition"
    COMPLAINT = "complaint"
    DENUNCIATION = "denunciation"


class FeedbackState(StrEnum):
    """The state of a feedback."""

    RECEIVED = "received"
    FORWARDED = "forwarded"
    EXPLAINED = "explained"
    """The agency explained itself; the centre has to approve it before the giver reads it."""
    ANSWERED = "answered"
    PASSED_ON = "passed_on"
    """The centre is not competent: the body that is has it."""
    INFORMATION = "information"
    """It cannot be handled as what it is, and is kept as information for the agency's work."""


class FeedbackOutcome(StrEnum):
    """What the centre found of a complaint."""

    UPHELD = "upheld"
    PARTLY = "partly"
    REFUTED = "refuted"


OPEN = (FeedbackState.RECEIVED, FeedbackState.FORWARDED, FeedbackState.EXPLAINED)


class ComplaintStage(StrEnum):
    """How far a complaint is by law, in each of its two instances."""

    LODGED = "lodged"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"
    DECIDED = "decided"


class VoiceChannel(StrEnum):
    """How words of a citizen came in."""

    ONLINE = "online"
    COUNTER = "counter"
    PHONE = "phone"
    POST = "post"
    EMAIL = "email"


@dataclass(frozen=True, kw_only=True)
class ComplaintProceeding:
    """How far a complaint is: its instance (1 or 2), and until when the next act is due.

    Of a decided one `due` is until when it may be appealed. Since `suspended` time does not count.
    The time of this stage began at `since` (None in one from before this was kept), less
    `lost_seconds` for which it was suspended. So many `dialogues` were held with the complainant.
    """

    stage: ComplaintStage = ComplaintStage.LODGED
    instance: int = 1
    due: datetime | None = None
    case: str = ""
    suspended: datetime | None = None
    outcome: str = ""
    since: datetime | None = None
    lost_seconds: float = 0.0
    dialogues: int = 0


@dataclass(frozen=True, kw_only=True)
class Giver:
    """Contact of a giver who names no dossier (NĐ 20/2008: name and address are required)."""

    name: str
    phone: str = ""
    email: str = ""
    language: str = "vi"
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class NewFeedback:
    """Feedback as a citizen sends it: the agency, perhaps the dossier, and the text.

    `learned` is the day (ISO) on which somebody learnt of what they complain of, if they say;
    `demand` what they ask for. It `came` earlier than it was entered if staff say so. Of an
    `anonymous` one nobody knows who said it.
    """

    kind: FeedbackKind
    about: str
    text: str
    dossier: str = ""
    person: Giver | None = None
    channel: VoiceChannel = VoiceChannel.ONLINE
    learned: str = ""
    demand: str = ""
    came: datetime | None = None
    anonymous: bool = False


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """One reflection, petition or complaint; `asked` is the agency that must explain.

    It was asked when the feedback was `forwarded`; `answer_by` was `counted_by` that edition of
    the unit's calendar (None, or no moment, in one that was forwarded before this was kept).
    `unreached` are agencies that were asked and that no message reached. `outcome` is what the
    centre found of a complaint when it approved the explanation, `approved_by` who did.
    `declined` is what was answered with why it is not taken up.
    `pass_on_by` is until when it must have gone to the competent body if that is not the centre
    (None in one from before this was kept), `passed_to` the body it went to.

    An agency that is late was urged `urgings` times, last at `urged_at`; of the moments that the
    rules have for this date `urged` are done with (None: not worked out yet), next is `urge_at`.

    `person` said it, who is known to the centre alone (None about a dossier, and in one from before
    this was kept); `demand` is what they ask for.

    What cannot be handled is, since `information_since`, used as information by the agency
    `information_for` ("": the centre).

    What is `public` is shown to everybody in the words of `public_question` and `public_answer`.
    By its `words` it is found, at its place `found_at`; what is public also by its `public_words`
    at `public_at`.
    """

    id: str
    giver: str
    kind: FeedbackKind
    about: str
    text: str
    dossier: str
    received: datetime
    state: FeedbackState = FeedbackState.RECEIVED
    asked: str = ""
    answer_by: datetime | None = None
    forwarded: datetime | None = None
    counted_by: int | None = None
    explanation: str = ""
    unreached: tuple[str, ...] = ()
    outcome: str = ""
    approved_by: str = ""
    declined: bool = False
    channel: VoiceChannel = VoiceChannel.ONLINE
    learned: str = ""
    person: Giver | None = None
    demand: str = ""
    proceeding: ComplaintProceeding | None = None
    pass_on_by: datetime | None = None
    passed_to: str = ""
    passed_on: datetime | None = None
    urgings: int = 0
    urged: int | None = None
    urged_at: datetime | None = None
    urge_at: datetime | None = None
    information_for: str = ""
    information_since: datetime | None = None
    public: bool = False
    published: datetime | None = None
    public_question: str = ""
    public_answer: str = ""
    words: tuple[str, ...] = ()
    public_words: tuple[str, ...] = ()
    found_at: str = ""
    public_at: str = ""
    retention: VoiceRetention = field(default_factory=VoiceRetention, metadata={"stored": "flat"})
    revision: Revision = Revision()

    @property
    def is_anonymous(self) -> bool:
        """Whether nobody is known whom an answer could reach."""
        return not (self.giver or self.person or self.dossier)


def must_have_giver(feedback: Feedback) -> None:
    """Hold what nobody can be answered for to being used as information.

    Raises:
        Refused: its giver is not known.
    """
    if feedback.is_anonymous:
        raise Refused(
            "Ý kiến không có họ tên, địa chỉ người gửi nên không trả lời được; chỉ được dùng làm "
            "thông tin phục vụ công tác quản lý.",
            "Nobody is known who could be answered; it may only be used as information for the "
            "work of the administration.",
        )


def accept(words: NewFeedback, now: datetime) -> NewFeedback:
    """The feedback, unless it is a denunciation: this channel cannot protect its giver.

    Raises:
        Refused: a denouncer's name must be kept as a secret from the first moment on.
    """
    if words.kind is FeedbackKind.DENUNCIATION:
        raise Refused(
            "Đơn tố cáo không nhận ở cửa này, để bảo vệ bí mật của người tố cáo; nội dung vừa gửi "
            "không được lưu lại. Xin gửi tới POST /denunciations, nơi nội dung được mã hóa; hoặc "
            "nộp trực tiếp, gửi qua bưu chính cho người đứng đầu cơ quan quản lý người bị tố cáo, "
            "hoặc tại nơi tiếp công dân của cơ quan đó.",
            "Denunciations are not taken at this door, so that the denouncer stays protected; "
            "nothing of what you sent was kept. Send it to POST /denunciations, where it is "
            "encrypted; or hand it in, or post it, to the head of the agency in charge of the "
            "person you denounce, or at its office for receiving citizens.",
            article=cite(LawRule.DENUNCIATION, now),
        )
    return words


def receive(
    feedback_id: str, words: NewFeedback, giver: str, now: datetime
) -> tuple[Feedback, tuple[Message, ...]]:
    """Enter a feedback in the book: its terms run from when it came.

    One about no dossier carries its own way to reach the giver, under the feedback's id.
    """
    feedback = Feedback(
        id=feedback_id,
        giver=giver,
        kind=words.kind,
        about=words.about,
        text=words.text,
        dossier=words.dossier,
        received=words.came or now,
        channel=words.channel,
        learned=words.learned,
        person=words.person,
        demand=words.demand,
    )
    received = FeedbackReceived(agency=words.about, kind=words.kind.value, dossier=words.dossier)
    if words.person is None:
        return feedback, (received,)
    person = words.person
    contact = ContactGiven(
        agency=words.about,
        owner=giver,
        name=person.name,
        phone=person.phone,
        email=person.email,
        language=person.language,
    )
    return feedback, (received, contact)


def show(feedback: Feedback, subject: str, *, centre: bool) -> Feedback:
    """The feedback, for its giver and for the centre.

    Raises:
        Hidden: reads exactly as for a feedback that does not exist.
    """
    if centre or feedback.giver == subject:
        return feedback
    raise Hidden(*NO_SUCH_THING, thing=feedback.id)
