"""Whether a letter of the centre may begin with a text as somebody's name."""

import re

from foundation.text.cleaning import harmless_line

# What mail programs make a link of: a stranger could lead somebody astray in the centre's name.
_LINK = re.compile(r"://|\bwww\.|\w@\w|\w\.[a-z]{2,}/", re.IGNORECASE)
_LETTER = re.compile(r"[^\W\d_]")


def holds_link(text: str) -> bool:
    """Whether a mail program may make a link of a part of it."""
    return _LINK.search(text) is not None


def holds_letter(text: str) -> bool:
    """Whether there is a letter of any alphabet in it."""
    return _LETTER.search(text) is not None


def greeted(text: str) -> str:
    """A stored name as a letter may say it: on one line; "" for what is no name."""
    name = harmless_line(text)
    return name if holds_letter(name) and not holds_link(name) else ""
