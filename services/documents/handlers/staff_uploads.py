"""Where forms of the counter and the desks send their files: kept here, and on to the act itself.

The page that comes names the files and carries what was typed, each file as the document it became;
its button sends that to the act, at the same address without /uploads. Nothing is done here.
"""

from dataclasses import dataclass, replace
from hashlib import file_digest, sha256

from foundation.errors import NO_SUCH_THING, Error, NotFound, Unknown
from foundation.persistence.document import new_message_id
from foundation.text.file_names import tidy
from foundation.text.procedure_code import bare
from foundation.web import Request, Response
from foundation.web.auth import Identity
from foundation.web.limits import upload_cap
from foundation.web.page_forms import answer_form
from foundation.web.page_uploads import (
    FormWithFiles,
    SentFile,
    act_with_files,
    read_form_with_files,
)
from foundation.web.page_words import size
from foundation.web.responses import TooLarge
from services.documents.domain import storing
from services.documents.domain.allowance import largest_file
from services.documents.domain.storing import Document
from services.documents.handlers.context import together
from services.documents.handlers.files_api import FilesApi
from services.documents.pages import PAGES, accept, taken

COUNTER, DESK = "counter", "desk"
_OF_STEP = "/uploads/desks/<desk>/steps/<step>/<name>"
_OF_DOSSIER = "/uploads/counter/dossiers/<dossier_id>/<name>"


@dataclass(frozen=True, kw_only=True)
class KeptFile:
    """A file of a form, which may have `most` bytes: its document, or why it was not taken."""

    field: str
    name: str
    most: int
    document: Document | None = None
    wrong: Error | None = None


class StaffUploads(FilesApi):
    """Scans of the counter, and the documents of an agency."""

    @act_with_files("/uploads/counter/new", PAGES, scope=COUNTER, largest=together)
    def upload_for_new(self, request: Request) -> Response:
        """Scans of the papers of a dossier that is taken in."""
        return self._keep_each(request, _clerk(request), "/counter/new")

    @act_with_files(_OF_DOSSIER, PAGES, scope=COUNTER, largest=together)
    def upload_at_counter(self, request: Request, dossier_id: str, name: str) -> Response:
        """Scans of papers that were asked for, or the result that the counter decides on."""
        return self._keep_each(request, _clerk(request), f"/counter/dossiers/{dossier_id}/{name}")

    @act_with_files(_OF_STEP, PAGES, scope=DESK, largest=together)
    def upload_at_desk(self, request: Request, desk: str, step: str, name: str) -> Response:
        """The document of an agency that goes with what its officer answers."""
        who = request.who
        if who.subject and who.agency != desk:
            raise NotFound(*NO_SUCH_THING)
        officer = Identity(who.subject, frozenset((DESK,)), desk)
        return self._keep_each(request, officer, f"/desks/{desk}/steps/{step}/{name}")

    def _keep_each(self, request: Request, who: Identity, act: str) -> Response:
        """Keep the files; one that is sent twice with a form becomes one document."""
        if not who.subject:
            raise Unknown("Cần đăng nhập trước.", "Sign in first.")
        sent = read_form_with_files(request)
        said = f"{act} {sent.texts.get('key') or new_message_id(self.clock.now())}"
        asking = replace(request, who=who)
        kept = [
            self._keep_one(asking, f"{said} {each.field}", sent.files[each.field], each)
            for each in self._chosen(sent)
        ]
        ids = {each.field: [each.document.id] for each in kept if each.document}
        wrong = [each for each in kept if each.wrong]
        return PAGES.show(
            "staff_upload.html",
            request,
            status=422 if wrong else 200,
            kept=kept,
            wrong=wrong,
            texts={**sent.texts, **ids},
            act=act,
            taken=taken,
            accept=accept(),
            size=size,
        )

    def _chosen(self, sent: FormWithFiles) -> list[KeptFile]:
        """The files of a form; that of `supplement-document-2` is for `supplement-paper-2`."""
        known = self.allowances.known(bare(_first(sent, "procedure")))
        cap = upload_cap(self.settings)
        return [
            KeptFile(
                field=field,
                name=tidy(file.name, storing.LONGEST_NAME),
                most=largest_file(known, _first(sent, field.replace("document", "paper")), cap),
            )
            for field, file in sent.files.items()
        ]

    def _keep_one(self, request: Request, said: str, sent: SentFile, chosen: KeptFile) -> KeptFile:
        content = file_digest(sent.stream, "sha256").hexdigest()  # type: ignore[arg-type]
        length = sent.stream.tell()
        sent.stream.seek(0)
        key = sha256(f"{content} {said}".encode()).hexdigest()
        headers = {**request.headers, "idempotency-key": key}
        keyed = replace(request, headers=headers, stream=sent.stream)

        def keep() -> None:
            if length > chosen.most:
                raise TooLarge(chosen.most)
            self.keep(keyed, chosen.name)

        return answer_form(
            keep,
            done=lambda _: replace(chosen, document=self.documents.get(keyed.new_id)),
            wrong=lambda error: replace(chosen, wrong=error),
        )


def _first(sent: FormWithFiles, name: str) -> str:
    return sent.texts.get(name, [""])[0]


def _clerk(request: Request) -> Identity:
    return Identity(request.who.subject, frozenset((COUNTER,)))
