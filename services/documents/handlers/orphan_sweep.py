"""The job that removes files of the object store that no document has."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from foundation.observability.fault_points import reached
from foundation.observability.service_metrics import ServiceCounter
from foundation.persistence.object_store import KeptObject
from foundation.scheduling import every
from services.documents.domain import orphans
from services.documents.handlers.context import DocumentsContext


class OrphanSweep(DocumentsContext):
    """Goes through the whole store, a page at a time, and begins again an hour after its end."""

    orphan_files = ServiceCounter(
        "motcua_orphan_files",
        "Files past their grace that no document has; outcome is found or removed",
        by=("outcome",),
    )

    @every(30)
    def sweep_files(self) -> None:
        """Look at one page; where it ends is kept, so that a restart goes on there."""
        now = self.clock.real()
        sweep = self.sweeps.change_or_create(orphans.FILES, None, partial(orphans.begin, now=now))
        if not orphans.runs(sweep):
            return
        page = self.files.listed(sweep.after, orphans.PAGE)
        for each in self._orphans(page, now):
            self._sweep(each, sweep, now)
        names = [each.name for each in page]
        done = partial(orphans.pass_page, names=names, before=sweep, now=now)
        self.sweeps.change(orphans.FILES, done)

    def _orphans(self, page: Sequence[KeptObject], now: datetime) -> Iterator[KeptObject]:
        """What is no file of ours is left alone, and so is what may be being written."""
        for each in page:
            old = bool(each.digest) and orphans.is_past_grace(each.stored, now)
            if old and not self.documents.has_file(each.digest):
                yield each

    def _sweep(self, orphan: KeptObject, before: orphans.ObjectSweep, now: datetime) -> None:
        self.orphan_files.add("found")
        meet = partial(orphans.meet, name=orphan.name, before=before)
        sweep = self.sweeps.change(orphans.FILES, meet)
        reached("orphan_met")
        if not orphans.may_remove(sweep):
            return
        wanted = partial(self.documents.has_file, orphan.digest)
        if self.files.remove(orphan.digest, wanted=wanted, idle_since=now - orphans.GRACE):
            self.orphan_files.add("removed")
            self.sweeps.change(orphans.FILES, orphans.count_removed)
