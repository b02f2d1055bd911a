"""Schema of a correction of what was taken in wrongly of an applicant, or of their proxy."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from foundation.web.text_fields import Paragraphs
from services.intake.domain.counter.correction import Correction
from services.intake.schemas.inward import ApplicantFields, ProxyFields

MAY_GO = ("email", "address", "identity")
# The language is no matter of right or wrong; the parts of an address follow its text.
ASIDE = ("language", "address_parts")


class CorrectedFields(ApplicantFields):
    """What is right of the applicant; what is left out stays, and null takes away what may go."""

    def on_bind_field(self, field_name: str, field_obj: Any) -> None:
        """Let null stand for nothing where nothing will do."""
        field_obj.allow_none = field_name in MAY_GO

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Any:
        """The new values by their names."""
        return {name: value or "" for name, value in data.items()}


class CorrectedProxyFields(ProxyFields):
    """What is right of who handed in for the applicant; what is left out stays."""

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Any:
        """The new values by their names."""
        return dict(data)


class CorrectionFields(Schema):
    """What was taken in wrongly, and why; `edition` is how many corrections the clerk has seen."""

    applicant = fields.Nested(CorrectedFields(partial=True, exclude=ASIDE), load_default=dict)
    proxy = fields.Nested(CorrectedProxyFields(partial=True), load_default=dict)
    reason = Paragraphs(4000, required=True)
    edition = fields.Integer(load_default=None, strict=True, validate=validate.Range(0, 1000))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Correction:
        """Our own kind of it."""
        return Correction(**data)
