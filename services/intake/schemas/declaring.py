"""Schema of what is filled into the electronic form of a paper."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, post_load, validate

from foundation.text import cleaning
from foundation.web.text_fields import JoinedLine
from services.intake.domain.case.declaring import FilledPaper

MOST_FILLED = 10


class FilledData(fields.Dict):
    """JSON of a form: its texts lose what nobody sees; the form says what may stand in it."""

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """The data with its texts cleaned."""
        found = super().deserialize(value, attr, data, **kwargs)
        return cleaning.each_text(found, cleaning.paragraphs)


class FilledPaperFields(Schema):
    """The paper by its name, and `{section: {field: value}}`; `edition` is the version seen.

    What may stand in `data` is said by the form, as the catalogue shows it.
    """

    paper = JoinedLine(1000, required=True)
    edition = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, 1_000_000))
    data = FilledData(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> FilledPaper:
        """Our own kind of it."""
        return FilledPaper(**data)
