"""The API: what an applicant was told, and how they wish to be told; and how they unsubscribe."""

from functools import partial

from foundation.web import Request, Response, get, put
from foundation.web.callbacks import callback
from services.notifications import schemas
from services.notifications.domain.applicant import choose_as_seen, unsubscribe
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.handlers.context import MessagesContext


class MessagesApi(MessagesContext):
    """What the counter sees of messages, and sets for a person."""

    @get("/dossiers/<dossier>/messages", scope="counter", gives=schemas.MessagesAnswer)
    def messages(self, request: Request, dossier: str) -> dict[str, object]:
        """What the applicant of a dossier was told and what became of each message, oldest first.

        Page by page: `?limit=`, and `?after=` with what the page before said in `next`.
        """
        asked = request.asked(schemas.MessagesQuery())
        return schemas.listed(*self.notices.of(dossier, self.clock.real(), **asked))

    @get("/dossiers/<dossier>/contact", scope="counter", gives=schemas.ContactAnswer)
    def contact(self, request: Request, dossier: str) -> dict[str, object]:  # noqa: ARG002 -- none
        """How the applicant of a dossier is reached, with addresses masked, and what they chose."""
        return schemas.contact(self.applicants.get(dossier))

    @put("/dossiers/<dossier>/contact", scope="counter", gives=schemas.ContactAnswer)
    def choose(self, request: Request, dossier: str) -> dict[str, object]:
        """Set the channels in their order, the language, and whether only what the law requires."""
        asked, mark = request.load(schemas.ChoiceSchema), request.headers.get("if-match", "")
        decide = partial(choose_as_seen, **asked, mark=mark)
        return schemas.contact(self.applicants.change(dossier, decide))

    @get("/providers", scope="counter", gives=schemas.CarriersAnswer)
    def carriers(self, request: Request) -> dict[str, object]:  # noqa: ARG002 -- it has no parameters
        """Who carries messages: their shares, and each change of late with its reason."""
        return schemas.carriers(
            {
                channel: ([each.address.name for each in self.providers.of(channel)], found)
                for channel in NoticeChannel
                if (found := self.shares.find_one({"_id": channel.value}))
            }
        )

    @callback("GET", "/unsubscribe/<dossier>/<seal>", gives="text/html")
    def ask_to_unsubscribe(self, request: Request, dossier: str, seal: str) -> Response:  # noqa: ARG002 -- all is in the path
        """A page with one button: programs that look at every link of a letter change nothing."""
        self.providers.must_be_ours(dossier, seal)
        return _page(self.applicants.get(dossier).language, done=False)

    @callback(
        "POST",
        "/unsubscribe/<dossier>/<seal>",
        takes="application/x-www-form-urlencoded",
        gives="text/html",
    )
    def unsubscribe(self, request: Request, dossier: str, seal: str) -> Response:  # noqa: ARG002 -- all is in the path
        """One click in the reader's mail program, or on our page (RFC 8058)."""
        self.providers.must_be_ours(dossier, seal)
        return _page(self.applicants.change(dossier, unsubscribe).language, done=True)


def _page(language: str, *, done: bool) -> Response:
    page = schemas.unsubscribe_page(language, done=done)
    return Response(page, content_type="text/html; charset=utf-8")
