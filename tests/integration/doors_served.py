"""The HTTP doors of a service over stores in memory: `python -m tests.integration.doors_served`.

The argument is that of `served`, and `doors`, the name of the service. Messages and jobs are left
out: nothing but what comes over HTTP changes anything.
"""

from foundation.runtime.patch import patch

patch()

import json  # noqa: E402 -- nothing before the patch
import sys  # noqa: E402
from collections.abc import Sequence  # noqa: E402
from dataclasses import replace  # noqa: E402
from typing import Any  # noqa: E402

from foundation.vault import FileKeys  # noqa: E402
from foundation.vault.provider import Vault  # noqa: E402
from foundation.web.routes import Route  # noqa: E402
from services.documents.domain.access_list import DossierAccess  # noqa: E402
from services.documents.domain.allowance import UploadAllowance  # noqa: E402
from services.documents.domain.forms import Form  # noqa: E402
from services.documents.domain.orphans import ObjectSweep  # noqa: E402
from services.documents.domain.readings import DocumentReading  # noqa: E402
from services.documents.domain.storing import Document  # noqa: E402
from services.documents.service import DocumentsService  # noqa: E402
from services.documents.store import Allowances, Documents, Readings  # noqa: E402
from services.feedback.domain.denunciation import Denunciation  # noqa: E402
from services.feedback.domain.feedback import Feedback  # noqa: E402
from services.feedback.domain.finding import findable  # noqa: E402
from services.feedback.domain.rating import KnownDossier, Rating  # noqa: E402
from services.feedback.domain.sealed_parts import SealedReading  # noqa: E402
from services.feedback.domain.tally import RatingTally  # noqa: E402
from services.feedback.domain.visit import Visit  # noqa: E402
from services.feedback.service import FeedbackService  # noqa: E402
from services.feedback.store import (  # noqa: E402
    Denunciations,
    Feedbacks,
    Ratings,
    RatingTallies,
    SealedReadings,
    Visits,
)
from tests.desks import AskedStore  # noqa: E402
from tests.fakes import (  # noqa: E402
    FakeCalendarCopies,
    FakeClock,
    FakeConnectedAgencies,
    FakeFiles,
    FakeRetentionTable,
    FakeRulebook,
    FakeScanner,
    FakeSignatureReader,
    FakeStore,
)
from tests.integration.served import serve  # noqa: E402


class _Standing(AskedStore):
    standing = Feedbacks.standing
    to_pass_on = Feedbacks.to_pass_on
    searched = Feedbacks.searched
    having = Feedbacks.having
    published = Feedbacks.published
    saying = Feedbacks.saying

    def save(self, entity: Any, *messages: Any, **rest: Any) -> Any:
        return super().save(findable(entity), *messages, **rest)


class _Denunciations(AskedStore):
    by_code = Denunciations.by_code
    standing = Denunciations.standing


class _SealedReadings(AskedStore):
    of = SealedReadings.of

    def append(self, reading: SealedReading) -> Any:
        return self.save(replace(reading, id=f"r{len(self.things)}"))


class _Ratings(AskedStore):
    is_given = Ratings.is_given


class _Visits(AskedStore):
    by_code = Visits.by_code


class _RatingTallies(AskedStore):
    of_month = RatingTallies.of_month


class _Documents(AskedStore):
    undecided, of_dossier = Documents.undecided, Documents.of_dossier

    def among(self, ids: Sequence[str]) -> list[Any]:
        return self.find_where(lambda each: each.id in ids)


class _Readings(AskedStore):
    of, looked = Readings.of, Readings.looked

    def append(self, reading: DocumentReading) -> Any:
        return self.save(replace(reading, id=str(len(self.documents) + 1)))


class _Accesses(FakeStore):
    def known(self, dossier: str) -> Any:
        return next((each for each in self.things if each.id == dossier), None)


class _Allowances(AskedStore):
    known = Allowances.known


def documents() -> type:
    return doors_of(
        DocumentsService,
        documents=_Documents(Document),
        accesses=_Accesses(DossierAccess),
        allowances=_Allowances(UploadAllowance),
        forms=FakeStore(Form),
        readings=_Readings(DocumentReading),
        sweeps=FakeStore(ObjectSweep),
        files=FakeFiles(),
        press=None,
        scanner=FakeScanner(configured=False),
        signature_reader=FakeSignatureReader(),
        retention_table=FakeRetentionTable(),
        scans=None,
        orphan_files=None,
        clock=FakeClock(),
        job_runner=None,
    )


def feedback() -> type:
    clock = FakeClock()
    return doors_of(
        FeedbackService,
        feedbacks=_Standing(Feedback, clock=clock),
        denunciations=_Denunciations(Denunciation, clock=clock),
        sealed_readings=_SealedReadings(SealedReading, clock=clock),
        vault=Vault(FileKeys({"vault.1": b"k" * 32})),
        ratings=_Ratings(Rating, clock=clock),
        visits=_Visits(Visit, clock=clock),
        rating_tallies=_RatingTallies(RatingTally, clock=clock),
        dossiers=FakeStore(KnownDossier),
        calendars=FakeCalendarCopies(clock=clock),
        connected_agencies=FakeConnectedAgencies(),
        rulebook=FakeRulebook(),
        retention_table=FakeRetentionTable(),
        removed_feedback=None,
        clock=clock,
        job_runner=None,
    )


def doors_of(service: type, **parts: Any) -> type:
    """The service with these parts, and of its entrypoints only the routes."""
    silent = {
        name: None
        for name in dir(service)
        for entry in getattr(getattr(service, name), "nameko_entrypoints", ())
        if not isinstance(entry, Route)
    }
    return type(service.__name__, (service,), {"__doc__": service.__doc__, **silent, **parts})


if __name__ == "__main__":
    serve({"documents": documents, "feedback": feedback}[json.loads(sys.argv[1])["doors"]]())
