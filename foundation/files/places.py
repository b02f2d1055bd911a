"""Looking for marks in a file piece by piece, so that no file is ever in memory as a whole."""

from typing import IO

_PIECE = 256 * 1024


def last_place(stream: IO[bytes], mark: bytes, since: int = 0) -> int:
    """Where a mark stands last, from `since` on; -1 if it stands nowhere."""
    stream.seek(since)
    found, at, kept = -1, since, b""
    while piece := stream.read(_PIECE):
        text = kept + piece
        place = text.rfind(mark)
        if place >= 0:
            found = at - len(kept) + place
        at += len(piece)
        kept = text[len(text) - len(mark) + 1 :]
    return found


def first_place(stream: IO[bytes], mark: bytes, since: int = 0) -> int:
    """Where a mark stands first, from `since` on; -1 if it stands nowhere."""
    stream.seek(since)
    at, kept = since, b""
    while piece := stream.read(_PIECE):
        text = kept + piece
        place = text.find(mark)
        if place >= 0:
            return at - len(kept) + place
        at += len(piece)
        kept = text[len(text) - len(mark) + 1 :]
    return -1


def size_of(stream: IO[bytes]) -> int:
    """How many bytes there are."""
    stream.seek(0, 2)
    return stream.tell()
