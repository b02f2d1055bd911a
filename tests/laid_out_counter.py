"""The counter with what lies there: dossiers at every point, and some that wait."""

from dataclasses import replace
from datetime import timedelta

from services.intake.domain.counter.finding import findable
from services.intake.domain.lateness import late_list
from tests.builders import Office, submitted
from tests.journeys import NOW, dossiers

WAITING = 60


def counter() -> Office:
    """Dossiers at every point, 60 that wait, and one without its papers."""
    laid_out = Office()
    laid_out.clock.moment = NOW
    laid_out.scanned(*(f"s-{number}" for number in range(1, 9)))
    for each in dossiers():
        laid_out.dossiers.save(findable(late_list.listed(each)))
    for number in range(WAITING):
        came = NOW - timedelta(hours=WAITING - number)
        waits = replace(submitted(), id=f"w{number:02}", submitted=came)
        laid_out.dossiers.save(findable(replace(waits, answer_by=came + timedelta(days=1))))
    bare = replace(submitted(), id="bare", submitted=NOW, attachments=())
    laid_out.dossiers.save(findable(bare))
    laid_out.service.count_deadlines()
    return laid_out
