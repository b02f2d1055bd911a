"""Names of files as HTTP headers carry them: read as people wrote them, written so that all can.

A header comes as Latin-1 (WSGI), whatever the sender meant by its bytes. Most programs mean UTF-8,
though RFC 8187 has a form of its own for what is not ASCII; both are read, and both are written.
"""

import re
import unicodedata
from binascii import Error as Base64Error
from collections.abc import Mapping
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from urllib.parse import quote, unquote_to_bytes

from foundation.text.folding import decompose

NAMELESS = "tai-lieu"
"""What a file is called that nobody gave a name of ASCII letters."""

_PARAMETER = re.compile(r';\s*([\w.!#$&+^`|~-]+\*?)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)', re.DOTALL)
_EXTENDED = re.compile(r"([\w-]+)'[^']*'(.*)", re.DOTALL)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
# Internet Explorer sent whole paths of Windows, their backslashes as they are.
_WINDOWS_PATH = re.compile(r"[A-Za-z]:\\|\\\\")
_MAIL_WORD = re.compile(r"=\?[\w-]+\?[BbQq]\?[^?]*\?=")
_CHARSETS = frozenset(("utf-8", "iso-8859-1", "us-ascii"))
_LONGEST_ENDING = 10


def sent_name(headers: Mapping[str, str], longest: int) -> str:
    """The name that headers (their names in small letters) give a file, tidied; "" for none.

    `X-Filename` counts first, then `filename*` and then `filename` of Content-Disposition
    (RFC 6266). At most `longest` characters.
    """
    said = _percent_decoded(_text_of(as_sent(headers.get("x-filename", ""))))
    return tidy(said or _disposed(as_sent(headers.get("content-disposition", ""))), longest)


def attachment(name: str) -> str:
    """The Content-Disposition by which a file is saved under its name, never shown.

    `filename*` for every program of today; `filename` in ASCII for those that cannot read it.
    """
    plain = "".join(each for each in decompose(name) if each.isascii() and each not in '"\\%/')
    if name and not plain.rpartition(".")[0].strip(" ."):
        plain = f"{NAMELESS}{plain[plain.rfind('.') :] if '.' in plain else ''}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def shown_inline(disposition: str) -> str:
    """The same name, of a file that a browser shows instead of saving it."""
    return f"inline{disposition.removeprefix('attachment')}"


def tidy(name: str, longest: int) -> str:
    """The last part of a path, without what no name needs; of a long one the ending is kept.

    Needless are control characters, marks that turn text round, and dots at either end.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(each for each in map(_legible, last) if each)
    return shortened(unicodedata.normalize("NFC", kept).strip(" ."), longest)


def shortened(name: str, longest: int) -> str:
    """The name in at most that many characters, with its ending."""
    if len(name) <= longest:
        return name
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > _LONGEST_ENDING:
        return name[:longest].rstrip(" .")
    return stem[: longest - len(ending) - 1].rstrip(" .") + dot + ending


def as_sent(value: str) -> str:
    """The value of a header in the letters of its sender: UTF-8 if it can be that."""
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value


def _disposed(disposition: str) -> str:
    said: dict[str, str] = {}
    for name, value in _PARAMETER.findall(disposition):
        said.setdefault(name.lower(), _unquoted(value.strip()))
    return _extended(said.get("filename*", "")) or _text_of(said.get("filename", ""))


def _unquoted(value: str) -> str:
    if len(value) < len('""') or not (value[0] == value[-1] == '"'):
        return value
    inner = value[1:-1]
    return inner if _WINDOWS_PATH.match(inner) else _QUOTED_PAIR.sub(r"\1", inner)


def _extended(value: str) -> str:
    """The text of an ext-value (RFC 8187); "" for one that cannot be read."""
    found = _EXTENDED.fullmatch(value)
    charset = found[1].lower() if found else ""
    if found is None or charset not in _CHARSETS:
        return ""
    try:
        return unquote_to_bytes(found[2]).decode(charset)
    except UnicodeError:
        return ""


def _text_of(plain: str) -> str:
    """A plain name; letters that it hides as mail or addresses do are made legible.

    A `%` that hides no letter stays: `50%25.pdf` is a name too.
    """
    if _MAIL_WORD.search(plain):
        try:
            return str(make_header(decode_header(plain)))
        except (LookupError, UnicodeError, HeaderParseError, Base64Error):
            return plain
    decoded = _percent_decoded(plain)
    return plain if decoded.isascii() else decoded


def _percent_decoded(text: str) -> str:
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeError:
        return text


def _legible(each: str) -> str:
    if each == "\t" or unicodedata.category(each) == "Zs":
        return " "
    return each if each.isprintable() else ""
