"""Several desks in one process: each behind its own walls, and none taken down by another."""

import json
import socket
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import amqp
import httpx
import pytest

from contracts.envelope import CONTENT_TYPE, Envelope
from contracts.orders import StepOrder
from foundation.web import auth
from services.intake.service import Intake
from services.routing.service import Routing
from tests.faults.broker import connection
from tests.platform_fixtures import Platform
from tests.processes import Bench, Process, bench, free_port, until

A, B, C = "so-xay-dung", "cong-an-tinh", "so-y-te"
LATE = "so-noi-vu"
ALL = (A, B, C, LATE)
NOBODY = {"configure": "^$", "write": "^$", "read": "^$"}


@dataclass
class House:
    """The process, the folder of its settings, and what each agency holds."""

    bench: Bench
    folder: Path
    process: Process
    keys: Mapping[str, Mapping[str, Any]]
    ports: Mapping[str, int] = field(default_factory=dict)

    def settings(self, agency: str, **changed: str) -> str:
        """What stands in the file of a desk."""
        queue = f"routing.{agency}"
        own = {
            "AMQP_URL": self.bench.platform.amqp_url(queue),
            "MONGO_URL": self.bench.platform.mongo_url,
            "MONGO_DATABASE": self.bench.settings(queue)["MONGO_DATABASE"],
            "HTTP_ADDRESS": f"127.0.0.1:{self.ports[agency]}",
            **changed,
        }
        return "".join(f"{name}={value}\n" for name, value in own.items() if value)

    def write(self, agency: str, **changed: str) -> None:
        """Put its file into the folder, whole at once."""
        fresh = self.folder / f"{agency}.new"
        fresh.write_text("# as `motcua agency add` prints it\n" + self.settings(agency, **changed))
        fresh.rename(self.folder / f"{agency}.env")

    def ready(self, agency: str = "") -> tuple[int, str]:
        """What it says of one desk, or of all."""
        answer = self.process.watch.get(f"/readyz/{agency}" if agency else "/readyz")
        return answer.status_code, answer.text

    def is_ready(self, agency: str) -> bool:
        return self.ready(agency)[0] == 200

    def wait_ready(self, *agencies: str) -> None:
        for each in agencies:
            until(partial(self.is_ready, each), within=30, why=f"{each} is ready")

    def get(self, desk: str, path: str = "/steps", agency: str = "") -> httpx.Response:
        """Ask a desk, as an officer of that agency or of another."""
        who = agency or desk
        claims = {"sub": f"an@{who}", "aud": ["routing"], "scope": "desk", "agency": who}
        token = auth.sign({**claims, "exp": int(time.time()) + 600}, self.keys[who])
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.get(f"http://127.0.0.1:{self.ports[desk]}{path}", headers=headers, timeout=10)

    def steps(self, desk: str) -> list[str]:
        answer = self.get(desk)
        assert answer.status_code == 200, answer.text
        return [each["id"] for each in answer.json()["steps"]]

    def has(self, desk: str, step: str) -> bool:
        return step in self.steps(desk)

    def order(self, agency: str) -> str:
        """An order of the centre; the step it is for."""
        order = _order(agency, f"{uuid.uuid4().hex}.1")
        _publish(self.bench.platform, "intake", "orders", agency, order.encode())
        return f"{order.subject}.1"

    def waiting(self, queue: str) -> int:
        """How many messages lie there; asked of the queue, for the broker's figures lag."""
        opened = connection(self.bench.platform.amqp_url())
        found = opened.channel().queue_declare(queue, passive=True)
        opened.close()
        return int(found.message_count)

    def works(self, *agencies: str) -> None:
        """Each of them takes an order of its own into its own inbox."""
        ordered = {agency: self.order(agency) for agency in agencies}
        for agency, step in ordered.items():
            until(partial(self.has, agency, step), within=20, why=f"{agency} has it")


def _order(agency: str, step: str) -> Envelope:
    order = StepOrder(
        agency=agency,
        step=step,
        code="000.00.00.H41-261123-0001",
        procedure="1.009645",
        procedure_name="Thủ tục",
        action="Thẩm định",
        due=datetime.now(UTC) + timedelta(days=9),
        applicant="Nguyễn Văn An",
    )
    return Envelope(
        id=uuid.uuid4().hex,
        source="motcua:intake",
        type=order.TYPE,
        subject=step.removesuffix(".1"),
        time=datetime.now(UTC),
        seq=1,
        agency=agency,
        data=order.write(),
    )


