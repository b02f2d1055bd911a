"""The end of the term of a denunciation: its keys are deleted; that there was one stays.

Nothing is told of it outside: its acts alone say what was announced and removed.
"""

from collections.abc import Sequence
from datetime import datetime

from contracts.message import Message
from foundation.frozen import replace
from foundation.retention.table import KeptKind, RetentionRule
from services.feedback.domain import keeping
from services.feedback.domain.denunciation import (
    ENDED,
    Denunciation,
    DenunciationAct,
    Doing,
    Done,
    without_keys,
)
from services.feedback.domain.keeping import RetentionStep

ENDING = frozenset(("decline", "pass_on", "withdraw", "publish", "use_as_information"))
"""The acts that end a denunciation."""
ACTS = {RetentionStep.ANNOUNCE: "announce_removal", RetentionStep.REMOVE: "remove"}


def over_since(denunciation: Denunciation) -> datetime | None:
    """When it was over; None while something is still to be done."""
    if denunciation.state not in ENDED:
        return None
    ends = (each.at for each in denunciation.acts if each.what in ENDING)
    return max(ends, default=denunciation.received)


def look(
    denunciation: Denunciation, rules: Sequence[RetentionRule], now: datetime
) -> tuple[Denunciation, tuple[Message, ...]]:
    """Announce the end of its term, or delete its keys when that came; else look again later."""
    rule = keeping.rule_for(KeptKind.DENUNCIATION, rules)
    kept, step = keeping.look(denunciation.retention, over_since(denunciation), rule, now)
    after = replace(denunciation, retention=kept)
    if step in ACTS:
        act = DenunciationAct(at=now, by="", what=ACTS[step])
        after = replace(after, acts=(*after.acts, act))
    return (without_keys(after) if step is RetentionStep.REMOVE else after), ()


def hold(denunciation: Denunciation, doing: Doing, *, on: bool) -> Done:
    """Keep it whatever its term, or no longer; without a reason in words, which could name one."""
    kept = keeping.hold(denunciation.retention, on=on, reason="", by=doing.by, now=doing.now)
    act = DenunciationAct(at=doing.now, by=doing.by, what="hold" if on else "release")
    return replace(denunciation, retention=kept, acts=(*denunciation.acts, act)), ()
