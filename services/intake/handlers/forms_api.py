"""HTTP API of forms on demand: issued again, or where the law leaves it to the applicant."""

from collections.abc import Mapping

from contracts.forms import FormKind
from foundation.errors import NotFound, StoredResponse
from foundation.web import Request, post
from services.intake import schemas
from services.intake.domain.case.dossier import Decided, Dossier
from services.intake.domain.counter import as_seen
from services.intake.domain.forms import issuing
from services.intake.handlers.context import CLERK, IntakeContext
from services.intake.handlers.issuing_office import office_of


class FormsApi(IntakeContext):
    """HTTP handlers for clerks who need a form on paper."""

    @post("/dossiers/<dossier_id>/forms/<kind>", scope=CLERK, gives=schemas.IssuedFormAnswer)
    def issue(self, request: Request, dossier_id: str, kind: str) -> StoredResponse:
        """Issue a form as the dossier stands now; the document can be read in a second or two."""
        once = request.once(201, _issued)
        wanted = _kind(kind)
        office = office_of(self.settings, request.who.subject)
        now = self.clock.now()

        def seen(each: Dossier) -> Decided:
            as_seen.must_be_as_seen(each, request.headers.get("if-match", ""))
            return issuing.issue(wanted, each, office, now)

        return once.reply(self.dossiers.change(dossier_id, seen, once=once))


def _kind(name: str) -> FormKind:
    kinds = {each.value: each for each in FormKind}
    if name not in kinds:
        raise NotFound(
            f"Không có mẫu này; các mẫu: {', '.join(kinds)}.",
            f"There is no such form; there are: {', '.join(kinds)}.",
        )
    return kinds[name]


def _issued(dossier: Dossier) -> Mapping[str, str]:
    last = dossier.forms[-1]
    return {"kind": last.kind, "edition": last.edition, "document": last.document}
