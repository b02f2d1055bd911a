"""The components of a dossier before its receipt, when its files may not be here yet."""

from collections.abc import Iterable

from contracts.components import Component
from foundation.errors import unless_refused
from foundation.frozen import replace
from services.intake.domain.case.components import components
from services.intake.domain.case.dossier import Attachment, Dossier
from services.intake.domain.case.paper_names import each_spelled
from services.intake.domain.case.procedure import Procedure, required_papers
from services.intake.domain.counter.known_document import Known, unheard


def marked(attachments: Iterable[Attachment], known: Known) -> tuple[Attachment, ...]:
    """Attachments with what is known of where their files come from, for the dossier to keep."""
    return tuple(
        replace(each, reused=known[each.document].reused) if each.document in known else each
        for each in attachments
    )


def before_receipt(dossier: Dossier, procedure: Procedure, known: Known) -> tuple[Component, ...]:
    """The components of a dossier that is not received: what is required and not there is none.

    A file that is not known, or did not pass the scan, digitises nothing yet.
    """
    required = unless_refused(lambda: required_papers(procedure, dossier.case), lambda _: ())
    absent = each_spelled(unheard(dossier, dossier.attachments, known))
    seen = replace(dossier, attachments=marked(dossier.attachments, known))
    return components(seen, required, absent=absent)
