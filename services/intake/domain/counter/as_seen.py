"""What somebody saw of a dossier: an act on a page that others overtook changes nothing.

A page's form carries it, and the API takes it in If-Match. A page that shows less carries less:
only what it names is compared.
"""

from collections.abc import Mapping

from contracts.envelope import write_time
from foundation.errors import Refused
from services.intake.domain.case.dossier import Dossier

_APART = "\t"
_ANY = ("", "*")


def facts(dossier: Dossier) -> dict[str, str]:
    """What decides how people act on it, by name; none names a person, none has a tab in it."""
    return {
        "state": dossier.state.value,
        "code": dossier.code,
        "due": write_time(dossier.due) if dossier.due else "",
        "papers": str(len(dossier.attachments)),
        "asked": "; ".join(paper for each in dossier.requests for paper in each.papers),
        "outcome": dossier.outcome,
        "from_data": str(len(dossier.looked_up)),
        "unpaid": str(sum(each.paid is None for each in dossier.charges)),
        "corrections": str(len(dossier.corrections)),
        "originals": str(len(dossier.originals)),
    }


def mark(dossier: Dossier) -> str:
    """The facts as one text, for a form to carry."""
    return _APART.join(f"{name}={value}" for name, value in facts(dossier).items())


def differences(seen: str, dossier: Dossier) -> Mapping[str, tuple[str, str]]:
    """The facts that are others now: what was seen, and what holds.

    Of a mark that names no fact at all, everything is another.
    """
    parts = (part.partition("=") for part in seen.split(_APART))
    before, after = {name: value for name, _, value in parts}, facts(dossier)
    named = before.keys() & after.keys() or after.keys()
    return {
        name: (before.get(name, ""), value)
        for name, value in after.items()
        if name in named and before.get(name, "") != value
    }


def must_be_as_seen(dossier: Dossier, seen: str) -> None:
    """Refuse an act on a dossier that is not as it was when it was looked at.

    Raises:
        Refused: somebody has acted since; without a mark nothing is compared.
    """
    if seen not in _ANY and differences(seen, dossier):
        raise Refused(
            "Trong lúc ông/bà xem, hồ sơ này đã thay đổi; chưa có gì được ghi. Xem điểm thay đổi "
            "rồi gửi lại.",
            "The dossier changed while you looked at it; nothing was done. See what changed, then "
            "send it again.",
        )
