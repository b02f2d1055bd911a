"""What an officer saw of a step: an act on a page that somebody else overtook changes nothing."""

from collections.abc import Mapping

from contracts.envelope import write_time
from foundation.errors import Refused
from services.routing.domain.docket.step import Step

_APART = "\t"


class ChangedSince(Refused):
    """Somebody acted on the step after the officer looked at it."""


def facts(step: Step) -> dict[str, str]:
    """What decides how an officer acts on it, by name; what only reminds people is left out."""
    return {
        "state": step.state.value,
        "officer": step.officer,
        "role": step.role.value,
        "due": write_time(step.due),
        "awaited": step.awaited,
        "extension": write_time(step.extension.due) if step.extension else "",
        "papers": str(len(step.documents)),
        "notes": str(len(step.notes)),
        "handovers": str(len(step.handovers)),
        "urgings": str(sum(not each.answered for each in step.urgings)),
    }


def mark(step: Step) -> str:
    """The facts as one text, for a form to carry; no account has a tab in its name."""
    return _APART.join(f"{name}={value}" for name, value in facts(step).items())


def differences(seen: str, step: Step) -> Mapping[str, tuple[str, str]]:
    """The facts that are others now: what was seen, and what holds."""
    parts = (part.partition("=") for part in seen.split(_APART))
    before, after = {name: value for name, _, value in parts}, facts(step)
    return {
        name: (before.get(name, ""), value)
        for name, value in after.items()
        if before.get(name, "") != value
    }


def must_be_as_seen(step: Step, seen: str) -> None:
    """Refuse an act on a step that is not as it was when the officer looked at it.

    Raises:
        ChangedSince: somebody has acted since; without a mark nothing is compared.
    """
    if seen and differences(seen, step):
        raise ChangedSince(
            "Trong lúc ông/bà xem, bước này đã thay đổi; chưa có gì được ghi. Xem điểm thay đổi "
            "rồi gửi lại.",
            "The step changed while you looked at it; nothing was done. See what changed, then "
            "send it again.",
        )
