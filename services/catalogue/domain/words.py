"""Search words of procedures: folded Vietnamese, with codes as single words."""

import re

from foundation.text.folding import fold

_BRACKETS = re.compile(r"\s*\([^)]*\)")
# A province puts its own code behind a procedure's: 1.011442.000.00.00.H38, 1.012784.H19.
_WORD = re.compile(r"(\d\.\d{6})(?:\.\d+)*(?:\.[hg]\d+)?(?:\.\d+)*(?![a-z0-9])|([a-z0-9]+)")


def spelled(text: str) -> list[str]:
    """The folded words of a text in order; a procedure's code, with any tail, is one word."""
    return [code or word for code, word in _WORD.findall(fold(text))]


def words(*texts: str) -> tuple[str, ...]:
    """The folded words of the texts, each once."""
    return tuple(dict.fromkeys(word for text in texts for word in spelled(text)))


def unbracketed(text: str) -> str:
    """The text without what stands in brackets: `Công an tỉnh (PC07)` → `Công an tỉnh`."""
    return _BRACKETS.sub("", text).strip()
