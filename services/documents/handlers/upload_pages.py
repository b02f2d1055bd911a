"""Where the pages of intake send files: kept and scanned as the API keeps them, and back to intake.

The file is then asked about on the page it was chosen for: nothing is attached to anything here.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import file_digest

from foundation.errors import Error, Unknown
from foundation.text.file_names import tidy
from foundation.web import Request, Response
from foundation.web.auth import Identity
from foundation.web.html_pages import address
from foundation.web.page_forms import after_form, read_form
from foundation.web.page_routes import form, moved, page
from foundation.web.page_uploads import on_disk, read_file, upload
from foundation.web.responses import TooLarge
from foundation.worktime import local_day
from services.documents.domain import readings, reuse, storing, versions
from services.documents.handlers.context import allowed, person
from services.documents.handlers.files_api import FilesApi
from services.documents.pages import PAGES, UploadPlace, accept, taken

CITIZEN = "document:write"
AGAIN = "used again by its owner"
"""Why a file was read that its owner hands in once more, as the book of readings has it."""
CONSENT = "ticked by its owner on the page of a draft"
"""How they agreed, as it is kept with the new document."""


class UploadPages(FilesApi):
    """A citizen's file for a paper of a draft, or one that was asked for of a dossier."""

    @upload(
        "/uploads/apply/<draft>/<paper>",
        PAGES,
        scope=CITIZEN,
        largest=allowed,
        hidden=True,
    )
    def upload_for_draft(self, request: Request, draft: str, paper: str) -> Response:
        """A file for a paper of a draft."""
        return self._take(request, UploadPlace("apply", draft, paper))

    @upload(
        "/uploads/mine/<dossier_id>/<paper>",
        PAGES,
        scope=CITIZEN,
        largest=allowed,
        hidden=True,
    )
    def upload_for_dossier(self, request: Request, dossier_id: str, paper: str) -> Response:
        """A file for a paper that was asked for of a dossier."""
        return self._take(request, UploadPlace("mine", dossier_id, paper))

    @form("/uploads/apply/<draft>/<paper>/again", PAGES, scope=CITIZEN, hidden=True)
    def use_again(self, request: Request, draft: str, paper: str) -> Response:
        """A file that the citizen handed in before, as a new document that is scanned anew."""
        if not request.who.subject:
            raise Unknown("Cần đăng nhập để nộp hồ sơ.", "Sign in to hand in a dossier.")
        place, said = UploadPlace("apply", draft, paper), read_form(request)
        kept: list[str] = []

        def keep() -> None:
            keyed = _as_citizen(request, f"{said.get('document', '')[:64]}-again")
            kept.append(keyed.new_id)
            self._keep_again(keyed, said)

        return after_form(
            keep,
            done=lambda: moved(request, place.with_file(kept[0])),
            wrong=lambda error: self._not_taken(request, place, error),
        )

    @page("/uploads/too-large", PAGES)
    def say_too_large(self, request: Request) -> Response:
        """What a proxy shows of a file so large that it passes none of it on, as its own 413."""
        response = PAGES.problem(TooLarge(allowed(self, request.query)), request)
        response.status_code = 200
        return response

    def _take(self, request: Request, place: UploadPlace) -> Response:
        """Keep the file; the same one sent twice to one place is one document."""
        kept: list[str] = []

        def keep() -> None:
            keyed, name = _keyed(request, self.clock.now())
            kept.append(keyed.new_id)
            self.keep(keyed, name)

        return after_form(
            keep,
            done=lambda: moved(request, place.with_file(kept[0])),
            wrong=lambda error: self._not_taken(request, place, error),
        )

    def _keep_again(self, keyed: Request, said: Mapping[str, str]) -> None:
        by, now = person(keyed), self.clock.now()
        found = self.documents.get(said.get("document", ""))
        access = self.accesses.known(found.dossier)
        old = reuse.must_be_reusable(found, access, by, said.get("agreed", ""))
        self.readings.append(readings.note(old, by, now, reason=AGAIN, part=""))
        origin = versions.again_from(old, access, CONSENT, now)
        with on_disk(self.files.get(old.sha256)) as stream:
            self.keep(replace(keyed, stream=stream), old.name, origin)

    def _not_taken(self, request: Request, place: UploadPlace, error: Error) -> Response:
        return PAGES.show(
            "upload.html",
            request,
            status=error.status,
            said=error.en if request.language == "en" else error.vi,
            action=address(place.action_for(request.query), lang=request.query.get("lang", "")),
            back=place.back,
            taken=taken(allowed(self, request.query)),
            accept=accept(),
        )


def _as_citizen(request: Request, key: str) -> Request:
    """The request by a key of its own; whatever else the account may do, here it is a citizen."""
    headers = {**request.headers, "idempotency-key": key}
    return replace(request, headers=headers, who=Identity(request.who.subject))


def _keyed(request: Request, now: datetime) -> tuple[Request, str]:
    """A form with a file as the API takes it, and its name; the key is of the file and the day.

    On another day the same file is another document: the first may be removed by then, or the
    scanner know better.
    """
    sent = read_file(request)
    digest = file_digest(sent.stream, "sha256").hexdigest()  # type: ignore[arg-type]
    sent.stream.seek(0)
    keyed = replace(_as_citizen(request, f"{digest}-{local_day(now)}"), stream=sent.stream)
    return keyed, tidy(sent.name, storing.LONGEST_NAME)
