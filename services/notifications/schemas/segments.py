"""How many SMS a text is, as carriers count and bill: GSM 03.38 septets, or UCS-2.

One SMS holds 160 septets or 70 units of UCS-2; a longer text goes in parts of 153 or 67, as each
part carries a header. A character of the extension table takes two septets, one beyond the basic
plane two units, and neither is split between two parts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")
ONE_OF_GSM, PART_OF_GSM = 160, 153
ONE_OF_UCS2, PART_OF_UCS2 = 70, 67
BASIC_PLANE = 0xFFFF


@dataclass(frozen=True)
class SmsLength:
    """How long a text is as an SMS: its alphabet, its units, and the SMS that are billed."""

    alphabet: str
    units: int
    segments: int


def measured(text: str) -> SmsLength:
    """The length of a text as an SMS; none at all is no SMS."""
    if all(each in _BASIC or each in _EXTENDED for each in text):
        sizes = [2 if each in _EXTENDED else 1 for each in text]
        return SmsLength("GSM-7", sum(sizes), _parts(sizes, ONE_OF_GSM, PART_OF_GSM))
    sizes = [2 if ord(each) > BASIC_PLANE else 1 for each in text]
    return SmsLength("UCS-2", sum(sizes), _parts(sizes, ONE_OF_UCS2, PART_OF_UCS2))


def _parts(sizes: Sequence[int], one: int, part: int) -> int:
    """The parts that characters of these sizes fill, none of them split."""
    if sum(sizes) <= one:
        return 1 if sizes else 0
    parts, filled = 1, 0
    for size in sizes:
        if filled + size > part:
            parts, filled = parts + 1, 0
        filled += size
    return parts
