"""The API of templates: what stands in them, a preview, and publishing an edition."""

from functools import partial

from foundation.web import Request, get, post, put
from services.notifications import schemas
from services.notifications.domain.template import NoticeTemplate, TemplateParts, publish
from services.notifications.handlers.context import MessagesContext

SCOPE = "catalogue:write"


class TemplatesApi(MessagesContext):
    """Whoever looks after the catalogue looks after the words to people, too."""

    @get("/templates/<kind>/<language>", scope=SCOPE, gives=schemas.TemplateAnswer)
    def template(self, request: Request, kind: str, language: str) -> dict[str, object]:  # noqa: ARG002 -- all is in the path
        """The template in use, its editions, and the variables that may stand in it."""
        schemas.situation_of_kind(kind, language)
        return schemas.published(self._template(kind, language), kind, language)

    @put("/templates/<kind>/<language>", scope=SCOPE, gives=schemas.TemplateAnswer)
    def publish(self, request: Request, kind: str, language: str) -> dict[str, object]:
        """Publish an edition: it is tried with an example first, and used from now on."""
        parts: TemplateParts = request.load(schemas.TemplateSchema)
        schemas.preview(kind, language, parts)
        blank = NoticeTemplate(id=f"{kind}.{language}")
        seen = request.headers.get("if-match", "")
        by, at = request.who.subject, self.clock.real()
        add = partial(publish, parts=parts, by=by, at=at, seen=seen)
        template = self.templates.change_or_create(blank.id, blank, add)
        return schemas.published(template, kind, language)

    @post("/templates/<kind>/<language>/preview", scope=SCOPE, gives=schemas.PreviewAnswer)
    def preview(self, request: Request, kind: str, language: str) -> dict[str, object]:
        """What a person would read by a draft, and how many SMS that is; nothing is stored."""
        return schemas.preview(kind, language, request.load(schemas.TemplateSchema))

    def _template(self, kind: str, language: str) -> NoticeTemplate:
        name = f"{kind}.{language}"
        return self.templates.find_one({"_id": name}) or NoticeTemplate(id=name)
