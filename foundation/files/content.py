"""The media type of a file by its content, and a refusal in plain words of what cannot be used.

Neither the declared type nor the name is believed: phones send PNG as `.jpg`, browsers do not
know `.jfif`, and some programs call everything `application/octet-stream`.
"""

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import IO

from foundation.errors import Invalid
from foundation.files import advice, endings, office, pdf, pixels, signatures

_LOOK_CLOSER: Mapping[str, Callable[[IO[bytes]], str]] = MappingProxyType(
    {signatures.ZIP: office.zip_type, signatures.OLE: office.ole_type}
)
_IS_LOCKED: Mapping[str, Callable[[IO[bytes]], bool]] = MappingProxyType(
    {signatures.PDF: pdf.needs_a_password}
)


def media_type_of(stream: IO[bytes], taken: Collection[str]) -> str:
    """The media type of a file, which is one of `taken`; the stream stands at its beginning again.

    It is read in pieces, never held in memory.

    Raises:
        Invalid: it is empty, cut off, damaged, locked by a password, a bomb (too many pixels, or
            packed too tightly), or of another type; the words say what to do about it.
    """
    stream.seek(0)
    beginning = stream.read(signatures.LONGEST_BEGINNING)
    if not beginning:
        raise Invalid("Tệp rỗng; hãy gửi lại tệp.", "The file is empty; send it again.")
    found = signatures.begins_as(beginning)
    if found in _LOOK_CLOSER:
        found = _LOOK_CLOSER[found](stream)
    if found not in taken:
        raise advice.refusal(found)
    if endings.is_cut_off(stream, found):
        raise advice.refusal(advice.CUT_OFF)
    if pixels.is_too_large(stream, found):
        raise advice.refusal(advice.TOO_MANY_PIXELS)
    if found in _IS_LOCKED and _IS_LOCKED[found](stream):
        raise advice.refusal(advice.LOCKED)
    stream.seek(0)
    return found
