"""The store of drafts: a citizen's own, until they are handed in or their time is over."""

from datetime import datetime

from foundation.outbox import Store
from foundation.persistence import Index
from services.intake.domain.drafts.draft import MOST_DRAFTS, OnlineDraft


class Drafts(Store[OnlineDraft]):
    """One document per draft; none outlives its time."""

    entity = OnlineDraft
    collection = "drafts"
    indexes = (
        Index(name="owner_begun", keys=(("owner", 1), ("begun", -1))),
        Index(name="expires", keys=(("expires", 1),)),
    )

    def open_of(self, owner: str) -> list[OnlineDraft]:
        """A citizen's drafts that were not handed in, the newest first (index `owner_begun`).

        What they handed in within 30 days is looked at too, and nobody else's.
        """
        query = {"owner": owner, "supplies": "", "handed_in": None}
        return self.find(query, sort=(("begun", -1),), limit=MOST_DRAFTS)

    def of_dossier(self, draft_id: str) -> OnlineDraft | None:
        """The papers that are collected for a dossier; None while there are none."""
        return self.find_one({"_id": draft_id})

    def over(self, now: datetime, *, limit: int) -> list[str]:
        """The ids of those whose time is over (index `expires`)."""
        return self.ids({"expires": {"$lte": now}}, limit=limit)

    def forget(self, draft_id: str, now: datetime) -> None:
        """Remove a draft whose time is over; one that its owner has just saved stays."""
        self.discard({"_id": draft_id, "expires": {"$lte": now}})

    def throw_away(self, draft: OnlineDraft) -> None:
        """Remove a draft that its owner does not want any more."""
        self.discard({"_id": draft.id, "owner": draft.owner})
