"""Schemas of how long feedback is kept: the hold, and what stands of it with a feedback."""

from datetime import datetime
from typing import Any

from marshmallow import Schema, fields

from contracts.envelope import write_time
from foundation.web.fields import Moment
from services.feedback.domain.feedback import Feedback
from services.feedback.domain.keeping import VoiceRetention


class KeepSealedSchema(Schema):
    """Whether a denunciation is to be held."""

    held = fields.Boolean(required=True)


def kept(retention: VoiceRetention) -> dict[str, Any]:
    """How long it is kept: held or not, when it will be removed or was, by which rule."""
    return {
        "held": retention.held,
        "removes": _time(retention.removes),
        "removed": _time(retention.removed),
        "source": retention.removed_source,
    }


def kept_feedback(feedback: Feedback) -> dict[str, Any]:
    """How long a feedback is kept, with every decision on its hold, the oldest first."""
    holds = [
        {"held": each.on, "by": each.by, "at": write_time(each.at), "reason": each.reason}
        for each in feedback.retention.holds
    ]
    return {"id": feedback.id, **kept(feedback.retention), "holds": holds}


def _time(moment: datetime | None) -> str | None:
    return write_time(moment) if moment else None


class KeptAnswer(Schema):
    """How long something is kept."""

    held = fields.Boolean()
    removes = removed = Moment(allow_none=True)
    source = fields.String()


class VoiceHoldAnswer(Schema):
    """One decision on a hold."""

    held = fields.Boolean()
    by = reason = fields.String()
    at = Moment()


class KeptFeedbackAnswer(KeptAnswer):
    """How long a feedback is kept, with every decision on its hold."""

    id = fields.String()
    holds = fields.List(fields.Nested(VoiceHoldAnswer))
