"""How many pixels a picture has, by its own account: few bytes can ask a reader for gigabytes.

Read from its header alone; nothing is unpacked.
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import IO

from foundation.files.places import size_of
from foundation.files.signatures import JPEG, PNG, TIFF

MOST_PIXELS = 80_000_000
"""A sheet of A3 scanned at 600 dpi has 70 million."""

_MARK, _SCAN = 0xFF, 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_MOST_SEGMENTS = 10_000
_WIDTH, _HEIGHT, _SHORT = 256, 257, 3
_MOST_PAGES, _ENTRY = 200, 12


def is_too_large(stream: IO[bytes], media_type: str) -> bool:
    """Whether any picture in the file has more than `MOST_PIXELS`."""
    look = _LOOKS.get(media_type)
    return look is not None and any(pixels > MOST_PIXELS for pixels in look(stream))


def _png(stream: IO[bytes]) -> Iterator[int]:
    stream.seek(16)
    size = stream.read(8)
    if len(size) == struct.calcsize(">II"):
        width, height = struct.unpack(">II", size)
        yield width * height


def _jpeg(stream: IO[bytes]) -> Iterator[int]:
    at = 2
    for _ in range(_MOST_SEGMENTS):
        stream.seek(at)
        head = stream.read(9)
        if len(head) < 9 or head[0] != _MARK or head[1] == _SCAN:  # noqa: PLR2004 -- of a frame
            return
        if head[1] in _FRAMES:
            height, width = struct.unpack(">HH", head[5:9])
            yield width * height
        at += 1 if head[1] == _MARK else 2 + int.from_bytes(head[2:4])


def _tiff(stream: IO[bytes]) -> Iterator[int]:
    stream.seek(0)
    head = stream.read(8)
    order = "<" if head.startswith(b"II") else ">"
    (directory,) = struct.unpack(f"{order}I", head[4:8].rjust(4, b"\0"))
    seen: set[int] = set()
    size = size_of(stream)
    while 0 < directory < size and directory not in seen and len(seen) < _MOST_PAGES:
        seen.add(directory)
        stream.seek(directory)
        (count,) = struct.unpack(f"{order}H", stream.read(2).rjust(2, b"\0"))
        table = stream.read(count * _ENTRY)
        sides = {_WIDTH: 1, _HEIGHT: 1}
        for at in range(0, len(table) - _ENTRY + 1, _ENTRY):
            tag, kind = struct.unpack(f"{order}HH", table[at : at + 4])
            if tag in sides:
                form = "H" if kind == _SHORT else "I"
                (sides[tag],) = struct.unpack_from(f"{order}{form}", table, at + 8)
        yield sides[_WIDTH] * sides[_HEIGHT]
        (directory,) = struct.unpack(f"{order}I", stream.read(4).ljust(4, b"\0"))


_LOOKS: Mapping[str, Callable[[IO[bytes]], Iterator[int]]] = MappingProxyType(
    {PNG: _png, JPEG: _jpeg, TIFF: _tiff}
)
