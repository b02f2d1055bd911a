"""Schemas of what comes in: a reflection, petition or complaint, online or by another way."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from foundation.web.email_field import EmailAddress
from foundation.web.fields import AgencyCode, Moment
from foundation.web.phone_field import Phone
from foundation.web.text_fields import CodeLine, Line, Paragraphs, PersonName
from services.feedback.domain.feedback import FeedbackKind, Giver, NewFeedback, VoiceChannel

_REACHABLE = "Cần số điện thoại hoặc thư điện tử. / A telephone or an e-mail address is required."

_ABOUT = (
    "Cần mã hồ sơ hoặc người gửi, một trong hai. / Either dossier or person is required, not both."
)


class _GiverSchema(Schema):
    name = PersonName(required=True)
    address = Line(500, load_default="")
    phone = Phone(load_default="")
    email = EmailAddress(load_default="")
    language = Line(2, load_default="vi", validate=validate.OneOf(["vi", "en"]))

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        """An answer must be able to reach the giver; by post where staff enter what came."""
        if not any(data.get(each) for each in ("phone", "email", "address")):
            raise ValidationError(_REACHABLE, "phone")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Giver:
        return Giver(**data)


class NewFeedbackSchema(Schema):
    """A reflection, petition or complaint; about a dossier, or with a way to reach the giver."""

    kind = fields.Enum(FeedbackKind, by_value=True, required=True)
    about = AgencyCode(required=True)
    text = Paragraphs(10_000, required=True)
    dossier = CodeLine(100, load_default="")
    person = fields.Nested(_GiverSchema, load_default=None)
    channel = fields.Enum(VoiceChannel, by_value=True, load_default=VoiceChannel.ONLINE)
    learned = fields.Date(load_default=None)
    demand = Paragraphs(5_000, load_default="")
    came = Moment(load_default=None)
    anonymous = fields.Boolean(load_default=False)

    @validates_schema
    def check(self, data: dict[str, Any], **_: Any) -> None:
        """The applicant of a dossier is known; anybody else must say who they are.

        Staff may enter what nobody put their name to.
        """
        if data.get("anonymous") and not (data.get("dossier") or data.get("person")):
            return
        if bool(data.get("dossier")) == bool(data.get("person")):
            raise ValidationError(_ABOUT, "person")

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> NewFeedback:
        """As the domain has it."""
        learned = data.pop("learned")
        return NewFeedback(**data, learned=learned.isoformat() if learned else "")
