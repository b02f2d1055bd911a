"""The embedded virus scanner: ClamAV's daemon, where the machine has it (Debian: clamav-daemon).

It runs with the signatures of this machine if there are any (freshclam fetched them), else with
one of its own that knows the test file of EICAR alone: enough to try things out, no protection.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from cli.embedded.data_folder import DataFolder
from cli.embedded.ports import HOST, Ports, accepts_connections
from cli.embedded.supervisor import Program
from foundation.files.clamd import TEST_FILE

SCANNER = "clamd"
SYSTEM_SIGNATURES = Path("/var/lib/clamav")
_KINDS = ("*.cvd", "*.cld")
_LOOK_SECONDS = 10.0
_PATIENCE = 180.0  # seconds: the public signatures take a minute to load on a small machine


def installed() -> str:
    """Where the daemon is, "" if this machine has none."""
    return shutil.which(SCANNER, path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin") or ""


def usable(folder: DataFolder, ports: Ports) -> bool:
    """Whether it is there and may read the data folder, which AppArmor may forbid it.

    A folder that does not exist yet is not made for the question.
    """
    if not installed():
        return False
    return not folder.root.is_dir() or reads(_written(folder, ports))


def reads(config: Path) -> bool:
    """Whether the daemon can read its configuration; asked without starting it."""
    asked = (installed(), "--config-file", str(config), "--version")
    try:
        told = subprocess.run(  # noqa: S603 -- our own command line
            asked, capture_output=True, timeout=_LOOK_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0


def why_absent(folder: DataFolder) -> tuple[str, str]:
    """What to do where there is no scanner, in Vietnamese and English."""
    if not installed():
        return (
            "Không có trình quét virus: tài liệu được nhận mà không quét. Hãy cài clamav-daemon.",
            "There is no virus scanner: documents are taken unscanned. Install clamav-daemon.",
        )
    rule = f"{folder.path(SCANNER)}/** rwk,"
    file = "/etc/apparmor.d/local/usr.sbin.clamd"
    return (
        (
            f"clamd không đọc được {folder.path(SCANNER)}: tài liệu được nhận mà không quét. "
            f"Nếu do AppArmor: thêm dòng `{rule}` vào {file} rồi chạy `sudo apparmor_parser -r "
            "/etc/apparmor.d/usr.sbin.clamd`."
        ),
        (
            f"clamd cannot read {folder.path(SCANNER)}: documents are taken unscanned. If AppArmor "
            f"forbids it, add the line `{rule}` to {file} and run `sudo apparmor_parser -r "
            "/etc/apparmor.d/usr.sbin.clamd`."
        ),
    )


def program(folder: DataFolder, ports: Ports) -> Program:
    """How to start it; what it needs is written anew each time."""
    return Program(
        name=SCANNER,
        command=(installed(), "--config-file", str(_written(folder, ports))),
        ready=lambda: accepts_connections(ports.scanner),
        ports=(ports.scanner,),
        patience=_PATIENCE,
    )


def _written(folder: DataFolder, ports: Ports) -> Path:
    place = folder.path(SCANNER)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    signatures(place)
    config = place / "clamd.conf"
    config.write_text(configuration(place, ports.scanner), encoding="utf-8")
    return config


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
