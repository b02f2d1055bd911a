"""Where the desk keeps its dockets, the explanations it owes, its book of officers, its readings.

The embedded database uses an index for equality and ranges, never for order, and pays for each
document in the range: so a list is read in windows of its due date until a page is full.
"""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from contracts.message import Message
from foundation.errors import Duplicate, NotFound, Stale
from foundation.ledger import CHAIN_INDEX, Ledger
from foundation.once import Once
from foundation.store import Index, Store
from foundation.web.refusals import Refusal, Witness
from services.routing.domain.docket import Change, Docket
from services.routing.domain.explanation import Explanation
from services.routing.domain.lists import BEGINNING, END, SEVERAL, Sought
from services.routing.domain.officers import Office
from services.routing.domain.reading import TURNED_AWAY, Reading
from services.routing.domain.step import Step

# Days from now at which a window ends while nothing is known of how densely steps are due.
MARKS = (-60, -30, -14, -7, -3, -1, 0, 0.25, 1, 3, 7, 14, 30, 60, 120, 365)
# What one officer holds or was told of is little: it is looked through with fewer marks.
FEW, FEW_MARKS = ("officer:", "told"), (-14, 0, 7, 30)
WIDER, NARROWER = 4, 0.05
CAME_DAYS = (0.25, 1, 3, 7, 14, 30, 60, 120, 240, 480, 960, 1920)
GAP_AFTER = timedelta(minutes=1)
MOST_SEARCHED = 500
MOST_REACHES = 2000


class Reaches:
    """How far into the future a page of each list went when it was last asked for.

    The next asking begins with that much, so that one question mostly suffices. What it says may
    be wrong at any time: then there are more questions, and the same answer.
    """

    def __init__(self) -> None:
        """Nothing is known yet."""
        self._known: OrderedDict[tuple[Any, ...], timedelta] = OrderedDict()

    def end_of(self, sought: Sought, now: datetime, *, agency: str, limit: int) -> datetime | None:
        """Where the page should end; None when the list was not asked for yet."""
        reach = self._known.get(_asking(sought, agency, limit))
        end = None if reach is None else min(now + reach, sought.until)
        return end if end and end > sought.after else None

    def note(
        self, sought: Sought, found: Sequence[Docket], now: datetime, *, agency: str, limit: int
    ) -> None:
        """Remember where the page ended, with half a page to spare for what will be done."""
        dues = sorted(step.due for step in _sought_steps(found, sought))
        spare = limit + limit // 2
        end = dues[spare] if len(dues) > spare else sought.until
        if limit <= len(dues) <= spare:
            end = dues[-1] + (dues[-1] - dues[0]) / 2
        asking = _asking(sought, agency, limit)
        self._known[asking] = min(end, END) - now
        self._known.move_to_end(asking)
        if len(self._known) > MOST_REACHES:
            self._known.popitem(last=False)


