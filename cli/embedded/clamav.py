"""The embedded virus scanner: ClamAV's daemon, where the machine has it (Debian: clamav-daemon).

It runs with the signatures of this machine if there are any (freshclam fetched them), else with
one of its own that knows the test file of EICAR alone: enough to try things out, no protection.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import HOST, Ports, accepts_connections
from cli.embedded.supervisor import Program
from foundation.files.clamd import TEST_FILE

SCANNER = "clamd"
SYSTEM_SIGNATURES = Path("/var/lib/clamav")
_KINDS = ("*.cvd", "*.cld")
_PATIENCE = 180.0  # seconds: the public signatures take a minute to load on a small machine


def installed() -> str:
    """Where the daemon is, "" if this machine has none."""
    return shutil.which(SCANNER, path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin") or ""


def program(folder: DataFolder, ports: Ports) -> Program:
    """How to start it; what it needs is written anew each time."""
    place = folder.path(SCANNER)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    signatures(place)
    config = place / "clamd.conf"
    config.write_text(configuration(place, ports.scanner), encoding="utf-8")
    return Program(
        name=SCANNER,
        command=(installed(), "--config-file", str(config)),
        ready=lambda: accepts_connections(ports.scanner),
        ports=(ports.scanner,),
        patience=_PATIENCE,
    )


def url(ports: Ports) -> str:
    """Its address as SCANNER_URL takes it."""
    return f"tcp://{HOST}:{ports.scanner}"


def signatures(place: Path, system: Path = SYSTEM_SIGNATURES) -> None:
    """Have the folder hold the signatures: links to those of the machine, and our own."""
    body = f"Eicar-Test-Signature:0:*:{TEST_FILE.hex()}\n"
    (place / "own.ndb").write_text(body, encoding="ascii")
    for found in _of_the_machine(system):
        link = place / found.name
        link.unlink(missing_ok=True)
        link.symlink_to(found)


def configuration(place: Path, port: int) -> str:
    """What clamd is told: where it listens, and that what it cannot look into is no clean file."""
    lines = (
        "Foreground yes",
        f"DatabaseDirectory {place}",
        f"TemporaryDirectory {place}",
        f"TCPSocket {port}",
        f"TCPAddr {HOST}",
        "StreamMaxLength 64M",
        "MaxFileSize 64M",
        "MaxScanSize 256M",
        "MaxRecursion 12",
        "AlertExceedsMax yes",
        "AlertEncrypted yes",
        "SelfCheck 0",
        "MaxThreads 4",
    )
    return "".join(f"{line}\n" for line in lines)


def _of_the_machine(system: Path) -> Sequence[Path]:
    return [found for kind in _KINDS for found in sorted(system.glob(kind))]
