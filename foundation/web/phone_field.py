"""The marshmallow field for telephone numbers, the same at every door."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from foundation.text import telephone
from foundation.web.text_fields import CodeLine

LONGEST_PHONE = 50


class Phone(CodeLine):
    """A telephone number as people in Viet Nam write it; kept with +84 before it."""

    def __init__(self, **kwargs: Any) -> None:
        """Takes what a field of marshmallow takes."""
        super().__init__(LONGEST_PHONE, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        number = telephone.spelled(super()._deserialize(value, attr, data, **kwargs))
        if not number:
            raise ValidationError(
                "Số điện thoại không hợp lệ ở Việt Nam; xin viết như 0912 345 678. / "
                "Not a valid telephone number in Viet Nam; write it like 0912 345 678."
            )
        return number
