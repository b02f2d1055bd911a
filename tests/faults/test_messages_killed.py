"""Notifications is killed at each point of a send, and beside another process: no second SMS."""

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from contracts.history import Revision
from foundation.outbox.store import OUTBOX_INDEX
from foundation.persistence.document import revision_fields, to_fields
from services.notifications.domain.notice import Notice, NoticeText
from services.notifications.domain.notice_channel import NoticeChannel
from services.notifications.service import NotificationsService
from tests.faults.proofs import figures
from tests.integration.queries import STORES
from tests.platform_fixtures import Platform
from tests.processes import Bench, Process, bench, until

pytestmark = pytest.mark.timeout(200)

MANY = 40
SECRET = "a-secret-of-sixteen-or-more"  # noqa: S105 -- a test's own


class Gateway(BaseHTTPRequestHandler):
    """Takes each SMS and counts it by our id."""

    server: Any

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self.server.taken[form["id"][0]] += 1
        time.sleep(self.server.pause)
        self.send_response(202)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
        """Say nothing."""


@contextmanager
def gateway() -> Iterator[Any]:
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), Gateway)
    server.taken, server.pause = Counter[str](), 0.0
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def told(platform: Platform, tmp_path: Any) -> Iterator[Bench]:
    with bench(platform, [NotificationsService], tmp_path) as made:
        yield made


def start(told: Bench, server: Any, crash_at: str = "") -> Process:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        mail = nobody.getsockname()[1]
    return told.start(
        "notifications",
        module="tests.faults.fragile",
        SMTP_URL=f"smtp://127.0.0.1:{mail}",
        SMS_URL=f"http://127.0.0.1:{server.server_port}?reports=yes",
        LETTER_KEY=SECRET,
        RECEIPT_SECRET=SECRET,
        CRASH_AT=crash_at,
    )


def plan(told: Bench, count: int) -> Any:
    """Notices that are due, as the service stores them, once it has made its collections.

    The embedded database never comes out of two clients that make one at the same time.
    """
    for store in STORES["notifications"]:
        names = {each.name for each in (OUTBOX_INDEX, *store.indexes)}
        kept = told.documents("notifications", store.collection)
        until(lambda kept=kept, names=names: names <= set(kept.index_information()), within=30)  # type: ignore[misc]
    notices = told.documents("notifications", "notices")
    now = datetime.now(UTC)
    for number in range(count):
        notice = Notice(
            id=f"n-{number}",
            dossier="d-1",
            agency="so-xay-dung",
            kind="accepted",
            channel=NoticeChannel.SMS,
            to="+84912345678",
            letter=NoticeText(subject="", text="Ho so da duoc tiep nhan."),
            planned=now,
            due=now,
        )
        notices.insert_one(
            {"_id": notice.id, **revision_fields(Revision(version=1)), **to_fields(notice)}
        )
    return notices


def states(notices: Any) -> Counter[str]:
    return Counter(each["state"] for each in notices.find({}, {"state": 1}))


@pytest.mark.parametrize(
    ("point", "sent"), [("notice_marked", 0), ("notice_handed", 1), ("notice_concluded", 1)]
)
def test_a_process_killed_at_any_point_of_a_send_sends_no_second_sms(
    told: Bench, point: str, sent: int
) -> None:
    with gateway() as server:
        dying = start(told, server, point).wait_ready()
        notices = plan(told, 1)
        until(lambda: dying.popen.poll() is not None, within=60, why="it dies at the point")
        # What was being sent is looked at again when nobody can be sending it any more.
        past = datetime.now(UTC) - timedelta(minutes=1)
        notices.update_many({"state": "sending"}, {"$set": {"due": past}})
        heir = start(told, server).wait_ready()
        wanted = "sent" if point == "notice_concluded" else "unknown"
        until(lambda: states(notices)[wanted], within=60, why=f"{wanted}, not {states(notices)}")
        time.sleep(3)
        assert server.taken.total() == sent
        heir.http.get(f"/receipts/{SECRET}/gateway", params={"id": "n-0", "result": "delivered"})
        until(lambda: states(notices)["delivered"], within=10, why="the receipt tells the truth")


def test_of_two_processes_one_is_killed_and_the_other_takes_over_within_the_lease(
    told: Bench,
) -> None:
    with gateway() as server:
        server.pause = 0.2
        first = start(told, server).wait_ready()
        notices = plan(told, MANY)
        until(lambda: states(notices)["sent"] >= 3, within=60, why="the first one sends")
        second = start(told, server).wait_ready()
        first.kill()
        began, before = time.monotonic(), server.taken.total()
        until(lambda: server.taken.total() > before, within=60, why="the second one sends")
        taken_over = time.monotonic() - began
        until(lambda: states(notices)["sent"] >= MANY - 1, within=60)
        assert second.popen.poll() is None
        twice = [each for each, count in server.taken.items() if count > 1]
        left = states(notices)["sending"]
        figures(
            "notifications killed beside another process",
            taken_over_after=f"{taken_over:.1f} s",
            sent_twice=len(twice),
            left_for_a_receipt=left,
        )
        assert twice == []
        assert taken_over < 15
        assert left <= 1
