"""The API: what an applicant was told, and how they wish to be told."""

from functools import partial

from foundation.web import Request, get, put
from services.notifications import schemas
from services.notifications.domain.applicant import choose
from services.notifications.handlers.context import MessagesContext


class MessagesApi(MessagesContext):
    """What the counter sees of messages, and sets for a person."""

    @get("/dossiers/<dossier>/messages", scope="counter")
    def messages(self, request: Request, dossier: str) -> dict[str, object]:
        """What the applicant of a dossier was told and what became of each message, oldest first.

        Page by page: `?limit=`, and `?after=` with what the page before said in `next`.
        """
        asked = request.asked(schemas.MessagesQuery())
        return schemas.listed(*self.notices.of(dossier, self.clock.real(), **asked))

    @get("/dossiers/<dossier>/contact", scope="counter")
    def contact(self, request: Request, dossier: str) -> dict[str, object]:  # noqa: ARG002 -- none
        """How the applicant of a dossier is reached, with addresses masked, and what they chose."""
        return schemas.contact(self.applicants.get(dossier))

    @put("/dossiers/<dossier>/contact", scope="counter")
    def choose(self, request: Request, dossier: str) -> dict[str, object]:
        """Set the channels in their order, the language, and whether only what the law requires."""
        asked = request.load(schemas.ChoiceSchema)
        return schemas.contact(self.applicants.change(dossier, partial(choose, **asked)))
