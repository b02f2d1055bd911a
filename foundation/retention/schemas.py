"""What is said of a hold over the API."""

from typing import Any

from marshmallow import Schema, fields, post_load

from foundation.web.text_fields import Line


class HoldSchema(Schema):
    """Whether something is to be held beyond its term, and why."""

    held = fields.Boolean(required=True)
    reason = Line(500, least=3, required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """As the rule takes it."""
        return {"on": data["held"], "reason": data["reason"]}
