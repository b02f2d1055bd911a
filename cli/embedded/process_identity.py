"""Which process is which: a pid alone may belong to a stranger by now."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_STATE, _STARTED = 0, 19  # fields of /proc/PID/stat counted after the command's name


@dataclass(frozen=True)
class ProcessIdentity:
    """A process, told apart from a later one with the same pid by when it started."""

    pid: int
    started: str

    def alive(self) -> bool:
        """False once it ended, even if its pid was given to another program since."""
        return identify_process(self.pid) == self

    def signal(self, number: int) -> None:
        """Signal the process and its children, if it is still the one we mean."""
        if self.alive():
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)


def identify_process(pid: int) -> ProcessIdentity | None:
    """The process that has this pid now; None when it ended (a zombie has ended)."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = status.rpartition(")")[2].split()
    if fields[_STATE] in "ZX" and _threads(pid) < 2:  # noqa: PLR2004 -- itself, and no other
        return None
    return ProcessIdentity(pid, f"{_boot()}/{fields[_STARTED]}")


def _threads(pid: int) -> int:
    """A killed process is not gone, and holds its ports, while a thread of it still dies."""
    try:
        return sum(1 for _ in Path(f"/proc/{pid}/task").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _boot() -> str:
    """This boot's name, since start times are counted from it."""
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
