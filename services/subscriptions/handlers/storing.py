"""Stores how far the subscriptions of this process are: of all that are due in one command."""

import time
from dataclasses import replace
from functools import partial

from foundation.scheduling import run_each
from services.subscriptions.domain.progress import WebhookProgress, hand_over
from services.subscriptions.handlers.context import SubscriptionsContext
from services.subscriptions.handlers.team import Courier, DeliveryTeam

STORE_SECONDS, STORE_IDLE_SECONDS = 1.0, 15.0
MOST_UNSTORED = 5000
"""Events passed over before the cursor of a subscription is stored, though it wanted none."""
AT_ONCE = 500


class ProgressMark:
    """How far a courier was when its storing began; it goes on delivering meanwhile."""

    def __init__(self, courier: Courier) -> None:
        """It is as far as it is now."""
        self.courier = courier
        self.marked, self._seen = courier.window.marked(), courier.window.progress
        courier.stored_at = time.monotonic()

    def settle(self, saved: WebhookProgress) -> None:
        """What is stored now; if it is not what was marked, somebody else wrote."""
        window = self.courier.window
        if _facts(saved) != _facts(self.marked):
            window.closed = True
            return
        seen = window.progress is self._seen
        window.progress = replace(window.progress, revision=saved.revision)
        self.courier.saved = saved
        self.courier.seen = window.progress if seen else None


class ProgressStoring(SubscriptionsContext):
    """The cursors in the database follow those in memory, a second behind."""

    team = DeliveryTeam()

    def _store_due(self) -> None:
        """Store what is due; one that cannot be stored with the others is tried alone."""
        due = [key for key, courier in self.team.couriers.items() if _is_due(courier)][:AT_ONCE]
        if not due:
            return
        if run_each([due], self._store_together):
            self._store_each(due)

    def _store_together(self, due: list[str]) -> None:
        """One reading and one write, however many there are."""
        marks = {key: ProgressMark(self.team.couriers[key]) for key in due}
        stored = self.progresses.of(due)
        decided = [
            (before, after, ())
            for before in stored
            if (after := hand_over(before, marks[before.id].marked)) != before
        ]
        if decided and not self.progresses.save_all(decided):
            self._store_each(due)
            return
        written = {before.id: _written(before, after) for before, after, _ in decided}
        for before in stored:
            self._settle_mark(marks[before.id], written.get(before.id, before))

    def _store_each(self, due: list[str]) -> None:
        run_each(due, lambda key: self._store(key, self.team.couriers[key]))

    def _store(self, key: str, courier: Courier) -> None:
        """Store how far one is, unless somebody else wrote: then it is to be read anew."""
        mark = ProgressMark(courier)
        saved = self.progresses.change(key, partial(_handed_over, mine=mark.marked))
        self._settle_mark(mark, saved)

    def _settle_mark(self, mark: ProgressMark, saved: WebhookProgress) -> None:
        mark.settle(saved)
        if mark.courier.reads:
            self.team.rests.pop(saved.id, None)


def _is_due(courier: Courier) -> bool:
    window, since = courier.window, time.monotonic() - courier.stored_at
    passed = window.cursor - courier.saved.cursor
    called = window.progress is not courier.seen
    late = passed > 0 and since >= STORE_IDLE_SECONDS
    return (called and since >= STORE_SECONDS) or passed > MOST_UNSTORED or late


def _handed_over(
    stored: WebhookProgress, mine: WebhookProgress
) -> tuple[WebhookProgress, tuple[()]]:
    return hand_over(stored, mine), ()


def _written(before: WebhookProgress, after: WebhookProgress) -> WebhookProgress:
    """As a write without messages leaves it: only the version is another."""
    revision = replace(before.revision, version=before.revision.version + 1)
    return replace(after, revision=revision)


def _facts(progress: WebhookProgress) -> WebhookProgress:
    return replace(progress, revision=WebhookProgress(id="", cursor=0).revision)
