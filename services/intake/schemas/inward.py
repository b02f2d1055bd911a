"""Schemas of request bodies, with bounds on every text and list."""

from dataclasses import replace
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from foundation.text.cleaning import one_line, paragraphs
from foundation.web.email_field import EmailAddress
from foundation.web.fields import (
    ARTICLE,
    DOCUMENT_ID,
    LONGEST_ARTICLE,
    LONGEST_ID,
    After,
    AgencyCode,
    ProcedureCode,
)
from foundation.web.phone_field import Phone
from foundation.web.text_fields import CodeLine, JoinedLine, Line, Paragraphs, PersonName
from services.intake.domain.case.apology import Apology
from services.intake.domain.case.channel import Channel, IdentifiedBy
from services.intake.domain.case.dossier import (
    PROXY_KINDS,
    Applicant,
    Attachment,
    Proxy,
    State,
)
from services.intake.domain.case.fees import Method, Obligation
from services.intake.domain.case.looked_up import WhyNot
from services.intake.domain.counter.ending import CounterDecision, ResultHandover
from services.intake.domain.counter.reception import Submission
from services.intake.schemas.address import AddressPartsFields
from services.intake.schemas.declaring import MOST_FILLED, FilledPaperFields

MOST_DOCUMENTS = 100
MOST_SHOWN = 200
LONGEST_PAPER = 1000
LONGEST_IDENTITY = 40

