"""Child processes of a benchmark: `python -m bench.child_process bus.motcua publish`.

A child takes its parameters from the environment, and reports on its standard output, one JSON
object in each line.
"""

import importlib
import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil

from cli.embedded.data_folder import ROOT
from foundation.runtime.patch import patch

READY = "ready"


class ChildFailed(Exception):
    """A child process ended too early, or reported nothing for too long."""


class ChildProcess:
    """A child process as its parent sees it."""

    def __init__(self, module: str, role: str, settings: Mapping[str, str], log: Path) -> None:
        """Starts the process; its standard error goes to `log`."""
        self.name = f"{module} {role}"
        self.log = log
        self._lines: list[str] = []
        self._rest = b""
        with log.open("ab") as errors:
            self.popen = subprocess.Popen(  # noqa: S603 -- our own module
                [sys.executable, "-m", "bench.child_process", module, role],
                cwd=ROOT,
                env={"PATH": os.environ["PATH"], **settings},
                stdout=subprocess.PIPE,
                stderr=errors,
            )

    def receive(self, within: float) -> dict[str, Any]:
        """The next report of the process.

        Raises:
            ChildFailed: it ended, or reports nothing for `within` seconds.
        """
        deadline = time.monotonic() + within
        while not self._lines:
            self._listen(deadline)
        said: dict[str, Any] = json.loads(self._lines.pop(0))
        return said

    def wait_ready(self, within: float = 60.0) -> None:
        """Wait until the process reports that it is ready."""
        while READY not in self.receive(within):
            continue

    def end(self) -> None:
        """Stop the process: SIGTERM, after five seconds SIGKILL."""
        self.popen.terminate()
        try:
            self.popen.wait(5)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()

    def memory(self) -> int:
        """The resident memory (RSS) in bytes."""
        return int(psutil.Process(self.popen.pid).memory_info().rss)

    def _listen(self, deadline: float) -> None:
        output = self.popen.stdout
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)  # type: ignore[arg-type]
            heard = selector.select(max(0.0, deadline - time.monotonic()))
        chunk = os.read(output.fileno(), 65536) if heard and output else b""
        if not chunk:
            what = "ended" if heard else "says nothing"
            raise ChildFailed(f"{self.name} {what}: see {self.log}\n{self._last_words()}")
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        self._lines += [line.decode() for line in lines if line.startswith(b"{")]

    def _last_words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-2000:]


@contextmanager
def child_processes(*made: Callable[[], ChildProcess]) -> Iterator[list[ChildProcess]]:
    """Start processes, each when the one before is ready, and stop them after the block."""
    with ExitStack() as stack:
        started = []
        for make in made:
            started.append(make())
            stack.callback(started[-1].end)
            started[-1].wait_ready()
        yield started


def send(**what: Any) -> None:
    """Report to the parent process."""
    os.write(sys.stdout.fileno(), json.dumps(what).encode() + b"\n")


def main(module: str, role: str) -> None:
    """Run the function `role` of a module of bench, imported after the monkey patch if GREEN."""
    if os.environ.get("GREEN"):
        patch()
    getattr(importlib.import_module(f"bench.{module}"), role)()


if __name__ == "__main__":
    main(*sys.argv[1:])
