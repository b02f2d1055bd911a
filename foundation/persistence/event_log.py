"""The event log: append-only, each event at a position 1, 2, 3, … without gaps.

No position is ever left out or given twice, however many processes write, and whichever of them
dies: each writes one position after the other and stops at the first that somebody else has. So
position p is there exactly if the log is at least p long; where it ends is found by asking for
single positions, never by sorting, and a page of it is a bounded range of one index. Nothing
but that unique index has to be right.

Where a time is set for which events are kept, the oldest go. First is written down where the log
begins from then on, only then are they removed: whoever asks for what was removed is told so.

An event may have labels (what it is, whose matter, …), by which the database leaves out of a range
what a reader does not want. An event without a label that is asked for is not left out: whoever
asks looks at it themselves.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import takewhile, zip_longest
from typing import Any, ClassVar, cast

from pymongo import IndexModel
from pymongo.errors import BulkWriteError

from contracts.envelope import Envelope, read_time, write_time
from foundation.concurrency import green
from foundation.errors import Gone, Refused, Stale, Unavailable
from foundation.injection import Provider
from foundation.persistence.galloping_search import last_position
from foundation.persistence.mongo import DUPLICATE_KEY, Mongo, translate_errors

# Four writers who never rest lose three tries of four each: twenty in a row now and then.
WRITE_TRIES = 100
WIDER = 4
END_IS_FRESH = 0.2
"""Seconds for which all who wait for something new believe what one of them saw."""

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Record:
    """An event in JSON, as it was written down, and its place in the log."""

    position: int
    text: str

    @cached_property
    def event(self) -> Mapping[str, Any]:
        """The same as a CloudEvents 1.0 object; who passes it on as it is need not read it."""
        return cast("Mapping[str, Any]", json.loads(self.text))


@dataclass(frozen=True)
class LogPage:
    """Wanted events; the log was looked through up to `position`, and has `more` behind it."""

    records: Sequence[Record]
    position: int
    more: bool


@dataclass(frozen=True)
class LogStretch:
    """What is wanted of the positions up to `end`, and whether the log goes on behind them."""

    records: Sequence[Record]
    end: int
    more: bool


@dataclass(frozen=True)
class LabelIs:
    """Wants a label to have a value, or to begin with it."""

    name: str
    value: str
    prefix: bool = False

    @property
    def query(self) -> dict[str, Any]:
        """As a query; what has no such label is found too."""
        name = f"labels.{self.name}"
        if not self.prefix:
            return {name: {"$in": [self.value, None]}}
        bounds = {"$gte": self.value, "$lt": f"{self.value}\U0010ffff"}
        return {"$or": [{name: bounds}, {name: None}]}


class EventLog(Provider):
    """The log of a service.

    `{_id: source and id, position, event: its JSON text, labels}` for each event.
    """

    collection: ClassVar[str] = "log"
    # A reader who wants few of the events is answered after so many, whatever was found.
    most_looked_at: ClassVar[int] = 4000
    looked_at_once: ClassVar[int] = 500

    mongo = Mongo()

    def setup(self) -> None:
        """Nothing is known of the log yet; the database may still be away."""
        # Workers of one process would only take the next positions from each other.
        self._turn = green.Semaphore()
        self._length = 0
        self._indexed = False
        self._end, self._looked = 0, float("-inf")

    def append(self, events: Sequence[Envelope], labels: Sequence[Labels] = ()) -> None:
        """Append those that are not in the log yet; all of them are when this returns.

        `labels` are those of each event, or none.

        Raises:
            Stale: other processes were always faster; some may be written, so call again.
            Unavailable: some may be written, so call again.
        """
        missing: Mapping[str, dict[str, Any]] = {
            _identity(event): {"event": event.encode().decode(), **_labelled(own)}
            for event, own in zip_longest(events, labels)
        }
        with self._turn:
            if not self._indexed:
                self.create_indexes()
                self._indexed = True
            for _ in range(WRITE_TRIES):
                if self._write(missing):
                    return
                missing = self._still_missing(missing)
        raise Stale(
            "Nhật ký sự kiện đang được nhiều nơi ghi; xin thử lại.",
            "Many are writing to the event log at once; try again.",
        )

    def after(self, position: int, limit: int) -> list[Record]:
        """The records that follow a position, at most `limit`, without a gap; none at the end.

        Raises:
            Refused: the log ends before `position`.
            Gone: it begins behind the next.
            Unavailable: the database does not answer, or not with the next record.
        """
        records = self._find(position, position + limit)
        following = [each for at, each in enumerate(records, position + 1) if each.position == at]
        if not following and (records or position == 0 or not self._has(position)):
            self._must_begin_before(position + 1)
            if position or records:
                raise _torn(position + 1) if records else _too_far(position)
        return following

    def stretch(self, position: int, count: int, narrow: Sequence[LabelIs] = ()) -> LogStretch:
        """What is wanted of the next `count` positions, or of fewer where the log ends.

        No event is missing: only positions are looked at of which the last was there before.
        Raises as `after`.
        """
        if not narrow:
            records = self.after(position, count + 1)
            end = min(position + count, records[-1].position) if records else position
            return LogStretch(records[:count], end, more=len(records) > count)
        last = self.end()
        if position > last and not self._has(position):
            raise _too_far(position)
        end = max(position, min(position + count, last))
        records = self._find(position, end, [each.query for each in narrow])
        self._must_begin_before(position + 1)
        return LogStretch(records, end, more=last > end)

    def page(
        self,
        position: int,
        pick: Callable[[Sequence[Record]], list[Record]],
        *,
        limit: int,
        narrow: Sequence[LabelIs] = (),
    ) -> LogPage:
        """The first `limit` wanted events behind a position.

        Fewer, or none, once so many positions were looked at: then the page says that the log
        goes on, and from where. `narrow` is what labels say of what is wanted, `pick` picks it.
        Raises as `after`.
        """
        found: list[Record] = []
        most, at_once = position + self.most_looked_at, limit
        while True:
            seen = self.stretch(position, min(at_once, most - position), narrow)
            found += pick(seen.records)
            if len(found) >= limit:
                last = found[limit - 1].position
                return LogPage(found[:limit], last, more=seen.more or last < seen.end)
            position = seen.end
            if position >= most or not seen.more:
                return LogPage(found, position, more=seen.more)
            at_once = min(WIDER * at_once, self.looked_at_once)

    def length(self) -> int:
        """The position of the last record; 0 while there is none. Raises Unavailable."""
        return self._measure()

    def end(self) -> int:
        """The same, as it was seen a moment ago at most."""
        if time.monotonic() - self._looked > END_IS_FRESH:
            self._end, self._looked = self._measure(), time.monotonic()
        return self._end

    def begin(self) -> int:
        """The first position that is kept."""
        with translate_errors():
            found = self.marks.find_one({"_id": "begin"})
        return int(found["position"]) if found else 1

    def forget(self, before: datetime, *, at_once: int) -> int:
        """Remove the oldest events that happened before, at most so many; how many these are.

        The last of all stays, whatever its age. Safe to repeat, and by several at once.

        Raises:
            Unavailable: the database does not answer.
        """
        begin = self.begin()
        records = self.after(begin - 1, at_once + 1)[:-1]
        old = list(takewhile(lambda each: read_time(each.event["time"]) < before, records))
        if old:
            kept = old[-1].position + 1
            with translate_errors():
                mark = {"$max": {"position": kept, "before": write_time(before)}}
                self.marks.update_one({"_id": "begin"}, mark, upsert=True)
                self.documents.delete_many({"position": {"$lt": kept}})
        return len(old)

    @property
    def marks(self) -> Any:
        """What is to be known of the log: where it begins, and before which time events went."""
        return self.mongo.collection(f"{self.collection}_marks")

    @property
    def documents(self) -> Any:
        """The collection."""
        return self.mongo.collection(self.collection)

    def create_indexes(self) -> None:
        """Make the one index there is; safe to repeat.

        Raises:
            Unavailable: the database does not answer.
        """
        index = IndexModel([("position", 1)], name="position", unique=True)
        with translate_errors():
            self.documents.create_indexes([index])

    def _find(
        self, position: int, end: int, narrow: Sequence[Mapping[str, Any]] = ()
    ) -> list[Record]:
        """Records of (position, end], in order."""
        query: dict[str, Any] = {"position": {"$gt": position, "$lte": end}}
        if narrow:
            query["$and"] = list(narrow)
        with translate_errors():
            found = list(self.documents.find(query, batch_size=end - position + 1))
        records = [Record(each["position"], each["event"]) for each in found]
        return sorted(records, key=lambda record: record.position)

    def _must_begin_before(self, position: int) -> None:
        begin = self.begin()
        if position < begin:
            raise _gone(position, begin)

    def _write(self, missing: Mapping[str, Mapping[str, Any]]) -> bool:
        """False when an event or a position was there before: what stands before it is written."""
        if not missing:
            return True
        length = self._measure()
        documents = [
            {"_id": identity, "position": position, **told}
            for position, (identity, told) in enumerate(missing.items(), length + 1)
        ]
        with translate_errors():
            try:
                self.documents.insert_many(documents, ordered=True)
            except BulkWriteError as error:
                if not _is_taken(error):
                    raise
                return False
        self._length = length + len(documents)
        return True

    def _still_missing(self, events: Mapping[str, dict[str, Any]]) -> Mapping[str, dict[str, Any]]:
        with translate_errors():
            found = self.documents.find({"_id": {"$in": list(events)}}, {"_id": 1})
            known = {each["_id"] for each in found}
        return {identity: told for identity, told in events.items() if identity not in known}

    def _measure(self) -> int:
        # What we remember may be more than there is: somebody may have put back a backup.
        known = self._length if self._length and self._has(self._length) else self.begin() - 1
        self._length = last_position(known, self._has)
        return self._length

    def _has(self, position: int) -> bool:
        with translate_errors():
            found = position and self.documents.find_one({"position": position}, {"_id": 1})
        return position == 0 or found is not None


def _identity(event: Envelope) -> str:
    """The identity of an event by CloudEvents, source and id: no source can forge another's."""
    return f"{event.source} {event.id}"


