"""TIFF: whether all that its directories point at is there."""

import struct
from collections.abc import Iterator
from typing import IO

from foundation.files.places import size_of

_STRIPS, _STRIP_SIZES, _TILES, _TILE_SIZES = 273, 279, 324, 325
_SHORT, _LONG = 3, 4
# So that a file that is all directories costs no more than a second.
_MOST_PAGES, _MOST_ENTRIES, _MOST_PIECES = 200, 200, 10_000


def is_cut_off(stream: IO[bytes]) -> bool:
    """Whether a directory, or the end of a picture, lies behind the end of the file.

    A BigTIFF (over 4 GB by its nature) is not looked into.
    """
    size = size_of(stream)
    stream.seek(0)
    head = stream.read(8)
    order = "<" if head.startswith(b"II") else ">"
    if b"+" in head[2:4]:
        return False
    return any(end > size for end in _ends(stream, order, *struct.unpack(f"{order}I", head[4:8])))


def _ends(stream: IO[bytes], order: str, directory: int) -> Iterator[int]:
    """Where the parts end that the directories name, the directories among them."""
    seen: set[int] = set()
    while directory and directory not in seen and len(seen) < _MOST_PAGES:
        seen.add(directory)
        stream.seek(directory)
        (count,) = struct.unpack(f"{order}H", stream.read(2).rjust(2, b"\0"))
        end = directory + 2 + 12 * count + 4
        yield end
        table = stream.read(end - directory - 2)
        if count > _MOST_ENTRIES or len(table) < 12 * count + 4:
            return
        entries = {
            tag: (kind, number, value)
            for tag, kind, number, value in struct.iter_unpack(f"{order}HHI4s", table[:-4])
        }
        for places, sizes in ((_STRIPS, _STRIP_SIZES), (_TILES, _TILE_SIZES)):
            starts = _numbers(stream, order, entries.get(places))
            lengths = _numbers(stream, order, entries.get(sizes))
            yield from map(sum, zip(starts, lengths, strict=False))
        (directory,) = struct.unpack(f"{order}I", table[-4:])


def _numbers(
    stream: IO[bytes], order: str, entry: tuple[int, int, bytes] | None
) -> tuple[int, ...]:
    kind, count, value = entry or (_LONG, 0, b"")
    letter, width = ("H", 2) if kind == _SHORT else ("I", 4)
    if kind not in {_SHORT, _LONG} or count > _MOST_PIECES:
        return ()
    if count * width > len(value):
        stream.seek(struct.unpack(f"{order}I", value)[0])
        value = stream.read(count * width)
    count = min(count, len(value) // width)
    return struct.unpack(f"{order}{count}{letter}", value[: count * width])
