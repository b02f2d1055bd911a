"""The text of a file as Excel, LibreOffice and editors save it: UTF-8 or UTF-16, any mark."""

import codecs
import unicodedata

from foundation.errors import Invalid

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def text_of(content: bytes) -> str:
    """The text in Unicode form NFC, without a byte order mark.

    Some programs save `à` as two characters, which would not equal the words that we compare
    with. Excel's "Unicode text" is UTF-16.

    Raises:
        Invalid: it is neither UTF-8 nor UTF-16; names the line.
    """
    mark, encoding = next((each for each in _MARKS if content.startswith(each[0])), (b"", ""))
    encoding = encoding or _unmarked(content)
    try:
        text = content[len(mark) :].decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Invalid(
            f"Dòng {line}: tệp không phải UTF-8; hãy lưu lại dạng “CSV UTF-8” hoặc .xlsx.",
            f"Line {line}: the file is not UTF-8; save it as “CSV UTF-8” or as .xlsx.",
        ) from error
    return unicodedata.normalize("NFC", text)


def _unmarked(content: bytes) -> str:
    """A table begins with a letter of ASCII; UTF-16 has a zero beside it."""
    if content[1:2] == b"\0" and content[:1] != b"\0":
        return "utf-16-le"
    return "utf-16-be" if content[:1] == b"\0" and content[1:2] != b"\0" else "utf-8"
