"""What must hold after a journey, proven from outside: through the APIs, stores and queues."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

from cli.embedded.ports import HOST
from cli.journey.actors import Cast, sha256, wait_until
from cli.journey.scenario import DENUNCIATION, JourneyTraces
from cli.journey.store_inspectors import StoreInspector, history_entries, holds_dead_letters
from cli.keeping.log_check import wait_while_less
from cli.language import localized
from cli.local_platform import LocalPlatform
from contracts.history import first_broken
from foundation.text.folding import fold

LONGEST_SMS = 160
Things = Sequence[tuple[str, Mapping[str, Any]]]

TOLD = ("submitted", "accepted", "supplement_requested", "resolved", "feedback_answered")
TOLD_BY_MAIL = ("supplemented", "returned")


@dataclass(frozen=True)
class Proof:
    """One thing that must hold: `fault` is empty when it does."""

    what: str
    figure: str
    fault: str = ""


class Proofs:
    """Looks at everything once more, when all is quiet."""

    def __init__(self, platform: LocalPlatform, cast: Cast, traces: JourneyTraces) -> None:
        """After the story is told."""
        self._platform = platform
        self._cast = cast
        self._traces = traces
        self._inspector = StoreInspector(platform)

    def all(self) -> list[Proof]:
        """Wait until all is quiet, then prove."""
        wait_until(self._quiet, "yên tĩnh trong các hàng đợi", "quiet in the queues")
        things = list(self._inspector.entities())
        return [
            self._told_the_citizen(),
            _histories(things),
            _handled_once(things, self._traces.repeated),
            self._logged(things),
            self._sealed(things),
            self._documents(),
            self._queues(),
            self._nothing_unsent(things),
        ]

    def _quiet(self) -> bool:
        # In this order: a message that was sent is told of in the very write that says so.
        notices = self._inspector.database("notifications")["notices"]
        sending = notices.count_documents({"state": {"$in": ["planned", "sending"]}})
        mails, texts = self._messages()
        if sending or (len(mails), len(texts)) < self._expected:
            return False
        if any(document.get("outbox") for _, document in self._inspector.entities()):
            return False
        return not any(
            n for name, n in self._inspector.queues().items() if not holds_dead_letters(name)
        )

    @cached_property
    def _expected(self) -> tuple[int, int]:
        """How many mails and texts: one more of each if the papers took long enough to count."""
        dossier = self._cast.citizen.get("intake", f"/dossiers/{self._traces.dossier}")
        texts = len(TOLD) + (dossier["due"] != self._traces.due)
        return texts + len(TOLD_BY_MAIL), texts

    def _messages(self) -> tuple[list[str], list[str]]:
        url = f"http://{HOST}:{self._platform.ports.sms}/messages"
        kept: list[dict[str, str]] = httpx.get(url).json()["messages"]
        email, phone = self._cast.applicant["email"], self._cast.applicant["phone"]
        mails = [each["text"] for each in kept if each["to"] == email]
        texts = [each["text"] for each in kept if each["to"].endswith(phone.lstrip("0"))]
        return mails, texts

    def _told_the_citizen(self) -> Proof:
        mails, texts = self._messages()
        faults = [text for text in texts if not _is_plain(text)]
        if (len(mails), len(texts)) != self._expected:
            wanted, found = self._expected, (len(mails), len(texts))
            faults.append(
                localized(f"{found} tin thay vì {wanted}", f"{found} messages, not {wanted}")
            )
        return Proof(
            localized("Công dân được báo qua thư và SMS", "The citizen was told by mail and SMS"),
            localized(
                f"{len(mails)} thư tiếng Việt, {len(texts)} SMS không dấu, không quá 160 chữ",
                f"{len(mails)} mails in Vietnamese, {len(texts)} SMS without diacritics, ≤ 160",
            ),
            "; ".join(faults),
        )

    def _logged(self, things: Things) -> Proof:
        told = {entry.id for _, document in things for entry in history_entries(document)}
        missing: set[str] = set()

        def count_missing() -> int:
            missing.clear()
            missing.update(told - self._inspector.logged())
            return len(missing)

        # Timers go on telling: what was told just now is on its way into the log.
        wait_while_less(count_missing)
        return Proof(
            localized("Bên tích hợp đọc được mọi sự kiện", "Integrators can read every event"),
            localized(f"{len(told)} sự kiện trong nhật ký", f"{len(told)} events in the log"),
            ", ".join(sorted(missing)),
        )

    def _sealed(self, things: Things) -> Proof:
        """Of the denunciation the event log shows that there is one, and no store shows more."""
        log = self._inspector.database("subscriptions")["log"]
        told = [each for each in log.find() if self._traces.denunciation in str(each)]
        everything = fold(str([document for _, document in things]) + str(told))
        seen = [each for each in DENUNCIATION.values() if fold(each) in everything]
        if len(told) != 1:
            seen.append(f"{len(told)} ≠ 1")
        return Proof(
            localized("Người tố cáo được giữ bí mật", "The denouncer is kept secret"),
            localized(
                "nhật ký chỉ ghi là có một tố cáo", "the log shows that there is one, no more"
            ),
            ", ".join(seen),
        )

    def _documents(self) -> Proof:
        wrong = []
        for document, digest in self._traces.uploads.items():
            record = self._inspector.database("documents")["documents"].find_one({"_id": document})
            content = self._cast.clerk.download(document)
            if not record or {record["sha256"], sha256(content)} != {digest}:
                wrong.append(document)
        return Proof(
            localized("Tệp tải về đúng như tệp đã nộp", "Documents are what was handed in"),
            localized(
                f"{len(self._traces.uploads)} tệp, cùng mã SHA-256",
                f"{len(self._traces.uploads)} documents, same SHA-256",
            ),
            ", ".join(wrong),
        )

    def _queues(self) -> Proof:
        graves = self._inspector.dead_letter_counts()
        full = [f"{name}: {n}" for name, n in graves.items() if n]
        return Proof(
            localized("Không tin nhắn nào chết hay lạc", "No message is dead or unroutable"),
            localized(
                f"{len(graves)} hàng đợi .dead và .unrouted trống", f"{len(graves)} queues empty"
            ),
            ", ".join(full),
        )

    def _nothing_unsent(self, things: Things) -> Proof:
        # What timers tell meanwhile lies in its outbox for a moment: each message has its own.
        unsent = self._unsent_messages()

        def count_left() -> int:
            unsent.intersection_update(self._unsent_messages())
            return len(unsent)

        wait_while_less(count_left)
        return Proof(
            localized("Không còn gì chưa gửi", "Nothing is left unsent"),
            localized(f"{len(things)} hộp thư đi trống", f"{len(things)} outboxes empty"),
            ", ".join(f"{place} {message}" for place, message in sorted(unsent)),
        )

    def _unsent_messages(self) -> set[tuple[str, str]]:
        return {
            (f"{place}/{document['_id']}", message["id"])
            for place, document in self._inspector.entities()
            for message in document.get("outbox", ())
        }


def _histories(things: Things) -> Proof:
    flaws, count = [], 0
    for place, document in things:
        chain = history_entries(document)
        count += len(chain)
        flaw = first_broken(chain, head=document["head"])
        if flaw:
            flaws.append(f"{place}/{document['_id']}: {flaw}")
    return Proof(
        localized("Lịch sử nguyên vẹn", "Histories are whole"),
        localized(
            f"{count} sự kiện trong {len(things)} chuỗi băm",
            f"{count} events in {len(things)} hash chains",
        ),
        "; ".join(flaws),
    )


def _handled_once(things: Things, repeated: str) -> Proof:
    marks = Counter(
        (place.split("/")[0], mark["key"])
        for place, document in things
        for mark in document.get("handled", ())
    )
    twice = [f"{service} {key}" for (service, key), n in marks.items() if n > 1]
    if marks[("intake", repeated)] != 1:
        twice.append(localized(f"tin lặp {repeated}", f"the repeated message {repeated}"))
    return Proof(
        localized("Mỗi sự kiện được xử lý đúng một lần", "Every event was handled once"),
        localized(
            f"{len(marks)} dấu xử lý, tin gửi lặp tính một lần",
            f"{len(marks)} marks; the message sent twice counted once",
        ),
        "; ".join(twice),
    )


def _is_plain(text: str) -> bool:
    return text.isascii() and len(text) <= LONGEST_SMS
