"""The forms of the counter: filled in, printed, and printed again to prove them."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.envelope import canonical
from contracts.events import DocumentReleased, DocumentStored, Event
from contracts.forms import FormFilled
from contracts.history import Revision
from contracts.message import CENTRE
from foundation.frozen import replace
from services.documents.domain.kept import first_look
from services.documents.domain.scanning import Scan, ScanState
from services.documents.domain.storing import Document, DocumentActor

FIRST_AGAIN, LAST_AGAIN = timedelta(seconds=15), timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Form:
    """A form of the counter as it was filled in; `id` is that of the document it becomes.

    `filled` is the message, canonical JSON, from which it can be printed again; `press` what
    printed it. Until then it waits: `tries` were made, the next is due `again`.
    """

    id: str
    dossier: str
    filled: str
    again: datetime
    waiting: bool = True
    tries: int = 0
    sha256: str = ""
    press: str = ""
    revision: Revision = Revision()


def fill(dossier: str, filled: FormFilled, now: datetime) -> tuple[Form, tuple[()]]:
    """A form that is to be printed; all that stands on it is kept beside it."""
    return Form(
        id=filled.document, dossier=dossier, filled=canonical(filled.write()).decode(), again=now
    ), ()


def filled(form: Form) -> FormFilled:
    """What stands on the form."""
    return FormFilled.read(json.loads(form.filled))


def try_again(form: Form, now: datetime) -> tuple[Form, tuple[()]]:
    """Note a try before it is made; the next follows with exponential back-off, an hour at most."""
    delay = min(FIRST_AGAIN * 2**form.tries, LAST_AGAIN)
    return replace(form, tries=form.tries + 1, again=now + delay), ()


def issue(form: Form, sha256: str, size: int, now: datetime) -> tuple[Document, tuple[Event, ...]]:
    """The printed form becomes a document of its dossier."""
    said = filled(form)
    document = Document(
        id=form.id,
        uploader=DocumentActor(subject=CENTRE, clerk=True),
        name=_named(said, form.dossier),
        media_type="application/pdf",
        sha256=sha256,
        size=size,
        stored=now,
        dossier=form.dossier,
        form=said.kind.value,
        told=True,
        scan=Scan(verdict=ScanState.NOT_NEEDED),
        retention=first_look(now),
    )
    released = DocumentReleased(agency=said.agency, dossier=form.dossier)
    stored = DocumentStored(
        agency=said.agency, sha256=sha256, size=size, media_type=document.media_type
    )
    return document, (stored, released)


def _named(said: FormFilled, dossier: str) -> str:
    about = f"mau-{said.number}-{said.kind}" if said.number else "to-khai"
    return f"{about}-{said.code or dossier}.pdf"


def printed(form: Form, sha256: str, press: str) -> tuple[Form, tuple[()]]:
    """Mark the form as printed."""
    return replace(form, waiting=False, sha256=sha256, press=press), ()