def _labelled(labels: Labels | None) -> dict[str, Any]:
    return {"labels": dict(labels)} if labels else {}


def _is_taken(error: BulkWriteError) -> bool:
    details = error.details or {}
    codes = {each["code"] for each in details.get("writeErrors", ())}
    return codes == {DUPLICATE_KEY} and not details.get("writeConcernErrors")


def _too_far(position: int) -> Refused:
    return Refused(
        f"Nhật ký sự kiện kết thúc trước vị trí {position}: đây không phải nhật ký đã đọc trước "
        "đó, có thể vì dữ liệu được phục hồi; hãy đọc lại từ đầu (after=0).",
        f"The event log ends before position {position}: it is not the log you read before, "
        "perhaps because a backup was put back; read it again from the start (after=0).",
    )


def _gone(position: int, begin: int) -> Gone:
    return Gone(
        f"Sự kiện ở vị trí {position} đã hết thời gian lưu; nhật ký nay bắt đầu từ vị trí {begin}: "
        f"hãy đọc tiếp với after={begin - 1}, và biết rằng phần ở giữa không còn.",
        f"The event at position {position} was kept as long as is set; the log now begins at "
        f"{begin}: read on with after={begin - 1}, and know that what lay between is gone.",
        fields={"after": [str(begin - 1)]},
    )


def _torn(position: int) -> Unavailable:
    return Unavailable(
        f"Chưa đọc được vị trí {position} của nhật ký sự kiện; xin thử lại sau ít giây.",
        f"Position {position} of the event log cannot be read now; try again in a few seconds.",
    )
