"""The event log: append-only, each event at a position 1, 2, 3, … without gaps.

No position is ever left out or given twice, however many processes write, and whichever of them
dies: each writes one position after the other and stops at the first that somebody else has. So
position p is there exactly if the log is at least p long; where it ends is found by asking for
single positions, never by sorting, and a page of it is a bounded range of one index. Nothing
but that unique index has to be right. Nothing is ever taken out.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pymongo import IndexModel
from pymongo.errors import BulkWriteError

from contracts.envelope import Envelope
from foundation.concurrency import green
from foundation.errors import Refused, Stale, Unavailable
from foundation.injection import Provider
from foundation.persistence.galloping_search import last_position
from foundation.persistence.mongo import DUPLICATE_KEY, Mongo, translate_errors

# Four writers who never rest lose three tries of four each: twenty in a row now and then.
WRITE_TRIES = 100
WIDER = 4


@dataclass(frozen=True)
class Record:
    """An event as a CloudEvents 1.0 object, and its place in the log."""

    position: int
    event: Mapping[str, Any]


@dataclass(frozen=True)
class LogPage:
    """Wanted events; the log was looked through up to `position`, and has `more` behind it."""

    records: Sequence[Record]
    position: int
    more: bool


class EventLog(Provider):
    """The log of a service: `{_id: source and id, position, event: its JSON text}` for each."""

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

    def append(self, events: Sequence[Envelope]) -> None:
        """Append those that are not in the log yet; all of them are when this returns.

        Raises:
            Stale: other processes were always faster; some may be written, so call again.
            Unavailable: some may be written, so call again.
        """
        missing: Mapping[str, str] = {_identity(event): event.encode().decode() for event in events}
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
            Unavailable: the database does not answer, or not with the next record.
        """
        bounds = {"$gt": position, "$lte": position + limit}
        with translate_errors():
            found = list(self.documents.find({"position": bounds}, batch_size=limit + 1))
        if not found and not self._has(position):
            raise _too_far(position)
        records = [Record(each["position"], json.loads(each["event"])) for each in found]
        records.sort(key=lambda record: record.position)
        following = [each for at, each in enumerate(records, position + 1) if each.position == at]
        if records and not following:
            raise _torn(position + 1)
        return following

    def page(
        self, position: int, wanted: Callable[[Mapping[str, Any]], bool], *, limit: int
    ) -> LogPage:
        """The first `limit` wanted events behind a position.

        Fewer, or none, once so many positions were looked at: then the page says that the log
        goes on, and from where. Raises as `after`.
        """
        found: list[Record] = []
        end, at_once = position + self.most_looked_at, limit
        while True:
            records = self.after(position, at_once + 1)
            for record in records[:at_once]:
                position = record.position
                found += [record] if wanted(record.event) else []
                if len(found) == limit or position == end:
                    return LogPage(found, position, more=record is not records[-1])
            if len(records) <= at_once:
                return LogPage(found, position, more=False)
            at_once = min(WIDER * at_once, self.looked_at_once)

    def length(self) -> int:
        """The position of the last record; 0 while there is none.

        Raises:
            Unavailable: the database does not answer.
        """
        return self._measure()

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

    def _write(self, missing: Mapping[str, str]) -> bool:
        """False when an event or a position was there before: what stands before it is written."""
        if not missing:
            return True
        length = self._measure()
        documents = [
            {"_id": identity, "position": position, "event": text}
            for position, (identity, text) in enumerate(missing.items(), length + 1)
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

    def _still_missing(self, events: Mapping[str, str]) -> Mapping[str, str]:
        with translate_errors():
            found = self.documents.find({"_id": {"$in": list(events)}}, {"_id": 1})
            known = {each["_id"] for each in found}
        return {identity: text for identity, text in events.items() if identity not in known}

    def _measure(self) -> int:
        # What we remember may be more than there is: somebody may have put back a backup.
        known = self._length if self._has(self._length) else 0
        self._length = last_position(known, self._has)
        return self._length

    def _has(self, position: int) -> bool:
        with translate_errors():
            found = position and self.documents.find_one({"position": position}, {"_id": 1})
        return position == 0 or found is not None


def _identity(event: Envelope) -> str:
    """The identity of an event by CloudEvents, source and id: no source can forge another's."""
    return f"{event.source} {event.id}"


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


def _torn(position: int) -> Unavailable:
    return Unavailable(
        f"Chưa đọc được vị trí {position} của nhật ký sự kiện; xin thử lại sau ít giây.",
        f"Position {position} of the event log cannot be read now; try again in a few seconds.",
    )
