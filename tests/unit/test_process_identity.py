"""A process is known again by its pid and its start, whatever happens to the clock."""

import ast
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from bench.child_process import ChildProcess
from cli.embedded.process_identity import ProcessIdentity, identify_process

ROOT = Path(__file__).parents[2]


@pytest.fixture
def child() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(command, start_new_session=True) as started:
        yield started
        started.kill()


def test_a_process_is_the_same_every_time_it_is_looked_at(child: subprocess.Popen[bytes]) -> None:
    found = identify_process(child.pid)
    assert found is not None
    assert found == identify_process(child.pid)
    assert found == ProcessIdentity(**vars(found))  # as the state file keeps it
    assert found.alive()


def test_a_process_is_the_same_after_the_clock_was_set(
    child: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = identify_process(child.pid)
    boot_time, create_time = psutil.boot_time, psutil.Process.create_time
    # An hour later by the clock: then everything that began, began an hour later.
    monkeypatch.setattr(psutil, "boot_time", lambda: boot_time() + 3600)
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: create_time(self) + 3600)
    assert found == identify_process(child.pid)


def test_another_process_with_the_pid_is_not_signalled(child: subprocess.Popen[bytes]) -> None:
    found = identify_process(child.pid)
    assert found is not None
    earlier = replace(found, started=found.started - 0.01)
    assert not earlier.alive()
    earlier.signal(9)
    assert found.alive()


def test_what_an_earlier_release_wrote_down_is_nobody(child: subprocess.Popen[bytes]) -> None:
    kept = {"pid": child.pid, "started": "5d0c9c1b-3f0f-4a9b-9c1b-8f0f4a9b2d11/12345"}
    assert not ProcessIdentity(**kept).alive()  # type: ignore[arg-type]


def test_a_process_that_ended_is_nobody(child: subprocess.Popen[bytes]) -> None:
    found = identify_process(child.pid)
    child.kill()
    deadline = time.monotonic() + 10
    while found is not None and found.alive() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert identify_process(child.pid) is None


def test_the_memory_of_a_child_is_told() -> None:
    made = object.__new__(ChildProcess)
    idle = [sys.executable, "-c", "import time; print(1, flush=True); time.sleep(60)"]
    with subprocess.Popen(idle, stdout=subprocess.PIPE) as made.popen:
        assert made.popen.stdout is not None
        assert made.popen.stdout.read(1)
        assert 1e6 < made.memory() < 1e9
        made.popen.kill()


def test_nobody_reads_proc_by_hand() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("cli", "bench")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and str(node.value).startswith("/proc")
        if not str(node.value).startswith("/procedures")
    ]
    assert found == []
