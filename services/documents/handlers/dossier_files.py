"""The files of a dossier on one page, each with its proof; and a file shown by the browser."""

from collections.abc import Mapping

from contracts.forms import FORM_NAMES, FormKind
from foundation.errors import Unknown
from foundation.files.signature_report import SignedContent
from foundation.text.file_names import shown_inline
from foundation.web import ANY_FILE, Request, Response
from foundation.web.framed_page import framed_page
from foundation.web.page_routes import page, wants_page
from foundation.web.page_words import Words, size
from services.documents.domain import access_list, readings
from services.documents.domain.access_list import DossierAccess
from services.documents.domain.signed import SignatureState
from services.documents.domain.storing import Document
from services.documents.handlers import keeping_view
from services.documents.handlers.context import person
from services.documents.handlers.file_pages import READERS, FilePages
from services.documents.pages import PAGES

MOST = 300
"""Files of one dossier that its page names."""
SHOWN = frozenset(("application/pdf", "image/jpeg", "image/png"))
"""What every browser shows by itself; the rest is saved."""
SHOWING = {
    # The programs by which browsers show a PDF are their own; the file may fetch nothing.
    "Content-Security-Policy": "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; "
    "img-src 'self' data:; frame-ancestors 'none'",
}
_RESULT: Words = ("Kết quả", "The result")
_BROUGHT: Words = ("Người nộp đưa", "Handed in by the applicant")
_SCANNED: Words = ("Quét tại quầy", "Scanned at the counter")
_OPINION: Words = ("Văn bản của cơ quan", "Of an agency")
_FORM: Words = ("Mẫu Trung tâm lập", "Form of the centre")
_DECLARED: Words = ("Tờ khai điện tử", "Electronic form, as it was filled in")
_SIGNED: Mapping[SignatureState, Words] = {
    SignatureState.UNSIGNED: ("không có chữ ký số", "no digital signature"),
    SignatureState.WAITING: ("chữ ký số đang được kiểm tra", "its signatures are being checked"),
    SignatureState.NOT_READABLE: (
        "chữ ký số không đọc được",
        "its signatures cannot be read",
    ),
}
_WHOLE: Words = ("có chữ ký số, nội dung nguyên vẹn", "digitally signed, unchanged since")
_ALTERED: Words = (
    "có chữ ký số, nội dung đã thay đổi sau khi ký",
    "digitally signed, changed after that",
)


class DossierFiles(FilePages):
    """What the applicant, the counter and the agencies of a dossier may read of its files."""

    @page("/files/of/<dossier>", PAGES, scope=READERS, hidden=True)
    def look_at_files(self, request: Request, dossier: str) -> Response:
        """Each file that whoever asks may read, with what proves it; to others there is none."""
        if not request.who.subject:
            return _ask_who(request)
        access, by = self.accesses.known(dossier), person(request)
        found = self.documents.of_dossier(dossier, limit=MOST) if access else []
        listed = access_list.listed(found, access, by)
        self.readings.append(readings.look_at_list(by, self.clock.now(), dossier))
        return PAGES.show(
            "dossier_files.html",
            request,
            files=listed,
            kind_of={each.id: _kind(each, access) for each in listed},
            form_names=FORM_NAMES,
            signed=_signed,
            shown=SHOWN,
            size=size,
            moment=keeping_view.moment,
        )

    @framed_page("/files/<id>/view", PAGES, scope=READERS, gives=ANY_FILE)
    def view_file(self, request: Request, id: str) -> Response:
        """A PDF or a picture as the browser shows it, also beside a form of ours in a frame.

        Whatever else it is, it is saved.
        """
        answer = self.look_at_file(request, id)
        if answer.mimetype in SHOWN:
            saved = answer.headers["Content-Disposition"]
            answer.headers["Content-Disposition"] = shown_inline(saved)
            answer.headers.update(SHOWING)
        return answer


def _kind(document: Document, access: DossierAccess | None) -> Words:
    if access is not None and document.id in access.results:
        return _RESULT
    if document.form:
        return _DECLARED if document.form == FormKind.DECLARATION else _FORM
    if document.uploader.agency:
        return _OPINION
    return _SCANNED if document.uploader.clerk else _BROUGHT


def _signed(document: Document) -> Words:
    """What is known of its digital signatures; empty of what is no PDF."""
    evidence = document.signing
    if evidence.signature_state is not SignatureState.READ:
        return _SIGNED.get(evidence.signature_state, ("", ""))
    kept = (SignedContent.WHOLE, SignedContent.EXTENDED)
    return _WHOLE if all(each.content in kept for each in evidence.signatures) else _ALTERED


def _ask_who(request: Request) -> Response:
    if not wants_page(request.headers):
        raise Unknown("Cần đăng nhập trước.", "Sign in first.")
    return PAGES.show("files_sign_in.html", request)
