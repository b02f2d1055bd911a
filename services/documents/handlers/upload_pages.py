"""Where the pages of intake send files: kept and scanned as the API keeps them, and back to intake.

The file is then asked about on the page it was chosen for: nothing is attached to anything here.
"""

from dataclasses import replace
from hashlib import file_digest

from foundation.errors import Error
from foundation.text.file_names import tidy
from foundation.web import Request, Response
from foundation.web.auth import Identity
from foundation.web.page_routes import after_form, moved, page
from foundation.web.page_uploads import read_file, upload
from foundation.web.responses import TooLarge
from services.documents.domain import storing
from services.documents.handlers.files_api import FilesApi
from services.documents.pages import PAGES, TAKEN, UploadPlace, accept

CITIZEN = "document:write"


class UploadPages(FilesApi):
    """A citizen's file for a paper of a draft, or one that was asked for of a dossier."""

    @upload(
        "/uploads/apply/<draft>/<paper>",
        PAGES,
        scope=CITIZEN,
        largest=storing.LARGEST_FILE,
        hidden=True,
    )
    def upload_for_draft(self, request: Request, draft: str, paper: str) -> Response:
        """A file for a paper of a draft."""
        return self._take(request, UploadPlace("apply", draft, paper))

    @upload(
        "/uploads/mine/<dossier_id>/<paper>",
        PAGES,
        scope=CITIZEN,
        largest=storing.LARGEST_FILE,
        hidden=True,
    )
    def upload_for_dossier(self, request: Request, dossier_id: str, paper: str) -> Response:
        """A file for a paper that was asked for of a dossier."""
        return self._take(request, UploadPlace("mine", dossier_id, paper))

    @page("/uploads/too-large", PAGES)
    def say_too_large(self, request: Request) -> Response:
        """What a proxy shows of a file so large that it passes none of it on."""
        return PAGES.problem(TooLarge(storing.LARGEST_FILE), request)

    def _take(self, request: Request, place: UploadPlace) -> Response:
        """Keep the file; the same one sent twice to one place is one document."""
        kept: list[str] = []

        def keep() -> None:
            keyed, name = _keyed(request)
            kept.append(keyed.new_id)
            self.keep(keyed, name)

        return after_form(
            keep,
            done=lambda: moved(request, place.with_file(kept[0])),
            wrong=lambda error: _not_taken(request, place, error),
        )


def _keyed(request: Request) -> tuple[Request, str]:
    """A form with a file as the API takes it, by a key that is the file's own, and its name."""
    sent = read_file(request)
    digest = file_digest(sent.stream, "sha256").hexdigest()  # type: ignore[arg-type]
    sent.stream.seek(0)
    keyed = replace(
        request,
        stream=sent.stream,
        headers={**request.headers, "idempotency-key": digest},
        # Whatever else the account may do, on this page it is a citizen.
        who=Identity(request.who.subject),
    )
    return keyed, tidy(sent.name, storing.LONGEST_NAME)


def _not_taken(request: Request, place: UploadPlace, error: Error) -> Response:
    return PAGES.show(
        "upload.html",
        request,
        status=error.status,
        said=error.en if request.language == "en" else error.vi,
        action=place.action,
        back=place.back,
        taken=TAKEN,
        accept=accept(),
    )