# What the typeface of the forms has: Latin, Greek and Cyrillic letters, marks and punctuation;
# no pictures, and nothing that is not seen or turns the text around it.
_PRINTED = (
    r"[ -~\u00a1-\u00ac\u00ae-\u024f\u0300-\u03e1\u0400-\u04ff\u1e00-\u1eff"
    r"\u2010-\u2027\u2030-\u205e\u20ab\u2116]"
)
_NAME = validate.Regexp(
    rf"^{_PRINTED}+\Z",
    error="Xin ghi họ tên trên một dòng, bằng chữ cái in được trên phiếu như trong hộ chiếu. / "
    "Please write the name on one line, in letters that forms can print, as in a passport.",
)
_ADDRESS = validate.Regexp(
    rf"^{_PRINTED}*\Z",
    error="Địa chỉ có ký tự không in được. / A character of the address cannot be printed.",
)
_RECIPIENT = validate.Regexp(
    rf"^{_PRINTED}*\Z",
    error="Tên người nhận có ký tự không in được. / "
    "A character of the recipient's name cannot be printed.",
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


class AddressLine(Line):
    """An address field, on several lines if people like; kept on one, as forms do."""

    def clean(self, text: str) -> str:
        """The address on one line, with a comma where another line began."""
        lines = (line.strip(" \t,") for line in paragraphs(text).split("\n"))
        return one_line(", ".join(line for line in lines if line))


class PaperName(JoinedLine):
    """The name of a paper, as the procedure or the request has it."""

    def __init__(self, **kwargs: Any) -> None:
        """Takes what a field of marshmallow takes."""
        super().__init__(LONGEST_PAPER, **kwargs)


class _IdentityNumber(CodeLine):
    """A number as people write it, `079 123 456 789`: kept without blanks."""

    def clean(self, text: str) -> str:
        return super().clean(text).replace(" ", "")


class ApplicantFields(Schema):
    """The person the dossier is for."""

    name = PersonName(required=True, validate=_NAME)
    phone = Phone(required=True)
    email = EmailAddress(load_default="")
    address = AddressLine(300, load_default="", validate=_ADDRESS)
    address_parts = fields.Nested(AddressPartsFields, load_default=None, allow_none=True)
    identity = _IdentityNumber(LONGEST_IDENTITY, load_default="", validate=_IDENTITY)
    language = Line(2, load_default="vi", validate=validate.OneOf(("vi", "en")))

    @validates_schema
    def has_text(self, data: dict[str, Any], **_: Any) -> None:
        """Parts stand beside a text, which forms and letters print."""
        if data.get("address_parts") and not data.get("address"):
            raise ValidationError(
                "Xin ghi cả địa chỉ dạng chữ, vì phiếu và thư in phần đó. / "
                "Please give the address as a text too: forms and letters print it.",
                "address",
            )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Applicant:
        """Our own kind of it."""
        parts = data["address_parts"]
        if parts:
            data["address_parts"] = replace(parts, text=data["address"])
        return Applicant(**data)


class DocumentFields(Schema):
    """A paper, by the procedure's or the request's name, and its id in the documents service."""

    paper = PaperName(required=True)
    document = CodeLine(LONGEST_ID, data_key="id", required=True, validate=_DOCUMENT)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Attachment:
        """Our own kind of it."""
        return Attachment(**data)


class ProxyFields(Schema):
    """Who hands in for the applicant, and the paper that lets them (Đ16.1)."""

    name = PersonName(required=True, validate=_NAME)
    phone = Phone(required=True)
    identity = _IdentityNumber(LONGEST_IDENTITY, required=True, validate=_IDENTITY)
    authority = PaperName(required=True)
    kind = CodeLine(20, load_default="", validate=validate.OneOf(("", *PROXY_KINDS)))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Proxy:
        """Our own kind of it."""
        return Proxy(**data)


class ResultChannel(CodeLine):
    """The channel by which the applicant would like the result; "" says nothing of it."""

    def __init__(self, **kwargs: Any) -> None:
        """Takes what a field of marshmallow takes."""
        known = ("", Channel.COUNTER.value, Channel.POST.value, Channel.ONLINE.value)
        super().__init__(20, validate=validate.OneOf(known), **kwargs)


class SubmissionFields(Schema):
    """A dossier as it is handed in; `case` is only needed where the procedure has several."""

    procedure = ProcedureCode(required=True)
    channel = fields.Enum(Channel, by_value=True, required=True)
    applicant = fields.Nested(ApplicantFields, required=True)
    case = JoinedLine(1000, load_default="")
    identified = fields.Enum(IdentifiedBy, by_value=True, load_default=None)
    proxy = fields.Nested(ProxyFields, load_default=None)
    documents = fields.List(
        fields.Nested(DocumentFields), required=True, validate=validate.Length(0, MOST_DOCUMENTS)
    )
    result_by = ResultChannel(load_default="")
    declarations = fields.List(
        fields.Nested(FilledPaperFields),
        load_default=list,
        validate=validate.Length(0, MOST_FILLED),
    )

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Submission:
        """Our own kind of it."""
        lists = {name: tuple(data[name]) for name in ("documents", "declarations")}
        return Submission(**data | lists)


class ReceiptFields(Schema):
    """What is noted at the receipt; a body without any of it will do."""

    originals = fields.List(PaperName(), load_default=list, validate=validate.Length(0, 100))
    form = fields.Boolean(load_default=False)
    out_of_area = fields.Boolean(load_default=False)
    signatures_checked = fields.List(
        PaperName(), load_default=list, validate=validate.Length(0, 100)
    )


class GuidanceFields(Schema):
    """Form 02 at the counter: all papers that are missing, and why, for the applicant alone."""

    papers = fields.List(PaperName(), required=True, validate=validate.Length(1, 100))
    reason = Paragraphs(4000, required=True)


class FromDataFields(Schema):
    """What was found of a paper in a published database: its number there, or why nothing was."""

    paper = PaperName(required=True)
    database = Line(200, required=True, validate=_PRINTABLE)
    reference = Line(60, load_default="", validate=_PRINTABLE)
    because = CodeLine(
        20, load_default="", validate=validate.OneOf(("", *(each.value for each in WhyNot)))
    )


class StopFields(Schema):
    """Why all is brought to a stop, and by which rule."""

    article = Line(LONGEST_ARTICLE, required=True, validate=_ARTICLE)
    reason = Paragraphs(4000, required=True)


class ApologyFields(Schema):
    """Form 04: the agency that is late, why, and the one new date."""

    agency = AgencyCode(required=True)
    reason = Paragraphs(4000, required=True)
    due = fields.AwareDateTime(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Apology:
        """Our own kind of it."""
        return Apology(**data)


class ObligationFields(Schema):
    """A financial obligation in VND, and the rule that makes the applicant pay it."""

    name = Line(200, required=True)
    amount = fields.Integer(required=True, strict=True, validate=validate.Range(1, 10**13))
    article = Line(LONGEST_ARTICLE, required=True, validate=_ARTICLE)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Obligation:
        """Our own kind of it."""
        return Obligation(**data)


class PaymentFields(Schema):
    """How a charge was paid, and the number of its receipt."""

    method = fields.Enum(Method, by_value=True, required=True)
    receipt = CodeLine(
        40,
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
    document = CodeLine(LONGEST_ID, required=True, validate=_DOCUMENT)
    article = Line(LONGEST_ARTICLE, validate=_ARTICLE)


class ResultWayFields(Schema):
    """The channel by which the applicant would like the result; "" for no wish."""

    result_by = ResultChannel(required=True)


class SendAgainFields(Schema):
    """To which agency a step is sent again; without one, to the same."""

    agency = AgencyCode(load_default="")


class RefusalFields(Schema):
    """Form 03: the rule of law, and the reason in words for the applicant alone."""

    article = Line(LONGEST_ARTICLE, required=True, validate=_ARTICLE)
    reason = Paragraphs(4000, required=True)


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
    to = Line(200, load_default="", validate=_RECIPIENT)
    originals = fields.Boolean(load_default=False)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> ResultHandover:
        """Our own kind of it."""
        return ResultHandover(**data)


class ListFields(Schema):
    """Which dossiers to list: of one state, behind a row; at most so many."""

    state = fields.Enum(State, by_value=True, load_default=State.SUBMITTED)
    after = After()
    limit = fields.Integer(load_default=50, validate=validate.Range(1, MOST_SHOWN))
