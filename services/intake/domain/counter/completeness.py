"""Whether a dossier is complete: what was given or taken from data, and what is missing."""

from datetime import datetime

from contracts.law import LawRule
from foundation.errors import Refused
from foundation.law import cite
from services.intake.domain.case.dossier import Dossier
from services.intake.domain.case.paper_names import each_spelled, spelled
from services.intake.domain.case.procedure import Procedure, required_papers


def must_be_complete(dossier: Dossier, procedure: Procedure, now: datetime) -> None:
    """Hold a receipt to all required papers, naming what is missing in one go (Đ11.2c).

    Raises:
        Refused: a paper is missing.
        Invalid: the case is not one of the procedure's.
    """
    missing = missing_papers(dossier, procedure)
    if missing:
        held = {
            spelled(each.name): f" ({each.database})" for each in procedure.papers if each.database
        }
        listed = "; ".join(f"{name}{held.get(name, '')}" for name in missing)
        raise Refused(
            f"Hồ sơ chưa đủ thành phần, còn thiếu: {listed}.",
            f"The dossier is not complete; these are missing: {listed}.",
            article=cite(LawRule.COMPLETE, now),
            fields={"documents": missing},
        )


def missing_papers(dossier: Dossier, procedure: Procedure) -> list[str]:
    """The required papers that were neither given nor taken from published data."""
    had = {*each_spelled(each.paper for each in dossier.attachments), *taken(dossier)}
    return [name for name in required_papers(procedure, dossier.case) if name not in had]


def taken(dossier: Dossier) -> set[str]:
    """The papers in whose place the counter took data."""
    return {spelled(each.paper) for each in dossier.looked_up if not each.because}
