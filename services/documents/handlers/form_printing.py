"""The forms of the counter: kept when they are filled in, printed by a job, proven on request."""

from functools import partial
from hashlib import sha256
from io import BytesIO
from typing import Any

from contracts.forms import FormFilled
from contracts.law import LawRule
from foundation.consumer import MessageMeta, on
from foundation.law import edition
from foundation.pdf import RenderJob, release
from foundation.scheduling import every
from foundation.web import Request, get
from services.documents import schemas
from services.documents.domain import forms
from services.documents.handlers.context import TEMPLATES, DocumentsContext


class FormPrinting(DocumentsContext):
    """Printing, and the proof that a printed form is what was filled in."""

    @on(FormFilled)
    def fill(self, filled: FormFilled, about: MessageMeta) -> None:
        """Keep what stands on a form; it is printed within a second, and again if that fails."""
        form, messages = forms.fill(about.subject, filled, self.clock.now())
        self.forms.save(form, *messages, once=about.once)

    @every(1)
    def print_forms(self) -> None:
        """Print what waits, one after the other: messages and requests do not wait for paper."""
        self.job_runner.run(
            "print_forms", partial(self.forms.waiting, self.clock.now()), self._print
        )

    @get("/documents/<id>/proof", scope="counter", gives=schemas.ProofAnswer)
    def prove(self, request: Request, id: str) -> dict[str, Any]:
        """Print a form again from what it was filled in with, and compare the bytes."""
        document = self._read(request, id)
        form = self.forms.get(id)
        again = sha256(self.press.print(_sheet(form))).hexdigest()
        return schemas.proof(document, form, again, release(TEMPLATES))

    def _print(self, form_id: str) -> None:
        # Written before the try: a form that kills us does not hold up the others for ever.
        form = self.forms.change(form_id, partial(forms.try_again, now=self.clock.now()))
        pdf = self.press.print(_sheet(form))
        kept = self.files.put(BytesIO(pdf), "application/pdf")
        if not self.documents.among([form.id]):
            document, messages = forms.issue(form, kept.sha256, kept.size, self.clock.now())
            self.documents.save(document, *messages)
        done = partial(forms.printed, sha256=kept.sha256, press=release(TEMPLATES))
        self.forms.change(form.id, done)


def _sheet(form: forms.Form) -> RenderJob:
    filled = forms.filled(form)
    return RenderJob(
        folder=TEMPLATES,
        template=f"{filled.kind}.html",
        values={"form": filled.write(), "law": edition(LawRule.FORMS, filled.issued)},
        qr=filled.tracking or filled.code,
    )
