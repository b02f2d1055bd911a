"""What a citizen may do with their own dossier now, and what they saw of it when they decided.

Each act is tried on the dossier by the rule itself, which changes nothing: no second list of rules.
An act on a dossier that changed since it was looked at does nothing, and says what changed.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import StrEnum

from contracts.envelope import write_time
from foundation.errors import Invalid, Refused, unless_refused
from foundation.worktime import Calendar
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.counter import ending

_APART = "\t"


class CitizenAct(StrEnum):
    """An act of the citizen, named as the API names it."""

    WITHDRAW = "withdraw"


Refusal = Refused | Invalid | None


def possible(dossier: Dossier, now: datetime, calendar: Calendar) -> dict[CitizenAct, Refusal]:
    """The acts of a citizen: None for what may be done, else the rule that is against it."""
    tries: dict[CitizenAct, Callable[[], object]] = {
        CitizenAct.WITHDRAW: lambda: ending.withdraw(dossier, now, calendar)
    }
    return {each: _verdict(tries[each]) for each in CitizenAct if each in tries}


def facts(dossier: Dossier) -> dict[str, str]:
    """What decides how a citizen acts on it, by name."""
    return {
        "state": dossier.state.value,
        "code": dossier.code,
        "due": write_time(dossier.due) if dossier.due else "",
        "asked": "; ".join(paper for each in dossier.requests for paper in each.papers),
        "papers": str(len(dossier.attachments)),
        "outcome": dossier.outcome,
    }


def mark(dossier: Dossier) -> str:
    """The facts as one text, for a form to carry; none of them has a tab in it."""
    return _APART.join(f"{name}={value}" for name, value in facts(dossier).items())


def differences(seen: str, dossier: Dossier) -> Mapping[str, tuple[str, str]]:
    """The facts that are others now: what was seen, and what holds."""
    parts = (part.partition("=") for part in seen.split(_APART))
    before, after = {name: value for name, _, value in parts}, facts(dossier)
    return {
        name: (before.get(name, ""), value)
        for name, value in after.items()
        if before.get(name, "") != value
    }


def must_be_as_seen(dossier: Dossier, seen: str) -> None:
    """Refuse an act on a dossier that is not as it was when it was looked at.

    Raises:
        Refused: somebody has acted since; without a mark nothing is compared.
    """
    if seen and differences(seen, dossier):
        raise Refused(
            "Trong lúc ông/bà xem, hồ sơ đã thay đổi; chưa có gì được ghi. Xem điểm thay đổi rồi "
            "gửi lại nếu vẫn muốn.",
            "The dossier changed while you looked at it; nothing was done. See what changed, and "
            "send it again if you still want to.",
        )


def _verdict(attempt: Callable[[], object]) -> Refusal:
    def done() -> Refusal:
        attempt()
        return None

    return unless_refused(done, lambda refusal: refusal)
