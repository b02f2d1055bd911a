"""The wire format between foundation.pdf.renderer and its child process."""

SIZE = 8
HEAD = 1 + SIZE


def order(body: bytes) -> bytes:
    """An order: its length, then itself."""
    return len(body).to_bytes(SIZE, "big") + body


def answer(body: bytes, *, went_well: bool) -> bytes:
    """An answer: whether it went well, its length, then itself."""
    return bytes([went_well]) + order(body)


def head(first: bytes) -> tuple[bool, int]:
    """Decode the first `HEAD` bytes of an answer: success, and how many bytes follow."""
    return bool(first[0]), int.from_bytes(first[1:], "big")
