"""Runs services as processes of their own on the real parts, and looks at them from outside."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import cycle
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import httpx
import pytest

from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import SPAN, free_ports, is_taken
from cli.vault_key import WEBHOOK_VAULT_KEYS, vault_keys_file
from foundation.broker.topology import definitions, users
from tests.platform_fixtures import Platform

ROOT = Path(__file__).parent.parent
QUICK_DELAYS = (1, 2, 4)
FOUND_WITHIN = 540
"""Seconds for a process that looks at a whole database: minutes on a busy machine."""
PATIENT = pytest.mark.timeout(FOUND_WITHIN + 60)
"""For the tests that wait for one."""
T = TypeVar("T")

PLAIN: Mapping[str, Any] = {"timeout": 30, "verify": False}
"""Of one call to a server of ours, by plain http: reading the authorities takes 24 ms each time."""


def until(look: Callable[[], T], *, within: float = 90.0, why: str = "") -> T:
    """Look again and again until the answer is true; fails with what was seen last.

    No more than half of the time (or each second): what is looked at shall get on with it.
    """
    deadline = time.monotonic() + within
    while True:
        began = time.monotonic()
        if seen := look():
            return seen
        ended = time.monotonic()
        assert ended < deadline, f"not within {within:g} s: {why or look} (saw {seen!r})"
        time.sleep(min(max(0.05, ended - began), 1.0))


def freeze(pid: int) -> None:
    """Stop a process as SIGSTOP does, and wait until none of its threads runs any more.

    The signal takes effect when a thread is next scheduled: on a busy machine a process still
    answers for some 80 ms. SIGCONT lets it go on.
    """
    os.kill(pid, signal.SIGSTOP)
    until(lambda: _states(pid) == {"T"}, why=f"process {pid} stands still")


def _states(pid: int) -> set[str]:
    """Letters of what the threads of a process do, see proc(5): "T" is stopped by a signal."""
    states = set()
    for each in Path(f"/proc/{pid}/task").glob("*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):  # a thread that ended meanwhile
            states.add(each.read_text().rpartition(")")[2].split()[0])
    return states


def found_by(module: str, *words: str) -> Any:
    """What `python -m MODULE WORDS…` found out: the JSON on the last line that it prints.

    For what needs patched sockets, which pytest has not.
    """
    command = [sys.executable, "-m", module, *words]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=FOUND_WITHIN
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


class _Span:
    """The ports that this process gives out one by one, again and again."""

    ports: ClassVar[Iterator[int]] = iter(())


def free_port() -> int:
    """A port nobody listens on right now, nor does another run of tests on this machine."""
    for port in _Span.ports:
        if not is_taken(port):
            return port
    base = free_ports().base
    _Span.ports = cycle(range(base + SPAN // 2, base + SPAN))
    return free_port()


class Process:
    """One running service; everything about it is seen over its sockets or in its log file."""

    def __init__(self, module: str, name: str, settings: Mapping[str, str], logs: Path) -> None:
        """Starts it; call `wait_ready` before use."""
        self.ports = free_port(), free_port()
        self.log = logs / f"{name}-{uuid.uuid4().hex[:6]}.log"
        environ = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HTTP_ADDRESS": f"127.0.0.1:{self.ports[0]}",
            "WATCH_ADDRESS": f"127.0.0.1:{self.ports[1]}",
            **settings,
        }
        with self.log.open("wb") as output:
            self.popen = subprocess.Popen(
                [sys.executable, "-m", module, name], env=environ, stderr=output, stdout=output
            )
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{self.ports[0]}", timeout=30)
        self.watch = httpx.Client(base_url=f"http://127.0.0.1:{self.ports[1]}", timeout=5)

    def post(self, path: str, body: Any = None, *, key: str = "") -> httpx.Response:
        """POST with an Idempotency-Key, a new one unless given."""
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return self.http.post(path, json=body or {}, headers=headers)

    def readiness(self) -> tuple[int, str]:
        """The status and text of /readyz; 0 while nobody listens."""
        assert self.popen.poll() is None, f"it ended: {self.log.read_text()[-3000:]}"
        try:
            answer = self.watch.get("/readyz")
        except httpx.HTTPError as error:
            return 0, str(error)
        return answer.status_code, answer.text

    def wait_ready(self, within: float = 90.0) -> "Process":
        """Until it says it is ready."""
        until(lambda: self.readiness()[0] == 200, within=within, why=f"ready; see {self.log}")
        return self

    def metric(self, name: str) -> float:
        """The sum of a metric over its labels, or of the one sample when `{…}` is given."""
        lines = self.watch.get("/metrics").text.splitlines()
        found = [
            line
            for line in lines
            if line.split("{")[0].split(" ")[0] == name or line.startswith(name + " ")
        ]
        return sum(float(line.rsplit(" ", 1)[1]) for line in found)

    def kill(self) -> None:
        """SIGKILL."""
        self.popen.kill()
        self.popen.wait()

    def stop(self) -> int:
        """SIGTERM; its exit code."""
        self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(timeout=40)


class Bench:
    """A broker with the topology of some services, a database, and processes to start there."""

    def __init__(
        self, platform: Platform, services: list[type], logs: Path, agencies: list[str]
    ) -> None:
        """Declares the topology."""
        self.platform = platform
        self.logs = logs
        self.database = f"test_{uuid.uuid4().hex[:10]}"
        self.processes: list[Process] = []
        passwords = platform.passwords(users(services, agencies))
        self.definitions = definitions(services, agencies, passwords, QUICK_DELAYS)
        self.declare()

    def declare(self) -> None:
        """Declare the topology, or mend what a test has broken of it."""
        self.platform.load(self.definitions)

    def settings(self, user: str) -> dict[str, str]:
        """What every process here is told."""
        keys = self.logs / "keys.json"
        if not keys.exists():
            keys.write_text('{"keys": []}')
        vault = DataFolder(self.logs), WEBHOOK_VAULT_KEYS
        sealing = {"VAULT_KEYS": str(vault_keys_file(*vault))} if user == "subscriptions" else {}
        return sealing | {
            "AMQP_URL": self.platform.amqp_url(user),
            "MONGO_URL": self.platform.mongo_url,
            "MONGO_DATABASE": f"{self.database}_{user.replace('.', '_').replace('-', '_')}",
            "TOKEN_KEYS": str(keys),
            "RETRY_DELAYS": ",".join(str(each) for each in QUICK_DELAYS),
        }

    def start(self, name: str, *, module: str = "tests.sample", **settings: str) -> Process:
        """A service (of the samples, unless a module says), running but perhaps not ready."""
        process = Process(module, name, self.settings(name) | settings, self.logs)
        self.processes.append(process)
        return process

    def messages(self, queue: str) -> int:
        """How many messages lie in a queue, ready and unacknowledged."""
        return int(self.platform.api("GET", f"queues/%2F/{queue}").get("messages", 0))

    def documents(self, user: str, collection: str = "purses") -> Any:
        """The collection of a service, seen from outside."""
        import pymongo  # noqa: PLC0415 -- only tests that look need it

        client: Any = pymongo.MongoClient(self.platform.mongo_url, tz_aware=True)
        return client[self.settings(user)["MONGO_DATABASE"]][collection]


@contextmanager
def bench(
    platform: Platform, services: list[type], logs: Path, agencies: list[str] | None = None
) -> Iterator[Bench]:
    """A bench whose processes are ended and whose topology is wiped afterwards."""
    made = Bench(platform, services, logs, agencies or [])
    try:
        yield made
    finally:
        for process in made.processes:
            if process.popen.poll() is None:
                process.kill()
        platform.wipe()
