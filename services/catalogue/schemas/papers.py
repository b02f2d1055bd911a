"""Schema of a paper of a procedure; its electronic form is JSON on the wire, one text inside."""

import json
from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_dump, post_load, validate

from contracts.procedure import MOST_LARGEST, Paper
from foundation.text import cleaning
from foundation.web.text_fields import JoinedLine

LONGEST_LINE = 1000
LARGEST_DEFINITION = 64 * 1024


class FormDefinition(fields.Dict):
    """A form as a JSON Schema; null where a paper has none. The order of its fields is kept.

    A draft may hold any object: whether it is of the subset is looked at when it is published.
    """

    def __init__(self, **kwargs: Any) -> None:
        """Takes what a field of marshmallow takes."""
        super().__init__(allow_none=True, **kwargs)

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """The form as a text; "" of null."""
        found = super().deserialize(value, attr, data, **kwargs)
        if not found:
            return ""
        if isinstance(found, str):
            return found
        clean = cleaning.each_text(found, cleaning.harmless_line)
        text = json.dumps(clean, ensure_ascii=False, separators=(",", ":"))
        if len(text.encode()) > LARGEST_DEFINITION:
            most = LARGEST_DEFINITION // 1024
            raise ValidationError(
                f"Biểu mẫu điện tử nhiều nhất {most} kB. / "
                f"An electronic form has {most} kB at most."
            )
        return text

    def _serialize(self, value: Any, *_args: Any, **_kwargs: Any) -> Any:
        return json.loads(value) if value else None


class PaperSchema(Schema):
    """A paper; where it is filled in on a page, `form` is a JSON Schema of the subset.

    `signed` demands a digital signature of each file that is handed in for it; `largest` is how
    many MB such a file may have, 0 for the usual 25.
    """

    name = JoinedLine(LONGEST_LINE, required=True)
    originals = fields.Integer(strict=True, load_default=1, validate=validate.Range(0, 100))
    copies = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, 100))
    case = JoinedLine(LONGEST_LINE, load_default="")
    required = fields.Boolean(load_default=True)
    database = JoinedLine(LONGEST_LINE, load_default="")
    form = FormDefinition(load_default="")
    signed = fields.Boolean(load_default=False)
    largest = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, MOST_LARGEST))

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> Paper:
        """As the domain has it."""
        return Paper(**data)

    @post_dump
    def without_form(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """A paper that has no form says nothing of one."""
        return {name: each for name, each in data.items() if each is not None}
