"""Which papers of a dossier lack their file, as answers say it."""

from typing import Any

from services.intake.domain.case.dossier import Dossier
from services.intake.domain.case.procedure import Procedure
from services.intake.domain.counter import known_document
from services.intake.domain.counter.digitising import before_receipt
from services.intake.domain.counter.known_document import Known
from services.intake.domain.counter.signature_demand import verdicts
from services.intake.schemas.components import ComponentFields
from services.intake.schemas.outward import receipt


def submitted(dossier: Dossier, known: Known) -> dict[str, Any]:
    """The receipt of a dossier handed in, with the papers that keep it from being received."""
    return receipt(dossier) | unheard(dossier, known)


def digitised(dossier: Dossier, procedure: Procedure, known: Known) -> dict[str, Any]:
    """The components of a dossier that is not received, as far as they are there."""
    found = before_receipt(dossier, procedure, known)
    return {"components": ComponentFields(many=True).dump(found)}


def unheard(dossier: Dossier, known: Known) -> dict[str, Any]:
    """The papers that would keep the dossier from being received now, and what scans found.

    Also what is known of the signatures that the procedure demands.
    """
    papers = dossier.attachments
    held = known_document.not_passed(dossier, papers, known)
    return {
        "unheard": list(known_document.unheard(dossier, papers, known)),
        "not_passed": [{"paper": name, "reason": why} for name, why in held.items()],
        "signatures": [
            {"paper": each.paper, "id": each.document, "verdict": verdict.value or "unknown"}
            for each, verdict in verdicts(dossier, papers, known, dossier.signed_papers)
        ],
    }
