"""Schemas of request bodies, with bounds on every text and list."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from foundation.web.fields import ARTICLE, DOCUMENT_ID, AgencyCode
from foundation.web.phone_field import Phone
from services.intake.domain.case.apology import Apology
from services.intake.domain.case.channel import Channel, IdentifiedBy
from services.intake.domain.case.dossier import (
    Applicant,
    Attachment,
    Proxy,
    State,
)
from services.intake.domain.case.fees import Method, Obligation
from services.intake.domain.case.looked_up import WhyNot
from services.intake.domain.counter.ending import CounterDecision, ResultHandover
from services.intake.domain.counter.reception import Submission

MOST_DOCUMENTS = 100
MOST_SHOWN = 200

# What the typeface of the forms has: Latin, Greek and Cyrillic letters, marks and punctuation;
# no pictures, and nothing that is not seen or turns the text around it.
_PRINTED = (
    r"[ -~\u00a1-\u00ac\u00ae-\u024f\u0300-\u03e1\u0400-\u04ff\u1e00-\u1eff"
    r"\u2010-\u2027\u2030-\u205e\u20ab\u2116]"
)
_NAME = validate.And(
    validate.Length(1, 200),
    validate.Regexp(
        rf"^(?=.*\w){_PRINTED}+\Z",
        error="Xin ghi họ tên trên một dòng, bằng chữ cái in được trên phiếu như trong hộ chiếu. / "
        "Please write the name on one line, in letters that forms can print, as in a passport.",
    ),
)
_ADDRESS = validate.And(
    validate.Length(0, 300),
    validate.Regexp(
        rf"^{_PRINTED}*\Z",
        error="Địa chỉ có ký tự không in được. / A character of the address cannot be printed.",
    ),
)
_RECIPIENT = validate.And(
    validate.Length(0, 200),
    validate.Regexp(
        rf"^{_PRINTED}*\Z",
        error="Tên người nhận có ký tự không in được. / "
        "A character of the recipient's name cannot be printed.",
    ),
)
_PRINTABLE = validate.Regexp(
    rf"^{_PRINTED}*\Z",
    error="Có ký tự không in được. / A character cannot be printed.",
)
# A citizen's number (12 digits), an old identity card (9), or the number of a passport or firm.
_IDENTITY = validate.Regexp(
    r"^[A-Z0-9-]{0,20}\Z",
    error="Số giấy tờ chỉ gồm chữ hoa A-Z, chữ số và dấu gạch, nhiều nhất 20 ký tự. / "
    "A number of capital letters A-Z, digits and hyphens, 20 at most.",
)
_PAPER = validate.Length(1, 500)
_DOCUMENT = validate.Regexp(
    DOCUMENT_ID,
    error="Xin ghi mã tài liệu mà dịch vụ hồ sơ (documents) đã cấp. / "
    "Please give the id that the documents service gave the document.",
)
_ARTICLE = validate.Regexp(
    ARTICLE,
    error="Xin ghi điều luật ngắn gọn: loại, số, năm của văn bản, rồi điều, khoản. / "
    "Please name the rule briefly: kind, number and year of the text, then the article.",
)


class SingleLine(fields.String):
    """A text field, as people type or paste it; kept composed (NFC), with single plain spaces.

    What stands on another line or behind a tab stays so, to be refused.
    """

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        return re.sub("[ \u00a0\u202f]+", " ", unicodedata.normalize("NFC", text)).strip(" ")


class AddressLine(SingleLine):
    """An address field, on several lines if people like; kept on one, as forms do."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        lines = (line.strip(" \t,") for line in re.split(r"[\r\n\u2028\u2029\u0085]+", text))
        return ", ".join(line for line in lines if line)


class ApplicantFields(Schema):
    """The person the dossier is for."""

    name = SingleLine(required=True, validate=_NAME)
    phone = Phone(required=True)
    email = fields.Email(load_default="")
    address = AddressLine(load_default="", validate=_ADDRESS)
    identity = fields.String(load_default="", validate=_IDENTITY)
    language = fields.String(load_default="vi", validate=validate.OneOf(("vi", "en")))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Applicant:
        """Our own kind of it."""
        return Applicant(**data)


class DocumentFields(Schema):
    """A paper, by the procedure's or the request's name, and its id in the documents service."""

    paper = fields.String(required=True, validate=_PAPER)
    document = fields.String(data_key="id", required=True, validate=_DOCUMENT)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Attachment:
        """Our own kind of it."""
        return Attachment(**data)


class ProxyFields(Schema):
    """Who hands in for the applicant, and the paper that lets them (Đ16.1)."""

    name = SingleLine(required=True, validate=_NAME)
    phone = Phone(required=True)
    identity = fields.String(required=True, validate=validate.And(validate.Length(1), _IDENTITY))
    authority = fields.String(required=True, validate=_PAPER)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Proxy:
        """Our own kind of it."""
        return Proxy(**data)


