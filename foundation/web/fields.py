"""Marshmallow fields and patterns that the schemas of several services share.

A pattern ends at the end of the text, never in `$`, which lets a trailing newline pass.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields, validate

from contracts.envelope import write_time
from contracts.message import AGENCY_CODE
from foundation.places import BEGINNING, END, after_key, is_place
from foundation.text import procedure_code
from foundation.web.text_fields import CodeLine

LONGEST_AGENCY_CODE = 100
LONGEST_AFTER = 400
LONGEST_PROCEDURE_CODE = 60
LONGEST_ID = 64
LONGEST_ARTICLE = 60

DOCUMENT_ID = r"^[A-Za-z0-9-]{1,64}\Z"
"""An id that the documents service gave."""
ARTICLE = r"^(?=.*\d)(?!.*\d{6})[\w./,;: ()-]{3,60}\Z"
"""An article of law as a public event may name it: short, with a number in it.

Never so long a number as that of a telephone or an identity card.
"""


class AgencyCode(CodeLine):
    """The code of an agency, e.g. `so-xay-dung`; an empty one only where that is the default."""

    def __init__(self, **kwargs: Any) -> None:
        """Takes what a field of marshmallow takes, but for `validate`."""
        optional = "?" if kwargs.get("load_default") == "" else ""
        shape = validate.Regexp(rf"^(?:{AGENCY_CODE.pattern}){optional}\Z")
        super().__init__(LONGEST_AGENCY_CODE, validate=shape, **kwargs)


class ProcedureCode(CodeLine):
    """The code of a procedure, e.g. `1.004194`, without the tail that a province puts behind it.

    Whether there is such a procedure is for whoever keeps procedures to say.
    """

    def __init__(self, **kwargs: Any) -> None:
        """Takes what a field of marshmallow takes."""
        super().__init__(LONGEST_PROCEDURE_CODE, **kwargs)

    def clean(self, text: str) -> str:
        """The code as the national database has it."""
        return procedure_code.bare(text)


class Moment(fields.AwareDateTime):
    """A moment, shown in UTC as events spell it, so that it may stand in an address as it is."""

    def _serialize(self, value: datetime | None, *_args: Any, **_kwargs: Any) -> str | None:
        return write_time(value) if value else None


class After(CodeLine):
    """Where a page of a list begins: the `next` of the page before, "" for the first page.

    A moment (RFC 3339, with its zone) will do too: it is behind all that has this moment.
    """

    def __init__(self) -> None:
        """There is one kind of it."""
        super().__init__(LONGEST_AFTER, load_default="")

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if not text or is_place(text):
            return text
        try:
            moment = fields.AwareDateTime().deserialize(text)
        except ValidationError as error:
            raise ValidationError(
                "Xin ghi đúng giá trị `next` của trang trước, hoặc một thời điểm như "
                "2026-11-23T09:00:00+07:00 (dấu + trong địa chỉ viết là %2B). / "
                "Please give the `next` of the page before, or a moment like "
                "2026-11-23T09:00:00+07:00 (in an address + is written %2B)."
            ) from error
        return after_key(self.place_of(min(max(moment, BEGINNING), END)))

    def place_of(self, moment: datetime) -> datetime:
        """Where the moment stands in the list; a list that counts back says otherwise."""
        return moment
