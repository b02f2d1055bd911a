"""Schemas of denunciations: what is sealed as it comes in, and the little that goes out."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from marshmallow import (
    Schema,
    ValidationError,
    fields,
    post_load,
    pre_load,
    validate,
    validates_schema,
)

from contracts.envelope import write_time
from foundation.web.email_field import EmailAddress
from foundation.web.fields import After, AgencyCode, Moment
from foundation.web.phone_field import Phone
from foundation.web.text_fields import CodeLine, Line, Paragraphs, PersonName
from services.feedback.domain.denunciation import (
    MOST_EXTENSIONS,
    Arrival,
    Denunciation,
    DenunciationState,
)
from services.feedback.domain.feedback import FeedbackOutcome, VoiceChannel
from services.feedback.domain.information import sealed_article
from services.feedback.domain.sealed_parts import DenouncerSecret, ReadingReason, SealedReading
from services.feedback.schemas import keeping

MOST_SHOWN, MOST_HANDLERS = 100, 20

_IDENTIFIED = (
    "Cần họ tên và địa chỉ; không có thì phải có bằng chứng rõ ràng (evidence). / "
    "A name and an address are required; without them, clear evidence (evidence)."
)
_UNKNOWN = (
    "Có trường không được biết đến; xin xem tài liệu API. / A field is not known; see the API."
)
_REACHABLE = (
    "Cần cách thức liên hệ: điện thoại hoặc thư điện tử. / "
    "A telephone or an e-mail address is required."
)


class NewDenunciation(Schema):
    """A denunciation: who denounces, whom, and what they did."""

    text = Paragraphs(20_000, required=True)
    accused = Line(500, required=True)
    name = PersonName(load_default="")
    address = Line(500, load_default="")
    phone = Phone(load_default="")
    email = EmailAddress(load_default="")
    number = CodeLine(20, load_default="")
    language = Line(2, load_default="vi", validate=validate.OneOf(["vi", "en"]))
    about = AgencyCode(load_default="")
    dossier = CodeLine(100, load_default="")
    evidence = fields.Boolean(load_default=False)
    channel = fields.Enum(VoiceChannel, by_value=True, load_default=VoiceChannel.ONLINE)
    came = Moment(load_default=None)

    @pre_load
    def refuse_unknown(self, data: Any, **_: Any) -> Any:
        """Say that a field is not known without repeating its name: it may be a person's."""
        if isinstance(data, dict) and not data.keys() <= self.fields.keys():
            raise ValidationError(_UNKNOWN)
        return data

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        """A denouncer is known by name and address; who is not has clear evidence."""
        named = data.get("name") and data.get("address")
        if not named and not data.get("evidence"):
            raise ValidationError(_IDENTIFIED, "name")
        if named and not (data.get("phone") or data.get("email")):
            raise ValidationError(_REACHABLE, "phone")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> tuple[Arrival, DenouncerSecret]:
        """How and when it came in, and what is sealed of it: all the rest."""
        arrival = Arrival(channel=data.pop("channel"), came=data.pop("came"))
        return arrival, DenouncerSecret(**data)


class AdditionSchema(Schema):
    """Body of adding to a denunciation."""

    text = Paragraphs(10_000, required=True)


class HandlerNames(Schema):
    """Body of naming handlers: the subjects with which they sign in."""

    handlers = fields.List(
        CodeLine(200, required=True), required=True, validate=validate.Length(1, MOST_HANDLERS)
    )


class CaseSchema(Schema):
    """Body of classifying: how hard the case is."""

    case = Line(20, required=True, validate=validate.OneOf(sorted(MOST_EXTENSIONS)[1:]))


class PassOnSchema(Schema):
    """Body of passing on: the competent agency, to which it goes on paper."""

    agency = AgencyCode(required=True)


class InformationSchema(Schema):
    """Body of using it as information: the agency that uses it, on paper; the centre if none."""

    agency = AgencyCode(load_default="")


class ConclusionSchema(Schema):
    """Body of a conclusion: what was found, in words for the public."""

    outcome = fields.Enum(FeedbackOutcome, by_value=True, required=True)
    text = Paragraphs(20_000, required=True)


class ReadingQuery(Schema):
    """Query of opening the sealed part: why."""

    reason = fields.Enum(
        ReadingReason,
        by_value=True,
        required=True,
        validate=validate.NoneOf([ReadingReason.OWN]),
    )


class DenunciationListQuery(Schema):
    """Query of the denunciations in a state."""

    state = fields.Enum(DenunciationState, by_value=True, load_default=DenunciationState.RECEIVED)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))
    after = After()


