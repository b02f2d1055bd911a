"""PDF: whether anybody can open it who was not told a password.

A PDF with an owner's password only (nothing may be printed or changed) opens for everybody.
"""

from typing import IO, BinaryIO, cast

import pikepdf

from foundation.files.places import first_place

_ENCRYPTED = b"/Encrypt"
_UNKNOWN_LOCK = "unsupported encryption"
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
