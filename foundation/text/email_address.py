"""Whether a text can be an e-mail address, and what is wrong with it in words (RFC 5321, 5322).

Nothing is asked of the network. Refused are addresses that hardly any server takes: quoted names,
addresses of a machine in brackets, letters beyond ASCII before the @.
"""

import re
import unicodedata

LONGEST_LOCAL = 64
LONGEST_DOMAIN = 253
LONGEST_LABEL = 63
LONGEST = 254

Words = tuple[str, str]

_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_DOMAIN = re.compile(r"[\w.-]*")

_DOTS = (
    "Trong địa chỉ có dấu chấm ở đầu, ở cuối hoặc hai dấu chấm liền nhau.",
    "A dot begins or ends a part of the address, or two dots follow each other.",
)


def in_ascii(address: str) -> str:
    """The address with its domain as the mail system writes it (`xn--…`), if it has letters."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def trouble(address: str) -> Words | None:
    """What is wrong with an address, in Vietnamese and English; None if it can be one."""
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain:
        return (
            "Địa chỉ thư phải có dạng ten@mien.vn.",
            "An address is written like name@domain.vn.",
        )
    return (
        _odd(address, _LOCAL, 0, len(local))
        or _wrong_local(local)
        or _literal(domain)
        or _odd(address, _DOMAIN, len(local) + 1, len(address))
        or _mixed(address, len(local) + 1)
        or _wrong_domain(in_ascii(address).rpartition("@")[2].lower())
        or _too_long(in_ascii(address))
    )


def _odd(address: str, allowed: re.Pattern[str], start: int, end: int) -> Words | None:
    """The first character that may not stand between two places, by its place and code point."""
    found = allowed.match(address, start, end)
    place = found.end() if found else start
    return None if place == end else _named(address, place)


def _mixed(address: str, start: int) -> Words | None:
    """A letter of another script among Latin ones of the domain, which look the same."""
    foreign = [
        place
        for place in range(start, len(address))
        if address[place].isalpha() and not _is_latin(address[place])
    ]
    latin = any(_is_latin(each) for each in address[start:].rpartition(".")[0])
    return _named(address, foreign[0]) if foreign and latin else None


def _is_latin(character: str) -> bool:
    return unicodedata.name(character, "").startswith("LATIN")


def _named(address: str, place: int) -> Words:
    character, code = address[place], f"U+{ord(address[place]):04X}"
    shown = f" “{character}”" if character.isprintable() and character != " " else ""
    return (
        f"Ký tự thứ {place + 1}{shown} ({code}) không dùng được trong địa chỉ thư; xin gõ lại.",
        f"Character {place + 1} ({code}) cannot stand in an address; type it again.",
    )


def _wrong_local(local: str) -> Words | None:
    if len(local) > LONGEST_LOCAL:
        return (
            f"Phần trước @ dài {len(local)} ký tự; chỉ được nhiều nhất {LONGEST_LOCAL}.",
            f"The part before @ has {len(local)} characters; {LONGEST_LOCAL} is the most.",
        )
    return _DOTS if "" in local.split(".") else None


def _literal(domain: str) -> Words | None:
    if not domain.startswith("["):
        return None
    return (
        "Sau @ phải là tên miền, không phải địa chỉ máy trong ngoặc vuông.",
        "Behind @ stands the name of a domain, not the address of a machine in brackets.",
    )


def _wrong_domain(domain: str) -> Words | None:
    labels = domain.split(".")
    if "" in labels:
        return _DOTS
    if len(labels) == 1 or labels[-1].isdigit():
        return (
            "Sau @ phải là tên miền có dấu chấm, như mien.vn.",
            "Behind @ stands a domain with a dot and an ending in letters, like domain.vn.",
        )
    if len(domain) > LONGEST_DOMAIN or max(map(len, labels)) > LONGEST_LABEL:
        return (
            f"Tên miền quá dài (nhiều nhất {LONGEST_DOMAIN} ký tự, mỗi phần {LONGEST_LABEL}).",
            f"The domain is too long ({LONGEST_DOMAIN} characters, {LONGEST_LABEL} each part).",
        )
    if not all(_LABEL.fullmatch(each) for each in labels):
        return (
            "Mỗi phần của tên miền chỉ gồm chữ, số và dấu gạch ngang ở giữa.",
            "Each part of the domain holds letters, digits, and hyphens between them.",
        )
    return None


def _too_long(address: str) -> Words | None:
    if len(address) <= LONGEST:
        return None
    return (
        f"Địa chỉ dài {len(address)} ký tự; chỉ được nhiều nhất {LONGEST}.",
        f"The address has {len(address)} characters; {LONGEST} is the most.",
    )
