"""Tells a process apart from a later one that has got the same pid."""

import os
from contextlib import suppress
from dataclasses import dataclass

_TICK = 2  # decimals: the kernel notes when a process started in hundredths of a second


@dataclass(frozen=True)
class ProcessIdentity:
    """A process by its pid and its start, in seconds since the machine booted.

    Seconds since the boot, not the time of day: setting the clock changes the latter.
    """

    pid: int
    started: float

    def alive(self) -> bool:
        """Whether this process still runs, not another one with its pid."""
        return identify_process(self.pid) == self

    def signal(self, number: int) -> None:
        """Send a signal to the process and its children, if it still runs."""
        if self.alive():
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)


def identify_process(pid: int) -> ProcessIdentity | None:
    """The process that has this pid now; None if there is none, or it has ended (a zombie)."""
    import psutil  # noqa: PLC0415 -- the image has none of this

    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        process = psutil.Process(pid)
        # A killed process is not gone, and holds its ports, while a thread of it still ends.
        ended = process.status() in {psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD}
        if ended and process.num_threads() <= 1:
            return None
        return ProcessIdentity(pid, _seconds_since_boot(pid))
    except psutil.NoSuchProcess:
        return None


def _seconds_since_boot(pid: int) -> float:
    """When the process started; asked again if the clock was set in between."""
    import psutil  # noqa: PLC0415 -- as above

    while True:
        booted = psutil.boot_time()
        started = psutil.Process(pid).create_time() - booted
        if psutil.boot_time() == booted:
            return float(round(started, _TICK))
