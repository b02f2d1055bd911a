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
come in a little out of it. Where no time is set for which events are kept, anybody may begin again
at 0. With `&type=` or `&agency=` the loop is the same: it rests at the end of the log and nowhere
else. With `&wait=30` instead of the pause it hears of an event as it comes; so does whoever asks
with `Accept: text/event-stream` (Server-Sent Events) and goes on with `Last-Event-ID`.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from contracts.envelope import Envelope
from contracts.events import Event
from contracts.events.every import every_event
from foundation.consumer import MessageMeta, on_many
from foundation.scheduling import every
from foundation.web import Request, Response, get
from foundation.web.live import wants_stream
from foundation.web.responses import EVENT_STREAM
from services.subscriptions.domain import feed, topics
from services.subscriptions.handlers.context import SubscriptionsContext
from services.subscriptions.handlers.followed import EventFollower, shown
from services.subscriptions.schemas import asyncapi
from services.subscriptions.schemas import feed as schemas

FORGOTTEN_AT_ONCE = 500
JSON = "application/json"


class FeedApi(SubscriptionsContext):
    """Keeps the log of all events and lets machines read it."""

    @on_many(*every_event())
    def keep(self, batch: Sequence[tuple[Event, MessageMeta]]) -> None:
        """Write events down as they came, with what this version does not know of their data."""
        told = [{"type": event.TYPE, **about.envelope} for event, about in batch]
        self.procedures.learn(topics.procedures_told(told))
        self.fields.learn(topics.fields_told(told))
        facts = self.facts(told, feed.EVERY_LABEL)
        labels = [feed.labels_of(each) for each in facts]
        self.log.append([Envelope(**each) for each in told], labels)

    @get("/events", scope="events:read", gives=(schemas.EventsAnswer, EVENT_STREAM))
    def events(self, request: Request) -> Response:
        """The events after a position; `next` is the position to ask for then.

        `type` (`dossier.*` is any that begins so), `agency`, `procedure` and `field` pick events
        from the log. Where they are few, a page may hold fewer than `limit`, or none, and the log
        still go on: `more` says so. The log is read to its end when `more` is false. An event of
        which it is not known yet whether it is about the procedure or field is given.

        With `wait` an answer without events comes after so many seconds only. Whoever accepts
        `text/event-stream` is sent events as they come (Server-Sent Events): the id of each is its
        position, and `Last-Event-ID` goes before `after`.
        """
        wanted = request.asked(schemas.EventsQuery())
        feed.let_in(wanted, request.who.agency)
        follower = EventFollower(self, wanted, request.who.subject)
        if wants_stream(request.headers):
            after = schemas.last_event(request.headers, wanted.after)
            return Response(follower.stream(after), content_type=EVENT_STREAM)
        found = follower.look(wanted.after)
        if found.records or found.more or not wanted.wait:
            return Response(shown(found), content_type=JSON)
        return Response(follower.poll(found), content_type=JSON)

    @get("/asyncapi.json", scope="", gives="application/json")
    def described(self, request: Request) -> dict[str, Any]:  # noqa: ARG002 -- a route's shape
        """The AsyncAPI document of the events."""
        return asyncapi.document()

    @every(60)
    def forget(self) -> None:
        """Remove the events that were kept as long as is set, the oldest first."""
        days = self.settings.events_kept_days
        if days:
            before = self.clock.real() - timedelta(days=days)
            while self.log.forget(before, at_once=FORGOTTEN_AT_ONCE) == FORGOTTEN_AT_ONCE:
                pass
