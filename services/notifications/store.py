"""How applicants, words and notices are kept."""

from collections.abc import Sequence
from datetime import datetime

from foundation.store import Index, Store
from services.notifications.domain import Applicant, Channel, Notice, State, Word


class Applicants(Store[Applicant]):
    """How to reach people, by dossier."""

    thing = Applicant
    collection = "applicants"


class Words(Store[Word]):
    """Words that wait for their event, or were there first."""

    thing = Word
    collection = "words"


class Notices(Store[Notice]):
    """Every message, with what became of it."""

    thing = Notice
    collection = "notices"
    indexes = (
        Index(name="by_state", keys=(("state", 1), ("channel", 1), ("due", 1))),
        Index(name="by_dossier", keys=(("dossier", 1), ("planned", 1))),
    )

    def keep(self, notices: Sequence[Notice]) -> None:
        """Keep those that are new: an event that is told again finds its notices here.

        Raises:
            Duplicate: another worker keeps the same notice right now, and goes on with the rest.
        """
        for notice in notices:
            if self.find_one({"_id": notice.id}) is None:
                self.save(notice)

    def due(self, channel: Channel, now: datetime, *, limit: int) -> list[str]:
        """The ids of what a channel is to send by now, the longest waiting first (by_state)."""
        query = {"state": State.PLANNED.value, "channel": channel.value, "due": {"$lte": now}}
        return self.ids(query, sort=(("due", 1),), limit=limit)

    def left_behind(self, channel: Channel, now: datetime, *, limit: int) -> list[str]:
        """The ids of what somebody began to send too long ago to be still at it (by_state)."""
        query = {"state": State.SENDING.value, "channel": channel.value, "due": {"$lte": now}}
        return self.ids(query, limit=limit)

    def of(self, dossier: str, limit: int) -> list[Notice]:
        """The messages about a dossier, oldest first (by_dossier)."""
        return self.find({"dossier": dossier}, sort=(("planned", 1),), limit=limit)
