"""Learns once, from the log, the procedures of dossiers that were handed in before they were kept.

New ones are learnt as their events come (handlers/feed_api.py).
"""

from foundation.persistence.lookup_table import LookupTable
from foundation.scheduling import every
from services.subscriptions.domain import topics
from services.subscriptions.handlers.context import SubscriptionsContext

PAGE = 500
POSITION, END = "position", "end"


class Learning(SubscriptionsContext):
    """Walks through the log once; where it is stands in the database."""

    walk = LookupTable("learnt")

    @every(10, share=0.5)
    def learn_past(self) -> bool:
        """Learn from the next page; True until the log, as long as it was at first, is read."""
        known = self.walk.known([POSITION, END])
        if END not in known:
            self.walk.learn({END: str(self.log.length())})
            return True
        position, end = int(known.get(POSITION, "0")), int(known[END])
        position = max(position, self.log.begin() - 1)
        if position >= end:
            return False
        records = self.log.after(position, min(PAGE, end - position))
        events = [each.event for each in records]
        self.procedures.learn(topics.procedures_told(events))
        self.fields.learn(topics.fields_told(events))
        self.walk.learn({POSITION: str(records[-1].position)})
        return True
