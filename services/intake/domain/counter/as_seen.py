"""What somebody saw of a dossier: an act on a page that others overtook changes nothing."""

from contracts.envelope import write_time
from foundation.as_seen import SeenThing
from services.intake.domain.case.dossier import Dossier


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


SEEN = SeenThing("hồ sơ này", "The dossier", facts)
mark, differences, must_be_as_seen = SEEN.mark, SEEN.differences, SEEN.must_be_as_seen
