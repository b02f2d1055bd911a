"""ClamAV's daemon for tests: on a loopback port, with one signature of its own (EICAR).

The signatures of the machine, if it has any, stay out: they take a minute and a gigabyte to load.
"""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cli.embedded.clamav import configuration, installed, signatures
from foundation.files.clamd import TEST_FILE

EICAR = TEST_FILE
STARTS_WITHIN = 30.0
STOPS_WITHIN = 10.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def clamd(folder: Path, port: int, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """The daemon, answering; `more` are lines of its configuration."""
    assert installed(), "no clamd on this machine: run .ci/prepare scanner"
    folder.mkdir(parents=True, exist_ok=True)
    signatures(folder, system=folder / "none")
    config = folder / "clamd.conf"
    # Of an option given twice, the first counts.
    config.write_text("".join(f"{each}\n" for each in more) + configuration(folder, port))
    process = subprocess.Popen(
        [installed(), "--config-file", str(config)], stdout=subprocess.DEVNULL
    )
    try:
        wait_for(port, process)
        yield process
    finally:
        process.kill()
        process.wait(STOPS_WITHIN)


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until it accepts connections."""
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        assert process.poll() is None, "clamd ended while starting"
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("clamd does not listen")
