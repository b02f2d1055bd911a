"""Vietnamese words as people type them: with or without diacritics, in any case."""

import re
import unicodedata

_BRACKETS = re.compile(r"\s*\([^)]*\)")
_WORD = re.compile(r"\d\.\d{6}|[a-z0-9]+")


def fold(text: str) -> str:
    """Lower case without diacritics: `Đất đai` and `DAT DAI` are both `dat dai`."""
    parts = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(part for part in parts if not unicodedata.combining(part))


def spelled(text: str) -> list[str]:
    """The folded words of a text in order; a procedure's code stays one word."""
    return _WORD.findall(fold(text))


def words(*texts: str) -> tuple[str, ...]:
    """The folded words of the texts, each once."""
    return tuple(dict.fromkeys(word for text in texts for word in spelled(text)))


def unbracketed(text: str) -> str:
    """The text without what stands in brackets: `Công an tỉnh (PC07)` → `Công an tỉnh`."""
    return _BRACKETS.sub("", text).strip()
