"""Routes for the files themselves: uploading, what is known of one, reading it."""

import json
from dataclasses import replace
from typing import Any

from foundation.errors import StoredResponse
from foundation.files.content import media_type_of
from foundation.files.pdf import may_be_signed
from foundation.persistence.object_store import ADDRESS_LASTS, ObjectInfo
from foundation.text.file_names import sent_name
from foundation.web import ANY_FILE, Request, Response, content_digest, get, post, ranges
from services.documents import schemas
from services.documents.domain import (
    kept,
    quarantine,
    readings,
    retention,
    scanning,
    signed,
    storing,
    versions,
)
from services.documents.domain.origin import DocumentOrigin
from services.documents.handlers.context import DocumentsContext, allowed, person

NEW = DocumentOrigin()


class FilesApi(DocumentsContext):
    """Routes for uploads and readings."""

    @post(
        "/documents",
        scope="document:write counter desk",
        largest=allowed,
        takes=ANY_FILE,
        gives=schemas.DocumentAnswer,
    )
    def store(self, request: Request) -> StoredResponse:
        """Keep a file: first its bytes, then the record, so that no record points to nothing.

        What it is, its content says: neither Content-Type nor the ending of its name counts. A
        `Content-Digest` must be that of the body. `?supersedes=` names the document that it is
        given in place of, `?procedure=&paper=` the paper that it is for: some allow larger files.
        """
        forerunner = request.asked(schemas.UploadQuery())["supersedes"]
        old = self._forerunner(request, forerunner).id if forerunner else ""
        content_digest.must_match(request.headers, request.stream)
        name = sent_name(request.headers, storing.LONGEST_NAME)
        return self.keep(request, name, DocumentOrigin(supersedes=old))

    def keep(self, request: Request, name: str, origin: DocumentOrigin = NEW) -> StoredResponse:
        """Keep the body of a request as a file of that name; `origin` is where it comes from.

        Raises:
            Invalid: it is empty, damaged, locked, or of a kind that is not taken.
            Duplicate: the same request was made before.
        """
        once = request.once(201, schemas.shown)
        document, file = self._keep(request, name)
        document, messages = versions.store(replace(document, origin=origin))
        saved = self.documents.save(document, *messages, once=once)
        if file.was_there:
            # It may just have been erased with the last document that had it.
            self.files.put(request.stream, document.media_type)
        return once.reply(saved)

    @get("/documents/<id>", scope="document:read counter desk", gives=schemas.DocumentAnswer)
    def show(self, request: Request, id: str) -> dict[str, Any]:
        """What is known of a document."""
        return schemas.shown(self._read(request, id))

    @get(
        "/documents/<id>/content",
        scope="document:read counter desk",
        gives=ANY_FILE,
        moves=schemas.MovedAnswer,
    )
    def content(self, request: Request, id: str) -> Response:
        """The file itself, to be saved; not before it has passed the scan for malware.

        `?reason=` is written down with the reading. `Range` asks for a part of it. Where readers
        reach the object store they are sent there, unless `?streamed=true`.
        """
        document = quarantine.must_pass(retention.must_be_here(self._read(request, id)))
        asked, header = request.asked(schemas.ReasonQuery()), request.headers.get("range", "")
        span = ranges.asked_for(header, document.size)
        part = span.headers["Content-Range"] if span else ""
        address = "" if asked["streamed"] else self._address(document)
        now, by = self.clock.now(), person(request)
        said = {"reason": asked["reason"], "part": part, "by_address": bool(address)}
        self.readings.append(readings.note(document, by, now, **said))
        if address:
            return self._moved(document, address)
        headers = schemas.headers(document)
        if span is None:
            return Response(self.files.get(document.sha256), headers=headers)
        body = self.files.part(document.sha256, span.start, span.length)
        return Response(body, status=206, headers=headers | span.headers)

    @get("/documents/<id>/readings", scope="counter", gives=schemas.DocumentReadingsAnswer)
    def who_read(self, request: Request, id: str) -> dict[str, Any]:
        """Who read a document, oldest first, page by page: `?limit=`, and `?after=` with `next`."""
        self._read(request, id)
        asked = request.asked(schemas.PageOfQuery())
        return schemas.read_by(*self.readings.of(id, self.clock.now(), **asked))

    def _address(self, document: storing.Document) -> str:
        return self.files.address(document.sha256, schemas.stored_headers(document))

    def _moved(self, document: storing.Document, address: str) -> Response:
        """Send the reader to the store; what is kept of this answer could be used by others."""
        body = schemas.moved(document, address, self.clock.real() + ADDRESS_LASTS)
        return Response(
            json.dumps(body),
            status=307,
            content_type="application/json",
            headers={"Location": address, "Cache-Control": "no-store"},
        )

    def _forerunner(self, request: Request, document_id: str) -> storing.Document:
        return versions.must_be_theirs(self._read(request, document_id), person(request))

    def _keep(self, request: Request, name: str) -> tuple[storing.Document, ObjectInfo]:
        media_type = media_type_of(request.stream, storing.FORMATS)
        file = self.files.put(request.stream, media_type)
        now = self.clock.now()
        waits = self.scanner.configured or not self.scanner.lets_pass
        document = storing.Document(
            id=request.new_id,
            uploader=person(request),
            name=storing.named(name, media_type),
            media_type=media_type,
            sha256=file.sha256,
            size=file.size,
            stored=now,
            scan=scanning.to_be_scanned(now) if waits else scanning.Scan(),
            retention=kept.first_look(now),
            signing=signed.looked_for(media_type, marked=may_be_signed(request.stream)),
        )
        return document, file
