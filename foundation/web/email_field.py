"""The marshmallow field for e-mail addresses, the same at every door."""

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError

from foundation.text import email_address
from foundation.web.text_fields import CodeLine

# Longer than any address, so that a longer one is told which part is too long.
LONGEST_TYPED = 1000


class EmailAddress(CodeLine):
    """One plain e-mail address; refused with words that help who does not see the character."""

    def __init__(self, **kwargs: Any) -> None:
        """Takes what a field of marshmallow takes."""
        super().__init__(LONGEST_TYPED, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        address: str = super()._deserialize(value, attr, data, **kwargs)
        wrong = email_address.trouble(address)
        if wrong:
            raise ValidationError(" / ".join(wrong))
        return email_address.in_ascii(address)