class Dockets(Store[Docket]):
    """One docket per dossier that ever reached this desk."""

    thing = Docket
    collection = "dockets"
    indexes = (
        Index(name="agency_step", keys=(("agency", 1), ("steps.id", 1))),
        Index(name="agency_list_due", keys=(("agency", 1), ("lists", 1), ("due", 1))),
        Index(name="agency_word_came", keys=(("agency", 1), ("words", 1), ("came", 1))),
        Index(name="agency_alarm", keys=(("agency", 1), ("alarm", 1))),
        Index(name="agency_gap", keys=(("agency", 1), ("heard.since", 1))),
    )

    reaches = Reaches()

    def receive(
        self, dossier: str, decide: Callable[[Docket | None], Change], *, agency: str, once: Once
    ) -> Docket:
        """Open the docket of the dossier, or add to it.

        Raises:
            Duplicate: the order was received before.
            Stale: somebody else opened the docket just now; to be tried again at once.
        """
        if self.find_one(_of(agency, {"_id": dossier})):
            return self.change(dossier, decide, once=once)
        docket, messages = decide(None)
        try:
            return self.save(docket, *messages, once=once)
        except Duplicate as error:
            # It may have been opened by another order of the same dossier: ours must not be lost.
            raise Stale(error.vi, error.en) from error

    def holding(self, step: str, *, agency: str) -> Docket:
        """The agency's docket with this step (index `agency_step`); NotFound if there is none."""
        docket = self.find_one(_of(agency, {"steps.id": step}))
        if docket is None:
            raise NotFound("Không tìm thấy bước này.", "There is no such step.")
        return docket

    def about(self, dossier: str, *, agency: str) -> Docket:
        """The agency's docket of that dossier (by its id); NotFound if there is none."""
        docket = self.find_one(_of(agency, {"_id": dossier}))
        if docket is None:
            raise NotFound("Không tìm thấy hồ sơ này.", "There is no such dossier here.")
        return docket

    def on_list(self, sought: Sought, now: datetime, *, agency: str, limit: int) -> list[Docket]:
        """Dockets with a step of that part of the lists, the most urgent first.

        As many as hold `limit` such steps, by the index `agency_list_due`: a docket is found by
        the earliest deadline of its open steps.
        """
        found = self._due_before(sought, agency=agency)
        after, span = sought.after, timedelta()
        known = self.reaches.end_of(sought, now, agency=agency, limit=limit)
        while after < sought.until:
            until = known or _end_of_window(sought, after, span, now)
            window = self._due_within(sought.keys, after, until, agency=agency)
            # What is due later may be behind a docket that is not found yet.
            steps = sum(step.due <= until for step in _sought_steps([*found, *window], sought))
            if known and len(window) >= MOST_SEARCHED and steps < limit:
                # The list has grown: what the window held may have been cut off.
                known = None
                continue
            found += window
            if steps >= limit:
                break
            # Steps are due much more densely after now than before it.
            dense = until != now and not known
            span = _next_span(until - after, len(window), limit - steps) if dense else timedelta()
            after, known = until, None
        self.reaches.note(sought, found, now, agency=agency, limit=limit)
        return found

    def _due_within(
        self, keys: Sequence[str], after: datetime, until: datetime, *, agency: str
    ) -> list[Docket]:
        """Dockets on any of the lists, due in (after, until].

        One question per list: of `$in` together with a range the embedded database makes a scan.
        """
        found: dict[str, Docket] = {}
        for key in keys:
            query = {"lists": key, "due": {"$gt": after, "$lte": until}}
            dockets = self.find(_of(agency, query), sort=(("due", 1),), limit=MOST_SEARCHED)
            found |= {docket.id: docket for docket in dockets}
        return list(found.values())

    def _due_before(self, sought: Sought, *, agency: str) -> list[Docket]:
        """The few dockets whose sought step is hidden behind an earlier one of theirs."""
        if sought.after == BEGINNING:
            return []
        query = {"lists": SEVERAL, "due": {"$gt": BEGINNING, "$lte": sought.after}}
        behind = self.find(_of(agency, query), limit=MOST_SEARCHED)
        return [docket for docket in behind if any(map(sought.has, docket.steps))]

    def standing_on(self, keys: Sequence[str], *, agency: str, limit: int) -> list[Docket]:
        """Dockets with a step on any of the lists, in no order (index `agency_list_due`)."""
        found: dict[str, Docket] = {}
        for key in keys:
            dockets = self.find(_of(agency, {"lists": key}), limit=limit)
            found |= {docket.id: docket for docket in dockets}
        return list(found.values())[:limit]

    def placed_on(self, key: str, *, agency: str, limit: int) -> list[str]:
        """The ids of dockets with a step on that list, in no order (index `agency_list_due`)."""
        return self.ids(_of(agency, {"lists": key}), limit=limit)

    def saying(
        self, words: Sequence[str], now: datetime, *, agency: str, limit: int
    ) -> list[Docket]:
        """Dockets that have all of the words, the newest first.

        By the index `agency_word_came` for the first word, which should be the rarest.
        """
        found: list[Docket] = []
        moments = [END, *(now - timedelta(days=days) for days in CAME_DAYS), BEGINNING]
        for until, after in pairwise(moments) if words else ():
            query = {"words": words[0], "came": {"$gt": after, "$lte": until}}
            # Of one word every docket counts; of several the most must be looked through.
            most = limit - len(found) if len(words) == 1 else MOST_SEARCHED
            window = self.find(_of(agency, query), sort=(("came", -1),), limit=most)
            found += [docket for docket in window if set(words) <= set(docket.words)]
            if len(found) >= limit:
                break
        return found[:limit]

    def alarmed(self, now: datetime, *, agency: str, limit: int) -> list[str]:
        """The ids of dockets with a step that somebody must be told of (index `agency_alarm`)."""
        return self.ids(_of(agency, {"alarm": {"$gt": BEGINNING, "$lte": now}}), limit=limit)

    def with_gaps(self, before: datetime, *, agency: str, limit: int) -> list[Docket]:
        """Dockets of which an order has been missed since before then (index `agency_gap`)."""
        query = {"heard.since": {"$gt": BEGINNING, "$lte": before}}
        return self.find(_of(agency, query), sort=(("heard.since", 1),), limit=limit)


