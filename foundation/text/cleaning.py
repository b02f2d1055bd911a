"""Cleaning of texts from outside: what nobody sees goes, letters are composed, blanks are plain.

Each function gives back a text that it would give back unchanged. What remains and may not stand
in a text (a control character, half a character) is not removed but found by `odd_character`, so
that whoever wrote the text can be told.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

# Unicode calls them "default ignorable", with the marks that turn a text round and the notes
# between lines: soft hyphens, joiners, marks of byte order, fillers that look like a blank.
_INVISIBLES = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[{_INVISIBLES}]+")
# Blanks of other widths than the usual one (category Zs).
_BLANKS = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_BLANK = re.compile(f"[{_BLANKS}]")
_LINE_BREAK = re.compile("\r\n|[\n\r\v\f\u0085\u2028\u2029]")
_JOINED = re.compile(r"[\t ]*(?:\r\n|[\t\n\r\v\f\u0085\u2028\u2029])[\t ]*")
_DASH = re.compile("[\u2010-\u2015\u2043\u2212\ufe31\ufe32\ufe58\ufe63\uff0d]")
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Old typefaces of Viet Nam left the Icelandic letter, or an African one, where Đ belongs; they
# look the same. In Icelandic and Faroese it stands behind a vowel or an r, in Vietnamese never.
_LIKE_D = "\u00d0\u0189\u00f0\u0256"
_NOT_D = re.compile(f"[{_LIKE_D}]")
# What most texts have none of: one look at them tells that there is nothing to clean.
_UNCLEAN = re.compile(f"[{_INVISIBLES}{_BLANKS}{_LIKE_D}]|  ")
_BEFORE_ETH = frozenset("aeiouyræœøAEIOUYRÆŒØ")


def without_invisible(text: str) -> str:
    """The text without what nobody sees, composed (NFC), with the Vietnamese letter Đ."""
    composed = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
    return _NOT_D.sub(_d, composed)


def one_line(text: str) -> str:
    """The text with plain single blanks and none around it; a line break inside stays in it."""
    if unicodedata.is_normalized("NFC", text) and not _UNCLEAN.search(text):
        return text.strip()
    plain = _BLANK.sub(" ", without_invisible(text))
    return re.sub(" {2,}", " ", plain.strip())


def joined_lines(text: str) -> str:
    """The text on one line, wherever its author began another or used a tab."""
    line = one_line(text)
    if not _JOINED.search(line):
        return line
    parts = _JOINED.split(line)
    return one_line(" ".join(part for part in parts if part))


def paragraphs(text: str) -> str:
    r"""The text with `\n` between its lines, at most one of them empty, and none around it."""
    plain = _BLANK.sub(" ", _LINE_BREAK.sub("\n", without_invisible(text))).replace("\t", " ")
    lines = "\n".join(line.rstrip(" ") for line in plain.split("\n"))
    return re.sub("\n{3,}", "\n\n", lines).strip()


def code_text(text: str) -> str:
    """A code as a keyboard has it: plain digits and letters, `-` for every dash, no blank around.

    Digits of the width of Chinese letters become usual ones, an en dash a hyphen.
    """
    if text.isascii():
        return one_line(text)
    return one_line(plain_dashes(unicodedata.normalize("NFKC", plain_dashes(text))))


def plain_dashes(text: str) -> str:
    """The text with `-` for every kind of dash that word processors make of it."""
    return _DASH.sub("-", text)


def odd_character(text: str, *, lines: bool = False) -> int | None:
    """Where the first character stands that no text may hold; `lines` lets lines end."""
    found = _ODD.search(text.replace("\n", " ") if lines else text)
    return found.start() if found else None


def is_line_break(character: str) -> bool:
    """Whether another line begins behind it."""
    return _LINE_BREAK.fullmatch(character) is not None


def harmless_line(text: str) -> str:
    """A stored text as one line of a letter, a header or a table: nothing in it is refused."""
    return one_line(_ODD.sub(" ", without_invisible(text)))


def harmless_paragraphs(text: str) -> str:
    """A stored text as paragraphs of a letter: nothing in it is refused."""
    lines = paragraphs(text).split("\n")
    return paragraphs("\n".join(_ODD.sub(" ", line) for line in lines))


def each_text(value: Any, clean: Callable[[str], str]) -> Any:
    """A value of JSON with each text in it cleaned; the names in its objects stay."""
    if isinstance(value, Mapping):
        return {name: each_text(inner, clean) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(each_text(inner, clean) for inner in value)
    return clean(value) if isinstance(value, str) else value


def _d(found: re.Match[str]) -> str:
    before = found.string[: found.start()][-1:]
    base = unicodedata.normalize("NFD", before)[:1]
    if base in _BEFORE_ETH and base:
        return found[0]
    return "Đ" if found[0] in "\u00d0\u0189" else "đ"
