"""Real code for tests without servers, held to the same tests as the real parts.

tests/contract/test_fakes.py runs one list of expectations against FakeStore and Store.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, BinaryIO

from contracts.history import Entry
from contracts.message import Message
from foundation.errors import Duplicate, Error, NotFound, Stale, Unavailable
from foundation.outbox import Reading
from foundation.persistence import Idempotency
from foundation.persistence.document import (
    PROCESSED_MARKS_KEPT,
    OutboxMessage,
    WriteContext,
    changed_fields,
    entry_fields,
    history,
    prepare_write,
    processed_marks,
    raise_if_processed,
    revision_fields,
    to_entity,
    to_fields,
)
from foundation.settings.agency_list import AgencyList, read_connected, read_named
from foundation.timekeeping import CalendarCopies, CalendarCopy
from foundation.worktime import Reminders, read_reminders, shipped

STALE_TRIES = 5
ASIDE = frozenset(("history", "handled"))  # of a document, what no entity is made of


class FakeClock:
    """Tells the time it was given, and goes on when told to."""

    def __init__(self, moment: datetime | None = None) -> None:
        """Without a moment it is a working morning: 2026-11-23 09:00 in Ho Chi Minh City."""
        self.moment = moment or datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """The moment it stands at."""
        return self.moment

    def real(self) -> datetime:
        """The same: it runs as the world's does."""
        return self.moment

    def ago(self, span: timedelta) -> datetime:
        """What it showed this much earlier."""
        return self.moment - span

    def forward(self, **span: float) -> None:
        """Go on by a timedelta's arguments: `forward(days=3)`."""
        self.moment += timedelta(**span)


