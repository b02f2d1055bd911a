"""The process supervisor: starts programs in the background, finds them again, stops them.

A later command finds the processes by a file in the data folder; nothing else is ever signalled.
"""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cli.embedded.data_folder import ROOT, DataFolder
from cli.embedded.ports import must_be_free
from cli.embedded.process_identity import ProcessIdentity, identify_process
from cli.errors import CliError

_STATE = "state.json"
_POLL_SECONDS = 0.05
_LAST_LINES, _LINE = 5, 200  # how much of a log is shown when its program ends at once


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program to supervise: how to start it, and how to tell that it is ready.

    `environment` is its whole environment, `ports` are those that it listens on, `patience` is
    how many seconds it may take until it is ready.
    """

    name: str
    command: tuple[str, ...]
    ready: Callable[[], bool]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    ports: tuple[int, ...] = ()
    patience: float = 60.0
    folder: Path = ROOT


def python_command(module: str, *arguments: str) -> tuple[str, ...]:
    """The command line that runs a module of this project with the current Python."""
    return (sys.executable, "-m", module, *arguments)


class ProcessSupervisor:
    """Starts, finds and stops the processes of one data folder."""

    def __init__(self, folder: DataFolder) -> None:
        """Finds what earlier commands started by the state file of the folder."""
        self.folder = folder

    @contextmanager
    def exclusive_lock(self) -> Iterator[None]:
        """A file lock: only one command at a time starts or stops processes.

        Raises:
            CliError: another command holds the lock.
        """
        self.folder.create()
        with self.folder.path("lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise CliError(
                    "Một lệnh motcua khác đang khởi động hoặc dừng hệ thống này: hãy đợi nó xong.",
                    "Another motcua command is starting or stopping this platform: "
                    "wait until it is done.",
                ) from error
            yield

    def running(self) -> dict[str, ProcessIdentity]:
        """The started processes that are still alive, in the order of starting."""
        known = self.folder.read(_STATE)
        alive = {name: ProcessIdentity(**kept) for name, kept in known.items()}
        return {name: identity for name, identity in alive.items() if identity.alive()}

    def start(self, program: Program) -> bool:
        """Start a program unless it runs; returns whether it was started. Does not wait.

        Raises:
            CliError: a port that it needs is taken, or the program is not installed.
        """
        if program.name in self.running():
            return False
        self.folder.create()
        for port in program.ports:
            must_be_free(port, program.name)
        self._remember(program.name, self._spawn(program))
        return True

    def wait(self, *start_order: Program, tell: Callable[[Program], None] | None = None) -> None:
        """Wait until all these programs are ready; `tell` is called with each when it is.

        Raises:
            CliError: one ended, or took longer than its patience.
        """
        began, waiting = time.monotonic(), list(start_order)
        while waiting:
            alive = self.running()  # once for all: it looks at each process
            for program in waiting.copy():
                if self._ready(program, alive, time.monotonic() - began):
                    waiting.remove(program)
                    if tell:
                        tell(program)
            time.sleep(_POLL_SECONDS if waiting else 0)

    def stop(self, names: Iterable[str], grace: float = 30.0) -> list[str]:
        """Stop these together: SIGTERM, after `grace` seconds SIGKILL; returns the names."""
        found = {name: identity for name in names if (identity := self.running().get(name))}
        for identity in found.values():
            identity.signal(signal.SIGTERM)
        if not _all_ended(found.values(), grace):
            for identity in found.values():
                identity.signal(signal.SIGKILL)
            _all_ended(found.values(), grace)
        self._forget(found)
        return list(found)

    def kill(self, name: str) -> None:
        """End a process at once with SIGKILL, as a power cut would: for fault tests."""
        identity = self.running()[name]
        identity.signal(signal.SIGKILL)
        _all_ended([identity], 10)
        self._forget([name])

    def _ready(self, program: Program, alive: Collection[str], waited: float) -> bool:
        if program.ready():
            return True
        if program.name not in alive:
            raise self._died(program)
        if waited > program.patience:
            raise self._slow(program)
        return False

    def _spawn(self, program: Program) -> ProcessIdentity:
        with self.folder.log(program.name).open("ab") as log:
            try:
                process = subprocess.Popen(  # noqa: S603 -- our own command lines
                    program.command,
                    cwd=program.folder,
                    env=program.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            except FileNotFoundError as error:
                raise _absent(program) from error
        # Popen must not wait for it: it may outlive us, and identify_process reaps it otherwise.
        process.returncode = 0
        identity = identify_process(process.pid)
        if identity is None:
            raise self._died(program)
        return identity

    def _remember(self, name: str, identity: ProcessIdentity) -> None:
        kept = {known: vars(value) for known, value in self.running().items()}
        self.folder.write(_STATE, {**kept, name: vars(identity)})

    def _forget(self, names: Iterable[str]) -> None:
        gone = set(names)
        kept = {name: vars(value) for name, value in self.running().items() if name not in gone}
        self.folder.write(_STATE, kept)

    def _died(self, program: Program) -> CliError:
        log = self.folder.log(program.name)
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        last = "\n".join(line[:_LINE] for line in lines[-_LAST_LINES:] if line.strip())
        return CliError(
            f"{program.name} đã dừng ngay khi khởi động: xem {log}\n{last}",
            f"{program.name} ended while starting: see {log}\n{last}",
        )

    def _slow(self, program: Program) -> CliError:
        log = self.folder.log(program.name)
        return CliError(
            f"{program.name} chưa sẵn sàng sau {program.patience:.0f} giây: xem {log}",
            f"{program.name} was not ready within {program.patience:.0f} seconds: see {log}",
        )


def _absent(program: Program) -> CliError:
    return CliError(
        f"Không tìm thấy chương trình {program.command[0]} ({program.name}): "
        "hãy chạy `make setup` rồi thử lại.",
        f"The program {program.command[0]} ({program.name}) is not installed: "
        "run `make setup` and try again.",
    )


def _all_ended(identities: Iterable[ProcessIdentity], seconds: float) -> bool:
    """Whether all of them ended within this time."""
    end = time.monotonic() + seconds
    left = list(identities)
    while left := [identity for identity in left if identity.alive()]:
        if time.monotonic() > end:
            return False
        time.sleep(_POLL_SECONDS)
    return True
