"""Message handlers for the catalogue: which procedures and agencies are in force."""

from typing import Any

from contracts.events import AgencyChanged, ProcedurePublished, ProcedureWithdrawn
from foundation.consumer import MessageMeta, on
from foundation.text.procedure_code import bare
from foundation.web import Request, get
from services.intake import schemas
from services.intake.domain.case import procedure, succession
from services.intake.handlers.context import CLERK, IntakeContext


class CatalogueEvents(IntakeContext):
    """Message handlers for the catalogue's events, and what intake knows by them."""

    @on(ProcedurePublished)
    def learn(self, event: ProcedurePublished, about: MessageMeta) -> None:
        """A version of a procedure is in force."""
        self.procedures.learn(
            about.subject, lambda known: procedure.publish(known, event), once=about.once
        )

    @on(ProcedureWithdrawn)
    def forget(self, event: ProcedureWithdrawn, about: MessageMeta) -> None:
        """A version of a procedure is in force no more."""
        self.procedures.learn(
            about.subject, lambda known: procedure.withdraw(known, event), once=about.once
        )

    @on(AgencyChanged)
    def learn_agency(self, event: AgencyChanged, about: MessageMeta) -> None:
        """The catalogue says something new of an agency: its end, and who takes over."""
        self.agencies.learn(
            event.agency, lambda known: succession.learn_agency(known, event), once=about.once
        )

    @get("/procedures/<code>", scope=CLERK, gives=schemas.KnownProcedureAnswer)
    def known(self, request: Request, code: str) -> dict[str, Any]:  # noqa: ARG002 -- a handler's shape
        """What intake knows of a procedure: dossiers are held to this version."""
        return schemas.procedure(self.procedures.get(bare(code)))