class ReadingsQuery(Schema):
    """Query of who opened a sealed part."""

    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))
    after = After()


def to_sealed_text(secret: DenouncerSecret) -> str:
    """The secret as it is sealed."""
    return json.dumps(asdict(secret), ensure_ascii=False)


def from_sealed_text(text: str) -> DenouncerSecret:
    """The secret as it was sealed; of a field that is no longer known nothing is read."""
    known = DenouncerSecret.__dataclass_fields__
    return DenouncerSecret(**{n: each for n, each in json.loads(text).items() if n in known})


def card(denunciation: Denunciation) -> dict[str, Any]:
    """A denunciation as its handlers, their head and the denouncer see it: nothing sealed."""
    return {
        "id": denunciation.id,
        "kind": "denunciation",
        "channel": denunciation.channel.value,
        "state": denunciation.state.value,
        "received": write_time(denunciation.received),
        "due": write_time(denunciation.due),
        "anonymous": denunciation.anonymous,
        "case": denunciation.case,
        "outcome": denunciation.outcome,
        "conclusion": denunciation.conclusion,
        "erased": denunciation.sealed.erased,
        "information": _information(denunciation),
    }


def _information(denunciation: Denunciation) -> dict[str, str] | None:
    """By which article it is used as information, in both languages; None if it is not."""
    said = {each: sealed_article(denunciation, each) for each in ("vi", "en")}
    return said if any(said.values()) else None


def handled(denunciation: Denunciation) -> dict[str, Any]:
    """The same for handlers: with who handles it, and what was done."""
    return card(denunciation) | {
        "handlers": list(denunciation.handlers),
        "passed_to": denunciation.passed_to,
        "retention": keeping.kept(denunciation.retention),
        "acts": [
            {"what": each.what, "by": each.by, "at": write_time(each.at)}
            for each in denunciation.acts
        ],
    }


def opened(
    denunciation: Denunciation, secret: DenouncerSecret, added: Sequence[str]
) -> dict[str, Any]:
    """What was sealed, for a named handler; who signs in stays out of it."""
    additions = [
        {"at": write_time(each.at), "text": text}
        for each, text in zip(denunciation.additions, added, strict=True)
    ]
    known = {"subject": bool(secret.subject), "additions": additions}
    return {"id": denunciation.id, **asdict(secret)} | known


def listed(found: Sequence[Denunciation], following: str) -> dict[str, Any]:
    """A page of denunciations; `next` is the `after` of the page to come, "" if there is none."""
    rows = [handled(each) for each in found]
    return {"denunciations": rows, "more": bool(following), "next": following}


def readings(found: Sequence[SealedReading], following: str) -> dict[str, Any]:
    """A page of who opened it and why, the latest first."""
    rows = [
        {"by": each.by, "at": write_time(each.at), "reason": each.reason.value} for each in found
    ]
    return {"readings": rows, "more": bool(following), "next": following}


class InformationArticle(Schema):
    """The article by which something is used as information, in both languages."""

    vi = en = fields.String()


class DenunciationCard(Schema):
    """A denunciation as the denouncer sees it: nothing sealed."""

    id = kind = channel = state = case = outcome = conclusion = fields.String()
    received = due = Moment()
    anonymous = erased = fields.Boolean()
    information = fields.Nested(InformationArticle, allow_none=True)


class DenunciationActAnswer(Schema):
    """One act on a denunciation."""

    what = by = fields.String()
    at = Moment()


class DenunciationAnswer(DenunciationCard):
    """A denunciation as its handlers and their head see it: nothing sealed."""

    handlers = fields.List(fields.String())
    passed_to = fields.String()
    retention = fields.Nested(keeping.KeptAnswer)
    acts = fields.List(fields.Nested(DenunciationActAnswer))


class DenunciationListAnswer(Schema):
    """A page of denunciations."""

    denunciations = fields.List(fields.Nested(DenunciationAnswer))
    more = fields.Boolean()
    next = fields.String()


class AdditionAnswer(Schema):
    """What the denouncer added afterwards."""

    at = Moment()
    text = fields.String()


class OpenedAnswer(Schema):
    """What was sealed, for a named handler."""

    id = text = name = address = phone = email = number = language = fields.String()
    accused = about = dossier = fields.String()
    evidence = subject = fields.Boolean()
    additions = fields.List(fields.Nested(AdditionAnswer))


class SealedReadingAnswer(Schema):
    """One opening of the sealed part."""

    by = reason = fields.String()
    at = Moment()


class SealedReadingsAnswer(Schema):
    """A page of who opened it."""

    readings = fields.List(fields.Nested(SealedReadingAnswer))
    more = fields.Boolean()
    next = fields.String()
