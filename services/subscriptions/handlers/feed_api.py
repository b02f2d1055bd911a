"""The event feed: keeps every event, and integrators read them page by page.

To follow the platform, keep one number and run this (it is all there is to it):

    import json, os, pathlib, time, urllib.request
    place = pathlib.Path("position")
    after = int(place.read_text()) if place.exists() else 0
    while True:
        url = f"{os.environ['EVENTS_URL']}/events?after={after}&limit=500"
        bearer = {"Authorization": f"Bearer {os.environ['TOKEN']}"}
        page = json.load(urllib.request.urlopen(urllib.request.Request(url, headers=bearer)))
        for event in page["events"]:
            print(event["type"], event["subject"], event["data"], flush=True)
        time.sleep(0 if page["more"] else 5)
        after = page["next"]
        place.write_text(str(after))

Whoever dies before the last line sees that page again: `source` and `id` tell a repetition.
Events of one subject and source are in the order of their `seq`, which has no gaps; they may
come in a little out of it. Nothing is ever removed from the log: anybody may begin again at 0.
With `&type=` or `&agency=` the loop is the same: it rests at the end of the log and nowhere else.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from contracts.envelope import Envelope
from contracts.events import Event
from foundation.consumer import MessageMeta, on_many
from foundation.persistence.event_log import EventLog
from foundation.persistence.lookup_table import LookupTable
from foundation.web import Request, get
from services.subscriptions.domain import feed, topics
from services.subscriptions.schemas.feed import EventsAnswer, EventsQuery, page


class FeedApi:
    """Keeps the log of all events and lets machines read it."""

    log = EventLog()
    procedures = LookupTable("dossier_procedures")
    fields = LookupTable("procedure_fields")

    @on_many(*feed.every_event())
    def keep(self, batch: Sequence[tuple[Event, MessageMeta]]) -> None:
        """Write events down as they came, with what this version does not know of their data."""
        told = [{"type": event.TYPE, **about.envelope} for event, about in batch]
        self.procedures.learn(topics.procedures_told(told))
        self.fields.learn(topics.fields_told(told))
        self.log.append([Envelope(**each) for each in told])

    @get("/events", scope="events:read", gives=EventsAnswer)
    def events(self, request: Request) -> dict[str, Any]:
        """The events after a position; `next` is the position to ask for then.

        `type` and `agency` pick events from the log. Where they are few, a page may hold fewer
        than `limit`, or none, and the log still go on: `more` says so. The log is read to its
        end when `more` is false.
        """
        wanted = request.asked(EventsQuery())
        feed.let_in(wanted, request.who.agency)
        pick = partial(feed.is_wanted, wanted=wanted)
        found = self.log.page(wanted.after, pick, limit=wanted.limit)
        return page([each.event for each in found.records], found.position, more=found.more)
