"""Tracking on a real socket over stores in memory: `python -m tests.integration.tracking_served`.

The argument is that of `served`. The dossiers are those of `tests.journeys`, whose clock it is.
"""

from foundation.runtime.patch import patch

patch()

from types import SimpleNamespace  # noqa: E402 -- nothing before the patch

from foundation.sign_in import SignInPages  # noqa: E402 -- nothing before the patch
from foundation.web import Request, Response  # noqa: E402 -- nothing before the patch
from foundation.web.page_routes import page  # noqa: E402 -- nothing before the patch
from services.intake.domain.calendar.unit_calendar import UnitCalendar  # noqa: E402
from services.intake.domain.case.dossier import Dossier  # noqa: E402 -- nothing before the patch
from services.intake.domain.centre.figures import CentreFigures  # noqa: E402
from services.intake.domain.counter.finding import findable  # noqa: E402
from services.intake.domain.counter.known_document import KnownDocument  # noqa: E402
from services.intake.domain.drafts.draft import OnlineDraft  # noqa: E402
from services.intake.domain.lateness import late_list  # noqa: E402
from services.intake.handlers.director_pages import DirectorPages  # noqa: E402
from services.intake.handlers.payment_pages import PaymentPages  # noqa: E402
from services.intake.handlers.supplement_pages import SupplementPages  # noqa: E402
from services.intake.handlers.tracking_pages import TrackingPages  # noqa: E402
from services.intake.pages import PAGES  # noqa: E402 -- nothing before the patch
from tests.builders import (  # noqa: E402 -- nothing before the patch
    AGENCIES,
    SETTINGS,
    FakeCalendars,
    FakeDossiers,
    FakeDrafts,
    FakeFigures,
    FakeKnownDocuments,
)
from tests.fakes import FakeClock, FakeConnectedAgencies, FakeRulebook  # noqa: E402
from tests.integration.served import serve  # noqa: E402
from tests.journeys import NOW, dossiers  # noqa: E402


def kept() -> FakeDossiers:
    store = FakeDossiers(Dossier, clock=FakeClock(NOW))
    for each in dossiers():
        store.save(findable(late_list.listed(each)))
    return store


class Tracked(TrackingPages, DirectorPages, SupplementPages, PaymentPages, SignInPages):
    """The doors with pages, and nothing else of intake."""

    name = "intake"
    settings = SimpleNamespace(**vars(SETTINGS) | {"agencies": AGENCIES})  # type: ignore[assignment]
    clock = FakeClock(NOW)  # type: ignore[assignment]
    dossiers = kept()  # type: ignore[assignment]
    calendars = FakeCalendars(UnitCalendar, clock=clock)  # type: ignore[assignment]
    procedures = None  # type: ignore[assignment]
    agencies = None  # type: ignore[assignment]
    connected_agencies = FakeConnectedAgencies()  # type: ignore[assignment]
    known_documents = FakeKnownDocuments(KnownDocument)  # type: ignore[assignment]
    drafts = FakeDrafts(OnlineDraft, clock=clock)  # type: ignore[assignment]
    figures = FakeFigures(CentreFigures, clock=clock)  # type: ignore[assignment]
    rulebook = FakeRulebook()  # type: ignore[assignment]
    payments = SimpleNamespace(platform=None)  # type: ignore[assignment]

    @page("/specimen", PAGES)
    def specimen(self, request: Request) -> Response:
        return PAGES.show("look/specimen.html", request)


if __name__ == "__main__":
    serve(Tracked)
