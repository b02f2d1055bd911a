"""What would give a denouncer away in a text for the public: names, numbers, addresses.

Spelled with or without diacritics, in capitals, with dots or blanks between the letters or digits.
It says which kind of thing stands in the text and never repeats it.
"""

import re
import unicodedata
from itertools import pairwise

from contracts.law import LawRule
from foundation.errors import FieldWord, Invalid
from foundation.law import cite
from foundation.text.folding import fold
from services.feedback.domain.denunciation import Doing
from services.feedback.domain.sealed_parts import DenouncerSecret

TITLES = frozenset(["ong", "ba", "anh", "chi", "co", "chu", "bac", "ngai", "em", "ban"])
STREET_WORDS = frozenset(
    ["so", "nha", "duong", "pho", "ngo", "ngach", "hem", "kiet", "to", "khu", "ap", "thon", "xom"]
)
LAST_DIGITS, SHORTEST_NUMBER = 9, 6

_WORD = re.compile(r"[a-z0-9]+")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\s.,\-()/+]+(?=\d)")

NAME: FieldWord = "họ tên người tố cáo / the denouncer's name"
PHONE: FieldWord = "số điện thoại người tố cáo / the denouncer's telephone number"
NUMBER: FieldWord = "số giấy tờ hoặc mã hồ sơ của người tố cáo / the denouncer's number or dossier"
EMAIL: FieldWord = "thư điện tử người tố cáo / the denouncer's e-mail address"
ADDRESS: FieldWord = "địa chỉ người tố cáo / the denouncer's address"


def must_name_nobody(text: str, secret: DenouncerSecret, doing: Doing) -> None:
    """Hold a text that is to be published to the secrecy of the denouncer (Luật Tố cáo Đ8.3).

    Raises:
        Invalid: says which kinds of thing give them away, not which words.
    """
    found = disclosed(text, secret)
    if found:
        raise Invalid(
            "Kết luận để lộ người tố cáo: hãy bỏ những thông tin nêu ở từng mục rồi gửi lại "
            f"({cite(LawRule.DENUNCIATION, doing.now)}).",
            "The conclusion gives the denouncer away: take out what is listed, and send it again "
            f"({cite(LawRule.DENUNCIATION, doing.now)}).",
            fields={"text": list(found)},
        )


def disclosed(text: str, secret: DenouncerSecret) -> tuple[FieldWord, ...]:
    """The kinds of things about the denouncer that stand in the text."""
    looked = (
        (NAME, _names(text, secret.name)),
        (PHONE, _has_digits(text, _digits(secret.phone)[-LAST_DIGITS:])),
        (NUMBER, any(_has_code(text, each) for each in (secret.number, secret.dossier))),
        (NUMBER, _has_code(text, secret.subject)),
        (EMAIL, _has_email(text, secret.email)),
        (ADDRESS, _has_address(text, secret.address)),
    )
    return tuple(dict.fromkeys(word for word, there in looked if there))


def _plain(text: str) -> str:
    """Without marks that nobody sees, in one width, folded."""
    seen = "".join(each for each in text if unicodedata.category(each) != "Cf")
    return fold(unicodedata.normalize("NFKC", seen))


def _words(text: str) -> list[str]:
    return _WORD.findall(_plain(text))


def _digits(text: str) -> str:
    return "".join(each for each in _plain(text) if each.isdecimal())


def _names(text: str, name: str) -> bool:
    """The whole name, its last two words, a title with the given name, or the initials."""
    own, said = _words(name), _words(text)
    if not own:
        return False
    # One word alone may be any word: `Hoa` is also a flower, peace and culture.
    runs = [own, own[-2:]] if len(own) > 1 else []
    if any(_holds(said, run) for run in runs):
        return True
    whole = "".join(own)
    if len(whole) >= SHORTEST_NUMBER and whole in "".join(said):
        return True
    if any(title in TITLES and given == own[-1] for title, given in pairwise(said)):
        return True
    initials = [each[0] for each in own]
    return len(own) > 1 and (_holds(said, initials) or _holds(said, [*initials[:-1], own[-1]]))


def _holds(said: list[str], run: list[str]) -> bool:
    return any(said[at : at + len(run)] == run for at in range(len(said) - len(run) + 1))


def _has_digits(text: str, digits: str) -> bool:
    return len(digits) >= SHORTEST_NUMBER and digits in _BETWEEN_DIGITS.sub("", _plain(text))


def _has_code(text: str, code: str) -> bool:
    """A number or an id, however it is set apart; one of fewer than six signs is none."""
    own = "".join(_words(code))
    return len(own) >= SHORTEST_NUMBER and own in "".join(_words(text))


def _has_email(text: str, email: str) -> bool:
    if not email:
        return False
    name = email.partition("@")[0]
    said = "".join(_words(text))
    own = "".join(_words(name))
    return "".join(_words(email)) in said or (len(own) >= SHORTEST_NUMBER and own in said)


def _has_address(text: str, address: str) -> bool:
    """The house with its street; a ward or a province alone is the address of many."""
    parts = [part for part in map(_place, address.split(",")) if part]
    own = next(iter(parts), [])
    if len(own) == 1:
        own = [*own, *(parts[1] if len(parts) > 1 else [])]
    return len(own) > 1 and _holds(_place(text), own)


def _place(text: str) -> list[str]:
    return [word for word in _words(text) if word not in STREET_WORDS]