class SubmissionFields(Schema):
    """A dossier as it is handed in; `case` is only needed where the procedure has several."""

    procedure = fields.String(required=True, validate=validate.Length(1, 40))
    channel = fields.Enum(Channel, by_value=True, required=True)
    applicant = fields.Nested(ApplicantFields, required=True)
    case = fields.String(load_default="", validate=validate.Length(0, 500))
    identified = fields.Enum(IdentifiedBy, by_value=True, load_default=None)
    proxy = fields.Nested(ProxyFields, load_default=None)
    documents = fields.List(
        fields.Nested(DocumentFields), required=True, validate=validate.Length(0, MOST_DOCUMENTS)
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Submission:
        """Our own kind of it."""
        return Submission(**data | {"documents": tuple(data["documents"])})


class ReceiptFields(Schema):
    """What is noted at the receipt; a body without any of it will do."""

    originals = fields.List(
        fields.String(validate=_PAPER), load_default=list, validate=validate.Length(0, 100)
    )
    form = fields.Boolean(load_default=False)
    out_of_area = fields.Boolean(load_default=False)


class GuidanceFields(Schema):
    """Form 02 at the counter: all papers that are missing, and why, for the applicant alone."""

    papers = fields.List(
        fields.String(validate=_PAPER), required=True, validate=validate.Length(1, 100)
    )
    reason = fields.String(required=True, validate=validate.Length(1, 4000))


class LookUpFields(Schema):
    """What was found of a paper in a published database: its number there, or why nothing was."""

    paper = fields.String(required=True, validate=_PAPER)
    database = SingleLine(required=True, validate=validate.And(validate.Length(1, 200), _PRINTABLE))
    reference = SingleLine(
        load_default="", validate=validate.And(validate.Length(0, 60), _PRINTABLE)
    )
    because = fields.String(
        load_default="", validate=validate.OneOf(("", *(each.value for each in WhyNot)))
    )


class StopFields(Schema):
    """Why all is brought to a stop, and by which rule."""

    article = fields.String(required=True, validate=_ARTICLE)
    reason = fields.String(required=True, validate=validate.Length(1, 4000))


class ApologyFields(Schema):
    """Form 04: the agency that is late, why, and the one new date."""

    agency = AgencyCode(required=True)
    reason = fields.String(required=True, validate=validate.Length(1, 4000))
    due = fields.AwareDateTime(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Apology:
        """Our own kind of it."""
        return Apology(**data)


class ObligationFields(Schema):
    """A financial obligation in VND, and the rule that makes the applicant pay it."""

    name = fields.String(required=True, validate=validate.Length(1, 200))
    amount = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10**13))
    article = fields.String(required=True, validate=_ARTICLE)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Obligation:
        """Our own kind of it."""
        return Obligation(**data)


class PaymentFields(Schema):
    """How a charge was paid, and the number of its receipt."""

    method = fields.Enum(Method, by_value=True, required=True)
    receipt = fields.String(
        required=True,
        validate=validate.Regexp(
            r"^[\w./-]{1,40}\Z",
            error="Xin ghi số biên lai: chữ, số và . / - _, nhiều nhất 40 ký tự. / "
            "Please give the receipt's number: letters, digits and . / - _, 40 at most.",
        ),
    )


class DecisionFields(Schema):
    """What the counter decides, the document that says so, and the rule by which it refuses."""

    outcome = fields.Enum(CounterDecision, by_value=True, required=True)
    document = fields.String(required=True, validate=_DOCUMENT)
    article = fields.String(validate=_ARTICLE)


class RefusalFields(Schema):
    """Form 03: the rule of law, and the reason in words for the applicant alone."""

    article = fields.String(required=True, validate=_ARTICLE)
    reason = fields.String(required=True, validate=validate.Length(1, 4000))


class SupplementFields(Schema):
    """The papers that were asked for."""

    documents = fields.List(
        fields.Nested(DocumentFields), required=True, validate=validate.Length(1, MOST_DOCUMENTS)
    )


class ReturnFields(Schema):
    """How the result reached whom; `originals` says that those held went back with it."""

    channel = fields.Enum(
        Channel,
        by_value=True,
        required=True,
        validate=validate.NoneOf(
            (Channel.KIOSK,),
            error="Ki-ốt không trả kết quả. / A kiosk hands no result over.",
        ),
    )
    to = SingleLine(load_default="", validate=_RECIPIENT)
    originals = fields.Boolean(load_default=False)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ResultHandover:
        """Our own kind of it."""
        return ResultHandover(**data)


class ListFields(Schema):
    """Which dossiers to list: of one state, submitted after a moment (30 days ago, if none)."""

    state = fields.Enum(State, by_value=True, load_default=State.SUBMITTED)
    after = fields.AwareDateTime(load_default=None)
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))
