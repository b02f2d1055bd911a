"""Schema of the parts of an address, which may stand beside its text."""

from typing import Any

from marshmallow import Schema, post_load, validate

from foundation.web.text_fields import CodeLine, Line
from services.intake.domain.case.address import AddressParts

_PROVINCE = validate.Regexp(
    r"^[0-9]{2}\Z",
    error="Xin ghi mã tỉnh gồm hai chữ số (motcua catalogue codes administrative-provinces). / "
    "Please give the province's code of two digits (motcua catalogue codes "
    "administrative-provinces).",
)
_TEXT = r"^(?:[^\W_]|[ ,.;:/'’()&+–-])*\Z"
_ERROR = (
    "Xin ghi trên một dòng, bằng chữ, số và dấu câu in được. / "
    "Please write it on one line, in letters, digits and punctuation that can be printed."
)
_PRINTABLE = validate.Regexp(_TEXT, error=_ERROR)
LONGEST_PROVINCE, LONGEST_UNIT, LONGEST_LINE = 20, 100, 200


class AddressPartsFields(Schema):
    """The parts: province by its code, district (of before) and commune by code or name, line."""

    province = CodeLine(LONGEST_PROVINCE, required=True, validate=_PROVINCE)
    district = Line(LONGEST_UNIT, load_default="", validate=_PRINTABLE)
    commune = Line(LONGEST_UNIT, load_default="", validate=_PRINTABLE)
    line = Line(LONGEST_LINE, load_default="", validate=_PRINTABLE)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> AddressParts:
        """Our own kind of it."""
        return AddressParts(**data)
