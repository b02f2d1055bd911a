"""PDF: whether anybody can open it who was not told a password, and whether it may be signed.

A PDF with an owner's password only (nothing may be printed or changed) opens for everybody.
"""

import re
from typing import IO, BinaryIO, cast

import pikepdf

from foundation.files.places import first_place

_ENCRYPTED = b"/Encrypt"
_PIECE = 256 * 1024
_UNKNOWN_LOCK = "unsupported encryption"
_MARK = b"ByteRange"
_SIGNED = re.compile(
    b"/" + b"".join(b"(?:%c|#%02x)" % (each, each) for each in _MARK), re.IGNORECASE
)
_LONGEST_MARK = 1 + 3 * len(_MARK)
# A list of contents that unpacks to more is an attack: our own largest are below 1 MB.
_LARGEST_LIST = 32 * 1024 * 1024


def needs_a_password(stream: IO[bytes]) -> bool:
    """Whether it opens only with a password or a certificate.

    One that is damaged otherwise is not judged here: readers mend much of that.
    """
    if first_place(stream, _ENCRYPTED) < 0:
        return False
    stream.seek(0)
    pikepdf.settings.set_qpdf_limits(flate_max_memory=_LARGEST_LIST, png_max_memory=_LARGEST_LIST)
    opened = cast("BinaryIO", stream)
    try:
        pikepdf.open(opened, attempt_recovery=False, suppress_warnings=True).close()
    except pikepdf.PasswordError:
        return True
    except pikepdf.PdfError as error:
        return _UNKNOWN_LOCK in str(error)
    return False


def may_be_signed(stream: IO[bytes]) -> bool:
    """Whether it has the mark that no signature can do without; the stream is at its start again.

    The dictionary of a signature lies open in the file (ISO 32000-2, 12.8.1), so nothing need be
    unpacked to see that there is none; its letters may be written as numbers (7.3.5).
    """
    stream.seek(0)
    kept, found = b"", False
    while not found and (piece := stream.read(_PIECE)):
        found = _SIGNED.search(kept + piece) is not None
        kept = piece[-_LONGEST_MARK:]
    stream.seek(0)
    return found
