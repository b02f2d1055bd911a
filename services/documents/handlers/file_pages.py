"""The file of a document, for a page that leads to it: the API's, opened by who signed in there."""

from foundation.errors import Unknown
from foundation.web import ANY_FILE, Request, Response
from foundation.web.page_routes import page
from services.documents.handlers.files_api import FilesApi
from services.documents.pages import PAGES

READERS = "document:read counter desk"


class FilePages(FilesApi):
    """Where the pages of other services link a document's file; each reading is in the book."""

    @page("/files/<id>", PAGES, scope=READERS, gives=ANY_FILE, hidden=True)
    def look_at_file(self, request: Request, id: str) -> Response:
        """The file itself, for who may read it; to others it is not there."""
        if not request.who.subject:
            raise Unknown(
                "Cần đăng nhập trước, rồi mở lại liên kết này.",
                "Sign in first, then open this link again.",
            )
        return self.content(request, id)