class FakeStore:
    """Keeps things in memory; spells and seals them with the real layout.

    Subclass it beside a service's test to give it that store's named queries, over `things`.
    `messages` is all that was sent, in order, and `outgoing` how it went over the wire;
    `available = False` makes it raise Unavailable.
    """

    def __init__(self, entity: type, *, clock: FakeClock | None = None) -> None:
        """For things of one dataclass."""
        self.entity = entity
        self.clock = clock or FakeClock()
        self.documents: dict[str, dict[str, Any]] = {}
        self.messages: list[Message] = []
        self.outgoing: list[OutboxMessage] = []
        self.available = True

    @property
    def things(self) -> list[Any]:
        """Everything kept, in the order it was first saved."""
        return [self._entity(document) for document in self.documents.values()]

    def get(self, entity_id: str) -> Any:
        """The entity, or NotFound."""
        return self._entity(self._document(entity_id))

    def version(self, entity_id: str) -> int:
        """As Store.version."""
        return int(self._document(entity_id)["version"])

    def read(self, entity_id: str) -> Reading[Any]:
        """As Store.read."""
        document = self._document(entity_id)
        return Reading(self._entity(document), document)

    def save(
        self, entity: Any, *messages: Message, once: Idempotency | None = None, before: Any = None
    ) -> Any:
        """As Store.save."""
        self._look()
        occasion = WriteContext(
            now=self.clock.now(), source="motcua:test", actor="", traceparent=""
        )
        written = prepare_write(entity, messages, occasion)
        saved = replace(entity, revision=written.revision)
        known = self.documents.get(entity.id, {})
        if written.revision.version == 1 and known:
            raise_if_processed(known, once)
            raise Duplicate("Mục này đã có.", "This exists already.")
        if written.revision.version > 1 and known.get("version") != entity.revision.version:
            raise Stale("Đã có thay đổi.", "Somebody else has changed this.")
        self.documents[entity.id] = _copied(
            {
                **known,
                "_id": entity.id,
                **revision_fields(written.revision),
                **(to_fields(saved) if before is None else changed_fields(before, saved)),
                "history": _of(known, "history") + entry_fields(written.entries),
                "handled": (_of(known, "handled") + processed_marks(once, saved))[
                    -PROCESSED_MARKS_KEPT:
                ],
            }
        )
        self.messages.extend(messages)
        self.outgoing.extend(written.outgoing)
        return saved

    def save_all(self, decided: Sequence[tuple[Any, Any, Sequence[Message]]]) -> bool:
        """As Store.save_all."""
        fresh = True
        for before, after, messages in decided:
            try:
                self.save(after, *messages, before=before)
            except Stale:
                fresh = False
        return fresh

    def forget_answered(self, entity_id: str, name: str) -> None:
        """As Store.forget_answered."""
        for mark in self._document(entity_id).get("handled", ()):
            mark.get("body", {}).pop(name, None)

    def create(
        self,
        entity_id: str,
        decide: Callable[[], tuple[Any, Sequence[Message]]],
        *,
        once: Idempotency | None = None,
    ) -> Any:
        """As Store.create."""
        try:
            entity, messages = decide()
        except Error:
            raise_if_processed(self.documents.get(entity_id, {}), once)
            raise
        return self.save(entity, *messages, once=once)

    def change(
        self,
        entity_id: str,
        decide: Callable[[Any], tuple[Any, Sequence[Message]]],
        *,
        once: Idempotency | None = None,
        found: Reading[Any] | None = None,
    ) -> Any:
        """As Store.change."""
        self._document(entity_id)
        return self._decided(entity_id, None, decide, once, found)

    def change_or_create(
        self,
        entity_id: str,
        blank: Any,
        decide: Callable[[Any], tuple[Any, Sequence[Message]]],
        *,
        once: Idempotency | None = None,
    ) -> Any:
        """As Store.change_or_create."""
        return self._decided(entity_id, blank, decide, once, None)

    def _decided(
        self,
        entity_id: str,
        blank: Any,
        decide: Callable[[Any], tuple[Any, Sequence[Message]]],
        once: Idempotency | None,
        found: Reading[Any] | None,
    ) -> Any:
        for number in range(STALE_TRIES):
            self._look()
            known = self.documents.get(entity_id, {})
            document = found.document if found and number == 0 else known
            raise_if_processed(document, once)
            before = self._entity(document) if document else None
            after, messages = decide(before if document else blank)
            if document and after == before and not messages and once is None:
                return before
            try:
                return self.save(after, *messages, once=once, before=before)
            except Stale:
                continue
            except Duplicate:
                if document:
                    raise
        raise Stale("Đã có thay đổi.", "Somebody else has changed this.")

    def discard(self, query: Mapping[str, Any]) -> None:
        """As Store.discard, by equality and by `$lte`."""
        self._look()

        def fits(document: Mapping[str, Any]) -> bool:
            return all(
                document.get(name) <= value["$lte"]
                if isinstance(value, dict)
                else document.get(name) == value
                for name, value in query.items()
            )

        found = next((each for each in self.documents.values() if fits(each)), None)
        if found:
            del self.documents[found["_id"]]

    def spoil(self, field: str, count: int = 100) -> list[str]:
        """Put copies of the first entity before all others, unreadable for a field; gives ids."""
        first = next(iter(self.documents.values()))
        bad = {f"bad-{each}": {**first, "_id": f"bad-{each}", field: 5} for each in range(count)}
        self.documents = {**bad, **self.documents}
        return list(bad)

    def history(self, entity_id: str) -> list[Entry]:
        """Everything that happened to the entity, oldest first."""
        return history(self._document(entity_id))

    def find_where(self, matches: Callable[[Any], bool], *, limit: int = 1000) -> list[Any]:
        """The things a named query of a subclass asks for."""
        self._look()
        return [each for each in self.things if matches(each)][:limit]

    def ids_where(self, matches: Callable[[Any], bool], *, limit: int = 1000) -> list[str]:
        """The ids of what a named query of a subclass asks for; what is unreadable is due."""
        self._look()
        found = [each for each in self.documents.values() if self._unread(each, matches)]
        return [each["_id"] for each in found][:limit]

    def _unread(self, document: Mapping[str, Any], matches: Callable[[Any], bool]) -> bool:
        try:
            return matches(self._entity(document))
        except Exception:  # noqa: BLE001 -- a database does not read what it keeps
            return True

    def _look(self) -> None:
        if not self.available:
            raise Unavailable("Cơ sở dữ liệu không trả lời.", "The database does not answer.")

    def _document(self, entity_id: str) -> dict[str, Any]:
        self._look()
        if entity_id not in self.documents:
            raise NotFound("Không tìm thấy.", "There is no such entity.")
        return self.documents[entity_id]

    def _entity(self, document: Mapping[str, Any]) -> Any:
        fields = {name: value for name, value in document.items() if name not in ASIDE}
        return to_entity(self.entity, _copied(fields))


