"""`Range` (RFC 9110, 14): the one part of a file that a client asks for, so that it can go on."""

import re
from dataclasses import dataclass

from foundation.errors import Error

_ONE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class Unsatisfiable(Error):
    """A part was asked for that the file does not have."""

    status = 416
    name = "range"


@dataclass(frozen=True)
class FilePart:
    """A part of a file: `length` bytes from `start` on, of `size`."""

    start: int
    length: int
    size: int

    @property
    def headers(self) -> dict[str, str]:
        """What the answer (206) says of it."""
        last = self.start + self.length - 1
        return {
            "Content-Range": f"bytes {self.start}-{last}/{self.size}",
            "Content-Length": str(self.length),
        }


def asked_for(header: str, size: int) -> FilePart | None:
    """The part of a file of that size; None for all of it.

    What is no single range of bytes is passed over, as RFC 9110 lets a server do.

    Raises:
        Unsatisfiable: it begins behind the end of the file.
    """
    found = _ONE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        start, last = max(0, size - int(found[2])), size - 1
    else:
        start, last = int(found[1]), min(int(found[2] or size - 1), size - 1)
        if found[2] and int(found[2]) < start:
            return None
    if start >= size:
        raise Unsatisfiable(
            f"Tệp chỉ có {size} byte; phần được yêu cầu nằm ngoài tệp.",
            f"The file has {size} bytes only; the range asked for lies behind its end.",
        )
    return FilePart(start, last - start + 1, size)
