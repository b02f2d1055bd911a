"""Folding of Vietnamese text: lower case without diacritics for search, and plain Latin letters."""

import unicodedata

# Old typefaces of Viet Nam left the Icelandic letter where Đ belongs; they look the same.
_EVERY_D = str.maketrans({"đ": "d", "ð": "d"})
# Unicode takes every Vietnamese letter apart into letter and marks, but not this one.
_BOTH_D = str.maketrans({"đ": "d", "Đ": "D"})


def fold(text: str) -> str:
    """The text in lower case without diacritics: `Nguyễn Đức` and `NGUYEN DUC` fold alike."""
    parts = unicodedata.normalize("NFD", text.lower().translate(_EVERY_D))
    return "".join(part for part in parts if not unicodedata.combining(part))


def decompose(text: str) -> str:
    """The text with each letter apart from its marks (NFKD), Đ as D: its ASCII part is legible."""
    return unicodedata.normalize("NFKD", text).translate(_BOTH_D)