class FakeCalendarCopies(FakeStore):
    """A service's copy of the unit's calendar, always read anew, by the real code."""

    learn: Any = CalendarCopies.learn
    to_recount: Any = CalendarCopies.to_recount
    move_on: Any = CalendarCopies.move_on
    calendar: Any = CalendarCopies.calendar
    _blank: Any = CalendarCopies._blank  # noqa: SLF001 -- the part that names the copy

    def __init__(self, *, clock: FakeClock, agency: str = "") -> None:
        """That of a service of the centre, or of this agency's desk."""
        super().__init__(CalendarCopy, clock=clock)
        self.settings = SimpleNamespace(agency=agency)

    def newest(self) -> CalendarCopy:
        """As CalendarCopies.newest."""
        kept: list[CalendarCopy] = self.things
        return kept[0] if kept else self._blank()

    now = newest


class FakeRulebook:
    """The rules of urging that are shipped, or others."""

    def __init__(self, rules: Reminders | None = None) -> None:
        """As catalogue-data/urging.csv has them, unless some are given."""
        table = Path(__file__).resolve().parents[1] / "catalogue-data" / "urging.csv"
        self.revision = rules or read_reminders(table.read_text(encoding="utf-8"))

    def rules(self) -> Reminders:
        """As Rulebook.rules."""
        return self.revision


class FakeNation:
    """The national days that are shipped, to be followed whenever one is asked."""

    def __init__(self) -> None:
        """As catalogue-data/national-days.csv has them."""
        self.table = shipped().written()

    def follow(self, work: Callable[[str], object]) -> None:
        """As NationalTable.follow of a process that starts anew."""
        work(self.table)


class FakeConnectedAgencies:
    """The agencies that are shipped, and others that take messages too."""

    def __init__(self, *others: str) -> None:
        """As catalogue-data has them, and `others` by their codes."""
        folder = Path(__file__).resolve().parents[1] / "catalogue-data"
        listed = read_connected(folder / "agencies.json")
        connected = {**listed, **dict(zip(others, others, strict=True))}
        self.list = AgencyList(connected=connected, named=read_named(folder / "agency-names.json"))

    def now(self) -> AgencyList:
        """As ConnectedAgencies.now."""
        return self.list


