"""How long what people said is kept: its term, announced before its end, and the hold on it.

The same for feedback and for denunciations; what is removed of each, each says itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from foundation.errors import Gone, Refused
from foundation.frozen import replace
from foundation.retention.hold import MOST_HOLDS, Hold
from foundation.retention.table import KeptKind, RetentionRule

LOOK_AGAIN = timedelta(days=90)
"""So often what has no end yet is looked at: it may be over, or a rule have changed."""


@dataclass(frozen=True, kw_only=True)
class VoiceRetention:
    """The retention of one feedback or denunciation, under the names of its stored fields.

    It is looked at again at `retention_due` (None: it never was). `announced` is when its removal
    at `removes` was told. Since `removed` only a tombstone is left, by the rule from
    `removed_source`. While `held` nothing is removed; `holds` has every decision on that.
    """

    retention_due: datetime | None = None
    announced: datetime | None = None
    removes: datetime | None = None
    removed: datetime | None = None
    removed_source: str = ""
    held: bool = False
    holds: tuple[Hold, ...] = ()


class RetentionStep(StrEnum):
    """What is to be done now about the end of a term."""

    WAIT = "wait"
    ANNOUNCE = "announce"
    REMOVE = "remove"


def rule_for(kind: KeptKind, rules: Sequence[RetentionRule]) -> RetentionRule | None:
    """The rule for a kind; None if there is none, or it has no term."""
    found = next((each for each in rules if each.kind is kind), None)
    return found if found and found.days else None


def before(rule: RetentionRule, now: datetime) -> datetime:
    """What began its term then or before has come to its end."""
    return now - timedelta(days=rule.days or 0)


def look(
    kept: VoiceRetention, began: datetime | None, rule: RetentionRule | None, now: datetime
) -> tuple[VoiceRetention, RetentionStep]:
    """What is due of a term that `began`, and the retention after it.

    The rules count as they are now. Nothing is removed that was not announced, for the whole
    `warning` of the rule; what was announced and is kept after all is announced anew some day.
    """
    if kept.removed:
        return kept, RetentionStep.WAIT
    if kept.held or began is None or rule is None or rule.days is None:
        again = replace(kept, announced=None, removes=None, retention_due=now + LOOK_AGAIN)
        return again, RetentionStep.WAIT
    end, warning = began + timedelta(days=rule.days), timedelta(days=rule.warning)
    if kept.removes is None:
        if now < end - warning:
            due = min(end - warning, now + LOOK_AGAIN)
            return replace(kept, retention_due=due), RetentionStep.WAIT
        at = max(end, now + warning)
        told = replace(kept, announced=now, removes=at, retention_due=at)
        return told, RetentionStep.ANNOUNCE
    last = max(end, kept.removes)
    if now < last:
        return replace(kept, retention_due=last, removes=last), RetentionStep.WAIT
    gone = replace(kept, retention_due=None, removed=now, removed_source=rule.source)
    return gone, RetentionStep.REMOVE


def hold(kept: VoiceRetention, *, on: bool, reason: str, by: str, now: datetime) -> VoiceRetention:
    """Keep it whatever the rules say, or no longer; what was announced holds no more.

    Raises:
        Gone: it was removed.
        Refused: it is held already, or not held.
    """
    must_be_here(kept)
    if kept.held == on:
        raise Refused("Đã ở đúng trạng thái này rồi.", "It is held already, or is not held.")
    said = Hold(on=on, by=by, at=now, reason=reason)
    return replace(
        kept,
        held=on,
        holds=(*kept.holds, said)[-MOST_HOLDS:],
        announced=None,
        removes=None,
        retention_due=now,
    )


def must_be_here(kept: VoiceRetention) -> None:
    """Hold back what was removed.

    Raises:
        Gone: it says when and by which rule.
    """
    if kept.removed is None:
        return
    day = f"{kept.removed:%d/%m/%Y}"
    raise Gone(
        f"Nội dung đã được xóa ngày {day} khi hết thời hạn giữ ({kept.removed_source}).",
        f"What was said was removed on {day} at the end of its term ({kept.removed_source}).",
    )
