"""Office files: which kind a ZIP is, and whether an older container hides a locked new one.

Python's zipfile reads the list of contents as a whole, and an attacker writes how long it is: so
it gets a stream that gives no more than `LONGEST_READ` at once.
"""

import struct
from collections.abc import Sequence
from typing import IO, BinaryIO, cast
from zipfile import BadZipFile, ZipFile, ZipInfo

from foundation.files.places import last_place
from foundation.files.signatures import ARCHIVE, OLE

_OPEN_XML = "application/vnd.openxmlformats-officedocument"
DOCX = f"{_OPEN_XML}.wordprocessingml.document"
XLSX = f"{_OPEN_XML}.spreadsheetml.sheet"
OTHER_OFFICE = "application/x-office"
MACROS = "application/x-office-macros"
LOCKED_OFFICE = "application/x-office-encrypted"
DAMAGED_OFFICE = "application/x-office-damaged"
BOMB = "application/x-office-bomb"

LONGEST_READ = 1024 * 1024
"""Room for the list of 20,000 entries, a hundred times what an office program writes."""
MOST_UNPACKED = 256 * 1024 * 1024
MOST_RATIO, RATIO_FROM = 200, 16 * 1024 * 1024
"""What unpacks to more than `RATIO_FROM` is a bomb if that is so many times what it is packed."""
MOST_ENTRIES = 10_000
_CONTENTS = "[Content_Types].xml"
_LOCK = "EncryptedPackage".encode("utf-16-le")


class BoundedStream:
    """A stream as zipfile needs it, which refuses to give much at once."""

    def __init__(self, stream: IO[bytes]) -> None:
        """`stream` can be read anywhere."""
        self._stream = stream
        self.seek, self.tell = stream.seek, stream.tell

    def seekable(self) -> bool:
        """It is."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes.

        Raises:
            BadZipFile: more were asked for than an honest file has in one piece.
        """
        if size > LONGEST_READ:
            raise BadZipFile("its list of contents is longer than any office program writes")
        return self._stream.read(size if size >= 0 else LONGEST_READ)


def zip_type(stream: IO[bytes]) -> str:
    """The media type of what is a ZIP: an office file, an archive, BOMB or DAMAGED_OFFICE."""
    try:
        with ZipFile(cast("BinaryIO", BoundedStream(stream))) as opened:
            entries = opened.infolist()
    except (BadZipFile, ValueError, OSError, EOFError, NotImplementedError, struct.error):
        return DAMAGED_OFFICE
    names = [entry.filename for entry in entries]
    if _is_bomb(entries):
        return BOMB
    return DAMAGED_OFFICE if any(_leaves(name) for name in names) else _kind_of(names)


def _kind_of(names: Sequence[str]) -> str:
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return MACROS
    if _CONTENTS not in names:
        return OTHER_OFFICE if "mimetype" in names else ARCHIVE
    if "xl/workbook.bin" in names:
        return OTHER_OFFICE
    for folder, media_type in (("word/", DOCX), ("xl/", XLSX)):
        if any(name.startswith(folder) for name in names):
            return media_type
    return OTHER_OFFICE


def _is_bomb(entries: Sequence[ZipInfo]) -> bool:
    """By the sizes that its list says: who unpacks it stops where the list ends an entry."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    tight = unpacked > RATIO_FROM and unpacked > MOST_RATIO * max(packed, 1)
    return tight or unpacked > MOST_UNPACKED or len(entries) > MOST_ENTRIES


def _leaves(name: str) -> bool:
    """Whether an entry would be unpacked outside the folder it is unpacked in."""
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/")


def ole_type(stream: IO[bytes]) -> str:
    """LOCKED_OFFICE for a DOCX or XLSX with a password, which an old container wraps."""
    return LOCKED_OFFICE if last_place(stream, _LOCK) >= 0 else OLE
