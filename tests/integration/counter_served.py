"""The counter on a real socket over stores in memory: `python -m tests.integration.counter_served`.

The argument is that of `served`. The dossiers are those of `tests.journeys`, and some that wait.
"""

from foundation.runtime.patch import patch

patch()

from dataclasses import replace  # noqa: E402 -- nothing before the patch
from datetime import timedelta  # noqa: E402 -- nothing before the patch
from types import SimpleNamespace  # noqa: E402 -- nothing before the patch

from services.intake.domain.counter.finding import findable  # noqa: E402 -- nothing before the patch
from services.intake.service import Intake  # noqa: E402 -- nothing before the patch
from tests.builders import AGENCIES, SETTINGS, Office, submitted  # noqa: E402
from tests.integration.doors_served import doors_of  # noqa: E402 -- nothing before the patch
from tests.integration.served import serve  # noqa: E402 -- nothing before the patch
from tests.journeys import NOW, dossiers  # noqa: E402 -- nothing before the patch

WAITING = 60


def office() -> Office:
    """Dossiers at every point, 60 that wait, one of them without its papers."""
    laid_out = Office()
    laid_out.clock.moment = NOW
    laid_out.scanned(*(f"s-{number}" for number in range(1, 9)))
    for each in dossiers():
        laid_out.dossiers.save(findable(each))
    for number in range(WAITING):
        came = NOW - timedelta(hours=WAITING - number)
        waits = replace(submitted(), id=f"w{number:02}", submitted=came)
        laid_out.dossiers.save(findable(replace(waits, answer_by=came + timedelta(days=1))))
    bare = replace(submitted(), id="bare", submitted=NOW, attachments=())
    laid_out.dossiers.save(findable(bare))
    return laid_out


def doors(laid_out: Office) -> type:
    """The doors of intake over what `office` laid out."""
    return doors_of(
        Intake,
        settings=SimpleNamespace(**vars(SETTINGS) | {"agencies": AGENCIES}),
        clock=laid_out.clock,
        dossiers=laid_out.dossiers,
        drafts=laid_out.drafts,
        procedures=laid_out.procedures,
        agencies=laid_out.agencies,
        lookups=laid_out.lookups,
        calendars=laid_out.calendars,
        known_documents=laid_out.known_documents,
        connected_agencies=laid_out.service.connected_agencies,
        rulebook=laid_out.rulebook,
        nation=laid_out.nation,
        job_runner=None,
        press=None,
    )


if __name__ == "__main__":
    serve(doors(office()))