class FakeFiles:
    """Keeps files in memory, named by their SHA-256 as the real ones are."""

    def __init__(self, clock: FakeClock | None = None) -> None:
        """Empty and available; the clock says when a file is written."""
        self.clock = clock or FakeClock()
        self.revision: dict[str, bytes] = {}
        self.written: dict[str, datetime] = {}
        self.readers_url = ""
        self.available = True

    def put(self, stream: BinaryIO, media_type: str) -> Any:  # noqa: ARG002 -- Files' signature
        """Keep what the stream gives."""
        import hashlib  # noqa: PLC0415 -- see Files

        from foundation.persistence.object_store import ObjectInfo  # noqa: PLC0415 -- minio is loaded only where needed

        self._look()
        body = stream.read()
        digest = hashlib.sha256(body).hexdigest()
        self.revision[digest] = body
        self.written[digest] = self.clock.real()
        return ObjectInfo(sha256=digest, size=len(body))

    def get(self, sha256: str) -> Iterator[bytes]:
        """The file in one piece."""
        self._look()
        if sha256 not in self.revision:
            raise NotFound("Không tìm thấy tệp.", "There is no such file.")
        yield self.revision[sha256]

    def remove(
        self, sha256: str, *, wanted: Callable[[], bool], idle_since: datetime | None = None
    ) -> bool:
        """As ObjectStore.remove."""
        self._look()
        young = idle_since is not None and self.written.get(sha256, idle_since) > idle_since
        if wanted() or young:
            return False
        return self.revision.pop(sha256, None) is not None

    def listed(self, after: str, limit: int) -> Sequence[Any]:
        """As ObjectStore.listed."""
        from foundation.persistence.object_store import KeptObject, object_name  # noqa: PLC0415 -- as above

        self._look()
        names = {object_name(digest): digest for digest in self.revision}
        return [
            KeptObject(name, names[name], len(self.revision[names[name]]), self._at(names[name]))
            for name in sorted(names)
            if name > after
        ][:limit]

    def address(self, sha256: str, answered: Mapping[str, str]) -> str:
        """As ObjectStore.address, with the headers plain in it; "" unless `readers_url` is set."""
        return f"{self.readers_url}/{sha256}?{dict(answered)}" if self.readers_url else ""

    def part(self, sha256: str, start: int, length: int) -> Iterator[bytes]:
        """Part of it, in one piece."""
        yield b"".join(self.get(sha256))[start : start + length]

    def _at(self, sha256: str) -> datetime:
        return self.written.get(sha256, datetime.min.replace(tzinfo=UTC))

    def _look(self) -> None:
        if not self.available:
            raise Unavailable("Kho tệp không trả lời.", "The file store does not answer.")


class FakeRetentionTable:
    """The rules it was given."""

    def __init__(self) -> None:
        """Everything is kept."""
        self.given: tuple[Any, ...] = ()

    def rules(self) -> tuple[Any, ...]:
        """As RetentionTable.rules."""
        return self.given


class FakeScanner:
    """Finds EICAR, and what it was told of: `verdicts` by a part of the file's bytes."""

    def __init__(self, *, configured: bool = True, lets_pass: bool = True) -> None:
        """There, unless `away`."""
        self.configured = configured
        self.lets_pass = lets_pass
        self.away = False
        self.verdicts: dict[bytes, tuple[str, str]] = {
            b"EICAR-STANDARD-ANTIVIRUS": ("infected", "Eicar-Test-Signature")
        }
        self.scanned = 0

    def is_there(self) -> bool:
        """As Scanner.is_there."""
        return self.configured and not self.away

    def scan(self, pieces: Iterator[bytes]) -> Any:
        """As Scanner.scan."""
        from foundation.files.clamd import ScanReport, Verdict  # noqa: PLC0415 -- loaded only where needed

        if self.away:
            raise Unavailable("Bộ quét không trả lời.", "The scanner does not answer.")
        self.scanned += 1
        body = b"".join(pieces)
        for part, (verdict, finding) in self.verdicts.items():
            if part in body:
                return ScanReport(Verdict(verdict), finding)
        return ScanReport(Verdict.CLEAN)


class FakeSignatureReader:
    """Says of every file what it was told to say."""

    def __init__(self) -> None:
        """Nothing is signed."""
        from foundation.files.signature_report import (  # noqa: PLC0415 -- loaded only where needed
            ReportVerdict,
            SignatureReport,
        )

        self.report = SignatureReport(ReportVerdict.READ)
        self.read_files = 0

    def read(self, pieces: Iterator[bytes], now: datetime) -> Any:  # noqa: ARG002 -- as the reader's
        """As SignatureReader.read."""
        b"".join(pieces)
        self.read_files += 1
        return self.report


def _copied(value: Any) -> Any:
    """The same tree, with nothing shared; copy.deepcopy takes ten times as long."""
    if isinstance(value, dict):
        return {name: _copied(each) for name, each in value.items()}
    return [_copied(each) for each in value] if isinstance(value, list) else value


def _of(document: Mapping[str, Any], name: str) -> list[Any]:
    return list(document.get(name, ()))