def _publish(platform: Platform, user: str, exchange: str, key: str, body: bytes) -> None:
    message = amqp.Message(
        body, content_type=CONTENT_TYPE, message_id=uuid.uuid4().hex, user_id=user
    )
    opened = connection(platform.amqp_url(user))
    opened.channel().basic_publish_confirm(message, exchange, key)
    opened.close()


@pytest.fixture(scope="module")
def house(platform: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Three desks in one process; the third one's file has a gap in it."""
    logs, folder = tmp_path_factory.mktemp("logs"), tmp_path_factory.mktemp("desks")
    keys = {agency: auth.new_key(agency) for agency in ALL}
    public = auth.public_keys(keys.values())
    for each in public["keys"]:
        each["agency"] = each["kid"]
    (logs / "keys.json").write_text(json.dumps(public))
    with bench(platform, [Routing, Intake], logs, list(ALL)) as made:
        ports = {agency: free_port() for agency in ALL}
        shared = made.settings("routing")
        common = {name: shared[name] for name in ("TOKEN_KEYS", "RETRY_DELAYS")}
        rest = {"HOSTED": str(folder), "DIES": str(logs / "dies"), "MAX_WORKERS": "5"}
        unstarted = Process.__new__(Process)
        house = House(made, folder, unstarted, keys, ports)
        house.write(A)
        house.write(B)
        house.write(C, AMQP_URL="")
        house.process = Process("tests.integration.hosted", "routing", common | rest, logs)
        made.processes.append(house.process)
        until(lambda: house.process.readiness()[0] == 200, within=60)
        house.wait_ready(A, B)
        yield house


def test_each_desk_works_on_its_own(house: House) -> None:
    house.works(A, B)
    first, second = house.order(A), house.order(B)
    until(lambda: first in house.steps(A) and second in house.steps(B), within=20)
    assert not set(house.steps(A)) & set(house.steps(B))


def test_one_file_with_a_gap_is_said_and_holds_up_nobody(house: House) -> None:
    status, text = house.ready(C)
    assert status == 503
    assert "AMQP_URL is missing" in text
    assert house.ready()[0] == 200
    assert f"{A}: ready" in house.ready()[1]
    assert house.ready("nobody")[0] == 404
    said = house.process.log.read_text()
    secrets = [house.bench.platform.password(f"routing.{agency}") for agency in ALL]
    assert not [each for each in secrets if each in said]


def test_nothing_of_one_is_within_reach_of_another(house: House) -> None:
    step = house.order(A)
    until(lambda: step in house.steps(A), within=20)
    paths = ["/steps", f"/steps/{step}", "/office", "/search?q=nguyen", "/gaps", "/explanations"]
    for path in paths:
        refused = house.get(A, path, agency=B)
        assert refused.status_code == 403, path
        assert step not in refused.text
    own = house.get(B, f"/steps/{step}")
    assert own.status_code == 404
    # A Host of the other, a path with its name, another's token: nothing but the address decides.
    elsewhere = {"Host": f"127.0.0.1:{house.ports[A]}", "X-Forwarded-Host": A}
    answer = httpx.get(f"http://127.0.0.1:{house.ports[B]}/steps/{step}", headers=elsewhere)
    assert answer.status_code == 401


def test_an_order_for_one_that_reaches_another_is_not_believed(house: House) -> None:
    step = f"{uuid.uuid4().hex}.1"
    before = house.waiting(f"routing.{B}.dead")
    _publish(house.bench.platform, "intake", "orders", B, _order(A, step).encode())
    until(lambda: house.waiting(f"routing.{B}.dead") > before, within=20)
    assert step not in house.steps(A) + house.steps(B)


def test_poison_at_one_desk_is_buried_there(house: House) -> None:
    before = house.waiting(f"routing.{B}.dead")
    for body in (b"5", b"{", b"[1]", b"\xff" * 1000):
        _publish(house.bench.platform, "intake", "orders", B, body)
    until(lambda: house.waiting(f"routing.{B}.dead") == before + 4, within=20)
    house.works(A, B)


def test_one_that_loses_its_rights_is_not_ready_and_the_other_is(house: House) -> None:
    platform, user = house.bench.platform, f"routing.{B}"
    own = next(each for each in house.bench.definitions["permissions"] if each["user"] == user)
    platform.api("PUT", f"permissions/%2F/{user}", NOBODY)
    until(lambda: house.ready(B)[0] == 503, within=20, why="B is not ready")
    assert house.ready(A) == (200, f"{A}: ready\n")
    house.works(A)
    platform.api("PUT", f"permissions/%2F/{user}", own)
    house.wait_ready(B)
    house.works(B)


def test_a_desk_that_dies_is_started_again_and_the_others_do_not_notice(house: House) -> None:
    Path(house.process.log.parent / "dies").write_text(f"routing.{B}")
    began = house.process.metric("process_start_time_seconds")
    step = house.order(B)
    until(lambda: "desk_died" in house.process.log.read_text(), within=20)
    house.works(A)
    until(lambda: house.ready(B)[0] == 200, within=30)
    until(lambda: step in house.steps(B), within=20)
    house.works(A, B)
    assert house.process.metric("process_start_time_seconds") == began
    lines = [
        json.loads(line)
        for line in house.process.log.read_text().splitlines()
        if line.startswith("{")
    ]
    assert {each["service"] for each in lines if each["event"] == "desk_died"} == {f"routing.{B}"}


def test_figures_and_log_lines_say_whose_they_are(house: House) -> None:
    house.works(A, B)
    ready = [f'motcua_desk_ready{{service="routing.{agency}"}} 1.0' for agency in (A, B)]

    def shown_by_now() -> str:
        figures = house.process.watch.get("/metrics").text
        return figures if all(each in figures for each in ready) else ""

    text = until(shown_by_now, within=20, why="both desks shown as ready")
    for agency in (A, B):
        queue = f"routing.{agency}"
        for shown in (
            f'motcua_amqp_consumer_up{{queue="{queue}"}} 1.0',
            f'motcua_workers{{kind="message",service="{queue}"}} 5.0',
            f'motcua_publish_total{{result="confirmed",service="{queue}"}}',
            f'motcua_http_requests_total{{code="200",method="GET",route="/steps",service="{queue}"}}',
        ):
            assert shown in text, shown
    assert text.count("motcua_build_info{") == 1


def test_a_file_that_comes_changes_and_goes_is_noticed(house: House) -> None:
    began = house.process.metric("process_start_time_seconds")
    house.write(LATE)
    until(lambda: f"{LATE}: ready" in house.ready()[1], within=30)
    house.works(LATE)
    house.write(LATE, AMQP_URL=house.bench.platform.amqp_url(f"routing.{A}"))
    until(lambda: "the user in AMQP_URL must be" in house.ready(LATE)[1], within=20)
    house.write(LATE, HTTP_ADDRESS=f"127.0.0.1:{house.ports[A]}")
    until(lambda: f"HTTP_ADDRESS is that of {A}" in house.ready(LATE)[1], within=20)
    other = house.bench.settings(f"routing.{A}")["MONGO_DATABASE"]
    house.write(LATE, MONGO_DATABASE=other)
    until(lambda: "MONGO_DATABASE must end in" in house.ready(LATE)[1], within=20)
    (house.folder / f"{LATE}.env").unlink()
    until(lambda: house.ready(LATE)[0] == 404, within=20)
    shown = house.process.watch.get("/metrics").text
    assert f'motcua_amqp_consumer_up{{queue="routing.{LATE}"}}' not in shown
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", house.ports[LATE]))
    house.works(A, B)
    assert house.process.metric("process_start_time_seconds") == began


def test_told_to_end_all_desks_end_in_time_and_nothing_is_lost(house: House) -> None:
    ordered = {agency: [house.order(agency) for _ in range(20)] for agency in (A, B)}
    began = time.monotonic()
    assert house.process.stop() == 0
    assert time.monotonic() - began < 30
    left = {agency: house.waiting(f"routing.{agency}") for agency in (A, B)}
    for agency, steps in ordered.items():
        user = f"routing.{agency}"
        kept = house.bench.documents(user, "dockets").count_documents({"steps.id": {"$in": steps}})
        assert kept + left[agency] >= len(steps)
