"""A lease in the database: elects one of several processes (leader election).

No wall clock is compared, so a process whose clock is a day off neither steals nor blocks:
a holder renews the beat; whoever sees no new beat for `patience` seconds by its own monotonic
clock takes over. For a moment there may be two holders: the work must tolerate that.
"""

import time
import uuid
from typing import Any

from foundation.errors import Duplicate
from foundation.persistence.mongo import Mongo, translate_errors

COLLECTION = "leases"
BEATS = 4  # renewals within the patience of others


class Lease:
    """One named lease, as one process sees it."""

    def __init__(self, mongo: Mongo, name: str, *, patience: float) -> None:
        """`patience` is how many seconds without a beat make a holder count as gone."""
        self.mongo = mongo
        self.name = name
        self.patience = patience
        self.me = uuid.uuid4().hex
        self.note: Any = None
        """State that the holder passes on to its successor; written with each beat."""
        self._beaten = 0  # the last beat of ours, 0 while the lease is another's
        self._seen: tuple[str, int] = ("", 0)
        self._seen_at = time.monotonic()
        self._ours_until = self._seen_at

    def hold(self) -> bool:
        """Take or keep the lease. False while another process holds it.

        Whoever has just beaten holds it for a while without asking: for less than anyone else
        waits before they take it.

        Raises:
            Unavailable: the database does not answer.
        """
        if time.monotonic() < self._ours_until:
            return True
        began = time.monotonic()
        ours = self._hold()
        if ours:
            self._ours_until = began + self.patience / BEATS
        return ours

    def _hold(self) -> bool:
        # Whoever holds it knows its beat, so that renewing it is one command.
        if self._beaten and self._beat(self.me, self._beaten):
            return True
        self._beaten = 0
        with translate_errors():
            document = self._documents.find_one({"_id": self.name})
        if document is None:
            return self._begin()
        owner, beat = document["owner"], document["beat"]
        if owner == self.me:
            return self._beat(owner, beat)
        self.note = document.get("note")
        if (owner, beat) != self._seen:
            self._seen, self._seen_at = (owner, beat), time.monotonic()
            return False
        if time.monotonic() - self._seen_at < self.patience:
            return False
        return self._beat(owner, beat)

    @property
    def _documents(self) -> Any:
        return self.mongo.collection(COLLECTION)

    def _begin(self) -> bool:
        try:
            with translate_errors():
                self._documents.insert_one({"_id": self.name, "owner": self.me, "beat": 1})
        except Duplicate:
            return False
        self._beaten = 1
        return True

    def _beat(self, owner: str, beat: int) -> bool:
        with translate_errors():
            result = self._documents.update_one(
                {"_id": self.name, "owner": owner, "beat": beat},
                {"$set": {"owner": self.me, "beat": beat + 1, "note": self.note}},
            )
        self._beaten = beat + 1 if result.matched_count else 0
        return bool(self._beaten)
