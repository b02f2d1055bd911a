"""`Content-Digest` (RFC 9530): the hash a client claims for its body, held against the body."""

import binascii
import hashlib
import re
from base64 import b64decode
from collections.abc import Mapping
from typing import IO

from foundation.errors import Invalid

HEADER = "content-digest"
_PIECE = 256 * 1024
_MEMBER = re.compile(r"\s*([a-z*][a-z0-9_.*-]*)\s*=\s*:([A-Za-z0-9+/=]*):\s*")
_KNOWN: Mapping[str, str] = {"sha-256": "sha256", "sha-512": "sha512"}


def must_match(headers: Mapping[str, str], stream: IO[bytes]) -> None:
    """Hold the body to the digests claimed for it; the stream stands at its beginning again.

    Without the header nothing is held; digests by other hashes are passed over (RFC 9530, 2).

    Raises:
        Invalid: the header cannot be read, or the body has another digest.
    """
    for name, claimed in _claimed(headers.get(HEADER, "")).items():
        if name in _KNOWN and _digest(stream, _KNOWN[name]) != claimed:
            vi, en = (
                f"nội dung nhận được có mã {name} khác: tệp đã bị thay đổi trên đường truyền",
                f"what arrived has another {name}: the file was changed on its way",
            )
            raise Invalid(
                f"Content-Digest không khớp ({vi}); hãy gửi lại tệp.",
                f"Content-Digest does not match ({en}); send the file again.",
                fields={"Content-Digest": [(vi, en)]},
            )


def _claimed(header: str) -> dict[str, bytes]:
    if not header.strip():
        return {}
    members = [_MEMBER.fullmatch(each) for each in header.split(",")]
    try:
        return {each[1]: b64decode(each[2], validate=True) for each in members if each} | (
            _unreadable() if None in members else {}
        )
    except binascii.Error:
        return _unreadable()


def _unreadable() -> dict[str, bytes]:
    vi, en = "cần dạng sha-256=:…:, base64", "must be like sha-256=:…:, in base64"
    raise Invalid(
        f"Tiêu đề Content-Digest sai ({vi}).",
        f"The header Content-Digest cannot be read ({en}).",
        fields={"Content-Digest": [(vi, en)]},
    )


def _digest(stream: IO[bytes], name: str) -> bytes:
    seen = hashlib.new(name)
    stream.seek(0)
    while piece := stream.read(_PIECE):
        seen.update(piece)
    stream.seek(0)
    return seen.digest()
