"""A marshmallow field for telephone numbers of Viet Nam."""

from collections.abc import Mapping
from typing import Any

import phonenumbers
from marshmallow import ValidationError, fields

REGION = "VN"


class Phone(fields.String):
    """A telephone number as people in Viet Nam write it; kept with +84 before it."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        try:
            number = phonenumbers.parse(text, REGION)
        except phonenumbers.NumberParseException as error:
            raise _no_phone() from error
        if not phonenumbers.is_valid_number(number):
            raise _no_phone()
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _no_phone() -> ValidationError:
    return ValidationError(
        "Số điện thoại không hợp lệ ở Việt Nam. / Not a valid telephone number in Viet Nam."
    )
