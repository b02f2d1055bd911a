"""A process that a test froze does nothing more, however busy the machine is."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from select import select

import pytest

from tests.processes import ROOT, freeze

ECHO = """
import os, threading
def echo():
    while byte := os.read(0, 1):
        os.write(1, byte)
answering = threading.Thread(target=echo)  # the signal wakes the main thread first
answering.start()
answering.join()
"""
BUSY = """
import time
until = time.monotonic() + 60
while time.monotonic() < until: pass
"""


@pytest.fixture
def busy() -> Iterator[None]:
    crowd = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(6)]
    yield
    for each in crowd:
        each.kill()
        each.wait()


@pytest.fixture
def echo() -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", ECHO]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as started:
        yield started
        started.kill()


@pytest.mark.usefixtures("busy")
def test_a_frozen_process_answers_nothing_until_it_goes_on(echo: subprocess.Popen[bytes]) -> None:
    assert echo.stdin
    assert echo.stdout
    asked, answered = echo.stdin.fileno(), echo.stdout.fileno()
    for _ in range(10):
        freeze(echo.pid)
        os.write(asked, b"?")
        assert select([answered], [], [], 0.1)[0] == []
        os.kill(echo.pid, signal.SIGCONT)
        assert os.read(answered, 1) == b"?"


def test_every_test_that_stops_a_process_waits_until_it_stands_still() -> None:
    stopped_by = [
        each.relative_to(ROOT).as_posix()
        for each in (ROOT / "tests").rglob("*.py")
        if "signal.SIGSTOP" in each.read_text(encoding="utf-8")
    ]
    assert set(stopped_by) == {"tests/processes.py", "tests/unit/test_freezing.py"}
