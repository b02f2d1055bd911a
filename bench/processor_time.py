"""CPU time of processes, by the clock that the kernel keeps of each: exact to a microsecond.

What `psutil` reads counts in hundredths of a second, which is more than an act costs.
"""

import ctypes
import time
from collections.abc import Sequence
from typing import Any

import psutil
from pymongo.uri_parser import parse_uri

LONGEST_WAIT, IDLE = 60, 0.05
"""Seconds; and how many of a second's processor time a server at rest takes."""
LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))


def cpu_seconds(pid: int) -> float:
    """The CPU time (user and system) that a process has used so far, ended threads included.

    Raises:
        ProcessLookupError: there is no such process.
    """
    clock = ctypes.c_int()
    if failed := ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(clock)):
        raise ProcessLookupError(failed, f"no process {pid}")
    return time.clock_gettime(clock.value)


def with_children(pid: int) -> list[int]:
    """A process and all that it started, and those started."""
    return [pid, *(each.pid for each in psutil.Process(pid).children(recursive=True))]


def database_pids(url: str) -> list[int]:
    """The process of the database server at an address; none if it is on another machine."""
    return listening_at(*(port for host, port in parse_uri(url)["nodelist"] if host in LOOPBACK))


def listening_at(*ports: int | None) -> list[int]:
    """The processes of this machine that take connections at one of these ports."""
    listening = (each for each in psutil.net_connections("tcp") if each.status == "LISTEN")
    return sorted({each.pid for each in listening if each.pid and _port(each.laddr) in ports})


def _port(address: Any) -> int:
    return int(address.port)


def wait_until_idle(pids: Sequence[int]) -> None:
    """Wait until a server has put away what it was filled with, a minute at most."""
    for _ in range(LONGEST_WAIT):
        before = sum(map(cpu_seconds, pids))
        time.sleep(1)
        if sum(map(cpu_seconds, pids)) - before < IDLE:
            return
