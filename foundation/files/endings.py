"""Whether a file is whole: one that was cut off on its way lacks its end.

Only what has begun is missed: a mark that announces content without the mark that ends it. What
follows the end (a phone's film behind a picture, blanks behind a PDF) does no harm.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import IO

from foundation.files import tiff
from foundation.files.places import first_place, last_place, size_of
from foundation.files.signatures import JPEG, PDF, PNG, TIFF

_MARK, _SCAN, _END_OF_IMAGE = 0xFF, 0xDA, b"\xff\xd9"
_STAND_ALONE = frozenset((0x01, *range(0xD0, 0xD9)))
_MOST_SEGMENTS = 10_000
_TAIL = 1024 * 1024


def is_cut_off(stream: IO[bytes], media_type: str) -> bool:
    """Whether the end of the file is missing."""
    look = _LOOKS.get(media_type)
    return look is not None and look(stream)


def _pdf(stream: IO[bytes]) -> bool:
    # Nearly always it stands near the end; then the rest need not be read for it.
    tail = max(0, size_of(stream) - _TAIL)
    last_object = _last_object(stream, tail)
    if last_object < 0 < tail:
        last_object = _last_object(stream, 0)
    return last_object >= 0 and last_place(stream, b"%%EOF", last_object) < 0


def _last_object(stream: IO[bytes], since: int) -> int:
    return max(last_place(stream, b"endobj", since), last_place(stream, b" obj", since))


def _png(stream: IO[bytes]) -> bool:
    content = first_place(stream, b"IDAT")
    return content >= 0 and first_place(stream, b"IEND\xaeB`\x82", content) < 0


def _jpeg(stream: IO[bytes]) -> bool:
    """In the data of a picture 0xFF is never followed by 0xD9: the first one there is its end."""
    at = 2
    for _ in range(_MOST_SEGMENTS):
        stream.seek(at)
        head = stream.read(4)
        if len(head) < len("\xff\xda\0\0") or head[0] != _MARK:
            return False
        if head[1] == _SCAN:
            return first_place(stream, _END_OF_IMAGE, at) < 0
        if head[1] == _MARK:
            at += 1
        else:
            at += 2 if head[1] in _STAND_ALONE else 2 + int.from_bytes(head[2:])
    return False


_LOOKS: Mapping[str, Callable[[IO[bytes]], bool]] = MappingProxyType(
    {PDF: _pdf, PNG: _png, TIFF: tiff.is_cut_off, JPEG: _jpeg}
)
