"""The protocol of ClamAV's daemon: how a file is sent to it (INSTREAM), and what its answers mean.

What it cannot look into (encrypted, beyond its limits) it calls clean unless its configuration
says `AlertExceedsMax yes` and `AlertEncrypted yes`; then it names what stopped it, as read here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

PING, PONG = b"zPING\0", b"PONG"
INSTREAM = b"zINSTREAM\0"
END = b"\0\0\0\0"
LARGEST_ANSWER = 4096
LONGEST_FINDING = 120

TEST_FILE = (
    b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$"  # in two, so that no scanner takes this module for it
    b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
)
"""The file that every scanner reports and that harms nobody (EICAR)."""

TOO_LARGE = "too_large"
TOO_DEEP = "too_deep"
TOO_MANY = "too_many_files"
TOO_SLOW = "too_slow"
ENCRYPTED = "encrypted"

_FOUND, _OK, _ERROR = " FOUND", " OK", " ERROR"
_BEYOND = "Heuristics.Limits.Exceeded"
_LOCKED = "Heuristics.Encrypted"
_LIMITS: Mapping[str, str] = MappingProxyType(
    {"MaxRecursion": TOO_DEEP, "MaxFiles": TOO_MANY, "MaxScanTime": TOO_SLOW}
)


class Verdict(StrEnum):
    """What a scan came to; FAILED says nothing about the file, which is to be scanned again."""

    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNABLE = "not_scannable"
    FAILED = "failed"


@dataclass(frozen=True)
class ScanReport:
    """A verdict; `finding` is the signature found, why it could not be scanned, or what failed."""

    verdict: Verdict
    finding: str = ""


def piece(data: bytes) -> bytes:
    """A piece of a file as INSTREAM takes it: its length, then itself."""
    return len(data).to_bytes(4, "big") + data


def read_answer(answer: bytes) -> ScanReport:
    """What an answer means; whatever is not known to mean clean is not clean."""
    text = answer.rstrip(b"\0\n").decode("utf-8", "replace")
    said = text.partition(": ")[2] or text
    if f" {said}" == _OK:
        return ScanReport(Verdict.CLEAN)
    if said.endswith(_FOUND):
        return _found(said.removesuffix(_FOUND)[:LONGEST_FINDING])
    if "size limit exceeded" in said:
        return ScanReport(Verdict.NOT_SCANNABLE, TOO_LARGE)
    return ScanReport(Verdict.FAILED, said[:LONGEST_FINDING] or "cut off")


def _found(signature: str) -> ScanReport:
    if signature.startswith(_BEYOND):
        limit = signature.removeprefix(_BEYOND).strip(".").partition(".")[0]
        return ScanReport(Verdict.NOT_SCANNABLE, _LIMITS.get(limit, TOO_LARGE))
    if signature.startswith(_LOCKED):
        return ScanReport(Verdict.NOT_SCANNABLE, ENCRYPTED)
    return ScanReport(Verdict.INFECTED, signature)