class Explanations(Store[Explanation]):
    """One per feedback that the centre passed on to this agency."""

    thing = Explanation
    collection = "explanations"
    indexes = (Index(name="agency_explained", keys=(("agency", 1), ("explained", 1))),)

    def owed(self, *, agency: str, limit: int) -> list[Explanation]:
        """Questions without an answer, the most urgent first (index `agency_explained`)."""
        return self.find(_of(agency, {"explained": None}), sort=(("answer_by", 1),), limit=limit)

    def asked(self, feedback: str, *, agency: str) -> Explanation:
        """The question to this agency; NotFound when it was never asked."""
        found = self.find_one(_of(agency, {"_id": feedback}))
        if found is None:
            raise NotFound("Không tìm thấy yêu cầu giải trình.", "There is no such question.")
        return found


class Offices(Store[Office]):
    """One book of officers per agency."""

    thing = Office
    collection = "offices"

    def of(self, agency: str) -> Office:
        """The agency's book; an empty one if it keeps none."""
        return self.find_one(_of(agency, {"_id": agency})) or Office(id=agency, agency=agency)

    def write(
        self,
        agency: str,
        decide: Callable[[Office], tuple[Office, Sequence[Message]]],
        *,
        once: Once | None = None,
    ) -> Office:
        """Change the agency's book, or begin it; two who begin it come one after the other."""
        if self.find_one(_of(agency, {"_id": agency})):
            return self.change(agency, decide, once=once)
        begun, messages = decide(Office(id=agency, agency=agency))
        try:
            return self.save(begun, *messages, once=once)
        except Duplicate as error:
            if error.answer is not None:
                raise
            return self.change(agency, decide, once=once)


class Readings(Ledger[Reading], Witness):
    """One per reading of personal data, and per refusal; never changed, and chained."""

    thing = Reading
    collection = "readings"
    indexes = (
        CHAIN_INDEX,
        Index(name="agency_dossier_at", keys=(("agency", 1), ("dossier", 1), ("at", 1))),
        Index(name="agency_what_at", keys=(("agency", 1), ("what", 1), ("at", 1))),
    )

    def turned_away(self, refusal: Refusal) -> None:
        """Write down whom a door of this desk refused."""
        who = refusal.who
        self.append(
            Reading(
                agency=self.settings.agency,
                officer=who.subject,
                at=self.settings.pace.at(refusal.at),
                what=TURNED_AWAY,
                dossier=refusal.thing,
                door=refusal.door,
                reason=refusal.reason,
                sent_by=who.agency,
            )
        )

    def those_turned_away(self, now: datetime, *, agency: str, limit: int) -> list[Reading]:
        """Who was turned away, the latest first (index `agency_what_at`)."""
        found: list[Reading] = []
        moments = [END, *(now - timedelta(days=days) for days in CAME_DAYS), BEGINNING]
        for until, after in pairwise(moments):
            query = {"what": TURNED_AWAY, "at": {"$gt": after, "$lte": until}}
            found += self.find(_of(agency, query), sort=(("at", -1),), limit=limit)
            if len(found) >= limit:
                break
        return found[:limit]

    def of(self, dossier: str, *, agency: str, limit: int) -> list[Reading]:
        """Who read the dossier, the latest first (index `agency_dossier_at`)."""
        return self.find(_of(agency, {"dossier": dossier}), sort=(("at", -1),), limit=limit)


def _of(agency: str, query: dict[str, Any]) -> dict[str, Any]:
    """The one place where a query is held to the agency whose desk this is."""
    return {"agency": agency, **query}


def _asking(sought: Sought, agency: str, limit: int) -> tuple[Any, ...]:
    """What stays the same of a question when it is asked again another day."""
    whole = sought.after == BEGINNING, sought.until == END
    return agency, sought.keys, sought.only, *whole, limit


def _sought_steps(dockets: Sequence[Docket], sought: Sought) -> list[Step]:
    return [step for docket in dockets for step in docket.steps if sought.has(step)]


def _end_of_window(sought: Sought, after: datetime, span: timedelta, now: datetime) -> datetime:
    """Where the next window ends: a span on, or at the next mark when no span is known.

    Never beyond now from before it.
    """
    few = all(key.startswith(FEW) for key in sought.keys)
    marks = [now + timedelta(days=day) for day in (FEW_MARKS if few else MARKS)]
    end = after + span if span else next((mark for mark in marks if mark > after), END)
    return min(end, sought.until, *([now] if after < now else []))


def _next_span(span: timedelta, found: int, wanted: int) -> timedelta:
    """How far to look next, if it goes on as densely as in the last window; 0: not known."""
    return span * min(WIDER, max(NARROWER, 1.1 * wanted / found)) if found else timedelta()
