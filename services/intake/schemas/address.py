"""Schema of the parts of an address, which may stand beside its text."""

import re
import unicodedata
from typing import Any

from marshmallow import Schema, fields, post_load, pre_load, validate

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
_UNIT = validate.And(validate.Length(max=100), validate.Regexp(_TEXT, error=_ERROR))
_LINE = validate.And(validate.Length(max=200), validate.Regexp(_TEXT, error=_ERROR))


class AddressPartsFields(Schema):
    """The parts: province by its code, district (of before) and commune by code or name, line."""

    province = fields.String(required=True, validate=_PROVINCE)
    district = fields.String(load_default="", validate=_UNIT)
    commune = fields.String(load_default="", validate=_UNIT)
    line = fields.String(load_default="", validate=_LINE)

    @pre_load
    def clean(self, data: Any, **_: Any) -> Any:
        """Texts composed (NFC), with single blanks and none around, as people paste them."""
        if not isinstance(data, dict):
            return data
        return {
            name: _clean(value) if isinstance(value, str) else value for name, value in data.items()
        }

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> AddressParts:
        """Our own kind of it."""
        return AddressParts(**data)


def _clean(text: str) -> str:
    return re.sub("[ \u00a0\u202f]+", " ", unicodedata.normalize("NFC", text)).strip(" ")
