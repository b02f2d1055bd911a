"""`python -m bench.child_process bus.motcua publish`: one process of a measurement.

Its environment says what to do. What it measures it says on its standard output, one JSON
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

from cli.embedded.data_folder import ROOT
from foundation.runtime.patch import patch

READY = "ready"


class ChildTrouble(Exception):
    """A process of the measurement ended, or said nothing for too long."""


class Child:
    """A process of the measurement, seen by its parent."""

    def __init__(self, module: str, role: str, settings: Mapping[str, str], log: Path) -> None:
        """Starts it; its errors go to `log`."""
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

    def hear(self, within: float) -> dict[str, Any]:
        """The next thing it says.

        Raises:
            ChildTrouble: it ended, or says nothing for `within` seconds.
        """
        deadline = time.monotonic() + within
        while not self._lines:
            self._listen(deadline)
        said: dict[str, Any] = json.loads(self._lines.pop(0))
        return said

    def wait_ready(self, within: float = 60.0) -> None:
        """Until it says so."""
        while READY not in self.hear(within):
            continue

    def end(self) -> None:
        """Ask it to end, then make it."""
        self.popen.terminate()
        try:
            self.popen.wait(5)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()

    def memory(self) -> int:
        """Its resident memory in bytes, by the kernel."""
        pages = Path(f"/proc/{self.popen.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def _listen(self, deadline: float) -> None:
        output = self.popen.stdout
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)  # type: ignore[arg-type]
            heard = selector.select(max(0.0, deadline - time.monotonic()))
        chunk = os.read(output.fileno(), 65536) if heard and output else b""
        if not chunk:
            what = "ended" if heard else "says nothing"
            raise ChildTrouble(f"{self.name} {what}: see {self.log}\n{self._last_words()}")
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        self._lines += [line.decode() for line in lines if line.startswith(b"{")]

    def _last_words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-2000:]


@contextmanager
def children(*made: Callable[[], Child]) -> Iterator[list[Child]]:
    """Start these one after the other, each when the one before is ready; end them afterwards."""
    with ExitStack() as stack:
        started = []
        for make in made:
            started.append(make())
            stack.callback(started[-1].end)
            started[-1].wait_ready()
        yield started


def say(**what: Any) -> None:
    """Tell the parent."""
    os.write(sys.stdout.fileno(), json.dumps(what).encode() + b"\n")


def main(module: str, role: str) -> None:
    """Do what the role of this module does; libraries are imported after the patch."""
    if os.environ.get("GREEN"):
        patch()
    getattr(importlib.import_module(f"bench.{module}"), role)()


if __name__ == "__main__":
    main(*sys.argv[1:])
